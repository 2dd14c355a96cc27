/**
 * How long a ticket will probably wait, from how long those waited who were matched lately. Recent matches weigh more
 * (half as much every five minutes), so do tickets of like skill (a normal curve of six points of mu) and of the same
 * size (twice). Whoever has waited for some time already is compared with those who waited longer than that.
 *
 * Bounded: the latest `MOST_WAITS`, of the last quarter of an hour. Knows nothing of those who left unmatched.
 */
import { compareTurns } from "./skill-order.ts";
import { meanMu, type Ticket, waitedSeconds } from "./ticket.ts";

const MOST_WAITS = 500;
const FORGET_MS = 15 * 60_000;
const HALF_LIFE_MS = 5 * 60_000;
const MU_SCALE = 6;
/** Whoever is like nobody still learns something from everybody. */
const LEAST_LIKENESS = 0.01;
const SAME_SIZE = 2;

interface Wait {
  readonly at: number;
  readonly seconds: number;
  readonly mu: number;
  readonly size: number;
}

export class WaitEstimate {
  /** A ring: the oldest is overwritten. */
  readonly #waits: Wait[] = [];
  #next = 0;

  /** A ticket was matched. */
  note(ticket: Ticket, now: number): void {
    this.#waits[this.#next] = {
      at: now,
      seconds: waitedSeconds(ticket, now),
      mu: meanMu(ticket),
      size: ticket.members.length,
    };
    this.#next = (this.#next + 1) % MOST_WAITS;
  }

  /**
   * Seconds from its beginning until the ticket is matched; never less than it has waited already. Undefined while
   * nothing is known.
   */
  of(ticket: Ticket, now: number): number | undefined {
    const waited = waitedSeconds(ticket, now);
    const mu = meanMu(ticket);
    let known = false;
    let weights = 0;
    let sum = 0;
    for (const { at, seconds, mu: theirs, size } of this.#waits) {
      const age = now - at;
      if (age > FORGET_MS) continue;
      known = true;
      if (seconds <= waited && waited > 0) continue;
      const likeness = Math.exp(-(((theirs - mu) / MU_SCALE) ** 2) / 2) + LEAST_LIKENESS;
      const weight =
        0.5 ** (age / HALF_LIFE_MS) * likeness * (size === ticket.members.length ? SAME_SIZE : 1);
      weights += weight;
      sum += weight * seconds;
    }
    if (!known) return undefined;
    return weights === 0 ? waited : Math.max(waited, sum / weights);
  }
}

/** How many stand before a ticket, by the order in which a pass serves them; it need not be among them. */
export function positionOf(ticket: Ticket, waiting: readonly Ticket[]): number {
  let before = 0;
  for (const other of waiting) if (compareTurns(other, ticket) < 0) before += 1;
  return before;
}
