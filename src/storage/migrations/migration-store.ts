/**
 * What is kept about migrations (collection `migrations`), and the batches of the collections they walk.
 *
 * The lease is a conditional update of the migration's own document: it is taken when nobody holds it or its time is
 * over, and every save demands that it is still held. Whoever lost it learns so at the next save and stops; the batch
 * in between is then applied twice, which a migration has to bear (see `migration.ts`). Times are those of the
 * processes: clocks that differ by more than the lease make it change hands too early, which costs work, not data.
 *
 * Through the driver, without schemas: what is read here may be older than any schema.
 */
import type { Connection } from "mongoose";
import type { Counts, Database, Doc, Migration, MigrationState } from "./migration.ts";

const DUPLICATE_KEY = 11_000;

export interface Lease {
  id: string;
  holder: string;
  now: Date;
  leaseMs: number;
}

export class MigrationStore {
  readonly database: Database;

  constructor(connection: Connection) {
    if (connection.db === undefined) throw new Error("migrations need an open connection");
    this.database = connection.db;
  }

  /** Everything the database remembers, of this build's migrations or not. */
  async all(): Promise<MigrationState[]> {
    return this.#states.find({}).sort({ _id: 1 }).toArray();
  }

  async find(id: string): Promise<MigrationState | undefined> {
    return (await this.#states.findOne({ _id: id })) ?? undefined;
  }

  async isEmpty(collection: string): Promise<boolean> {
    const first = await this.database.collection(collection).findOne({}, { projection: { _id: 1 } });
    return first === null;
  }

  /** For a migration that has nothing to do. One that is known already stays as it is. */
  async skip(id: string, now: Date): Promise<void> {
    await this.#create({ ...freshState(id, now), state: "done", finishedAt: now });
  }

  /** Counts what there is to do and notes the beginning, once. */
  async begin(migration: Migration, now: Date): Promise<void> {
    if (await this.find(migration.id)) return;
    const source = this.database.collection<Doc & { _id: string }>(migration.collection);
    const total = await source.countDocuments(after(null, migration.select));
    const all = await source.countDocuments(migration.select ?? {});
    await this.#create({ ...freshState(migration.id, now), total, skipped: all - total });
  }

  /** @returns undefined when another holds it, or when the migration is done. */
  async take({ id, holder, now, leaseMs }: Lease): Promise<MigrationState | undefined> {
    const free = { $or: [{ holder: null }, { holder }, { leaseUntil: { $lte: now } }] };
    const held = { holder, leaseUntil: new Date(now.getTime() + leaseMs) };
    const taken = await this.#states.findOneAndUpdate(
      { _id: id, state: "running", ...free },
      { $set: held },
      { returnDocument: "after" },
    );
    return taken ?? undefined;
  }

  /** The next documents after the cursor. */
  async batch(migration: Migration, cursor: string | null, limit: number): Promise<Doc[]> {
    return this.database
      .collection<Doc & { _id: string }>(migration.collection)
      .find(after(cursor, migration.select))
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  /**
   * Notes that a batch is through and renews the lease.
   * @returns undefined when the lease was lost: then nothing was noted.
   */
  async save(
    { id, holder, now, leaseMs }: Lease,
    batch: { cursor: string; size: number; counts: Counts },
  ): Promise<MigrationState | undefined> {
    const counted = Object.entries(batch.counts).map(([name, n]) => [`counts.${name}`, n]);
    const saved = await this.#states.findOneAndUpdate(
      { _id: id, state: "running", holder },
      {
        $set: { cursor: batch.cursor, leaseUntil: new Date(now.getTime() + leaseMs) },
        $inc: { done: batch.size, ...(Object.fromEntries(counted) as Counts) },
      },
      { returnDocument: "after" },
    );
    return saved ?? undefined;
  }

  /** @returns undefined when the lease was lost. */
  async finish({ id, holder, now }: Lease): Promise<MigrationState | undefined> {
    const finished = await this.#states.findOneAndUpdate(
      { _id: id, state: "running", holder },
      { $set: { state: "done", finishedAt: now, holder: null } },
      { returnDocument: "after" },
    );
    return finished ?? undefined;
  }

  /** Lets the next one work at once. */
  async release({ id, holder }: Lease): Promise<void> {
    await this.#states.updateOne({ _id: id, state: "running", holder }, { $set: { holder: null } });
  }

  async #create(state: MigrationState): Promise<void> {
    try {
      await this.#states.insertOne(state);
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
  }

  get #states() {
    return this.database.collection<MigrationState>("migrations");
  }
}

/** A comparison with a string matches strings only, so a walk that began with another type would miss the rest. */
function after(cursor: string | null, select: Doc = {}) {
  const range = { _id: cursor === null ? { $gte: "" } : { $gt: cursor } };
  return Object.keys(select).length === 0 ? range : { $and: [range, select] };
}

function freshState(id: string, now: Date): MigrationState {
  return {
    _id: id,
    state: "running",
    cursor: null,
    done: 0,
    total: 0,
    skipped: 0,
    counts: {},
    startedAt: now,
    finishedAt: null,
    holder: null,
    leaseUntil: now,
  };
}
