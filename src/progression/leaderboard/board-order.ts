/** The one order of a board's entries. Pure. */
import type { BoardEntry } from "./leaderboard.ts";

type Unranked = Omit<BoardEntry, "rank">;

/** Higher score first; of equals who reached it first; of those the smaller id. */
export function compareEntries(a: Unranked, b: Unranked): number {
  return b.score - a.score || a.at.getTime() - b.at.getTime() || (a.playerId < b.playerId ? -1 : 1);
}

/** Entries with their ranks among each other. */
export function rankAmong(entries: readonly Unranked[]): BoardEntry[] {
  return entries
    .toSorted(compareEntries)
    .map(({ playerId, score, at }, index) => ({ playerId, score, at, rank: index + 1 }));
}
