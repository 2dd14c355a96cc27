/** F3: how the connection and the prediction are doing, in numbers. */
import { element, setText } from "../dom.ts";
import type { MatchConnection } from "../net/match-connection.ts";

export class DebugReadout {
  readonly root = element("pre", { className: "debug-readout", testId: "debug" });
  #frames = 0;
  #since = 0;
  #framesPerSecond = 0;

  constructor() {
    this.root.hidden = true;
  }

  toggle(): void {
    this.root.hidden = !this.root.hidden;
  }

  countFrame(now: number): void {
    this.#frames += 1;
    if (now - this.#since < 500) return;
    this.#framesPerSecond = Math.round((this.#frames * 1000) / (now - this.#since));
    this.#frames = 0;
    this.#since = now;
  }

  update(connection: MatchConnection): void {
    if (this.root.hidden) return;
    const { room, state } = connection;
    const { gauge, input } = connection.prediction;
    const { clock } = room;
    setText(
      this.root,
      [
        `frames       ${this.#framesPerSecond}/s`,
        `patches      ${gauge.patchesPerSecond}/s`,
        `server tick  ${state.tick}`,
        `ping         ${connection.pingMs} ms`,
        `input→ack    ${clock.smoothedRtt().toFixed(0)} ms`,
        `jitter       ${clock.jitter().toFixed(1)} ms`,
        `in flight    ${input.pendingCount}`,
        `reconciles   ${gauge.reconciles}`,
        `corrections  ${gauge.corrections}`,
        `worst        ${gauge.worst.toFixed(3)} m`,
      ].join("\n"),
    );
  }
}
