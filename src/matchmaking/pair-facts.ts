/**
 * Tests and costs of two tickets that read little of each: a pass over a queue reads it once for each ticket instead of
 * once for each pair. `comparing` makes an ordinary function of two tickets that also says what it reads; whoever calls
 * it with tickets need not know.
 */
import type { Ticket } from "./ticket.ts";

type Compare<Fact, Result> = (one: Fact, other: Fact, longestWaitSeconds: number) => Result;
type OfTickets<Result> = (one: Ticket, other: Ticket, longestWaitSeconds: number) => Result;
/** Of a place, or of two, in a list of tickets. */
export type OfPlace<Fact> = (place: number) => Fact;
export type OfPlaces<Result> = (one: number, other: number, longestWaitSeconds: number) => Result;

interface Facts<Result> {
  readonly factOf: (ticket: Ticket) => unknown;
  readonly compare: Compare<unknown, Result>;
}

export interface Comparing<Result> {
  (one: Ticket, other: Ticket, longestWaitSeconds?: number): Result;
  readonly facts: Facts<Result>;
}

/** @param factOf never gives `undefined`. */
export function comparing<Fact, Result>(
  factOf: (ticket: Ticket) => Fact,
  compare: Compare<Fact, Result>,
): Comparing<Result> {
  const ofTickets = (one: Ticket, other: Ticket, waited = 0): Result =>
    compare(factOf(one), factOf(other), waited);
  return Object.assign(ofTickets, { facts: { factOf, compare: compare as Compare<unknown, Result> } });
}

/** The same, and beyond it: `true` from so many seconds on. */
export function endingAfter(seconds: number, holds: OfTickets<boolean>): OfTickets<boolean> {
  const facts = factsOf(holds);
  if (!facts) return (one, other, waited) => waited >= seconds || holds(one, other, waited);
  const { factOf, compare } = facts;
  return comparing(factOf, (one, other, waited) => waited >= seconds || compare(one, other, waited));
}

/** What tests and costs read of some tickets; those that read the same read it once. */
export class FactTable {
  readonly #tickets: readonly Ticket[];
  readonly #known = new Map<(ticket: Ticket) => unknown, OfPlace<unknown>>();

  constructor(tickets: readonly Ticket[]) {
    this.#tickets = tickets;
  }

  /** The fact of the ticket at a place, worked out when it is first asked for. */
  facts<Fact>(factOf: (ticket: Ticket) => Fact): OfPlace<Fact> {
    const known = this.#known.get(factOf);
    if (known) return known as OfPlace<Fact>;
    const facts = Array.from(this.#tickets, (): Fact | undefined => undefined);
    const ofPlace = (place: number): Fact => {
      const fact = facts[place];
      if (fact !== undefined) return fact;
      const read = factOf(this.#tickets[place] as Ticket);
      facts[place] = read;
      return read;
    };
    this.#known.set(factOf, ofPlace);
    return ofPlace;
  }

  /** The same test or cost, of places. */
  overPlaces<Result>(ofTickets: OfTickets<Result>): OfPlaces<Result> {
    const facts = factsOf(ofTickets);
    const tickets = this.#tickets;
    if (!facts)
      return (one, other, waited) => ofTickets(tickets[one] as Ticket, tickets[other] as Ticket, waited);
    const of = this.facts(facts.factOf);
    const { compare } = facts;
    return (one, other, waited) => compare(of(one), of(other), waited);
  }
}

function factsOf<Result>(ofTickets: OfTickets<Result>): Facts<Result> | undefined {
  return "facts" in ofTickets ? (ofTickets as Comparing<Result>).facts : undefined;
}
