/** The public API of colyseus-arena. What is not exported here is private and may change at any time. */
export { defineArena } from "./arena/define-arena.ts";
export { type ArenaServer, type RunningArena, startArena } from "./arena/start-arena.ts";
export { joinRefusal, type PlayerIdentity, requirePlayer } from "./auth/player-token.ts";
export type { ArenaConfig, ArenaConfigInput, RoomDefinition } from "./config/config-schema.ts";
export type { ArenaDefinition, EnvironmentReader } from "./config/load-config.ts";
export { ArenaError, ERRORS, type ErrorCode } from "./errors.ts";
export { type FinalStanding, MatchPlugin, type RoomServices, type Standing } from "./match/match-plugin.ts";
export type { MatchBot, MatchPlayer, MatchResult, PlayerProgress } from "./match/match-result.ts";
export type {
  BoardLine,
  BoardPage,
  BoardRank,
  BoardsAnswer,
  CatalogueAnswer,
  ExportAnswer,
  FriendsAnswer,
  HistoryAnswer,
  HistoryEntry,
  InventoryAnswer,
  LedgerAnswer,
  OwnProfile,
  PublicProfile,
  PurchaseAnswer,
  RatingAnswer,
  RatingHistoryAnswer,
} from "./progression/api/answers.ts";
export type { Outcome } from "./progression/player/operation.ts";
export type { GrantRequest } from "./progression/progression.ts";
