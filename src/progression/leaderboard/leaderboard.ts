/**
 * Leaderboards, whatever keeps them. A board is derived: it can be made again from the players at any time.
 *
 * Order, everywhere: the higher score first; of equal scores the one that was reached first; of those the smaller
 * player id. It is total, so every implementation agrees on every rank.
 */

/** A player's standing as of one version of the player's document. */
export interface BoardSubmission {
  /** `ladder@all`, `ladder@season-3`. */
  board: string;
  playerId: string;
  /** Finite. */
  score: number;
  /** When it was reached. A score that is submitted again keeps the first time. */
  at: Date;
  /** The player's `seq`: a submission that is older than what stands there changes nothing. */
  version: number;
}

export interface BoardEntry {
  playerId: string;
  score: number;
  /** From 1. */
  rank: number;
  at: Date;
}

/** Every method may throw ArenaError `board_unavailable`. */
export interface Leaderboard {
  /** Many at once, of any boards. @returns how many changed something. */
  submit(submissions: readonly BoardSubmission[]): Promise<number>;
  /** Takes a player off all boards, or off those named. */
  withdraw(playerId: string, boards?: readonly string[]): Promise<void>;
  top(board: string, limit: number, offset?: number): Promise<BoardEntry[]>;
  /** The player with up to `each` neighbours above and below; none for who is not ranked. */
  around(board: string, playerId: string, each: number): Promise<BoardEntry[]>;
  rankOf(board: string, playerId: string): Promise<BoardEntry | undefined>;
  /** Those of the players that are ranked, with their ranks among each other. */
  among(board: string, playerIds: readonly string[]): Promise<BoardEntry[]>;
  size(board: string): Promise<number>;
  /** Everybody from a rank on, in batches, best first. */
  entries(board: string, batch: number, fromRank?: number): AsyncIterable<BoardEntry[]>;
  close(): Promise<void>;
}
