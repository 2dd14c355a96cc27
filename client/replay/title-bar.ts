/** What is shown: which match, whether it is the one that was played, how far it has come; and the ways out. */
import type { RerunWorld } from "../../rooms/skirmish/shared/rerun.ts";
import { button, element, setText } from "../dom.ts";
import { teamName } from "../match/sides.ts";
import type { Sound } from "../sound.ts";
import { clock, day } from "../text.ts";
import type { MatchScan } from "./match-scan.ts";
import type { OpenedMatch } from "./replay-source.ts";
import { clockTime } from "./times.ts";
import { VerdictBadge } from "./verdict-badge.ts";

export interface TitleBarOptions {
  match: OpenedMatch;
  ticks: number;
  sound: Sound;
  onLeave: () => void;
  onPickFile: () => void;
  onToggleSound: () => void;
}

export class TitleBar {
  readonly root: HTMLElement;
  readonly #verdict = new VerdictBadge();
  readonly #phase = element("span", { className: "replay-phase", testId: "replay-phase" });
  readonly #soundButton: HTMLButtonElement;
  readonly #sound: Sound;
  readonly #ticks: number;
  readonly #file: string;

  constructor({ match, ticks, sound, onLeave, onPickFile, onToggleSound }: TitleBarOptions) {
    this.#ticks = ticks;
    this.#sound = sound;
    const { header } = match;
    const leave = button(
      "‹ Back",
      { className: "button-quiet button-small", testId: "replay-leave" },
      onLeave,
    );
    this.#soundButton = button("♪", { className: "icon-button" }, onToggleSound);
    this.#soundButton.ariaLabel = "Sound";
    this.#soundButton.title = "Sound (M)";
    const open = button(
      "Open file",
      { className: "button-quiet button-small replay-open", testId: "replay-open" },
      onPickFile,
    );
    const save = element("a", {
      className: "button-quiet button-small replay-save",
      text: "Save",
      testId: "replay-save",
    });
    save.title = "Keeps the replay as a file";
    save.download = `${header.matchId}.arpl`;
    this.#file = URL.createObjectURL(new Blob([match.bytes], { type: "application/octet-stream" }));
    save.href = this.#file;
    const facts = element("div", { className: "replay-facts" });
    facts.append(
      element("b", { text: header.mode === "teams" ? "Team match" : "Free-for-all" }),
      element("small", { className: "quiet", text: factsOf(header) }),
    );
    facts.title = `Match ${header.matchId}, build ${header.build}`;
    this.root = element(
      "header",
      { className: "replay-title" },
      leave,
      facts,
      this.#verdict.root,
      this.#phase,
      element("div", { className: "replay-actions" }, open, save, this.#soundButton),
    );
    this.showSound();
  }

  update(world: RerunWorld, scan: MatchScan): void {
    this.#verdict.show(scan, this.#ticks);
    setText(this.#phase, phaseText(world));
  }

  destroy(): void {
    URL.revokeObjectURL(this.#file);
  }

  showSound(): void {
    this.#soundButton.classList.toggle("icon-off", this.#sound.muted);
    this.#soundButton.setAttribute("aria-pressed", String(!this.#sound.muted));
  }
}

function factsOf({ map, startedAt }: OpenedMatch["header"]): string {
  const place = map.charAt(0).toUpperCase() + map.slice(1);
  const known = !Number.isNaN(Date.parse(startedAt));
  return known ? `${place} · ${day(startedAt)}, ${clock(startedAt)}` : place;
}

function phaseText({ phase, secondsLeft, winner, mode, fighters, teams }: RerunWorld): string {
  if (phase === "countdown") return `Starts in ${secondsLeft}`;
  if (phase === "live") return `${clockTime(secondsLeft)} left`;
  if (phase !== "over") return "Waiting";
  if (winner === "") return "Over: a tie";
  const name =
    mode === "teams" ? teamName(Number(winner), undefined, teams.length) : fighters.get(winner)?.name;
  return `Over: ${name ?? "nobody"} won`;
}
