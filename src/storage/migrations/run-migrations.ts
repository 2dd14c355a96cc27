/**
 * Brings a database to this build's layout: migrations in the order of their ids, each once, forward only.
 *
 * A run that was killed goes on after the last batch it noted; that batch may be applied again. Of several runs at
 * once one works; the others wait for `waitMs` and then refuse, taking over when the one that works was not heard of
 * for `leaseMs`. A batch therefore has to take less than `leaseMs`: otherwise work is done twice, though nothing is
 * spoilt. A migration whose collection is empty is done at once, so a fresh database has nothing to do.
 *
 * A database that remembers a migration this build does not know was written by a newer build: it is refused, since
 * this one would read and write it wrongly. There is no way back but a backup.
 *
 * What it does not do: it does not see documents that an old server adds behind the cursor while it runs, or changes
 * there. Stop the old servers first. It sets no time limits: the beginning counts the collection, which takes longer in
 * a large one than a server allows a statement, so it wants a connection that waits.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "mongoose";
import type { Counts, Migration, MigrationState } from "./migration.ts";
import { type Lease, MigrationStore } from "./migration-store.ts";

export interface MigrationRefusal {
  ok: false;
  /** `migration_running`: another process is at it. `database_newer`: a newer build has been here. */
  code: "migration_running" | "database_newer";
  /** The particulars, to be said after the code's sentence. */
  detail: string;
}

export interface MigrationReport {
  id: string;
  about: string;
  done: number;
  total: number;
  /** Documents that were left out because their `_id` is no string. */
  skipped: number;
  counts: Counts;
}

export interface MigrationProgress {
  id: string;
  done: number;
  total: number;
  /** Another process works on it; this one waits. */
  waitingFor?: string | undefined;
}

export interface MigrateOptions {
  /** Documents in one batch, 100 by default. */
  batch?: number;
  /** 30 s by default. */
  leaseMs?: number;
  /** How long to wait for another run; not at all by default. More than `leaseMs` outlasts one that was killed. */
  waitMs?: number;
  progress?: (progress: MigrationProgress) => void;
  now?: () => number;
}

interface Run extends Required<Omit<MigrateOptions, "waitMs">> {
  store: MigrationStore;
  holder: string;
  /** When waiting ends. */
  deadline: number;
}

const POLL_MS = 250;

/** @returns what was done, by this run or by one it waited for; empty when there was nothing to do. */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<{ ok: true; ran: MigrationReport[] } | MigrationRefusal> {
  const newer = await checkVersions(connection, migrations);
  if (!newer.ok) return newer;
  const { batch = 100, leaseMs = 30_000, waitMs = 0, progress = () => undefined, now = Date.now } = options;
  const run: Run = {
    batch,
    leaseMs,
    progress,
    now,
    store: new MigrationStore(connection),
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    deadline: now() + waitMs,
  };
  const ran: MigrationReport[] = [];
  for (const migration of await pendingMigrations(connection, migrations, new Date(now()))) {
    const finished = await complete(run, migration);
    if ("ok" in finished) return finished;
    ran.push(reportOf(migration, finished));
  }
  return { ok: true, ran };
}

/**
 * What is not done, in order. Those whose collection holds nothing are noted as done here, and not listed.
 * @throws when two migrations have the same id.
 */
export async function pendingMigrations(
  connection: Connection,
  migrations: readonly Migration[],
  now: Date,
): Promise<Migration[]> {
  const store = new MigrationStore(connection);
  const states = new Map((await store.all()).map((state) => [state._id, state]));
  const pending: Migration[] = [];
  for (const migration of inOrder(migrations)) {
    const state = states.get(migration.id);
    if (state?.state === "done") continue;
    if (state === undefined && (await store.isEmpty(migration.collection)))
      await store.skip(migration.id, now);
    else pending.push(migration);
  }
  return pending;
}

/** Whether this build knows every migration that the database went through, or began. */
export async function checkVersions(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<{ ok: true } | MigrationRefusal> {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = (await new MigrationStore(connection).all())
    .map((state) => state._id)
    .filter((id) => !known.has(id));
  if (unknown.length === 0) return { ok: true };
  return {
    ok: false,
    code: "database_newer",
    detail: `It went through ${unknown.join(", ")}, which this build does not know.`,
  };
}

function inOrder(migrations: readonly Migration[]): Migration[] {
  const sorted = migrations.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const twice = sorted.find(({ id }, at) => id === sorted[at + 1]?.id);
  if (twice) throw new Error(`two migrations have the id ${twice.id}`);
  return sorted;
}

/** Works, or waits for who works, until the migration is done. */
async function complete(run: Run, migration: Migration): Promise<MigrationState | MigrationRefusal> {
  const { store, progress } = run;
  await store.begin(migration, new Date(run.now()));
  for (;;) {
    const taken = await store.take(leaseOf(run, migration));
    const finished = taken && (await work(run, migration, taken));
    if (finished) return finished;
    const state = await store.find(migration.id);
    if (state === undefined) throw new Error(`the state of the migration ${migration.id} was removed`);
    if (state.state === "done") return state;
    const { done, total, holder, leaseUntil } = state;
    // Nobody holds it: who did has let go in this moment.
    if (holder === null) continue;
    if (run.now() >= run.deadline) {
      const detail = `${holder} works on ${migration.id} (${done} of ${total}), heard of until ${leaseUntil.toISOString()}.`;
      return { ok: false, code: "migration_running", detail };
    }
    progress({ id: migration.id, done, total, waitingFor: holder });
    await sleep(Math.min(POLL_MS, run.deadline - run.now()));
  }
}

/** @returns undefined when the lease was lost. */
async function work(
  run: Run,
  migration: Migration,
  taken: MigrationState,
): Promise<MigrationState | undefined> {
  const { store, batch, progress } = run;
  let state: MigrationState | undefined = taken;
  try {
    while (state !== undefined) {
      progress({ id: migration.id, done: state.done, total: state.total });
      const documents = await store.batch(migration, state.cursor, batch);
      const last = documents.at(-1);
      if (last === undefined) return await store.finish(leaseOf(run, migration));
      const counts = await migration.apply(documents, store.database, new Date(run.now()));
      const through = { cursor: last["_id"] as string, size: documents.length, counts };
      state = await store.save(leaseOf(run, migration), through);
    }
    return undefined;
  } catch (error) {
    // The database may be what failed; then the lease runs out by itself.
    await store.release(leaseOf(run, migration)).catch(() => undefined);
    throw error;
  }
}

function leaseOf({ holder, now, leaseMs }: Run, { id }: Migration): Lease {
  return { id, holder, now: new Date(now()), leaseMs };
}

function reportOf(
  { id, about }: Migration,
  { done, total, skipped, counts }: MigrationState,
): MigrationReport {
  return { id, about, done, total, skipped, counts };
}
