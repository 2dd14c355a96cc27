/**
 * What a migration is, and what is kept about one. A migration walks one collection in the order of `_id`, batch by
 * batch, forward only.
 *
 * The contract of `apply`: doing it again for the same documents changes nothing more, also when an earlier time
 * broke off at any point, and also when two processes do it at the same moment. It counts what the documents are, not
 * what this call changed, so that a repeated batch counts the same. It does not stop at a document it finds odd (it
 * mends it and counts that); it throws when the database fails. It may not change the `_id` order it is walked in.
 */
import type { Connection } from "mongoose";

export type Doc = Record<string, unknown>;

/** The driver's database: migrations meet documents that today's schemas no longer describe. */
export type Database = NonNullable<Connection["db"]>;

/** How many documents were what, by a name without dots: `{ migrated: 98, mended: 2 }`. */
export type Counts = Record<string, number>;

export interface Migration {
  /** Migrations run in the order of their ids: `0001-players`. Never renamed: the database remembers it. */
  id: string;
  /** One sentence for the operator. */
  about: string;
  /** The collection that is walked. Documents whose `_id` is no string are left out and reported as skipped. */
  collection: string;
  /** Which of its documents; all by default. */
  select?: Doc;
  apply(documents: readonly Doc[], database: Database, now: Date): Promise<Counts>;
}

/** A document of the collection `migrations`. */
export interface MigrationState {
  /** The migration's id. */
  _id: string;
  state: "running" | "done";
  /** The last `_id` that is through; null before the first batch. */
  cursor: string | null;
  /** Documents walked, and how many there were at the beginning. */
  done: number;
  total: number;
  /** Documents at the beginning whose `_id` is no string. */
  skipped: number;
  counts: Counts;
  startedAt: Date;
  finishedAt: Date | null;
  /** Who works; null: nobody. */
  holder: string | null;
  /** From then on anybody may take the work over. */
  leaseUntil: Date;
}
