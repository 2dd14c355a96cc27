/**
 * Cases for people to decide: what they see, and what their word does. Confirming bans the player, with the case as the
 * reference, and leaves "mitigated" for the time after the ban; clearing lifts the case's bans and makes the player
 * trusted, with all evidence gone. Nothing else bans.
 *
 * A verdict is stored first and has its effects afterwards; each may be repeated, and what they come to follows from the
 * case's verdicts alone, so it does not matter who carries them out, how often, or in which order two do it at once.
 * `finish` carries out what a process left undone.
 */
import type { ErrorCode } from "../../errors.ts";
import type { TrustChange } from "../trust/trust-book.ts";
import { isAtLeast } from "../trust/trust-level.ts";
import { TRUST_LEVELS, type TrustLevel } from "../trust/trust-services.ts";
import type { TrustStore } from "../trust/trust-store.ts";
import type { CaseDocument, StoredVerdict } from "./case-document.ts";
import type { CaseListing, CaseStore } from "./case-store.ts";
import type {
  CaseAnswer,
  CaseStatus,
  CaseSummary,
  CasesAnswer,
  ClearBody,
  ConfirmBody,
  StandingAnswer,
} from "./review-answers.ts";

const PAGE = 50;
const DAY_MS = 86_400_000;
const UNSETTLED_AT_ONCE = 100;
const MOST_EXPORTED = 1000;

export interface ImposedBan {
  /** The same again changes nothing. */
  key: string;
  playerId: string;
  from: Date;
  /** Absent: for ever. */
  until?: Date | undefined;
  issuedBy: string;
  /** Where the evidence is kept. */
  evidence: string;
}

export interface ActiveBan {
  reason: string;
  from: Date;
  until?: Date | undefined;
  evidence?: string | undefined;
}

/** Weighted, and in words. */
export interface PlayerReportSummary {
  reports: number;
  commendations: number;
  texts: CaseAnswer["reportTexts"];
}

export interface ReviewsOptions {
  cases: CaseStore;
  trust: Pick<TrustStore, "find" | "applyVerdict">;
  quietDays: number;
  bans: {
    impose: (ban: ImposedBan) => Promise<unknown>;
    lift: (key: string, by: string, now: Date) => Promise<unknown>;
    activeOf: (playerId: string) => Promise<readonly ActiveBan[]>;
    /** The player's bans have changed: every process looks again. */
    changed: (playerId: string) => Promise<unknown>;
  };
  levelChanged: (change: TrustChange) => void;
  namesOf: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** By player; nobody has said anything of whom is not in the answer. */
  reportsOf?: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, PlayerReportSummary>>;
  /** What the player's reporters had right, of reports since then. */
  noteVerdict?: (playerId: string, verdict: StoredVerdict["verdict"], openedAt: Date) => Promise<void>;
  /** The address of a match's recording; undefined: there is none (any more). */
  replayOf: (matchId: string) => Promise<string | undefined>;
}

export type JudgeResult =
  | { ok: true; answer: CaseAnswer }
  | { ok: false; code: Extract<ErrorCode, "case_unknown" | "case_decided"> };

export class Reviews {
  readonly #options: ReviewsOptions;

  constructor(options: ReviewsOptions) {
    this.#options = options;
  }

  /** Newest first. @param least level of the cases that are shown. */
  async list(filter: {
    status?: CaseStatus | undefined;
    before?: string | undefined;
    least?: TrustLevel | undefined;
  }): Promise<CasesAnswer> {
    const { cases } = this.#options;
    const { least, ...rest } = filter;
    const levels = least && TRUST_LEVELS.filter((level) => isAtLeast(level, least));
    const [found, counts] = await Promise.all([cases.list({ ...rest, levels }, PAGE + 1), cases.counts()]);
    const page = found.slice(0, PAGE);
    const last = page.at(-1);
    return {
      cases: await this.#summaries(page),
      ...(found.length > PAGE && last ? { next: last.order } : {}),
      counts,
    };
  }

  async show(caseId: string): Promise<CaseAnswer | undefined> {
    const found = await this.#options.cases.find(caseId);
    return found && this.#answer(found);
  }

  /** Bans the player, in all processes at once. @param by the operator's name. */
  confirm(
    caseId: string,
    { banDays, note, verdictsSeen }: ConfirmBody,
    by: string,
    now: Date,
  ): Promise<JudgeResult> {
    const banUntil = banDays === 0 ? {} : { banUntil: new Date(now.getTime() + banDays * DAY_MS) };
    return this.#judge(caseId, { at: now, by, verdict: "confirmed", note, ...banUntil }, verdictsSeen);
  }

  clear(caseId: string, { note, verdictsSeen }: ClearBody, by: string, now: Date): Promise<JudgeResult> {
    return this.#judge(caseId, { at: now, by, verdict: "cleared", note }, verdictsSeen);
  }

  /** What the player may know. */
  async standingOf(playerId: string, now: Date): Promise<StandingAnswer> {
    const { bans, cases } = this.#options;
    const active = await bans.activeOf(playerId);
    if (active.length === 0) return { bans: [] };
    const own = await cases.ofPlayer(playerId, MOST_EXPORTED);
    return {
      bans: active
        .filter(({ until }) => !until || until > now)
        .map(({ reason, from, until, evidence }) => {
          const about = own.find(({ _id }) => evidenceOf(_id) === evidence);
          return {
            ...(about ? { caseId: about._id } : {}),
            reason,
            from: from.toISOString(),
            ...(until ? { until: until.toISOString() } : {}),
            appealed: about?.appeal !== undefined,
          };
        }),
    };
  }

  /** One for each case, while its ban lasts. */
  async appeal(playerId: string, caseId: string, text: string, now: Date): Promise<boolean> {
    const { bans } = await this.standingOf(playerId, now);
    if (!bans.some((ban) => ban.caseId === caseId && !ban.appealed)) return false;
    return this.#options.cases.appeal(caseId, playerId, text, now);
  }

  /** Of decided cases: the player's own part of them, and what came of it. Running ones would warn a cheat. */
  async exportOf(playerId: string): Promise<Record<string, unknown>[]> {
    const all = await this.#options.cases.ofPlayer(playerId, MOST_EXPORTED);
    return all
      .filter(({ status }) => status !== "open")
      .map(({ _id, status, openedAt, appeal, verdicts }) => ({
        caseId: _id,
        status,
        openedAt,
        ...(appeal ? { appeal } : {}),
        verdicts: verdicts.map(({ at, verdict, banUntil }) => ({
          at,
          verdict,
          ...(banUntil ? { banUntil } : {}),
        })),
      }));
  }

  /** Carries out verdicts that a process died with, or that an outage stopped. @returns how many. */
  async finish(now: Date): Promise<number> {
    const left = await this.#options.cases.unsettled(UNSETTLED_AT_ONCE);
    for (const one of left) await this.#carryOut(one, now);
    return left.length;
  }

  async #judge(caseId: string, verdict: StoredVerdict, seen: number | undefined): Promise<JudgeResult> {
    const judged = await this.#options.cases.judge(caseId, verdict, seen);
    if (!judged.ok) return judged;
    await this.#carryOut(judged.found, verdict.at);
    const answer = await this.show(caseId);
    return answer ? { ok: true, answer } : { ok: false, code: "case_unknown" };
  }

  async #carryOut(found: CaseDocument, now: Date): Promise<void> {
    const { cases, trust, bans, quietDays, levelChanged, noteVerdict } = this.#options;
    const { _id, playerId, verdicts, openedAt } = found;
    const last = verdicts.at(-1);
    if (!last) return;
    for (const [index, { verdict, at, by, banUntil }] of verdicts.entries()) {
      if (verdict !== "confirmed") continue;
      // An earlier one's as well: who is late to impose it finds it imposed, and lifted.
      const key = `${evidenceOf(_id)}/${index}`;
      await bans.impose({
        key,
        playerId,
        from: at,
        until: banUntil,
        issuedBy: by,
        evidence: evidenceOf(_id),
      });
      if (verdicts[index] !== last) await bans.lift(key, last.by, now);
    }
    await bans.changed(playerId);
    const cleared = last.verdict === "cleared";
    const since = cleared ? last.at : (last.banUntil ?? last.at);
    await trust.applyVerdict({
      playerId,
      at: last.at,
      level: cleared ? "trusted" : "mitigated",
      since,
    });
    // Read, as a newer verdict may have come.
    const { level, epoch } = await trust.find(playerId, now, quietDays);
    levelChanged({ playerId, level, epoch, reset: true });
    await noteVerdict?.(playerId, last.verdict, openedAt);
    await cases.settled(found);
  }

  async #summaries(found: readonly CaseListing[]): Promise<CaseSummary[]> {
    const playerIds = [...new Set(found.map(({ playerId }) => playerId))];
    const [names, reports] = await Promise.all([
      this.#options.namesOf(playerIds),
      this.#options.reportsOf?.(playerIds),
    ]);
    return found.map((one) => ({
      caseId: one._id,
      playerId: one.playerId,
      playerName: names.get(one.playerId) ?? "",
      status: one.status,
      level: one.level,
      reason: one.reason,
      logEvidence: one.logEvidence,
      kicks: one.kicks,
      openedAt: one.openedAt.toISOString(),
      updatedAt: one.updatedAt.toISOString(),
      matchId: one.matchId,
      reports: reports?.get(one.playerId)?.reports ?? 0,
      commendations: reports?.get(one.playerId)?.commendations ?? 0,
    }));
  }

  async #answer(found: CaseDocument): Promise<CaseAnswer | undefined> {
    const { replayOf, reportsOf } = this.#options;
    const [summary] = await this.#summaries([found]);
    if (!summary) return undefined;
    const { playerId, decisions, evidence, verdicts, appeal } = found;
    const matchIds = [...new Set(evidence.map(({ matchId }) => matchId))].filter((matchId) => matchId !== "");
    const replays = new Map(
      await Promise.all(matchIds.map(async (matchId) => [matchId, await replayOf(matchId)] as const)),
    );
    return {
      ...summary,
      decisions: decisions.map(({ key: _key, ...decision }) => decision),
      evidence: evidence.map((one) => {
        const replay = replays.get(one.matchId);
        return { ...one, ...(replay === undefined ? {} : { replay }) };
      }),
      verdicts: verdicts.map(({ at, banUntil, ...verdict }) => ({
        ...verdict,
        at: at.toISOString(),
        ...(banUntil ? { banUntil: banUntil.toISOString() } : {}),
      })),
      ...(appeal ? { appeal: { at: appeal.at.toISOString(), text: appeal.text } } : {}),
      reportTexts: (await reportsOf?.([playerId]))?.get(playerId)?.texts ?? [],
    };
  }
}

function evidenceOf(caseId: string): string {
  return `case:${caseId}`;
}
