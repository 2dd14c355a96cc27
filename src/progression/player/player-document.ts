/**
 * What a player owns, as one document of the collection `players`, and the ledger's entries. Everything of value
 * (experience, ratings, balances, items, achievements) stands in this one document, so that any change of it is a
 * single conditional update, which needs no transaction. Pure types and the two functions that make a document.
 */
import type { CurrencyAmounts, ItemCounts } from "../../config/progression-config.ts";

/** The newest layout; `npm run migrate` brings older documents to it. */
export const PLAYER_VERSION = 2;

/** A Weng-Lin rating as it is stored. */
export interface StoredRating {
  mu: number;
  sigma: number;
  /** Rated matches played in this queue. */
  games: number;
  /** When the rating last changed; uncertainty grows from here on. */
  ratedAt: Date;
}

export interface Statistics {
  games: number;
  wins: number;
  kills: number;
  deaths: number;
  /** Matches left before their end. */
  quits: number;
}

/** What was reached in the season that the player last played in. */
export interface SeasonProgress extends Statistics {
  id: string;
  experience: number;
}

export interface OwnedItem {
  count: number;
  acquiredAt: Date;
}

export interface Consent {
  /** May be used for statistics about the game; without it only what the game itself needs is kept. */
  analytics: boolean;
  decidedAt: Date;
}

export type LedgerKind = "match" | "purchase" | "grant" | "season" | "opening";

/** A rating as a ledger entry keeps it: after the match, and what players saw of it. */
export interface LedgerRating extends StoredRating {
  queue: string;
  /** Undefined while placement matches were still to be played. */
  displayed?: number | undefined;
  /** By how much `displayed` moved; undefined when it was or is not shown. */
  change?: number | undefined;
}

/**
 * One change of what a player owns: amounts are differences. Appended once under its key, never changed. The sum of
 * a player's entries is the player's experience, balances and item counts.
 */
export interface LedgerEntry {
  /** Unique for the player: `match/<matchId>`, `purchase/<key>`, `grant/<key>`, `season/<id>/<board>`, `opening`. */
  key: string;
  /** The player's `seq` after it: 1, 2, 3 … without gaps among entries that were not migrated. */
  seq: number;
  kind: LedgerKind;
  at: Date;
  experience: number;
  currencies: CurrencyAmounts;
  items: ItemCounts;
  achievements: string[];
  /** The rating after it, where it changed one. */
  rating?: LedgerRating | undefined;
  /** What it was about: an item's id, a grant's reason. */
  subject?: string | undefined;
  /** What was asked for, where `subject` does not say all of it: the same key with another request is told apart. */
  request?: string | undefined;
}

export interface PlayerDocument {
  _id: string;
  /** Layout version. */
  v: number;
  name: string;
  createdAt: Date;
  experience: number;
  /** How much of it was earned in matches that count for no leaderboard. */
  unranked?: number | undefined;
  stats: Statistics;
  season?: SeasonProgress | undefined;
  /** By queue. */
  ratings: Record<string, StoredRating>;
  /** Balances by currency, whole numbers ≥ 0. */
  wallet: CurrencyAmounts;
  /** By item id. */
  inventory: Record<string, OwnedItem>;
  /** Item ids by slot. */
  equipped: Record<string, string>;
  /** When each achievement was unlocked, by id. */
  achievements: Record<string, Date>;
  /** The player's own settings: small values by name. */
  settings: Record<string, string | number | boolean>;
  consent?: Consent | undefined;
  /** When the player's latest match ended. */
  playedAt?: Date | undefined;
  /** Counts every change of this document: an update names the `seq` it was computed from. */
  seq: number;
  /** Ledger entries that are not in the collection `ledger` yet, oldest first. */
  open: LedgerEntry[];
  /** Set when the player asked for deletion: nothing is left but this, and nothing may be added. */
  deletedAt?: Date | undefined;
}

export const NO_STATISTICS: Statistics = { games: 0, wins: 0, kills: 0, deaths: 0, quits: 0 };

export function freshPlayer(player: { playerId: string; name: string }, now: Date): PlayerDocument {
  return {
    _id: player.playerId,
    v: PLAYER_VERSION,
    name: player.name,
    createdAt: now,
    experience: 0,
    stats: { ...NO_STATISTICS },
    ratings: {},
    wallet: {},
    inventory: {},
    equipped: {},
    achievements: {},
    settings: {},
    seq: 0,
    open: [],
  };
}
