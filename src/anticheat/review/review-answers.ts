/**
 * The operators' API of reviews, by type. All under /api/operator, HTTP Basic, roles "reviewer" and "operator".
 *
 *   GET  /api/operator/me                        → OperatorAnswer
 *   GET  /api/operator/cases?status=&before=&least= → CasesAnswer, newest first, 50 at a time; least: a level
 *   GET  /api/operator/cases/:caseId             → CaseAnswer
 *   POST /api/operator/cases/:caseId/confirm     ConfirmBody → CaseAnswer: bans the player, in all processes at once
 *   POST /api/operator/cases/:caseId/clear       ClearBody → CaseAnswer: trusted again, evidence and ban lifted
 *   GET  /api/operator/replays/:matchId          → the recording's file
 *
 * Of the player (bearer token):
 *   GET  /api/me/standing                        → StandingAnswer
 *   POST /api/me/appeals                         AppealBody → StandingAnswer
 */
import type { Evidence, TrustLevel } from "../trust/trust-services.ts";

export type CaseStatus = "open" | "appealed" | "confirmed" | "cleared";

export interface OperatorAnswer {
  name: string;
  role: "metrics" | "reviewer" | "operator";
}

export interface CaseSummary {
  caseId: string;
  playerId: string;
  playerName: string;
  status: CaseStatus;
  level: TrustLevel;
  /** The validator or code of the latest decision. */
  reason: string;
  /** Logarithm (natural) of the combined e-value at the latest decision. */
  logEvidence: number;
  /** Times the connection was closed for a crime against the protocol. */
  kicks: number;
  /** ISO times. */
  openedAt: string;
  updatedAt: string;
  matchId: string;
  /** Weighted reports and commendations by players. */
  reports: number;
  commendations: number;
}

export interface CasesAnswer {
  cases: CaseSummary[];
  /** For `before`; absent at the end. */
  next?: string;
  /** How many there are of each. */
  counts: Record<CaseStatus, number>;
}

export interface CaseDecision {
  at: string;
  level: TrustLevel;
  kicked: boolean;
  reason: string;
  logEvidence: number;
  room: string;
  matchId: string;
}

export interface CaseEvidence extends Evidence {
  /** Where the engagement can be watched; absent when there is no recording any more. */
  replay?: string;
}

export interface CaseAnswer extends CaseSummary {
  /** Oldest first. */
  decisions: CaseDecision[];
  evidence: CaseEvidence[];
  /** What operators did. */
  verdicts: { at: string; by: string; verdict: "confirmed" | "cleared"; note: string; banUntil?: string }[];
  appeal?: { at: string; text: string };
  reportTexts: { at: string; reason: string; weight: number; matchId: string }[];
}

export interface ConfirmBody {
  /** Days; 0 bans for ever. */
  banDays: number;
  note: string;
  /** Verdicts that the case had when the operator looked: with more of them by now, `case_decided`. Absent: any. */
  verdictsSeen?: number | undefined;
}

export interface ClearBody {
  note: string;
  verdictsSeen?: number | undefined;
}

/** What the player may know: never which validator, never how close. */
export interface StandingAnswer {
  bans: { caseId?: string; reason: string; from: string; until?: string; appealed: boolean }[];
}

export interface AppealBody {
  caseId: string;
  text: string;
}
