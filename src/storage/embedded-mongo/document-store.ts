/**
 * The one file behind the server, in SQLite: documents as BSON, the catalog, and each session's last retryable write.
 *
 * Every write lands in one open transaction, which `commit` ends. WAL with `synchronous = NORMAL`: what was committed
 * survives the death of the process, kill -9 included; a power failure may take the last commits. The file is locked
 * for as long as it is open, so a second opener fails after 5 s. A failing write throws and leaves memory ahead
 * of the file: the caller must end the process, unanswered.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** The orphan of a killed parent needs a moment to end. */
const busyTimeoutMs = 5000;
const sessionTimeoutMs = 30 * 60_000;
const setup = `
  PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL UNIQUE, catalog BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (seq INTEGER PRIMARY KEY, collection INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, txn TEXT NOT NULL, usedAt INTEGER NOT NULL, reply BLOB NOT NULL);
  COMMIT;
`;

const statements = {
  addCollection: "INSERT INTO collections (namespace, catalog) VALUES (?, ?)",
  putCatalog: "UPDATE collections SET catalog = ? WHERE id = ?",
  removeCollection: "DELETE FROM collections WHERE id = ?",
  insert: "INSERT INTO documents (collection, body) VALUES (?, ?)",
  replace: "UPDATE documents SET body = ? WHERE seq = ?",
  remove: "DELETE FROM documents WHERE seq = ?",
  removeAll: "DELETE FROM documents WHERE collection = ?",
  putSession: "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)",
  removeSession: "DELETE FROM sessions WHERE id = ?",
  removeIdleSessions: "DELETE FROM sessions WHERE usedAt < ?",
};

export class DocumentStore {
  readonly #database: DatabaseSync;
  readonly #writes = new Map<string, StatementSync>();
  readonly #session: StatementSync;
  #dirty = false;

  constructor(dataDir: string, now: number) {
    mkdirSync(dataDir, { recursive: true });
    this.#database = openExclusively(join(dataDir, "embedded-mongo.sqlite"));
    for (const [name, sql] of Object.entries(statements)) this.#writes.set(name, this.#database.prepare(sql));
    this.#session = this.#database.prepare("SELECT txn, reply FROM sessions WHERE id = ?");
    this.write("removeIdleSessions", now - sessionTimeoutMs);
    this.commit();
  }

  /** True while writes wait for `commit`. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /** Both in order of insertion. */
  load() {
    const read = (table: string, key: string): Iterable<unknown> =>
      this.#database.prepare(`SELECT * FROM ${table} ORDER BY ${key}`).iterate();
    return {
      collections: read("collections", "id") as Iterable<{
        id: number;
        namespace: string;
        catalog: Uint8Array;
      }>,
      documents: read("documents", "seq") as Iterable<{ seq: number; collection: number; body: Uint8Array }>,
    };
  }

  session(id: string): { txn: bigint; reply: Uint8Array } | undefined {
    const row = this.#session.get(id);
    return row && { txn: BigInt(String(row.txn)), reply: row.reply as Uint8Array };
  }

  /** Returns the id of an inserted row. */
  write(name: keyof typeof statements, ...values: (string | number | Uint8Array)[]): number {
    if (!this.#dirty) this.#database.exec("BEGIN");
    this.#dirty = true;
    return Number(this.#writes.get(name)?.run(...values).lastInsertRowid);
  }

  commit(): void {
    if (this.#dirty) this.#database.exec("COMMIT");
    this.#dirty = false;
  }

  close(): void {
    this.commit();
    this.#database.close();
  }
}

function openExclusively(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    database.exec(setup);
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== 5) throw error;
    throw new Error(`another process has ${file} open; one process a data directory`, {
      cause: error,
    });
  }
}
