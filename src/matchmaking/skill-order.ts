/**
 * Tickets in the order of their mean mu, of which taken ones drop out: neighbours are found without walking over those
 * who are gone. Building it costs n log n, everything else is constant.
 */
import { meanMu, type Ticket, waitedSeconds } from "./ticket.ts";

export class SkillOrder {
  readonly tickets: readonly Ticket[];
  /** Mean mu, seconds waited, and players of each. */
  readonly mu: Float64Array;
  readonly waited: Float64Array;
  readonly size: Uint16Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #free: Uint8Array;

  constructor(tickets: readonly Ticket[], now: number) {
    const count = tickets.length;
    const mus = Float64Array.from(tickets, meanMu);
    const places = new Uint32Array(count).map((_, at) => at);
    places.sort(
      (a, b) =>
        (mus[a] as number) - (mus[b] as number) || compareIds(tickets[a] as Ticket, tickets[b] as Ticket),
    );
    this.tickets = Array.from(places, (place) => tickets[place] as Ticket);
    this.mu = Float64Array.from(places, (place) => mus[place] as number);
    this.waited = Float64Array.from(this.tickets, (ticket) => waitedSeconds(ticket, now));
    this.size = Uint16Array.from(this.tickets, ({ members }) => members.length);
    this.#next = new Int32Array(count).map((_, at) => (at + 1 < count ? at + 1 : -1));
    this.#previous = new Int32Array(count).map((_, at) => at - 1);
    this.#free = new Uint8Array(count).fill(1);
  }

  isFree(at: number): boolean {
    return this.#free[at] === 1;
  }

  /** The next free one above, or −1. */
  above(at: number): number {
    return this.#next[at] as number;
  }

  /** The next free one below, or −1. */
  below(at: number): number {
    return this.#previous[at] as number;
  }

  take(at: number): void {
    const above = this.#next[at] as number;
    const below = this.#previous[at] as number;
    if (above >= 0) this.#previous[above] = below;
    if (below >= 0) this.#next[below] = above;
    this.#free[at] = 0;
  }

  /** Places in the order of `compareTurns`. */
  byTurn(): Uint32Array {
    const places = new Uint32Array(this.tickets.length).map((_, at) => at);
    return places.sort((a, b) => compareTurns(this.tickets[a] as Ticket, this.tickets[b] as Ticket));
  }
}

/** Who is served first: the longest wait, then whose match fell through more often, then by id. */
export function compareTurns(one: Ticket, other: Ticket): number {
  return one.enqueuedAt - other.enqueuedAt || other.returned - one.returned || compareIds(one, other);
}

export function compareIds({ ticketId: a }: Ticket, { ticketId: b }: Ticket): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
