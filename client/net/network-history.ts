/**
 * The last half minute of a connection, a sample every quarter of a second: what the network panel draws. Pure; a fixed
 * amount of memory.
 */

export const SAMPLE_MS = 250;
export const SAMPLES = 120;

/** Counters that only grow, and values of now. */
export interface NetworkReading {
  roundTripMs: number;
  jitterMs: number;
  /** How much older than the present others are drawn. */
  drawnAgeMs: number;
  /** Of the lane. */
  patchesByLane: number;
  patchesLost: number;
  /** Of both ways. */
  bytesReceived: number;
  patches: number;
  /** Metres by which the own fighter was corrected, all together. */
  corrected: number;
}

export interface NetworkSample {
  roundTripMs: number;
  jitterMs: number;
  drawnAgeMs: number;
  /** Of the lane's patches, 0–1. */
  loss: number;
  bytesPerSecond: number;
  bytesPerPatch: number;
  patchesPerSecond: number;
  correctedMetres: number;
}

export class NetworkHistory {
  readonly #samples: NetworkSample[] = [];
  #last: { at: number; reading: NetworkReading } | undefined;

  /** Oldest first. */
  get samples(): readonly NetworkSample[] {
    return this.#samples;
  }

  get latest(): NetworkSample | undefined {
    return this.#samples.at(-1);
  }

  /** Every frame, or less often. @returns whether a sample was taken. */
  note(now: number, reading: NetworkReading): boolean {
    const last = this.#last;
    if (last && now - last.at < SAMPLE_MS) return false;
    this.#last = { at: now, reading };
    if (!last) return false;
    const seconds = (now - last.at) / 1000;
    const grown = (
      counter: "patchesByLane" | "patchesLost" | "bytesReceived" | "patches" | "corrected",
    ): number => Math.max(0, reading[counter] - last.reading[counter]);
    const lost = grown("patchesLost");
    const expected = grown("patchesByLane") + lost;
    const patches = grown("patches");
    this.#samples.push({
      roundTripMs: reading.roundTripMs,
      jitterMs: reading.jitterMs,
      drawnAgeMs: reading.drawnAgeMs,
      loss: expected > 0 ? lost / expected : 0,
      bytesPerSecond: grown("bytesReceived") / seconds,
      bytesPerPatch: patches > 0 ? grown("bytesReceived") / patches : 0,
      patchesPerSecond: patches / seconds,
      correctedMetres: grown("corrected"),
    });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    return true;
  }
}
