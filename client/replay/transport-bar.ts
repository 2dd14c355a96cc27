/** The viewer's controls: the line of time, buttons for what the keys do, speed, and how the followed one is shown. */
import { button, element, setText } from "../dom.ts";
import { SPEEDS, type Speed } from "./playback.ts";
import type { ReplayCommand } from "./replay-commands.ts";
import type { Timeline } from "./timeline.ts";
import { clockTime } from "./times.ts";
import { type TransportIcon, transportIcon } from "./transport-icons.ts";

export interface TransportOptions {
  timeline: Timeline;
  act: (command: ReplayCommand) => void;
  setSpeed: (speed: Speed) => void;
}

export interface TransportState {
  playing: boolean;
  at: number;
  end: number;
  tickRate: number;
  speed: Speed;
  followed: string | undefined;
  xray: boolean;
}

export class TransportBar {
  readonly root: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #time = element("span", { className: "transport-time", testId: "replay-time" });
  readonly #tick = element("small", { className: "quiet", testId: "replay-tick" });
  readonly #speeds: readonly (readonly [Speed, HTMLButtonElement])[];
  readonly #xray: HTMLButtonElement;
  readonly #free: HTMLButtonElement;
  #shownPlaying: boolean | undefined;

  constructor({ timeline, act, setSpeed }: TransportOptions) {
    const iconButton = (icon: TransportIcon, label: string, testId: string, command: ReplayCommand) => {
      const node = button("", { className: "transport-button", testId }, () => act(command));
      node.append(transportIcon(icon));
      node.ariaLabel = label;
      node.title = label;
      return node;
    };
    this.#play = iconButton("play", "Play (space)", "replay-play", { kind: "toggle" });
    this.#play.classList.add("transport-play");
    this.#speeds = SPEEDS.map((speed) => {
      const node = button(speedText(speed), { className: "choice-option", testId: `speed-${speed}` }, () =>
        setSpeed(speed),
      );
      return [speed, node] as const;
    });
    const speeds = element(
      "div",
      { className: "choice transport-speeds" },
      ...this.#speeds.map(([, node]) => node),
    );
    speeds.role = "group";
    speeds.ariaLabel = "Speed";
    this.#xray = button("X-ray", { className: "transport-toggle", testId: "replay-xray" }, () =>
      act({ kind: "xray" }),
    );
    this.#xray.title = "Darkens what the followed fighter could not see (X)";
    this.#free = button("Free camera", { className: "transport-toggle", testId: "replay-free" }, () =>
      act({ kind: "free" }),
    );
    this.#free.title = "Looks anywhere: drag, wheel, W A S D (F)";
    const moves = element(
      "div",
      { className: "transport-moves" },
      iconButton("killBack", "Kill before (shift + left)", "replay-kill-back", { kind: "kill", by: -1 }),
      iconButton("tickBack", "One tick back (comma)", "replay-tick-back", { kind: "tick", by: -1 }),
      this.#play,
      iconButton("tickOn", "One tick on (full stop)", "replay-tick-on", { kind: "tick", by: 1 }),
      iconButton("killOn", "Next kill (shift + right)", "replay-kill-on", { kind: "kill", by: 1 }),
    );
    this.root = element(
      "div",
      { className: "transport panel" },
      timeline.root,
      element(
        "div",
        { className: "transport-row" },
        moves,
        element("div", { className: "transport-clock" }, this.#time, this.#tick),
        speeds,
        element("div", { className: "transport-sight" }, this.#xray, this.#free),
      ),
    );
  }

  show({ playing, at, end, tickRate, speed, followed, xray }: TransportState): void {
    if (playing !== this.#shownPlaying) {
      this.#shownPlaying = playing;
      this.#play.replaceChildren(transportIcon(playing ? "pause" : "play"));
      this.#play.ariaLabel = playing ? "Pause (space)" : "Play (space)";
      this.#play.title = this.#play.ariaLabel;
    }
    setText(this.#time, `${clockTime(at / tickRate, true)} / ${clockTime(end / tickRate)}`);
    setText(this.#tick, `tick ${Math.ceil(at)}`);
    for (const [value, node] of this.#speeds) node.setAttribute("aria-pressed", String(value === speed));
    this.#xray.setAttribute("aria-pressed", String(xray && followed !== undefined));
    this.#xray.disabled = followed === undefined;
    this.#free.setAttribute("aria-pressed", String(followed === undefined));
  }
}

function speedText(speed: Speed): string {
  return speed < 1 ? "½×" : `${speed}×`;
}
