/**
 * Which tick the players were told of when: a client draws others between two patches, and says by the server's clock
 * where between. Holds the latest patches only. Pure.
 */
const KEPT_PATCHES = 32;

export class PatchTimes {
  readonly #times = new Float64Array(KEPT_PATCHES);
  readonly #ticks = new Float64Array(KEPT_PATCHES);
  #count = 0;

  /** At each patch. @param time milliseconds, the clock that patches carry. */
  note(time: number, tick: number): void {
    const newest = (this.#count - 1) % KEPT_PATCHES;
    // Of two patches at one instant clients see the later.
    if (this.#count > 0 && this.#times[newest] === time) {
      this.#ticks[newest] = tick;
      return;
    }
    this.#times[this.#count % KEPT_PATCHES] = time;
    this.#ticks[this.#count % KEPT_PATCHES] = tick;
    this.#count += 1;
  }

  /** The tick that was drawn at `time`, which may lie between two; undefined before the first patch. */
  tickAt(time: number): number | undefined {
    let later: { time: number; tick: number } | undefined;
    const oldest = Math.max(0, this.#count - KEPT_PATCHES);
    for (let index = this.#count - 1; index >= oldest; index -= 1) {
      const at = index % KEPT_PATCHES;
      const patch = { time: this.#times[at] as number, tick: this.#ticks[at] as number };
      if (patch.time <= time) {
        if (later === undefined) return patch.tick;
        return patch.tick + ((time - patch.time) / (later.time - patch.time)) * (later.tick - patch.tick);
      }
      later = patch;
    }
    return later?.tick;
  }
}
