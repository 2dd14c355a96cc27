/** Why a ticket waits: for the player who asks, and for whoever tunes a queue. */
import { partition } from "./form-matches.ts";
import { MatchSearch } from "./match-search.ts";
import type { Filter, HeldBy, QueueRules } from "./queue-rules.ts";
import { SkillOrder } from "./skill-order.ts";
import { type Ticket, waitedSeconds } from "./ticket.ts";

/** Others that are looked at: evenly spread over the line, so that the cost does not grow with it. */
const SAMPLE = 200;

/**
 * Which filter keeps most of those who wait away from a ticket. Where there are enough who may meet it, the filter
 * over whole matches that refused the best one.
 * @param waiting the whole line, with or without the ticket.
 */
export function whatHolds(
  rules: QueueRules,
  ticket: Ticket,
  waiting: readonly Ticket[],
  now: number,
): HeldBy {
  const places = rules.teams.reduce((sum, size) => sum + size, 0);
  const others = waiting.filter(({ ticketId }) => ticketId !== ticket.ticketId);
  const players = others.reduce((sum, { members }) => sum + members.length, ticket.members.length);
  if (players < places) return { reason: "too_few" };
  const sample = thin(others);
  const kept = new Map<Filter, number>();
  let free = ticket.members.length;
  let looked = 0;
  for (const other of sample) {
    const refusing = rules.filters.filter((filter) => !mayMeet(filter, ticket, other, now));
    looked += other.members.length;
    if (refusing.length === 0) free += other.members.length;
    for (const filter of refusing) kept.set(filter, (kept.get(filter) ?? 0) + other.members.length);
  }
  // What the sample says about all of them.
  const enough = free * Math.max(1, others.length / Math.max(1, sample.length)) >= places;
  if (!enough) {
    const [worst] = [...kept].sort(([, a], [, b]) => b - a);
    if (worst) return heldBy(worst[0], worst[1] / looked);
    return { reason: "too_few" };
  }
  const part = partition(rules, [ticket, ...sample]).find(([, tickets]) => tickets.includes(ticket))?.[1] ?? [
    ticket,
  ];
  const order = new SkillOrder(part, now);
  const result = new MatchSearch(rules, order).find(order.tickets.indexOf(ticket));
  return !result.found && result.refusedBy ? heldBy(result.refusedBy, 1) : { reason: "soon" };
}

function heldBy({ name, says }: Filter, share: number): HeldBy {
  return { reason: "filter", filter: name, says, share };
}

function mayMeet({ keyOf, pair }: Filter, one: Ticket, other: Ticket, now: number): boolean {
  if (keyOf && keyOf(one) !== keyOf(other)) return false;
  return !pair || pair(one, other, Math.max(waitedSeconds(one, now), waitedSeconds(other, now)));
}

function thin(tickets: readonly Ticket[]): readonly Ticket[] {
  if (tickets.length <= SAMPLE) return tickets;
  const step = tickets.length / SAMPLE;
  return Array.from({ length: SAMPLE }, (_, at) => tickets[Math.floor(at * step)] as Ticket);
}
