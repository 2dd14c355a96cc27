/**
 * One pass over a queue: forms every match that the rules allow now and that a bounded search finds. Pure, and
 * deterministic for given tickets (in whatever order), time and seed.
 *
 * The tickets are split by the filters' keys and sorted by mean skill, n log n. Then each, who has waited longest
 * first, looks for a match among the free neighbours in that order (`MatchSearch`), as many as the size of the match
 * asks for. In one dimension neighbours are the best partners: to pair sorted numbers with their neighbours gives the
 * least sum of differences. Sorted windows are what FlexMatch calls its "sorted" batching, and Colyseus' `QueueRoom`
 * fills groups in the order of ranks; what is added is that each match is built around who waits longest, by all
 * preferences, with teams split as evenly as they can be (`assignTeams`).
 *
 * Nobody starves: who has waited `mostWaitSeconds` comes first, is held by hard filters alone where all of them do not
 * let it play, and looks at everybody; where too many want that at once, they take turns from pass to pass. Nothing is
 * held back for a better match later than the filters hold back.
 *
 * What it does not do: to find the best of all matches, or one at all wherever there is one, is hard in general (who
 * may not meet whom can be any graph, parties a packing problem). Whoever goes unmatched here stands further ahead in
 * the next pass.
 */
import { MatchSearch } from "./match-search.ts";
import type { FormedMatch, FormingPass, QueueRules } from "./queue-rules.ts";
import { compareIds, compareTurns, SkillOrder } from "./skill-order.ts";
import type { Ticket } from "./ticket.ts";

export interface PassOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Decides who is the first team. Rises by one from pass to pass, so that turns are taken. */
  readonly seed: number;
}

/** @throws whatever a filter or a preference of the game throws. */
export function formMatches(
  rules: QueueRules,
  tickets: readonly Ticket[],
  { now, seed }: PassOptions,
): FormingPass {
  const matches: FormedMatch[] = [];
  const waiting: Ticket[] = [];
  for (const [, part] of partition(rules, tickets)) {
    const order = new SkillOrder(part, now);
    const search = new MatchSearch(rules, order, { seed, share: part.length / tickets.length });
    const turns = order.byTurn();
    for (const anchor of turns) {
      if (!order.isFree(anchor)) continue;
      const { found } = search.find(anchor);
      if (!found) continue;
      for (const at of found.taken) order.take(at);
      matches.push(turnSides(found.match, rules.teams, seed));
    }
    for (const at of turns) if (order.isFree(at)) waiting.push(order.tickets[at] as Ticket);
  }
  waiting.sort(compareTurns);
  return { matches, waiting };
}

/** Those that the filters' keys let meet, in an order of their own. */
export function partition(rules: QueueRules, tickets: readonly Ticket[]): [key: string, part: Ticket[]][] {
  const keys = rules.filters.flatMap(({ keyOf }) => keyOf ?? []);
  const parts = new Map<string, Ticket[]>();
  for (const ticket of tickets) {
    const key = JSON.stringify(keys.map((keyOf) => keyOf(ticket)));
    const part = parts.get(key);
    if (part) part.push(ticket);
    else parts.set(key, [ticket]);
  }
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Teams of one size are turned by the seed and who plays: the first place is nobody's privilege. */
function turnSides(match: FormedMatch, sizes: readonly number[], seed: number): FormedMatch {
  const turn = hash(seed, match.teams.flat());
  const from = sizes.map((size, team) => {
    const alike = [...sizes.keys()].filter((other) => sizes[other] === size);
    return alike[(alike.indexOf(team) + turn) % alike.length] as number;
  });
  return {
    ...match,
    teams: from.map((team) => match.teams[team] as readonly Ticket[]),
    winChances: from.map((team) => match.winChances[team] as number),
  };
}

/** FNV-1a (Fowler, Noll and Vo), 32 bits, over the ids in their own order. */
function hash(seed: number, tickets: readonly Ticket[]): number {
  let value = 0x811c9dc5 ^ seed;
  for (const { ticketId } of tickets.toSorted(compareIds))
    for (let at = 0; at < ticketId.length; at += 1)
      value = Math.imul(value ^ ticketId.charCodeAt(at), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
