/**
 * Ready-made filters and the means to write others. Each is pure and made once, when the configuration is read; limits
 * may relax with waiting (`Relaxing`). Filters are asked in any order, and not always all of them.
 */
import { reachOf, worstBetween } from "./common-region.ts";
import { blockEachOther, blockedBy, latelyMetBy, metLately } from "./named-people.ts";
import { comparing, endingAfter } from "./pair-facts.ts";
import { distanceFromEven, meetingPlaceOf, partyGap } from "./proposal.ts";
import type { Filter, ProposedMatch, Relaxing } from "./queue-rules.ts";
import { relaxedTo } from "./relaxing.ts";
import { meanMu, type Ticket, type TicketMember } from "./ticket.ts";

type PairTest = (one: Ticket, other: Ticket, longestWaitSeconds: number) => boolean;
type MatchTest = (match: ProposedMatch, longestWaitSeconds: number) => boolean;

/** The mean mu of two tickets is at most that far apart. @param most on the rating's scale, where sigma begins at mu/3. */
export function ratingDistance(most: Relaxing): Filter {
  return {
    name: "rating",
    says: "Looking for players of your strength.",
    pair: comparing(meanMu, (one, other, waited) => Math.abs(one - other) <= relaxedTo(most, waited)),
  };
}

/**
 * Each team's chance to win (openskill's `predictWin`: Weng and Lin, "A Bayesian Approximation Method for Online
 * Ranking", JMLR 12, 2011) is at most that far from even.
 * @param mostFromEven 0–1; with two teams 0.1 allows 40 to 60 %.
 */
export function winChance(mostFromEven: Relaxing): Filter {
  return {
    name: "chances",
    says: "Looking for a match that either side can win.",
    match: (match, waited) => distanceFromEven(match) <= relaxedTo(mostFromEven, waited),
  };
}

/** The largest parties of the teams differ by at most that many players: friends who know each other meet such. */
export function partySizes(mostDifference: Relaxing): Filter {
  return {
    name: "parties",
    says: "Looking for a party like yours on the other side.",
    match: (match, waited) => partyGap(match) <= relaxedTo(mostDifference, waited),
  };
}

/** A region exists that everybody reaches within that time. Whoever measured nothing is let pass. */
export function commonRegion(mostMs: Relaxing): Filter {
  return {
    name: "latency",
    says: "Looking for players who are near enough.",
    pair: comparing(reachOf, (one, other, waited) => worstBetween(one, other) <= relaxedTo(mostMs, waited)),
    match: (match, waited) => meetingPlaceOf(match).worstMs <= relaxedTo(mostMs, waited),
  };
}

/** Builds that differ would not understand each other. */
export function sameBuild(): Filter {
  return {
    name: "build",
    says: "The others run another version of the game.",
    hard: true,
    keyOf: ({ members }) => distinct(members, ({ build }) => build),
  };
}

/** Each trust tier plays among itself; a party belongs where its least trusted member does. */
export function trustApart(): Filter {
  return {
    name: "trust",
    says: "Looking for players.",
    hard: true,
    keyOf: ({ members }) => String(Math.max(...members.map(({ trustTier }) => trustTier))),
  };
}

/** Two players of whom one blocks the other never play together, on whichever side. */
export function avoidBlocked(): Filter {
  return {
    name: "blocked",
    says: "Some of the players who wait are on a block list.",
    hard: true,
    pair: comparing(blockedBy, (one, other) => !blockEachOther(one, other)),
  };
}

/** Nobody meets an opponent of the latest matches again. @param lastOpponents how many of the latest opponents count. */
export function avoidRecentOpponents(lastOpponents = 5): Filter {
  return {
    name: "recent",
    says: "Looking for players whom you have not just met.",
    pair: comparing(
      (ticket) => latelyMetBy(ticket, lastOpponents),
      (one, other) => !metLately(one, other, lastOpponents),
    ),
  };
}

/** Cross-input off: keyboards among themselves, and so on. A mixed party meets mixed parties. */
export function sameInput(): Filter {
  return {
    name: "input",
    says: "Looking for players with the same kind of controls.",
    pair: comparing(
      ({ members }) => distinct(members, ({ input }) => input),
      (one, other) => one === other,
    ),
  };
}

/** The leaders' values of an attribute are equal: a mode, a language. */
export function sameAttribute(name: string): Filter {
  return {
    name,
    says: `Looking for players with the same ${name}.`,
    hard: true,
    keyOf: ({ members: [leader] }) =>
      Object.hasOwn(leader.attributes, name) ? JSON.stringify(leader.attributes[name]) : "",
  };
}

/** A game's own filter over two tickets; the test must be symmetric. */
export function pairFilter(name: string, test: PairTest, says = "Looking for players who suit you."): Filter {
  return { name, says, pair: test };
}

/** A game's own filter over the whole match. */
export function matchFilter(
  name: string,
  test: MatchTest,
  says = "Looking for a match that suits you.",
): Filter {
  return { name, says, match: test };
}

/** Ends a filter: from then on it holds nobody. */
export function until(seconds: number, filter: Filter): Filter {
  const { name, says, keyOf, pair, match } = filter;
  const sameKey =
    keyOf &&
    endingAfter(
      seconds,
      comparing(keyOf, (one, other) => one === other),
    );
  const holds = pair && endingAfter(seconds, pair);
  const both: PairTest | undefined =
    sameKey && holds
      ? (one, other, waited) => sameKey(one, other, waited) && holds(one, other, waited)
      : (sameKey ?? holds);
  return {
    name,
    says,
    ...(both ? { pair: both } : {}),
    ...(match ? { match: (proposed, waited) => waited >= seconds || match(proposed, waited) } : {}),
  };
}

/** A filter, or a named function over two tickets. @throws TypeError for a function without a name. */
export function asFilter(filter: Filter | PairTest): Filter {
  if (typeof filter !== "function") return filter;
  if (filter.name === "")
    throw new TypeError("a filter function needs a name: players are told which filter holds them");
  return pairFilter(filter.name, filter);
}

function distinct(members: readonly TicketMember[], of: (member: TicketMember) => string): string {
  const [first] = members;
  if (first && members.length === 1) return of(first);
  return [...new Set(members.map(of))].sort().join("\n");
}
