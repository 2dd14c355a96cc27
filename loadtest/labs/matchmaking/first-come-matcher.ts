/**
 * First come, first served: whoever waits longest goes first, and those who fit beside it are taken in order of
 * arrival, parties whole. It looks at nothing else. Teams are dealt out as for the `QueueRoom`.
 */
import type { Arrival } from "./arrivals.ts";
import { type Matcher, type Proposal, type Seat, seatsOf } from "./simulate-day.ts";
import { dealTeams } from "./split-teams.ts";

export class FirstComeMatcher implements Matcher {
  readonly #teamSize: number;
  #waiting: Arrival[] = [];

  constructor(teamSize: number) {
    this.#teamSize = teamSize;
  }

  enqueue(arrival: Arrival): void {
    this.#waiting.push(arrival);
  }

  giveBack(seats: readonly Seat[]): void {
    this.#waiting.unshift(...new Set(seats.map(({ arrival }) => arrival)));
  }

  form(): Proposal[] {
    const proposals: Proposal[] = [];
    for (let group = this.#take(); group; group = this.#take())
      proposals.push({ teams: dealTeams(group.flatMap(seatsOf), this.#teamSize) });
    return proposals;
  }

  /** The first parties that fill two teams exactly; those that do not fit are passed over. */
  #take(): Arrival[] | undefined {
    const taken = new Set<Arrival>();
    let open = 2 * this.#teamSize;
    for (const arrival of this.#waiting) {
      const size = arrival.ticket.members.length;
      if (size > open) continue;
      taken.add(arrival);
      open -= size;
      if (open === 0) break;
    }
    if (open > 0) return undefined;
    this.#waiting = this.#waiting.filter((arrival) => !taken.has(arrival));
    return [...taken];
  }
}
