/**
 * How a queue forms matches, as `arena.config.ts` says it: plain data and plain functions.
 *
 * - A **filter** must hold. `keyOf` splits the queue (tickets with different keys never meet), `pair` is asked of two
 *   tickets that would be in one match, on whichever side, and must be symmetric; `match` is asked of the whole match.
 * - A **preference** is scored: 0 is as good as it gets, 1 is about as bad as is still fine; the sum of `weight` times
 *   cost is kept low.
 * - An **expansion** relaxes a filter with waiting: its limit is a `Relaxing` number, or `until` ends the filter. What
 *   counts is the longest wait among the tickets at hand: whoever has waited long may meet whoever has just come.
 *
 * A ticket that has waited `mostWaitSeconds` goes first and is held by hard filters alone.
 */
import type { Ticket } from "./ticket.ts";

/** One number, or `[seconds waited, value]` steps in rising order: straight lines between them, level outside. */
export type Relaxing = number | readonly (readonly [afterSeconds: number, value: number])[];

/** A match as it would be played. */
export interface ProposedMatch {
  /** The tickets of each team, in the order of `QueueRules.teams`. */
  readonly teams: readonly (readonly Ticket[])[];
  /** Each team's chance to win, 0–1, their sum 1: openskill's `predictWin`. Computed when first read. */
  readonly winChances: readonly number[];
  /** The region whose worst latency is lowest, or "" when no region is common to all. */
  readonly region: string;
}

export interface Filter {
  readonly name: string;
  /** A sentence for the player whom it holds. */
  readonly says: string;
  /** Never given up, however long somebody waits. */
  readonly hard?: boolean;
  readonly keyOf?: (ticket: Ticket) => string;
  readonly pair?: (one: Ticket, other: Ticket, longestWaitSeconds: number) => boolean;
  readonly match?: (match: ProposedMatch, longestWaitSeconds: number) => boolean;
}

export interface Preference {
  readonly name: string;
  readonly weight: number;
  readonly pair?: (one: Ticket, other: Ticket) => number;
  readonly match?: (match: ProposedMatch) => number;
}

export interface QueueRules {
  /** Players of each team, like [5, 5], [1, 4], or [1, 1, 1, 1, 1, 1] for a free-for-all of six. */
  readonly teams: readonly number[];
  /** Largest party that may enter; never more than the largest team. */
  readonly largestParty: number;
  readonly filters: readonly Filter[];
  readonly preferences: readonly Preference[];
  /** From then on a ticket is held by hard filters alone. */
  readonly mostWaitSeconds: number;
  /** From then on a match may start with `leastPlayers`; the room fills the places with bots. Absent: never. */
  readonly fillAfterSeconds?: number | undefined;
  readonly leastPlayers: number;
}

export interface FormedMatch extends ProposedMatch {
  /** Weighted cost of the preferences, lower is better. */
  readonly cost: number;
  /** Places that stay open for bots. */
  readonly openPlaces: number;
}

/** What one pass over a queue gives. */
export interface FormingPass {
  readonly matches: readonly FormedMatch[];
  /** Those that go on waiting, in the order in which they stand: who is served first comes first. */
  readonly waiting: readonly Ticket[];
}

/** Why a ticket waits. */
export type HeldBy =
  /** Not enough players wait, whatever the filters. */
  | { readonly reason: "too_few" }
  /** `share` of the players who wait are kept away by this filter, 0–1: more than by any other. */
  | { readonly reason: "filter"; readonly filter: string; readonly says: string; readonly share: number }
  /** Nothing holds it: the next passes should serve it. */
  | { readonly reason: "soon" };
