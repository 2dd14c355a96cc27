/**
 * Reports and commendations in MongoDB, one document for each reporter, target and match: the same again changes it. How
 * many a player made today stands in a document of its own, whose conditional update is what holds the limit, from
 * however many processes reports come at the same instant. Of the limit for one match, of reports that arrive at the same
 * instant, too many rather than too few are refused.
 *
 * A report keeps the time of its first version, and is not changed any more once its target's case was decided. Ids of
 * documents say nothing of players, so that a deleted player's can be taken out of them.
 */
import { randomUUID } from "node:crypto";
import { type Connection, type Model, Schema, trusted } from "mongoose";
import { ArenaError, type ErrorCode } from "../../errors.ts";
import type { ReportKind } from "./report-weight.ts";

export type Verdict = "confirmed" | "cleared";

export interface ReportDocument {
  _id: string;
  reporterId: string;
  targetId: string;
  matchId: string;
  kind: ReportKind;
  reason: string;
  text?: string | undefined;
  at: Date;
  /** By the reporter's record at the time. */
  weight: number;
  /** Players of the match, the target included, who were the reporter's friends then. */
  friends: string[];
  /** What became of the target's case; absent while nobody has decided. */
  verdict?: Verdict | undefined;
}

export type NewReport = Omit<ReportDocument, "_id" | "verdict">;

/** How many of the kind. */
export interface ReportLimits {
  perDay: number;
  perMatch: number;
}

export type PutResult =
  | { ok: true; report: ReportDocument }
  | { ok: false; code: Extract<ErrorCode, "reports_full" | "report_closed"> };

interface AllowanceDocument {
  _id: string;
  /** Of UTC, as "2026-01-31". */
  day: string;
  report: number;
  commend: number;
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;

const reportSchema = new Schema<ReportDocument>(
  {
    _id: text,
    reporterId: text,
    targetId: text,
    matchId: text,
    kind: { ...text, enum: ["report", "commend"] },
    reason: { ...text, maxlength: 32 },
    text: { type: String, maxlength: 300 },
    at: { type: Date, required: true },
    weight: count,
    friends: { type: [String], default: [] },
    verdict: { type: String, enum: ["confirmed", "cleared"] },
  },
  { collection: "player_reports", versionKey: false, autoIndex: false },
);
reportSchema.index({ reporterId: 1, matchId: 1, targetId: 1 }, { unique: true });
reportSchema.index({ reporterId: 1, at: -1 });
reportSchema.index({ targetId: 1, at: -1 });
reportSchema.index({ at: 1 });

const allowanceSchema = new Schema<AllowanceDocument>(
  { _id: text, day: text, report: count, commend: count },
  { collection: "report_allowances", versionKey: false, autoIndex: false },
);

const DUPLICATE_KEY = 11_000;
const MOST_TRIES = 5;
const FULL = { ok: false, code: "reports_full" } as const;

export class ReportStore {
  readonly #reports: Model<ReportDocument>;
  readonly #allowances: Model<AllowanceDocument>;

  constructor(connection: Connection) {
    this.#reports = connection.model<ReportDocument>("PlayerReport", reportSchema);
    this.#allowances = connection.model<AllowanceDocument>("ReportAllowance", allowanceSchema);
  }

  /** Makes the report, or changes the one that is there. */
  async put(report: NewReport, limits: ReportLimits): Promise<PutResult> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.find(report);
      const result = found ? await this.#change(found, report, limits) : await this.#insert(report, limits);
      if (result) return result;
    }
    throw new ArenaError("overloaded");
  }

  async find({
    reporterId,
    matchId,
    targetId,
  }: Pick<NewReport, "reporterId" | "matchId" | "targetId">): Promise<ReportDocument | undefined> {
    return (await this.#reports.findOne({ reporterId, matchId, targetId }).lean()) ?? undefined;
  }

  /** Newest first. */
  async givenBy(reporterId: string, limit: number): Promise<ReportDocument[]> {
    return this.#reports.find({ reporterId }).sort({ at: -1 }).limit(limit).lean();
  }

  async givenInMatch(reporterId: string, matchId: string): Promise<ReportDocument[]> {
    return this.#reports.find({ reporterId, matchId }).lean();
  }

  /** Newest first. */
  async receivedBy(targetId: string, since: Date, limit: number): Promise<ReportDocument[]> {
    return this.#reports
      .find({ targetId, at: trusted({ $gte: since }) })
      .sort({ at: -1 })
      .limit(limit)
      .lean();
  }

  /** What came of a reporter's reports, and how many of the kind were made since then. */
  async recordOf(
    reporterId: string,
    kind: ReportKind,
    since: Date,
  ): Promise<{ confirmed: number; cleared: number; given: number }> {
    const judged = (verdict: Verdict) =>
      this.#reports.countDocuments({ reporterId, kind: "report", verdict });
    const [confirmed, cleared, given] = await Promise.all([
      judged("confirmed"),
      judged("cleared"),
      this.#reports.countDocuments({ reporterId, kind, at: trusted({ $gte: since }) }),
    ]);
    return { confirmed, cleared, given };
  }

  /** Notes what became of the reports of a player since then that nobody had decided. @returns how many. */
  async judge(targetId: string, verdict: Verdict, since: Date): Promise<number> {
    const judged = await this.#reports.updateMany(
      { targetId, kind: "report", at: trusted({ $gte: since }), verdict: trusted({ $exists: false }) },
      { $set: { verdict } },
    );
    return judged.modifiedCount;
  }

  async dropOlder(than: Date): Promise<number> {
    const dropped = await this.#reports.deleteMany({ at: trusted({ $lt: than }) });
    await this.#allowances.deleteMany({ day: trusted({ $lt: dayOf(than) }) });
    return dropped.deletedCount;
  }

  /**
   * What deletion leaves: of decided reports of the player that there was one, under a pseudonym, for others' records.
   * May be repeated.
   */
  async forget(playerId: string, pseudonym: string): Promise<void> {
    await this.#reports.deleteMany({ reporterId: playerId });
    await this.#allowances.deleteMany({ _id: playerId });
    await this.#reports.deleteMany({ targetId: playerId, verdict: trusted({ $exists: false }) });
    await this.#reports.updateMany(
      { targetId: playerId },
      { $set: { targetId: pseudonym }, $unset: { text: 1 } },
    );
    await this.#reports.updateMany({ friends: playerId }, { $pull: { friends: playerId } });
  }

  /** @returns undefined when another one came first. */
  async #insert(report: NewReport, limits: ReportLimits): Promise<PutResult | undefined> {
    const { reporterId, matchId, kind, at } = report;
    if (!(await this.#take(reporterId, kind, at, limits.perDay)))
      // The same one, sent at the same instant, may have taken the day's last.
      return (await this.find(report)) ? undefined : FULL;
    const document: ReportDocument = { _id: randomUUID(), ...report };
    try {
      await this.#reports.create(document);
    } catch (error) {
      await this.#giveBack(reporterId, kind, at);
      if ((error as { code?: unknown }).code === DUPLICATE_KEY) return undefined;
      throw error;
    }
    // Counted afterwards: of those that came at the same instant, each sees all that came before it.
    if ((await this.#reports.countDocuments({ reporterId, matchId, kind })) <= limits.perMatch)
      return { ok: true, report: document };
    await this.#reports.deleteOne({ _id: document._id });
    await this.#giveBack(reporterId, kind, at);
    return FULL;
  }

  /** @returns undefined when it is not there any more. */
  async #change(
    found: ReportDocument,
    report: NewReport,
    limits: ReportLimits,
  ): Promise<PutResult | undefined> {
    if (found.verdict !== undefined) return { ok: false, code: "report_closed" };
    const { reporterId, matchId, kind, reason, weight, friends, text: words } = report;
    if (kind !== found.kind) {
      if ((await this.#reports.countDocuments({ reporterId, matchId, kind })) >= limits.perMatch) return FULL;
      if (!(await this.#take(reporterId, kind, report.at, limits.perDay))) return FULL;
    }
    const changed = await this.#reports.updateOne(
      { _id: found._id, verdict: trusted({ $exists: false }) },
      {
        $set: { kind, reason, weight, friends, ...(words === undefined ? {} : { text: words }) },
        ...(words === undefined ? { $unset: { text: 1 } } : {}),
      },
    );
    if (changed.matchedCount === 0) return undefined;
    return { ok: true, report: { ...found, kind, reason, weight, friends, text: words } };
  }

  /** @returns false when the day's are used up. */
  async #take(playerId: string, kind: ReportKind, at: Date, perDay: number): Promise<boolean> {
    const day = dayOf(at);
    try {
      const fresh = { day, report: 0, commend: 0 };
      await this.#allowances.updateOne(
        { _id: playerId, day: trusted({ $ne: day }) },
        { $set: fresh },
        { upsert: true },
      );
    } catch (error) {
      // It is of this day already.
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
    const taken = await this.#allowances.updateOne(
      { _id: playerId, day, [kind]: trusted({ $lt: perDay }) },
      { $inc: { [kind]: 1 } },
    );
    return taken.matchedCount === 1;
  }

  async #giveBack(playerId: string, kind: ReportKind, at: Date): Promise<void> {
    await this.#allowances.updateOne({ _id: playerId, day: dayOf(at) }, { $inc: { [kind]: -1 } });
  }
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
