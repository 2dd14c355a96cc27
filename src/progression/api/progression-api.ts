/** What the progression routes stand on; the composition root fills it. */
import type { ProgressionRules } from "../../config/progression-config.ts";
import type { MatchResult } from "../../match/match-result.ts";
import type { Leaderboard } from "../leaderboard/leaderboard.ts";
import type { PlayerStore } from "../player/player-store.ts";
import type { PenaltyStore } from "../social/penalty-store.ts";
import type { RelationStore } from "../social/relation-store.ts";

export interface ProgressionApi {
  rules: ProgressionRules;
  players: PlayerStore;
  board: Leaderboard;
  relations: RelationStore;
  penalties: PenaltyStore;
  /** The player's latest matches, newest first; with `before` those that ended earlier. */
  historyOf: (playerId: string, limit: number, before?: Date) => Promise<MatchResult[]>;
  /** What the player said of others, newest first, as an export shows it. */
  reportsGivenBy: (playerId: string, limit: number) => Promise<Record<string, unknown>[]>;
  /** Decided cases against the player, as an export shows them. */
  casesOf: (playerId: string) => Promise<Record<string, unknown>[]>;
  /** Takes the player out of what others see: matches and boards. */
  forget: (playerId: string) => Promise<void>;
}
