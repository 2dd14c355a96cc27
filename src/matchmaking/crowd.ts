/**
 * Tickets of which any two may be asked whether the filters let them meet: for what is not a pass over a queue. What a
 * filter reads of a ticket is read once, so a crowd that is asked often is kept, and grows.
 */
import { FactTable, type OfPlace, type OfPlaces } from "./pair-facts.ts";
import type { Filter } from "./queue-rules.ts";
import { type Ticket, waitedSeconds } from "./ticket.ts";

interface Test {
  readonly filter: Filter;
  readonly keyOf: OfPlace<string> | undefined;
  readonly pair: OfPlaces<boolean> | undefined;
}

export class Crowd {
  readonly #tickets: Ticket[] = [];
  readonly #waited: number[] = [];
  readonly #placeOf = new Map<string, number>();
  readonly #tests: readonly Test[];
  readonly #now: number;

  constructor(filters: readonly Filter[], now: number) {
    const table = new FactTable(this.#tickets);
    this.#now = now;
    this.#tests = filters.flatMap((filter) =>
      filter.keyOf || filter.pair
        ? [
            {
              filter,
              keyOf: filter.keyOf && table.facts(filter.keyOf),
              pair: filter.pair && table.overPlaces(filter.pair),
            },
          ]
        : [],
    );
  }

  /** @returns its place; a ticket that is there already keeps its own. */
  add(ticket: Ticket): number {
    const known = this.#placeOf.get(ticket.ticketId);
    if (known !== undefined) return known;
    const place = this.#tickets.length;
    this.#tickets.push(ticket);
    this.#waited.push(waitedSeconds(ticket, this.#now));
    this.#placeOf.set(ticket.ticketId, place);
    return place;
  }

  mayMeet(one: number, other: number, hardOnly = false): boolean {
    const waited = Math.max(this.#waited[one] as number, this.#waited[other] as number);
    return this.#tests.every((test) => holds(test, one, other, waited, hardOnly));
  }

  /** All filters that keep the two apart. */
  keepingApart(one: number, other: number, hardOnly = false): Filter[] {
    const waited = Math.max(this.#waited[one] as number, this.#waited[other] as number);
    return this.#tests.flatMap((test) => (holds(test, one, other, waited, hardOnly) ? [] : [test.filter]));
  }
}

/** Keys keep apart for good, whoever calls them soft. */
function holds(
  { filter, keyOf, pair }: Test,
  one: number,
  other: number,
  waited: number,
  hardOnly: boolean,
): boolean {
  if (keyOf && keyOf(one) !== keyOf(other)) return false;
  return !pair || (hardOnly && !filter.hard) || pair(one, other, waited);
}
