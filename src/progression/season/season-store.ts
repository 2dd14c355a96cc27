/**
 * Which seasons have been closed, in the collection `seasons`, one document a season. A lease lets one process at a
 * time do the closing; it is an economy, not what keeps rewards from being given twice (that is the ledger's key).
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";

export interface SeasonDocument {
  _id: string;
  state: "closing" | "closed";
  holder: string;
  leaseUntil: Date;
  startedAt: Date;
  closedAt?: Date | undefined;
  /** Rewards given. */
  rewarded: number;
}

const seasonSchema = new Schema<SeasonDocument>(
  {
    _id: { type: String, required: true },
    state: { type: String, required: true },
    holder: { type: String, required: true },
    leaseUntil: { type: Date, required: true },
    startedAt: { type: Date, required: true },
    closedAt: { type: Date, required: false },
    rewarded: { type: Number, required: true, default: 0 },
  },
  { collection: "seasons", versionKey: false, autoIndex: false },
);

const DUPLICATE_KEY = 11_000;

export class SeasonStore {
  readonly #model: Model<SeasonDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<SeasonDocument>("Season", seasonSchema);
  }

  async find(seasonId: string): Promise<SeasonDocument | undefined> {
    return (await this.#model.findById(seasonId).lean()) ?? undefined;
  }

  /** Takes (or keeps) the lease. @returns false when the season is closed, or another holder is at it. */
  async claim(seasonId: string, holder: string, now: Date, leaseMs: number): Promise<boolean> {
    const leaseUntil = new Date(now.getTime() + leaseMs);
    try {
      await this.#model.create({
        _id: seasonId,
        state: "closing",
        holder,
        leaseUntil,
        startedAt: now,
        rewarded: 0,
      });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
    const taken = await this.#model.updateOne(
      { _id: seasonId, state: "closing", $or: [{ holder }, { leaseUntil: trusted({ $lt: now }) }] },
      { $set: { holder, leaseUntil } },
    );
    return taken.matchedCount === 1;
  }

  async close(seasonId: string, holder: string, rewarded: number, now: Date): Promise<void> {
    await this.#model.updateOne(
      { _id: seasonId, holder },
      { $set: { state: "closed", closedAt: now }, $inc: { rewarded } },
    );
  }
}
