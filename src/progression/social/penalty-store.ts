/**
 * Bans and other penalties in MongoDB, one document each, never changed but by lifting. The `_id` is the imposer's
 * idempotency key: imposing it again changes nothing. Looking penalties up at the door is the auth's work.
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";

export type PenaltyKind = "ban" | "mute" | "queue_cooldown";

export interface PenaltyDocument {
  _id: string;
  playerId: string;
  kind: PenaltyKind;
  /** A code, for the player to be told and for statistics. */
  reason: string;
  /** For operators. */
  note?: string | undefined;
  from: Date;
  /** Absent: for ever. */
  until?: Date | undefined;
  issuedBy: string;
  liftedAt?: Date | undefined;
  liftedBy?: string | undefined;
  /** Where the evidence is kept. */
  evidence?: string | undefined;
}

export interface NewPenalty extends Omit<PenaltyDocument, "_id" | "liftedAt" | "liftedBy"> {
  /** Unique: the same key again changes nothing. */
  key: string;
}

const penaltySchema = new Schema<PenaltyDocument>(
  {
    _id: { type: String, required: true },
    playerId: { type: String, required: true },
    kind: { type: String, required: true, enum: ["ban", "mute", "queue_cooldown"] },
    reason: { type: String, required: true, maxlength: 64 },
    note: { type: String, maxlength: 2000 },
    from: { type: Date, required: true },
    until: Date,
    issuedBy: { type: String, required: true, maxlength: 64 },
    liftedAt: Date,
    liftedBy: String,
    evidence: { type: String, maxlength: 500 },
  },
  { collection: "penalties", versionKey: false, autoIndex: false },
);
penaltySchema.index({ playerId: 1, kind: 1 });

const DUPLICATE_KEY = 11_000;

export class PenaltyStore {
  readonly #model: Model<PenaltyDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<PenaltyDocument>("Penalty", penaltySchema);
  }

  /** @returns the penalty as it stands: the earlier one when the key was used before. */
  async impose({ key, ...penalty }: NewPenalty): Promise<PenaltyDocument> {
    try {
      await this.#model.create({ _id: key, ...penalty });
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
    return (await this.#model.findById(key).lean()) as PenaltyDocument;
  }

  /** @returns false when there is no such penalty, or it was lifted before. */
  async lift(key: string, by: string, now: Date): Promise<boolean> {
    const lifted = await this.#model.updateOne(
      { _id: key, liftedAt: trusted({ $exists: false }) },
      { $set: { liftedAt: now, liftedBy: by } },
    );
    return lifted.matchedCount === 1;
  }

  /** Of several that are in force the one that lasts longest. */
  async activeFor(playerId: string, kind: PenaltyKind, now: Date): Promise<PenaltyDocument | undefined> {
    const all = await this.#model.find({ playerId, kind }).lean();
    return all
      .filter(({ from, until, liftedAt }) => !liftedAt && from <= now && (!until || until > now))
      .sort((a, b) => (b.until?.getTime() ?? Infinity) - (a.until?.getTime() ?? Infinity))[0];
  }

  /** Until when each of those players is under such a penalty; undefined: for ever. Others are not in the answer. */
  async activeAmong(
    playerIds: readonly string[],
    kind: PenaltyKind,
    now: Date,
  ): Promise<Map<string, Date | undefined>> {
    const all = await this.#model.find({ playerId: trusted({ $in: [...playerIds] }), kind }).lean();
    const inForce = all.filter(
      ({ from, until, liftedAt }) => !liftedAt && from <= now && (!until || until > now),
    );
    const latest = inForce.sort(
      (a, b) => (a.until?.getTime() ?? Infinity) - (b.until?.getTime() ?? Infinity),
    );
    return new Map(latest.map(({ playerId, until }) => [playerId, until]));
  }

  /** Newest first, lifted ones included. */
  async historyOf(playerId: string, limit: number): Promise<PenaltyDocument[]> {
    return this.#model.find({ playerId }).sort({ from: -1 }).limit(limit).lean();
  }

  /** Lifted ones do not count. */
  async countSince(playerId: string, kind: PenaltyKind, since: Date): Promise<number> {
    const all = await this.#model.find({ playerId, kind }).lean();
    return all.filter(({ from, liftedAt }) => !liftedAt && from >= since).length;
  }

  /**
   * What deletion leaves: penalties in force stay, without notes, or a new account under the same sign-in would wash
   * a ban off; the others go.
   */
  async forget(playerId: string, now: Date): Promise<void> {
    const all = await this.#model.find({ playerId }).lean();
    const over = all
      .filter(({ until, liftedAt }) => liftedAt || (until && until <= now))
      .map(({ _id }) => _id);
    if (over.length > 0) await this.#model.deleteMany({ _id: trusted({ $in: over }) });
    await this.#model.updateMany({ playerId }, { $unset: { note: 1, evidence: 1 } });
  }
}

/**
 * How long the next penalty lasts: a ladder of durations, the last of which repeats.
 * @param earlier penalties that count already.
 */
export function escalatedDuration(earlier: number, ladderMs: readonly [number, ...number[]]): number {
  return ladderMs[Math.min(Math.max(0, earlier), ladderMs.length - 1)] ?? ladderMs[0];
}
