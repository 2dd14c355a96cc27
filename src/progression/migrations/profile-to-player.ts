/**
 * What becomes of a profile, the first build's document of a player (`profiles`): a player of layout 2 and the ledger
 * entries that account for it. Pure.
 *
 * The whole experience is one entry, `opening`. Every match the profile remembers gets an entry that is worth nothing,
 * as its part is inside the opening balance: a result that is delivered again is known by it and not counted twice.
 * Fields that are missing or of another type take the value a fresh player has; counts are rounded down to a whole one.
 */
import { freshPlayer, type LedgerEntry, type PlayerDocument } from "../player/player-document.ts";

/** A document of the collection `ledger`. */
export type LedgerDocument = LedgerEntry & { _id: string; playerId: string };

export interface MigratedPlayer {
  player: PlayerDocument;
  entries: LedgerDocument[];
  /** Whether a field was not what it should have been. */
  mended: boolean;
}

const FALLBACK_NAME = "Player";

/** @param now stands in the entries, and for a time that is missing. */
export function profileToPlayer(profile: Readonly<Record<string, unknown>>, now: Date): MigratedPlayer {
  let mended = false;
  const read = <T>(value: unknown, isValid: (value: unknown) => value is T, otherwise: T): T => {
    if (isValid(value)) return value;
    mended = true;
    return otherwise;
  };
  const count = (field: string): number => {
    const value = profile[field];
    if (isCount(value)) return value;
    mended = true;
    const number = typeof value === "number" && Number.isFinite(value) ? Math.floor(value) : 0;
    return Math.min(Math.max(number, 0), Number.MAX_SAFE_INTEGER);
  };
  const playerId = profile["_id"] as string;
  const fresh = freshPlayer({ playerId, name: read(profile["name"], isText, FALLBACK_NAME) }, now);
  const experience = count("experience");
  const applied = read<unknown[]>(profile["appliedMatches"], Array.isArray, []);
  const matchIds = [...new Set(applied)].filter(isText);
  mended ||= matchIds.length !== applied.length;

  const opening = entryOf(playerId, { key: "opening", seq: 1, kind: "opening", experience }, now);
  const matches = matchIds.map((matchId, index) =>
    entryOf(playerId, { key: `match/${matchId}`, seq: index + 2, kind: "match", experience: 0 }, now),
  );
  const entries = [opening, ...matches];
  const player: PlayerDocument = {
    ...fresh,
    createdAt: read(profile["createdAt"], isTime, now),
    experience,
    stats: {
      ...fresh.stats,
      games: count("games"),
      wins: count("wins"),
      kills: count("kills"),
      deaths: count("deaths"),
    },
    seq: entries.length,
  };
  return { player, entries, mended };
}

export function ledgerIdOf(playerId: string, key: string): string {
  return `${playerId}/${key}`;
}

function entryOf(
  playerId: string,
  entry: Pick<LedgerEntry, "key" | "seq" | "kind" | "experience">,
  at: Date,
): LedgerDocument {
  const nothing = { currencies: {}, items: {}, achievements: [] };
  return { _id: ledgerIdOf(playerId, entry.key), playerId, ...entry, at, ...nothing };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
