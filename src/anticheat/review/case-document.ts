/** A case against a player as it is stored, and how decisions add to it. Pure; what rooms hand over is bounded here. */
import { higher } from "../trust/trust-level.ts";
import type { Decision, Evidence, TrustLevel } from "../trust/trust-services.ts";
import type { CaseDecision, CaseStatus } from "./review-answers.ts";

/** The newest are kept. */
export const MOST_EVIDENCE = 200;
export const MOST_DECISIONS = 100;
const MOST_MEASURED = 16;
const LONGEST_NAME = 64;

export interface StoredVerdict {
  at: Date;
  /** The operator's name. */
  by: string;
  verdict: "confirmed" | "cleared";
  note: string;
  /** Of a confirmed one; absent: for ever. */
  banUntil?: Date | undefined;
}

/** `key` makes a decision that is handed over twice count once. */
export type StoredDecision = CaseDecision & { key: string };

export interface CaseDocument {
  _id: string;
  playerId: string;
  /** The player's id while the case is open: a player has one at most. */
  openFor?: string | undefined;
  status: CaseStatus;
  /** The highest that it came to. */
  level: TrustLevel;
  /** Of the latest decision. */
  reason: string;
  logEvidence: number;
  room: string;
  matchId: string;
  kicks: number;
  openedAt: Date;
  updatedAt: Date;
  /** Unique, by the time of the latest change: pages are cut by it. */
  order: string;
  decisions: StoredDecision[];
  evidence: Evidence[];
  verdicts: StoredVerdict[];
  appeal?: { at: Date; text: string } | undefined;
  /** Whether the latest verdict has had all its effects. */
  settled: boolean;
  revision: number;
}

export function orderOf(updatedAt: Date, caseId: string): string {
  return `${updatedAt.toISOString()}/${caseId}`;
}

export function openCase(caseId: string, decision: Decision, key: string, now: Date): CaseDocument {
  const empty: CaseDocument = {
    _id: caseId,
    playerId: decision.playerId,
    openFor: decision.playerId,
    status: "open",
    level: decision.level,
    reason: "",
    logEvidence: 0,
    room: "",
    matchId: "",
    kicks: 0,
    openedAt: now,
    updatedAt: now,
    order: orderOf(now, caseId),
    decisions: [],
    evidence: [],
    verdicts: [],
    settled: true,
    revision: 0,
  };
  return { ...empty, ...additionOf(empty, decision, key, now) };
}

/** What a decision changes of a case. */
export function additionOf(
  { _id, level, kicks, decisions, evidence }: CaseDocument,
  decision: Decision,
  key: string,
  now: Date,
): Partial<CaseDocument> {
  const added: StoredDecision = {
    key,
    at: decision.at,
    level: decision.level,
    kicked: decision.kicked,
    reason: named(decision.reason),
    logEvidence: finite(decision.logEvidence),
    room: named(decision.room),
    matchId: named(decision.matchId),
  };
  const { reason, logEvidence, room, matchId } = added;
  return {
    level: higher(level, decision.level),
    reason,
    logEvidence,
    room,
    matchId,
    kicks: kicks + (decision.kicked ? 1 : 0),
    updatedAt: now,
    order: orderOf(now, _id),
    decisions: [...decisions, added].slice(-MOST_DECISIONS),
    evidence: withNew(evidence, decision.evidence.map(bounded)).slice(-MOST_EVIDENCE),
  };
}

/** Each decision comes with the latest evidence, most of which came with the one before it. */
function withNew(known: readonly Evidence[], added: readonly Evidence[]): Evidence[] {
  const seen = new Set(known.map(identityOf));
  return [...known, ...added.filter((one) => !seen.has(identityOf(one)))];
}

function identityOf({ validator, at, matchId, fromTick, toTick, targetSlot, logEvidence }: Evidence): string {
  return [validator, at, matchId, fromTick, toTick, targetSlot, logEvidence].join("/");
}

function bounded(evidence: Evidence): Evidence {
  const measured = Object.entries(evidence.measured)
    .slice(0, MOST_MEASURED)
    // Names of fields have no dots and dollars in the database.
    .map(([name, value]) => [named(name).replaceAll(/[.$]/g, "_"), finite(value)]);
  return {
    validator: named(evidence.validator),
    at: evidence.at,
    room: named(evidence.room),
    matchId: named(evidence.matchId),
    fromTick: finite(evidence.fromTick),
    toTick: finite(evidence.toTick),
    slot: finite(evidence.slot),
    targetSlot: finite(evidence.targetSlot),
    positive: evidence.positive,
    measured: Object.fromEntries(measured) as Record<string, number>,
    logEvidence: finite(evidence.logEvidence),
  };
}

const named = (text: string): string => text.slice(0, LONGEST_NAME);
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
