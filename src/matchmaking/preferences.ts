/** Ready-made preferences: 0 is as good as it gets, 1 about as bad as is still fine. `weight` says how much it matters. */
import { commonRegionOf, worstLatencyOf } from "./common-region.ts";
import type { Preference, ProposedMatch } from "./queue-rules.ts";
import { meanMu, type Ticket } from "./ticket.ts";

/** Chances near even: the largest distance from an even chance, ×5, so that 30 to 70 % costs 1 with two teams. */
export function closeMatch(weight = 4): Preference {
  return {
    name: "chances",
    weight,
    match: ({ winChances }) =>
      5 * Math.max(...winChances.map((chance) => Math.abs(chance - 1 / winChances.length))),
  };
}

/** Players of like strength. @param scale the distance of mean mu that costs 1. */
export function closeRatings(weight = 1, scale = 8): Preference {
  return { name: "rating", weight, pair: (one, other) => Math.abs(meanMu(one) - meanMu(other)) / scale };
}

/** A common region nearby. @param badMs the worst player's round trip that costs 1. */
export function lowLatency(weight = 1, badMs = 150): Preference {
  const cost = (worstMs: number): number => Math.min(10, worstMs / badMs);
  return {
    name: "latency",
    weight,
    pair: (one, other) => cost(worstLatencyOf(one, other)),
    match: ({ teams }) => cost(commonRegionOf(teams.flat()).worstMs),
  };
}

/** Parties against parties: each player by whom the teams' largest parties differ costs a half. */
export function evenParties(weight = 1): Preference {
  return {
    name: "parties",
    weight,
    match: ({ teams }) => {
      const largest = teams.map((tickets) => Math.max(0, ...tickets.map(({ members }) => members.length)));
      return (Math.max(...largest) - Math.min(...largest)) / 2;
    },
  };
}

/** Opponents of the latest matches cost 1. */
export function freshOpponents(weight = 0.5): Preference {
  const met = (one: Ticket, other: Ticket): boolean =>
    one.members.some(({ recentOpponents }) =>
      other.members.some(({ playerId }) => recentOpponents.includes(playerId)),
    );
  return { name: "recent", weight, pair: (one, other) => (met(one, other) || met(other, one) ? 1 : 0) };
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
