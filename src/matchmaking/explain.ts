/** Why a ticket waits: for the player who asks, and for whoever tunes a queue. */
import { Crowd } from "./crowd.ts";
import { MatchSearch } from "./match-search.ts";
import type { Filter, HeldBy, QueueRules } from "./queue-rules.ts";
import { compareIds, SkillOrder } from "./skill-order.ts";
import { meanMu, type Ticket, waitedSeconds } from "./ticket.ts";

/** Others that are looked at: evenly spread over the line, so that the cost does not grow with it. */
const SAMPLE = 200;

/** @param waiting the whole line, with or without the ticket. For many tickets of one line `WaitExplainer` costs less. */
export function whatHolds(
  rules: QueueRules,
  ticket: Ticket,
  waiting: readonly Ticket[],
  now: number,
): HeldBy {
  return new WaitExplainer(rules, waiting, now).whatHolds(ticket);
}

/** Explains one line at one moment. What filters read of the sampled tickets is read once for all questions. */
export class WaitExplainer {
  readonly #rules: QueueRules;
  readonly #now: number;
  readonly #places: number;
  /** Players of the whole line. */
  readonly #players: number;
  /** Each sampled ticket stands for so many. */
  readonly #weight: number;
  readonly #sample: readonly { ticket: Ticket; place: number }[];
  readonly #crowd: Crowd;

  constructor(rules: QueueRules, waiting: readonly Ticket[], now: number) {
    const crowd = new Crowd(rules.filters, now);
    this.#rules = rules;
    this.#now = now;
    this.#crowd = crowd;
    this.#places = rules.teams.reduce((sum, size) => sum + size, 0);
    this.#players = waiting.reduce((sum, { members }) => sum + members.length, 0);
    this.#sample = thin(waiting).map((ticket) => ({ ticket, place: crowd.add(ticket) }));
    this.#weight = waiting.length / Math.max(1, this.#sample.length);
  }

  /**
   * Which filter keeps most of those who wait away from a ticket. Where enough may meet it, the first filter over whole
   * matches that refused one.
   */
  whatHolds(ticket: Ticket): HeldBy {
    const rules = this.#rules;
    const waited = waitedSeconds(ticket, this.#now);
    const hardOnly = waited >= rules.mostWaitSeconds;
    const mayFill = rules.fillAfterSeconds !== undefined && waited >= rules.fillAfterSeconds;
    const needed = mayFill ? rules.leastPlayers : this.#places;
    const self = this.#crowd.add(ticket);
    const own = ticket.members.length;
    const kept = new Map<Filter, number>();
    const free: Ticket[] = [];
    let looked = 0;
    let mayMeet = 0;
    for (const { ticket: other, place } of this.#sample) {
      if (place === self) continue;
      const size = other.members.length;
      looked += size;
      const filters = this.#crowd.keepingApart(self, place, hardOnly);
      for (const filter of filters) kept.set(filter, (kept.get(filter) ?? 0) + size);
      if (filters.length > 0) continue;
      free.push(other);
      mayMeet += size;
    }
    const [worst] = [...kept].sort(([, a], [, b]) => b - a);
    const worstShare = worst ? worst[1] / looked : 0;
    // Whoever asks may stand in the line or not; either way it is one of those who are needed.
    if (Math.max(this.#players, own + looked) < needed) return { reason: "too_few" };
    if (mayMeet * this.#weight + own < needed)
      return worst ? heldBy(worst[0], worstShare) : { reason: "too_few" };
    if (mayMeet + own < needed) return { reason: "soon" };
    const result = this.#search(ticket, free);
    if (result.found) return { reason: "soon" };
    if (result.refusedBy) return heldBy(result.refusedBy, 1);
    // They may not meet each other, or their parties do not fit together.
    return worst && worstShare > 0.5 ? heldBy(worst[0], worstShare) : { reason: "too_few" };
  }

  #search(ticket: Ticket, free: readonly Ticket[]): ReturnType<MatchSearch["find"]> {
    const mu = meanMu(ticket);
    const distance = (other: Ticket): number => Math.abs(meanMu(other) - mu);
    const nearest = free.toSorted((a, b) => distance(a) - distance(b) || compareIds(a, b));
    const order = new SkillOrder([ticket, ...nearest.slice(0, 4 * this.#places)], this.#now);
    return new MatchSearch(this.#rules, order, { seed: 0, share: 0 }).find(order.tickets.indexOf(ticket));
  }
}

function heldBy({ name, says }: Filter, share: number): HeldBy {
  return { reason: "filter", filter: name, says, share };
}

function thin(tickets: readonly Ticket[]): readonly Ticket[] {
  if (tickets.length <= SAMPLE) return tickets;
  const step = tickets.length / SAMPLE;
  return Array.from({ length: SAMPLE }, (_, at) => tickets[Math.floor(at * step)] as Ticket);
}
