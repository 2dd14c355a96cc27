/**
 * How far behind the newest patches others are drawn. Long enough that the next patch is mostly there in time, short
 * enough that the server still compensates for it; and never so short that they would be drawn later than anything
 * known: while nothing arrives, time on the screen stands still, and what is drawn, and what shots say was seen, stay
 * the same instant. Pure; milliseconds.
 */

/** After standing still, time on the screen runs faster by this share until it has caught up. */
const CATCH_UP = 0.25;
/** After a longer standstill (a page that was busy, a tab that slept) it jumps. */
const LONGEST_CATCH_UP_MS = 400;
/** Slowing down goes unseen at less. */
const FALL_BACK = 0.1;

export interface Arrivals {
  /** Between two patches, as the server sends them. */
  patchMs: number;
  jitterMs: number;
  /** From an input to its acknowledgement. */
  roundTripMs: number;
  /** How much older than the present the newest known state is, less half the round trip. */
  newestAgeMs: number;
  /** How far back the server judges shots; 0 when it does not. */
  rewindMs: number;
}

export class PlayoutDelay {
  #delayMs: number;

  constructor(startMs: number) {
    this.#delayMs = startMs;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  /** Once a frame. @param frameMs since the last. */
  update(frameMs: number, arrivals: Arrivals): number {
    const wanted = wantedDelay(arrivals);
    const step = Math.min(100, Math.max(0, frameMs));
    const delay = this.#delayMs - wanted > LONGEST_CATCH_UP_MS ? wanted : this.#delayMs;
    const steered =
      delay > wanted ? Math.max(wanted, delay - step * CATCH_UP) : Math.min(wanted, delay + step * FALL_BACK);
    this.#delayMs = Math.max(steered, arrivals.newestAgeMs);
    return this.#delayMs;
  }
}

/** A patch and what it may be late by; as far as shots are still judged where they were aimed. */
function wantedDelay({ patchMs, jitterMs, roundTripMs, rewindMs }: Arrivals): number {
  const smooth = patchMs + 2 * jitterMs;
  if (rewindMs === 0) return smooth;
  // The server looks back from its newest patch: that is a patch younger than the tick that reads the input.
  const compensated = rewindMs + patchMs - roundTripMs - 4 * jitterMs;
  return Math.max(patchMs / 2, Math.min(smooth, compensated));
}
