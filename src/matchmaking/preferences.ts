/** Ready-made preferences: 0 is as good as it gets, 1 about as bad as is still fine. `weight` says how much it matters. */
import { reachOf, worstBetween } from "./common-region.ts";
import { latelyMetBy, metLately } from "./named-people.ts";
import { comparing } from "./pair-facts.ts";
import { distanceFromEven, meetingPlaceOf, partyGap } from "./proposal.ts";
import type { Preference, ProposedMatch } from "./queue-rules.ts";
import { meanMu, type Ticket } from "./ticket.ts";

/** Chances near even: the largest distance from an even chance, ×5, so that 30 to 70 % costs 1 with two teams. */
export function closeMatch(weight = 4): Preference {
  return {
    name: "chances",
    weight,
    match: (match) => 5 * distanceFromEven(match),
  };
}

/** Players of like strength. @param scale the distance of mean mu that costs 1. */
export function closeRatings(weight = 1, scale = 8): Preference {
  return { name: "rating", weight, pair: comparing(meanMu, (one, other) => Math.abs(one - other) / scale) };
}

/** A common region nearby. @param badMs the worst player's round trip that costs 1. */
export function lowLatency(weight = 1, badMs = 150): Preference {
  const cost = (worstMs: number): number => Math.min(10, worstMs / badMs);
  return {
    name: "latency",
    weight,
    pair: comparing(reachOf, (one, other) => cost(worstBetween(one, other))),
    match: (match) => cost(meetingPlaceOf(match).worstMs),
  };
}

/** Parties against parties: each player by whom the teams' largest parties differ costs a half. */
export function evenParties(weight = 1): Preference {
  return {
    name: "parties",
    weight,
    match: (match) => partyGap(match) / 2,
  };
}

/** Opponents of the latest matches cost 1. */
export function freshOpponents(weight = 0.5): Preference {
  return {
    name: "recent",
    weight,
    pair: comparing(
      (ticket) => latelyMetBy(ticket, Number.POSITIVE_INFINITY),
      (one, other) => (metLately(one, other, Number.POSITIVE_INFINITY) ? 1 : 0),
    ),
  };
}

/** A game's own. */
export function preference(
  name: string,
  weight: number,
  cost: {
    pair?: (one: Ticket, other: Ticket) => number;
    match?: (match: ProposedMatch) => number;
  },
): Preference {
  return { name, weight, ...cost };
}
