/**
 * How long a ticket will probably wait, from how long those waited who were matched lately. Recent matches weigh more
 * (a half every five minutes), so do tickets of like skill (a normal curve of six points of mu) and of the same size
 * (twice). Bounded: the latest `MOST_WAITS`, of the last quarter of an hour.
 */
import { meanMu, type Ticket, waitedSeconds } from "./ticket.ts";

const MOST_WAITS = 500;
const FORGET_MS = 15 * 60_000;
const HALF_LIFE_MS = 5 * 60_000;
const MU_SCALE = 6;

interface Wait {
  at: number;
  seconds: number;
  mu: number;
  size: number;
}

export class WaitEstimate {
  readonly #waits: Wait[] = [];

  /** A ticket was matched. */
  note(ticket: Ticket, now: number): void {
    const seconds = waitedSeconds(ticket, now);
    this.#waits.push({ at: now, seconds, mu: meanMu(ticket), size: ticket.members.length });
    if (this.#waits.length > MOST_WAITS) this.#waits.shift();
  }

  /**
   * Seconds from its beginning until the ticket is matched; never less than it has waited already. Undefined while
   * nothing is known.
   */
  of(ticket: Ticket, now: number): number | undefined {
    const mu = meanMu(ticket);
    let weights = 0;
    let sum = 0;
    for (const wait of this.#waits) {
      const age = now - wait.at;
      if (age > FORGET_MS) continue;
      const likeness = Math.exp(-(((wait.mu - mu) / MU_SCALE) ** 2) / 2);
      // Whoever is like nobody still learns something from everybody.
      const weight =
        0.5 ** (age / HALF_LIFE_MS) * (likeness + 0.01) * (wait.size === ticket.members.length ? 2 : 1);
      weights += weight;
      sum += weight * wait.seconds;
    }
    return weights === 0 ? undefined : Math.max(sum / weights, waitedSeconds(ticket, now));
  }
}
