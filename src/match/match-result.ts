/** The result of a match: what a room hands over when it is decided, and what storage keeps for ever. */

/** One player's part in a match. Bots have none: they own no progress. */
export interface MatchPlayer {
  playerId: string;
  name: string;
  team: number;
  score: number;
  kills: number;
  deaths: number;
  /** 1 is best; players level with each other share a placement. */
  placement: number;
  won: boolean;
  /** Left before the end and did not come back. */
  left: boolean;
}

export interface MatchResult {
  /** Unique; the key under which everything the match causes is done once. */
  matchId: string;
  room: string;
  mode: string;
  map: string;
  /** Seed of the match's random generator. */
  seed: number;
  startedAt: Date;
  endedAt: Date;
  /** Fighters in the match, bots included. */
  fighters: number;
  players: MatchPlayer[];
}

/** What the match did to one player, after it was stored. */
export interface PlayerProgress {
  playerId: string;
  /** Experience earned in this match. */
  earned: number;
  experience: number;
  level: number;
  /** Progress inside the level, 0–1. */
  levelProgress: number;
  games: number;
  wins: number;
  kills: number;
  deaths: number;
}

/** Takes results and answers when they are stored and applied; `undefined` when it could not take one. */
export type RecordMatch = (result: MatchResult) => Promise<PlayerProgress[] | undefined>;
