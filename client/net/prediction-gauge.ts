/**
 * Measures how well prediction does. A correction is a reconcile that moved the own fighter although nothing explains
 * it: a death, a respawn or a new phase is the server's decision, which no client can know in advance.
 */

/** Anything smaller is rounding. */
const NOTICEABLE_METRES = 0.001;
/** Steps predicted before a decision was known are corrected for this many reconciles after it. */
const SETTLING_RECONCILES = 8;

/** Farther than prediction can be wrong: a respawn. */
const RESPAWN_METRES = 8;

export class PredictionGauge {
  reconciles = 0;
  corrections = 0;
  /** Longest unexplained correction, metres. */
  worst = 0;
  /** All of them together, metres. */
  corrected = 0;
  /** State patches so far. */
  patches = 0;
  /** State patches in the last full second. */
  patchesPerSecond = 0;
  #patches = 0;
  #secondStart = 0;
  #alive = true;
  #phase = "";
  #settling = 0;

  notePatch(now: number): void {
    this.patches += 1;
    this.#patches += 1;
    if (now - this.#secondStart < 1000) return;
    this.patchesPerSecond = Math.round((this.#patches * 1000) / (now - this.#secondStart));
    this.#patches = 0;
    this.#secondStart = now;
  }

  noteReconcile(correction: Readonly<Record<string, number>>, health: number, phase: string): void {
    this.reconciles += 1;
    const alive = health > 0;
    if (alive !== this.#alive || phase !== this.#phase) this.#settling = SETTLING_RECONCILES;
    this.#alive = alive;
    this.#phase = phase;
    if (this.#settling > 0) {
      this.#settling -= 1;
      return;
    }
    const length = Math.hypot(correction.x ?? 0, correction.y ?? 0);
    if (length < NOTICEABLE_METRES) return;
    // Put somewhere else, and told so before the new health was.
    if (length > RESPAWN_METRES) {
      this.#settling = SETTLING_RECONCILES;
      return;
    }
    this.corrections += 1;
    this.corrected += length;
    this.worst = Math.max(this.worst, length);
  }
}
