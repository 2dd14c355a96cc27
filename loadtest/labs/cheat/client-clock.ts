/**
 * What a client knows of the server's clock, by the rules of the SDK's `RoomClock`: offset and round trip from
 * acknowledged inputs, averaged; jitter from how far patches stray from their cadence. A lab needs one that is told the
 * time, which the SDK's is not.
 */
const GAIN = 0.1;
const OUTLIER = 4;
const JITTER_GAIN = 1 / 16;
const LONGEST_GAP_PATCHES = 4;
const GATE = 1.2;
const WARMUP = 16;
/** The shortest round trip is forgotten slowly, in place of a window of some seconds. */
const FLOOR_FORGETS = 1.0005;
const PATCH_MS = 1000 / 30;

export class ClientClock {
  jitterMs = 0;
  roundTripMs = 0;
  #offset = 0;
  #samples = 0;
  #floor = Number.POSITIVE_INFINITY;
  #patchedAt = -1;

  /** A patch arrives. @param sentAt by the server's clock. @param roundTripMs of the input it acknowledges; −1 for none. */
  sample(now: number, sentAt: number, roundTripMs: number): void {
    if (this.#patchedAt >= 0) {
      const gap = now - this.#patchedAt;
      const patches = Math.round(gap / PATCH_MS);
      if (patches >= 1 && patches <= LONGEST_GAP_PATCHES)
        this.jitterMs += (Math.abs(gap - patches * PATCH_MS) - this.jitterMs) * JITTER_GAIN;
    }
    this.#patchedAt = now;
    const known = roundTripMs >= 0 && !(this.roundTripMs > 0 && roundTripMs > this.roundTripMs * OUTLIER);
    const offset = known ? sentAt + roundTripMs / 2 - now : sentAt - now;
    if (this.#samples === 0 && this.#offset === 0) this.#offset = offset;
    if (!known) return;
    this.#floor = Math.min(this.#floor * FLOOR_FORGETS, roundTripMs);
    if (this.#samples < WARMUP || roundTripMs <= this.#floor * GATE)
      this.#offset += (offset - this.#offset) * (this.#samples === 0 ? 1 : GAIN);
    this.roundTripMs =
      this.#samples === 0 ? roundTripMs : this.roundTripMs + (roundTripMs - this.roundTripMs) * GAIN;
    this.#samples += 1;
  }

  serverNow(now: number): number {
    return now + this.#offset;
  }
}
