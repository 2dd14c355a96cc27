/** When the trigger is down: bursts and pauses of somebody who holds, or clicks with a person's unevenness. Pure. */
import type { LabRandom } from "./lab-random.ts";
import type { Person } from "./people.ts";

export class TriggerFinger {
  readonly #person: Person;
  readonly #random: LabRandom;
  #taps = false;
  #down = false;
  /** Until when it stays as it is. */
  #until = 0;
  #nextClickAt = 0;
  /** A notch of the wheel counts for one step. */
  #notch = false;

  constructor(person: Person, random: LabRandom) {
    this.#person = person;
    this.#random = random;
  }

  get isDown(): boolean {
    return this.#down;
  }

  /** A fight begins. */
  choose(): void {
    this.#taps = this.#random.next() < this.#person.taps;
  }

  /** @param wants whether there is something to fire at. @returns whether this step's input has the trigger down. */
  step(now: number, wants: boolean): boolean {
    if (this.#person.kind === "wheel") return this.#turn(now, wants);
    return this.#taps ? this.#click(now, wants) : this.#hold(now, wants);
  }

  #hold(now: number, wants: boolean): boolean {
    const { burstMs, pauseMs, lingersMs } = this.#person;
    if (this.#down) {
      if (!wants) this.#until = Math.min(this.#until, now + lingersMs);
      if (now >= this.#until) {
        this.#down = false;
        this.#until = now + this.#random.logNormal(pauseMs, 0.35);
      }
    } else if (wants && now >= this.#until) {
      this.#down = true;
      this.#until = now + this.#random.logNormal(burstMs, 0.45);
    }
    return this.#down;
  }

  #click(now: number, wants: boolean): boolean {
    const { clickMs, clickDeviation } = this.#person;
    if (this.#down && now >= this.#until) this.#down = false;
    if (!this.#down && wants && now >= this.#nextClickAt) {
      this.#down = true;
      const interval = clickMs * Math.max(0.4, 1 + this.#random.normal() * clickDeviation);
      this.#until = now + interval * this.#random.between(0.35, 0.5);
      // The rhythm goes on from the click that was meant, unless there was a rest.
      this.#nextClickAt = (now - this.#nextClickAt > 40 ? now : this.#nextClickAt) + interval;
    }
    return this.#down;
  }

  /** Notches come in flicks of the finger. */
  #turn(now: number, wants: boolean): boolean {
    const { clickMs, clickDeviation, burstMs, pauseMs } = this.#person;
    if (wants && now >= this.#until + this.#random.logNormal(pauseMs, 0.3)) {
      this.#until = now + this.#random.logNormal(burstMs, 0.3);
      this.#nextClickAt = now;
    }
    this.#notch = false;
    while (now < this.#until && this.#nextClickAt <= now) {
      this.#notch = true;
      this.#nextClickAt += clickMs * Math.max(0.3, 1 + this.#random.normal() * clickDeviation);
    }
    this.#down = this.#notch;
    return this.#notch;
  }
}
