/**
 * What players say of each other after a match: taken, weighed, summed. Reports punish nobody. They order the operators'
 * queue, and from a threshold on the player is watched: evidence is kept, nothing else changes.
 *
 * A report is of somebody who was in the same stored match, for a limited time after it; the same again changes it. Its
 * weight is the reporter's at that time. Whoever is above the threshold and not watched is asked to be at every further
 * report, so that two that arrive at once cannot each leave it to the other. Sums look at the newest reports only: who
 * is flooded with worthless ones may lose older ones, never gain.
 */
import type { ReportsConfig } from "../../config/reports-config.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Decision, TrustLevel } from "../trust/trust-services.ts";
import type { ReportDocument, ReportStore, Verdict } from "./report-store.ts";
import { discountReturned, sumReports } from "./report-sum.ts";
import { RECORD_DAYS, type ReporterRecord, type ReportKind, reportWeight } from "./report-weight.ts";

/** A stored match, as far as reports need it. */
export interface ReportableMatch {
  room: string;
  endedAt: Date;
  /** Without those whose accounts were deleted. */
  players: readonly { playerId: string; name: string; team: number }[];
}

export interface PlayerReportsOptions {
  settings: ReportsConfig;
  store: ReportStore;
  matchOf: (matchId: string) => Promise<ReportableMatch | undefined>;
  /** Undefined for accounts that are gone. @param since of what to count the players met. */
  reporterOf: (
    playerId: string,
    since: Date,
  ) => Promise<(Pick<ReporterRecord, "met" | "games"> & { createdAt: Date }) | undefined>;
  friendsOf: (playerId: string) => Promise<readonly string[]>;
  levelOf: (playerId: string) => Promise<TrustLevel>;
  decide: (decision: Decision) => void;
}

export interface ReportRequest {
  reporterId: string;
  matchId: string;
  targetId: string;
  kind: ReportKind;
  reason: string;
  text?: string | undefined;
}

export type GiveResult =
  | { ok: true; report: ReportDocument }
  | {
      ok: false;
      code: Extract<
        ErrorCode,
        | "match_unknown"
        | "report_target_unknown"
        | "report_too_late"
        | "report_closed"
        | "reports_full"
        | "player_unknown"
      >;
    };

/** What others say of a player, for those who decide. */
export interface ReportSummary {
  /** Weighted. */
  reports: number;
  commendations: number;
  /** Reports that were not cleared, newest first. ISO times. */
  texts: { at: string; reason: string; weight: number; matchId: string; text?: string }[];
}

export interface MatchReports {
  open: boolean;
  until: Date;
  players: { playerId: string; name: string; team: number; given?: ReportDocument }[];
}

const DAY_MS = 86_400_000;
/** Half-lives after which a report counts for nothing that matters. */
const COUNTED_HALF_LIVES = 7;
const MOST_COUNTED = 200;
const MOST_TEXTS = 20;
const GOOD_STANDING: ReadonlySet<TrustLevel> = new Set(["trusted", "watched"]);

export class PlayerReports {
  readonly #options: PlayerReportsOptions;

  constructor(options: PlayerReportsOptions) {
    this.#options = options;
  }

  async give(request: ReportRequest, now: Date): Promise<GiveResult> {
    const { settings, store, matchOf } = this.#options;
    const { reporterId, matchId, targetId, kind } = request;
    const match = await matchOf(matchId);
    const plays = (playerId: string): boolean =>
      match?.players.some((one) => one.playerId === playerId) ?? false;
    if (!match || !plays(reporterId)) return { ok: false, code: "match_unknown" };
    if (targetId === reporterId || !plays(targetId)) return { ok: false, code: "report_target_unknown" };
    if (now > this.#closesAt(match)) return { ok: false, code: "report_too_late" };
    const weighed = await this.#weigh(request, match, now);
    if (!weighed) return { ok: false, code: "player_unknown" };
    const limits =
      kind === "report"
        ? { perDay: settings.perDay, perMatch: settings.perMatch }
        : { perDay: settings.commendationsPerDay, perMatch: settings.commendationsPerMatch };
    const put = await store.put({ ...request, ...weighed, at: now }, limits);
    if (put.ok && kind === "report") await this.#watch(targetId, matchId, match.room, now);
    return put;
  }

  /** Undefined where the player was in no such match. */
  async ofMatch(matchId: string, playerId: string, now: Date): Promise<MatchReports | undefined> {
    const match = await this.#options.matchOf(matchId);
    if (!match?.players.some((one) => one.playerId === playerId)) return undefined;
    const given = await this.#options.store.givenInMatch(playerId, matchId);
    const until = this.#closesAt(match);
    return {
      open: now <= until,
      until,
      players: match.players
        .filter((one) => one.playerId !== playerId)
        .map(({ playerId: targetId, name, team }) => {
          const report = given.find((one) => one.targetId === targetId);
          return { playerId: targetId, name, team, ...(report ? { given: report } : {}) };
        }),
    };
  }

  /** Newest first. */
  givenBy(playerId: string, limit: number): Promise<ReportDocument[]> {
    return this.#options.store.givenBy(playerId, limit);
  }

  async reportsOf(playerIds: readonly string[], now = new Date()): Promise<Map<string, ReportSummary>> {
    const all = [...new Set(playerIds)].map(
      async (playerId) => [playerId, await this.#summaryOf(playerId, now)] as const,
    );
    return new Map(await Promise.all(all));
  }

  /**
   * A person has decided the target's case: from now on it stands in the reporters' records.
   * @param since of which reports it was about.
   */
  async noteVerdict(targetId: string, verdict: Verdict, since: Date): Promise<void> {
    await this.#options.store.judge(targetId, verdict, since);
  }

  /** @param pseudonym for what stays about the player in others' records. */
  forget(playerId: string, pseudonym: string): Promise<void> {
    return this.#options.store.forget(playerId, pseudonym);
  }

  dropOld(now: Date): Promise<number> {
    return this.#options.store.dropOlder(new Date(now.getTime() - this.#options.settings.keepDays * DAY_MS));
  }

  #closesAt({ endedAt }: ReportableMatch): Date {
    return new Date(endedAt.getTime() + this.#options.settings.openHours * 3_600_000);
  }

  /** Undefined where the reporter's account is gone. */
  async #weigh(
    request: ReportRequest,
    { players }: ReportableMatch,
    now: Date,
  ): Promise<{ weight: number; friends: string[] } | undefined> {
    const { store, reporterOf, friendsOf, levelOf } = this.#options;
    const { reporterId, kind } = request;
    const since = new Date(now.getTime() - RECORD_DAYS * DAY_MS);
    const [reporter, friends, level, record, earlier] = await Promise.all([
      reporterOf(reporterId, since),
      friendsOf(reporterId),
      levelOf(reporterId),
      store.recordOf(reporterId, kind, since),
      store.find(request),
    ]);
    if (!reporter) return undefined;
    const { createdAt, games, met } = reporter;
    const weight = reportWeight(kind, {
      ...record,
      // One that is changed stands among them already.
      given: record.given + (earlier?.kind === kind ? 0 : 1),
      met,
      games,
      accountAgeMs: now.getTime() - createdAt.getTime(),
      inGoodStanding: GOOD_STANDING.has(level),
    });
    const here = new Set(players.map(({ playerId }) => playerId));
    return { weight, friends: friends.filter((friend) => here.has(friend)) };
  }

  async #watch(targetId: string, matchId: string, room: string, now: Date): Promise<void> {
    const { settings, levelOf, decide } = this.#options;
    const { reports } = await this.#summaryOf(targetId, now);
    if (reports < settings.watchAt || (await levelOf(targetId)) !== "trusted") return;
    decide({
      playerId: targetId,
      level: "watched",
      kicked: false,
      reason: "reports",
      logEvidence: 0,
      room,
      matchId,
      at: now.toISOString(),
      evidence: [],
    });
  }

  async #summaryOf(playerId: string, now: Date): Promise<ReportSummary> {
    const { store, settings } = this.#options;
    const { halfLifeDays } = settings;
    const since = new Date(now.getTime() - COUNTED_HALF_LIVES * halfLifeDays * DAY_MS);
    const received = await store.receivedBy(playerId, since, MOST_COUNTED);
    const reports = received.filter(({ kind, verdict }) => kind === "report" && verdict !== "cleared");
    const commendations = received.filter(({ kind }) => kind === "commend");
    const returned =
      commendations.length === 0
        ? []
        : (await store.givenBy(playerId, MOST_COUNTED)).filter(({ kind }) => kind === "commend");
    return {
      reports: sumReports(reports, now, halfLifeDays),
      commendations: sumReports(discountReturned(commendations, playerId, returned), now, halfLifeDays),
      texts: reports.slice(0, MOST_TEXTS).map(({ at, reason, weight, matchId, text }) => ({
        at: at.toISOString(),
        reason,
        weight,
        matchId,
        ...(text === undefined ? {} : { text }),
      })),
    };
  }
}
