/**
 * Cases against players in MongoDB: a player has at most one that is open. Every change is made under a revision that is
 * compared and set, so of two operators who decide at once one wins, and of two processes that add decisions neither is
 * lost. A decision counts once, by its key, and one that is older than the player's latest verdict not at all.
 *
 * A verdict is stored with `settled: false` before it has any effect, and `settled` is set after the last one: whatever
 * stops in between is found and finished later (`reviews.ts`).
 */
import { randomUUID } from "node:crypto";
import { type Connection, type Model, Schema, trusted } from "mongoose";
import { ArenaError } from "../../errors.ts";
import { type Decision, TRUST_LEVELS } from "../trust/trust-services.ts";
import { additionOf, type CaseDocument, openCase, orderOf, type StoredVerdict } from "./case-document.ts";
import type { CaseStatus } from "./review-answers.ts";

/** Without what only the case's own page shows. */
export type CaseListing = Omit<CaseDocument, "decisions" | "evidence" | "verdicts" | "appeal">;

export interface CaseFilter {
  status?: CaseStatus | undefined;
  /** Levels to show; all where absent. */
  levels?: readonly string[] | undefined;
  /** The `order` of the last one of the page before. */
  before?: string | undefined;
}

const STATUSES = ["open", "appealed", "confirmed", "cleared"] as const;

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
// Made and bounded in `case-document.ts`.
const list = { type: [Schema.Types.Mixed], default: [] };

const caseSchema = new Schema<CaseDocument>(
  {
    _id: text,
    playerId: text,
    openFor: String,
    status: { ...text, enum: STATUSES },
    level: { ...text, enum: TRUST_LEVELS },
    reason: { type: String, default: "" },
    logEvidence: number,
    room: { type: String, default: "" },
    matchId: { type: String, default: "" },
    kicks: number,
    openedAt: date,
    updatedAt: date,
    order: text,
    decisions: list,
    evidence: list,
    verdicts: list,
    appeal: Schema.Types.Mixed,
    settled: { type: Boolean, required: true },
    revision: number,
  } as never,
  { collection: "anticheat_cases", versionKey: false, autoIndex: false, minimize: false },
);
caseSchema.index({ openFor: 1 }, { unique: true, sparse: true });
caseSchema.index({ playerId: 1, order: -1 });
caseSchema.index({ status: 1, order: -1 });
caseSchema.index({ order: -1 });
caseSchema.index({ settled: 1 });

const DUPLICATE_KEY = 11_000;
const MOST_TRIES = 20;

export type VerdictResult =
  | { ok: true; found: CaseDocument }
  | { ok: false; code: "case_unknown" | "case_decided" };

export class CaseStore {
  readonly #model: Model<CaseDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<CaseDocument>("AnticheatCase", caseSchema);
  }

  /** Adds a decision to the player's open case, or opens one. @returns false for one that a verdict has overtaken. */
  async add(decision: Decision, key: string, now: Date): Promise<boolean> {
    const { playerId } = decision;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const open = await this.#model.findOne({ openFor: playerId }).lean<CaseDocument>();
      if (open) {
        if (open.decisions.some((known) => known.key === key)) return true;
        if (await this.#change(open, { $set: additionOf(open, decision, key, now) })) return true;
        continue;
      }
      if (await this.#isOvertaken(decision, key)) return false;
      try {
        await this.#model.create(openCase(randomUUID(), decision, key, now));
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
      }
    }
    throw new ArenaError("overloaded");
  }

  async find(caseId: string): Promise<CaseDocument | undefined> {
    return (await this.#model.findById(caseId).lean<CaseDocument>()) ?? undefined;
  }

  /** Newest first. */
  async list({ status, levels, before }: CaseFilter, limit: number): Promise<CaseListing[]> {
    const filter: Record<string, unknown> = {};
    if (status !== undefined) filter["status"] = status;
    if (levels !== undefined) filter["level"] = trusted({ $in: [...levels] });
    if (before !== undefined) filter["order"] = trusted({ $lt: before });
    return this.#model
      .find(filter)
      .select({ decisions: 0, evidence: 0, verdicts: 0, appeal: 0 })
      .sort({ order: -1 })
      .limit(limit)
      .lean<CaseListing[]>();
  }

  async counts(): Promise<Record<CaseStatus, number>> {
    const counted = await Promise.all(STATUSES.map((status) => this.#model.countDocuments({ status })));
    return Object.fromEntries(STATUSES.map((status, index) => [status, counted[index] ?? 0])) as Record<
      CaseStatus,
      number
    >;
  }

  /** Newest first. */
  async ofPlayer(playerId: string, limit: number): Promise<CaseDocument[]> {
    return this.#model.find({ playerId }).sort({ order: -1 }).limit(limit).lean<CaseDocument[]>();
  }

  /**
   * An operator's word. Open and appealed cases can be confirmed and cleared, confirmed ones cleared; whoever comes
   * second, of two who looked at the same, is refused.
   * @param seen verdicts there were when the operator looked.
   */
  async judge(caseId: string, verdict: StoredVerdict, seen: number | undefined): Promise<VerdictResult> {
    let firstSeen = seen;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.find(caseId);
      if (!found) return { ok: false, code: "case_unknown" };
      firstSeen ??= found.verdicts.length;
      const { status, verdicts } = found;
      const may = status === "open" || status === "appealed" || verdict.verdict !== status;
      if (status === "cleared" || !may || verdicts.length !== firstSeen)
        return { ok: false, code: "case_decided" };
      // Later than the one before it, whatever the processes' clocks say.
      const at = new Date(Math.max(verdict.at.getTime(), (verdicts.at(-1)?.at.getTime() ?? 0) + 1));
      const change = {
        status: verdict.verdict,
        verdicts: [...verdicts, { ...verdict, at }],
        updatedAt: at,
        order: orderOf(at, caseId),
        settled: false,
      };
      if (await this.#change(found, { $set: change, $unset: { openFor: 1 } }))
        return { ok: true, found: { ...found, ...change, revision: found.revision + 1, openFor: undefined } };
    }
    throw new ArenaError("overloaded");
  }

  /** One for each case, of its confirmed verdict. @returns false: it is not confirmed, or was appealed before. */
  async appeal(caseId: string, playerId: string, words: string, now: Date): Promise<boolean> {
    const appealed = await this.#model.updateOne(
      { _id: caseId, playerId, status: "confirmed", appeal: trusted({ $exists: false }) },
      {
        $set: {
          status: "appealed",
          appeal: { at: now, text: words },
          updatedAt: now,
          order: orderOf(now, caseId),
        },
        $inc: { revision: 1 },
      },
    );
    return appealed.matchedCount === 1;
  }

  /** @returns false: a newer verdict has come. */
  async settled({ _id, verdicts }: CaseDocument): Promise<boolean> {
    const latest = verdicts.length - 1;
    const changed = await this.#model.updateOne(
      { _id, verdicts: trusted({ $size: latest + 1 }) },
      { $set: { settled: true }, $inc: { revision: 1 } },
    );
    return changed.matchedCount === 1;
  }

  async unsettled(limit: number): Promise<CaseDocument[]> {
    return this.#model.find({ settled: false }).limit(limit).lean<CaseDocument[]>();
  }

  /** Cleared ones, and open ones that never came to review. @returns how many. */
  async dropOlder(than: Date): Promise<number> {
    const old = { updatedAt: trusted({ $lt: than }) };
    const cleared = await this.#model.deleteMany({ ...old, status: "cleared" });
    const quiet = await this.#model.deleteMany({ ...old, status: "open", level: trusted({ $ne: "review" }) });
    return cleared.deletedCount + quiet.deletedCount;
  }

  async forget(playerId: string): Promise<void> {
    await this.#model.deleteMany({ playerId });
  }

  async #isOvertaken({ playerId, at }: Decision, key: string): Promise<boolean> {
    const decided = await this.ofPlayer(playerId, 10);
    return decided.some(
      ({ verdicts, decisions }) =>
        verdicts.some((verdict) => verdict.at >= new Date(at)) || decisions.some((one) => one.key === key),
    );
  }

  async #change({ _id, revision }: CaseDocument, update: Record<string, object>): Promise<boolean> {
    const changed = await this.#model.updateOne({ _id, revision }, { ...update, $inc: { revision: 1 } });
    return changed.matchedCount === 1;
  }
}
