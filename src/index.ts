/** The public API of colyseus-arena. What is not exported here is private and may change at any time. */
export { AntiCheatPlugin, type PlayerPlace } from "./anticheat/anticheat-plugin.ts";
export { type Engagement, ERRORS_BEFORE_SHOT, type Shot } from "./anticheat/engagement.ts";
export { type FogAudience, type FogOptions, FogPlugin } from "./anticheat/fog/fog-plugin.ts";
export type {
  GivenAnswer,
  MatchReportsAnswer,
  OwnReportsAnswer,
  ReportBody,
} from "./anticheat/reports/report-answers.ts";
export type {
  AppealBody,
  CaseAnswer,
  CaseDecision,
  CaseEvidence,
  CaseStatus,
  CaseSummary,
  CasesAnswer,
  ClearBody,
  ConfirmBody,
  OperatorAnswer,
  StandingAnswer,
} from "./anticheat/review/review-answers.ts";
export { RewindStamp } from "./anticheat/rewind-stamp.ts";
export type {
  Decision,
  Evidence,
  EvidenceWindow,
  TrustLevel,
  TrustServices,
  TrustStanding,
} from "./anticheat/trust/trust-services.ts";
export { defineLimit, defineTrial, type Validator } from "./anticheat/validator.ts";
export { combatValidators, inputValidators } from "./anticheat/validators/ready-made.ts";
export { defineArena } from "./arena/define-arena.ts";
export { type RoomServices, servicesOf } from "./arena/room-services.ts";
export { type ArenaServer, type RunningArena, startArena } from "./arena/start-arena.ts";
export { joinRefusal, type PlayerIdentity, requirePlayer } from "./auth/player-token.ts";
export type { Activity, SocialServices } from "./cluster/social-services.ts";
export { findTwins, type TwinRooms } from "./cluster/twin-rooms.ts";
export type { ArenaConfig, ArenaConfigInput, RoomDefinition } from "./config/config-schema.ts";
export type { ArenaDefinition, EnvironmentReader } from "./config/load-config.ts";
export type { ValidatorConfig } from "./config/validator-config.ts";
export { ArenaError, ERRORS, type ErrorCode } from "./errors.ts";
export { type FinalStanding, MatchPlugin, type Standing } from "./match/match-plugin.ts";
export type { MatchBot, MatchPlayer, MatchResult, PlayerProgress, Verified } from "./match/match-result.ts";
export { type BackfillRequest, pickForBackfill } from "./matchmaking/backfill.ts";
export { WaitExplainer, whatHolds } from "./matchmaking/explain.ts";
export * from "./matchmaking/filters.ts";
export { formMatches } from "./matchmaking/form-matches.ts";
export type {
  BackfillCall,
  DeclaredQueue,
  MatchCreated,
  MatchmakingServices,
  MatchNotCreated,
  PlayerStanding,
  SeatReservation,
} from "./matchmaking/matchmaking-services.ts";
export type { PlacedSeat, Placement } from "./matchmaking/placement.ts";
export * from "./matchmaking/preferences.ts";
export type { QueuePass } from "./matchmaking/queue-pass.ts";
export type {
  Filter,
  FormedMatch,
  HeldBy,
  Preference,
  ProposedMatch,
  QueueRules,
  Relaxing,
} from "./matchmaking/queue-rules.ts";
export { type MatchStatus, RosterPlugin } from "./matchmaking/roster-plugin.ts";
export { standardFilters, standardPreferences } from "./matchmaking/standard-rules.ts";
export { type Ticket, type TicketMember, waitedSeconds } from "./matchmaking/ticket.ts";
export { WaitEstimate } from "./matchmaking/wait-estimate.ts";
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
export { decodeReplay, openReplay, type ReplayHeader } from "./replay/replay-file.ts";
export type { ReplayGame, ReplayMismatch, ReplayRun } from "./replay/replay-game.ts";
export { type RecordingSetup, ReplayPlugin, type ReplayReference } from "./replay/replay-plugin.ts";
export { type ReplayReport, verifyReplay } from "./replay/verify-replay.ts";
export { UnreliableLanePlugin } from "./transport/lane/lane-plugin.ts";
export { type TeamVoiceOptions, TeamVoicePlugin } from "./transport/voice/team-voice-plugin.ts";
