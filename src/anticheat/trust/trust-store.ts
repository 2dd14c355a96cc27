/**
 * Players' levels of trust and the evidence of their running player-hour in MongoDB, one document a player who has any.
 *
 * Every write may be repeated and may come from several processes at once: a level only rises here, under a revision
 * that is compared and set; a verdict counts once, by its time, and starts a new epoch. A window is kept only in the
 * epoch in which it was handed out, so that what a verdict took away does not come back with a room that has not heard
 * of it. How levels fall back is computed when they are read (`trust-level.ts`).
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";
import { ArenaError } from "../../errors.ts";
import { higher, levelAfter } from "./trust-level.ts";
import { type EvidenceWindow, TRUST_LEVELS, type TrustLevel } from "./trust-services.ts";

interface WindowEntry {
  name: string;
  logEvidence: number;
  observations: number;
}

export interface TrustDocument {
  /** The player's id. */
  _id: string;
  level: TrustLevel;
  /** The latest decision, or until when a ban lasts: the quiet time counts from then. */
  since: Date;
  /** Of the latest verdict; 1970 where there was none. */
  verdictAt: Date;
  /** Counts verdicts. */
  epoch: number;
  revision: number;
  window?: { playedMs: number; entries: WindowEntry[] } | undefined;
}

export interface StoredStanding {
  level: TrustLevel;
  epoch: number;
  window?: EvidenceWindow;
}

export interface TrustVerdict {
  playerId: string;
  at: Date;
  level: TrustLevel;
  /** From when on quiet time counts. */
  since: Date;
}

const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const entrySchema = new Schema<WindowEntry>(
  { name: { type: String, required: true, maxlength: 64 }, logEvidence: number, observations: number },
  { _id: false },
);
const windowSchema = new Schema<NonNullable<TrustDocument["window"]>>(
  { playedMs: number, entries: { type: [entrySchema], default: [] } },
  { _id: false },
);
const trustSchema = new Schema<TrustDocument>(
  {
    _id: { type: String, required: true },
    level: { type: String, required: true, enum: TRUST_LEVELS },
    since: date,
    verdictAt: date,
    epoch: number,
    revision: number,
    window: windowSchema,
  },
  { collection: "trust", versionKey: false, autoIndex: false, minimize: false },
);

const DUPLICATE_KEY = 11_000;
const MOST_TRIES = 20;
/** A game lists a dozen validators. */
const MOST_ENTRIES = 64;
const NEVER = new Date(0);
const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === DUPLICATE_KEY;

export class TrustStore {
  readonly #model: Model<TrustDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<TrustDocument>("Trust", trustSchema);
  }

  async find(playerId: string, now: Date, quietDays: number): Promise<StoredStanding> {
    const found = await this.#model.findById(playerId).lean();
    if (!found) return { level: "trusted", epoch: 0 };
    const { level, since, epoch, window } = found;
    return {
      level: levelAfter(level, since, now, quietDays),
      epoch,
      ...(window ? { window: windowOf(window) } : {}),
    };
  }

  /** A decision. @returns the level from now on; undefined when a verdict has come since, which it does not touch. */
  async raise(
    playerId: string,
    level: TrustLevel,
    at: Date,
    quietDays: number,
  ): Promise<{ level: TrustLevel; epoch: number } | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.#model.findById(playerId).lean();
      if (!found) {
        if (await this.#insert({ _id: playerId, level, since: at })) return { level, epoch: 0 };
        continue;
      }
      const { revision, epoch, verdictAt, since } = found;
      if (at <= verdictAt) return undefined;
      const raised = higher(level, levelAfter(found.level, since, at, quietDays));
      const changed = await this.#model.updateOne(
        { _id: playerId, revision },
        { $set: { level: raised, since: since > at ? since : at }, $inc: { revision: 1 } },
      );
      if (changed.matchedCount === 1) return { level: raised, epoch };
    }
    throw new ArenaError("overloaded");
  }

  /** @returns false when a verdict has come since the window was handed out: it is not kept. */
  async keepWindow(playerId: string, window: EvidenceWindow, epoch: number, now: Date): Promise<boolean> {
    const entries = Object.keys(window.observations)
      .slice(0, MOST_ENTRIES)
      .map((name) => ({
        name,
        logEvidence: window.logEvidence[name] ?? 0,
        observations: window.observations[name] ?? 0,
      }));
    const kept = { playedMs: window.playedMs, entries };
    if (epoch > 0) {
      const changed = await this.#model.updateOne({ _id: playerId, epoch }, { $set: { window: kept } });
      return changed.matchedCount === 1;
    }
    try {
      await this.#model.updateOne(
        { _id: playerId, epoch },
        {
          $set: { window: kept },
          $setOnInsert: { level: "trusted", since: now, verdictAt: NEVER, revision: 0 },
        },
        { upsert: true },
      );
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** What a person decided, over everything before it. Once: a verdict that is not newer changes nothing. */
  async applyVerdict({ playerId, at, level, since }: TrustVerdict): Promise<void> {
    try {
      await this.#model.updateOne(
        { _id: playerId, verdictAt: trusted({ $lt: at }) },
        { $set: { level, since, verdictAt: at }, $unset: { window: 1 }, $inc: { epoch: 1, revision: 1 } },
        { upsert: true },
      );
    } catch (error) {
      // A newer one, or this one, was applied already.
      if (!isDuplicate(error)) throw error;
    }
  }

  async forget(playerId: string): Promise<void> {
    await this.#model.deleteOne({ _id: playerId });
  }

  async #insert(document: Pick<TrustDocument, "_id" | "level" | "since">): Promise<boolean> {
    try {
      await this.#model.create({ ...document, verdictAt: NEVER, epoch: 0, revision: 0 });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

function windowOf({ playedMs, entries }: NonNullable<TrustDocument["window"]>): EvidenceWindow {
  return {
    playedMs,
    logEvidence: Object.fromEntries(entries.map(({ name, logEvidence }) => [name, logEvidence])),
    observations: Object.fromEntries(entries.map(({ name, observations }) => [name, observations])),
  };
}
