/**
 * When a browser's page makes its steps. Frames come at the screen's rate, and steps with them; a clock's crystal is off
 * by up to 200 ppm; pages hitch (garbage, layout, another program) for up to a second; hidden tabs get a timer a second.
 * After a gap the SDK makes up for five steps at most and forgets the rest (`Predict.tick` of `@colyseus/sdk`).
 */
import type { LabRandom } from "./lab-random.ts";

const STEP_MS = 1000 / 30;
const MOST_STEPS_AT_ONCE = 5;
const MOST_DRIFT = 200e-6;
const HITCH_EVERY_MS = 60_000;
const LONGEST_HITCH_MS = 1000;
const HIDDEN_EVERY_MS = 1_800_000;
const HIDDEN_MS = 12_000;
const HIDDEN_TIMER_MS = 1000;

export class PageClock {
  /** When the next steps are made. */
  at: number;
  /** How many of them at once. */
  steps = 1;
  hidden = false;
  readonly #random: LabRandom;
  readonly #stepMs: number;
  readonly #frameMs: number;
  #due: number;
  #hitchAt: number;
  #hideAt: number;
  #hiddenUntil = 0;

  /** @param speed 1; more is a cheat. @param hides whether the tab is ever hidden. */
  constructor(random: LabRandom, startsAt: number, speed = 1, hides = true) {
    this.#random = random;
    this.#stepMs = (STEP_MS * (1 + random.between(-MOST_DRIFT, MOST_DRIFT))) / speed;
    this.#frameMs = random.next() < 0.6 ? 1000 / 60 : 1000 / 144;
    this.#due = startsAt + random.next() * STEP_MS;
    this.at = this.#due;
    this.#hitchAt = startsAt + random.exponential(HITCH_EVERY_MS);
    this.#hideAt = hides ? startsAt + random.exponential(HIDDEN_EVERY_MS) : Number.POSITIVE_INFINITY;
  }

  /** The steps at `at` were made. */
  advance(): void {
    const random = this.#random;
    if (this.#due >= this.#hideAt) {
      this.#hiddenUntil = this.#due + random.exponential(HIDDEN_MS);
      this.#hideAt = this.#hiddenUntil + random.exponential(HIDDEN_EVERY_MS);
    }
    this.hidden = this.#due < this.#hiddenUntil;
    if (this.hidden) this.#resumeAfter(HIDDEN_TIMER_MS);
    else if (this.#due >= this.#hitchAt) {
      this.#hitchAt = this.#due + random.exponential(HITCH_EVERY_MS);
      this.#resumeAfter(Math.min(LONGEST_HITCH_MS, random.logNormal(140, 0.8)));
    } else {
      this.steps = 1;
      this.#due += this.#stepMs;
      // A step waits for the next frame.
      this.at = Math.max(this.at, this.#due + random.next() * this.#frameMs);
    }
  }

  #resumeAfter(gapMs: number): void {
    const gap = Math.max(gapMs, this.#stepMs);
    const whole = Math.floor(gap / this.#stepMs);
    this.steps = Math.min(MOST_STEPS_AT_ONCE, whole);
    // Beyond five the rest is forgotten; else it goes on counting.
    const frameAt = this.#due + gap;
    this.#due = whole > MOST_STEPS_AT_ONCE ? frameAt : this.#due + whole * this.#stepMs;
    this.at = Math.max(this.at, frameAt);
  }
}
