/** Tells every few seconds how far a long run is. */
const EVERY_MS = 5000;

export class Progress {
  readonly #hours: number;
  readonly #progress: (line: string) => void;
  readonly #startedAt = performance.now();
  #toldAt = performance.now();

  constructor(hours: number, progress: (line: string) => void) {
    this.#hours = hours;
    this.#progress = progress;
  }

  tell(done: number, flags: number): void {
    const now = performance.now();
    if (now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    const perSecond = done / ((now - this.#startedAt) / 1000);
    const left = Math.max(0, this.#hours - done) / perSecond;
    this.#progress(
      `${Math.round(done)} of ${Math.round(this.#hours)} honest player-hours, ${perSecond.toFixed(2)} a second, ${Math.round(left)} s left, ${flags} flags`,
    );
  }
}
