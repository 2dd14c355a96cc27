/**
 * The line of time: a slider with the kills of the match on it, those of the followed fighter above the others, and the
 * tick from which the run differs from what was recorded. The marks come as the scan finds them.
 */

import { element } from "../dom.ts";
import { fighterHue, type Sides } from "../match/sides.ts";
import { fighterColour } from "../scene/palette.ts";
import type { KillMark, MatchScan } from "./match-scan.ts";
import { clockTime, percentOf } from "./times.ts";

export interface TimelineOptions {
  ticks: number;
  tickRate: number;
  /** The viewer has taken hold of the head, or let it go. */
  onHold: (holding: boolean) => void;
  onSeek: (tick: number) => void;
}

export class Timeline {
  readonly root: HTMLElement;
  readonly #options: TimelineOptions;
  readonly #slider = element("input", { className: "timeline-slider", testId: "replay-timeline" });
  readonly #played = element("div", { className: "timeline-played" });
  readonly #scanned = element("div", { className: "timeline-scanned" });
  readonly #marks = element("div", { className: "timeline-marks" });
  readonly #differs = element("i", { className: "timeline-differs" });
  #killMarks: { kill: KillMark; mark: HTMLElement }[] = [];
  #phases = 1;
  #ticks: number;
  #followed: string | undefined;
  #sides: Sides | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#ticks = options.ticks;
    const slider = this.#slider;
    slider.type = "range";
    slider.min = "0";
    slider.step = "1";
    slider.max = String(options.ticks);
    slider.value = "0";
    slider.ariaLabel = "Time";
    slider.addEventListener("pointerdown", () => options.onHold(true));
    for (const ended of ["pointerup", "pointercancel", "lostpointercapture"] as const)
      slider.addEventListener(ended, () => options.onHold(false));
    slider.addEventListener("input", () => options.onSeek(Number(slider.value)));
    this.#differs.hidden = true;
    this.root = element(
      "div",
      { className: "timeline" },
      element("div", { className: "timeline-rail" }, this.#scanned, this.#played),
      this.#marks,
      slider,
    );
    this.#marks.append(this.#differs);
  }

  /** @param at in ticks. */
  show(at: number): void {
    const value = String(Math.round(at));
    if (this.#slider.value !== value) this.#slider.value = value;
    const { tickRate } = this.#options;
    this.#slider.setAttribute(
      "aria-valuetext",
      `${clockTime(at / tickRate)} of ${clockTime(this.#ticks / tickRate)}`,
    );
    this.#played.style.width = percentOf(at, this.#ticks);
  }

  /** What the scan found since it was shown last. */
  showScan(scan: MatchScan): void {
    if (scan.end !== this.#ticks) {
      this.#ticks = scan.end;
      this.#slider.max = String(scan.end);
      this.#placeMarks();
    }
    this.#scanned.style.width = percentOf(scan.tick, this.#ticks);
    for (const kill of scan.kills.slice(this.#killMarks.length)) this.#addKill(kill);
    for (const { tick } of scan.phases.slice(this.#phases)) this.#addPhase(tick);
    this.#phases = scan.phases.length;
    this.#differs.hidden = scan.mismatchTick === undefined;
    if (scan.mismatchTick !== undefined) this.#differs.style.left = percentOf(scan.mismatchTick, this.#ticks);
  }

  /** Whose kills and deaths stand out, and in whose team's colours. */
  follow(followed: string | undefined, sides: Sides): void {
    this.#followed = followed;
    this.#sides = sides;
    for (const { kill, mark } of this.#killMarks) this.#paint(kill, mark);
  }

  #addKill(kill: KillMark): void {
    const mark = element("i", { className: "timeline-kill", testId: "replay-kill-mark" });
    mark.style.left = percentOf(kill.tick, this.#ticks);
    this.#paint(kill, mark);
    this.#marks.append(mark);
    this.#killMarks.push({ kill, mark });
  }

  #addPhase(tick: number): void {
    const mark = element("i", { className: "timeline-phase" });
    mark.style.left = percentOf(tick, this.#ticks);
    this.#marks.append(mark);
  }

  #placeMarks(): void {
    for (const { kill, mark } of this.#killMarks) mark.style.left = percentOf(kill.tick, this.#ticks);
  }

  #paint({ by, victim }: KillMark, mark: HTMLElement): void {
    const killed = by !== undefined && by.key === this.#followed;
    const died = victim.key === this.#followed;
    mark.classList.toggle("timeline-kill-own", killed);
    mark.classList.toggle("timeline-death-own", died);
    const sides = this.#sides ?? { teams: false, own: undefined };
    mark.style.color = by ? fighterColour(fighterHue(sides, by)) : "";
  }
}
