/**
 * The arena's own matchmaking, once a second: `formMatches` with a queue's rules. Whoever comes back from a ready check
 * keeps the beginning of its waiting and counts one more return.
 */
import type { FormingPass, QueueRules } from "../../../src/matchmaking/queue-rules.ts";
import type { Ticket } from "../../../src/matchmaking/ticket.ts";
import type { Arrival } from "./arrivals.ts";
import { type Matcher, type Proposal, type Seat, seatsOf } from "./simulate-day.ts";

export type FormMatches = (
  rules: QueueRules,
  tickets: readonly Ticket[],
  at: { now: number; seed: number },
) => FormingPass;

export class ArenaMatcher implements Matcher {
  readonly #form: FormMatches;
  readonly #rules: QueueRules;
  readonly #arrivals = new Map<string, Arrival>();
  #waiting: readonly Ticket[] = [];
  #joining: Ticket[] = [];
  readonly #returning = new Map<string, number>();

  constructor(form: FormMatches, rules: QueueRules) {
    this.#form = form;
    this.#rules = rules;
  }

  enqueue(arrival: Arrival): void {
    this.#arrivals.set(arrival.ticket.ticketId, arrival);
    this.#joining.push(arrival.ticket);
  }

  giveBack(seats: readonly Seat[]): void {
    for (const { ticket } of new Set(seats.map(({ arrival }) => arrival))) {
      const returned = (this.#returning.get(ticket.ticketId) ?? 0) + 1;
      this.#returning.set(ticket.ticketId, returned);
      this.#joining.unshift({ ...ticket, returned });
    }
  }

  form(now: number): Proposal[] {
    const tickets = [...this.#joining, ...this.#waiting];
    this.#joining = [];
    const { matches, waiting } = this.#form(this.#rules, tickets, { now, seed: now });
    this.#waiting = waiting;
    return matches.map(({ teams, region }) => ({ region, teams: teams.map((team) => this.#seats(team)) }));
  }

  #seats(team: readonly Ticket[]): Seat[] {
    return team.flatMap(({ ticketId }) => {
      const arrival = this.#arrivals.get(ticketId);
      if (!arrival) throw new Error(`ticket ${ticketId} was never enqueued`);
      return seatsOf(arrival);
    });
  }
}
