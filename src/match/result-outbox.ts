/**
 * The durable outbox of match results: one file a result in a folder of the local disk, from the moment a room hands
 * it over until it is delivered.
 *
 * Contract: when `put` has answered `ok`, the result outlives the process and the machine's power (written to a
 * temporary name, flushed, renamed, the folder flushed; the last is shared by all that wait for it). `waiting` is in
 * order of arrival, also across restarts and whatever the clock does. `put`, `remove` and `setAside` never throw.
 *
 * Bounded: `capacity` results; one more is answered `match_queue_full`. What earlier runs left is loaded whole, even
 * if it is more than that. Nothing is deleted silently: damaged files and those that are not ours go to `refused/`
 * with an error in the log, as does what `setAside` is called for. A file that is moved back from there is delivered
 * after the next start.
 *
 * Several processes may share a folder. Names never collide, but a process that starts delivers what it finds, which
 * may still be another living one's: delivery is idempotent, so twice does no harm, and a file that is gone when it
 * is to be removed is fine. Order is kept among the results of one process and of those before it, not between two
 * that run side by side. Names and ids of players stand in the files: they are readable for their owner only.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../observability/logger.ts";
import type { MatchResult } from "./match-result.ts";
import { counterOf, decodeResult, encodeResult, isTemporary, nameOf, temporaryOf } from "./result-file.ts";
import { shareRuns } from "./share-runs.ts";

const REFUSED = "refused";
const READ_AT_ONCE = 32;
/** Another process that starts may take our temporary file for a leftover. */
const MOST_WRITES = 3;

export interface OutboxOptions {
  capacity: number;
  log: Logger;
}

export interface WaitingResult {
  id: string;
  result: MatchResult;
}

export type PutOutcome =
  | { ok: true; id: string }
  | { ok: false; code: "match_queue_full" }
  /** The disk refuses, or the result could not be read back from it. */
  | { ok: false; code: "outbox_unwritable"; error: unknown };

/**
 * Opens the folder, made where it is missing, with what earlier runs left in it.
 * @throws the file system's error when the folder cannot be made or read.
 */
export async function openOutbox(directory: string, options: OutboxOptions): Promise<ResultOutbox> {
  await mkdir(join(directory, REFUSED), { recursive: true, mode: 0o700 });
  const names = (await readdir(directory)).filter((name) => name !== REFUSED).sort();
  const found: WaitingResult[] = [];
  for (let start = 0; start < names.length; start += READ_AT_ONCE) {
    const batch = names.slice(start, start + READ_AT_ONCE);
    const read = await Promise.all(batch.map((name) => loadFile(directory, name, options.log)));
    found.push(...read.filter((one) => one !== undefined));
  }
  const highest = names.reduce((most, name) => Math.max(most, counterOf(name) ?? 0), 0);
  return new ResultOutbox(directory, options, found, highest);
}

/** Made by `openOutbox`. */
export class ResultOutbox {
  readonly #directory: string;
  readonly #options: OutboxOptions;
  readonly #held = new Map<string, MatchResult>();
  readonly #origin = `${process.pid}-${randomBytes(4).toString("hex")}`;
  readonly #flushFolder: () => Promise<void>;
  #counter: number;
  #putting = 0;

  constructor(
    directory: string,
    options: OutboxOptions,
    found: readonly WaitingResult[],
    highestCounter: number,
  ) {
    this.#directory = directory;
    this.#options = options;
    this.#counter = highestCounter;
    this.#flushFolder = shareRuns(() => flushFolder(directory));
    for (const { id, result } of found) this.#held.set(id, result);
  }

  get capacity(): number {
    return this.#options.capacity;
  }

  /** Results that wait or are being written. */
  get size(): number {
    return this.#held.size + this.#putting;
  }

  /** What is safe and neither removed nor set aside, in order of arrival. */
  waiting(): WaitingResult[] {
    return [...this.#held]
      .map(([id, result]) => ({ id, result }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Its place in the order is taken before this returns. */
  async put(result: MatchResult): Promise<PutOutcome> {
    if (this.size >= this.capacity) return { ok: false, code: "match_queue_full" };
    this.#putting += 1;
    this.#counter += 1;
    const id = nameOf(this.#counter, this.#origin, result.matchId);
    try {
      await this.#write(id, encodeResult(result));
      this.#held.set(id, result);
      return { ok: true, id };
    } catch (error) {
      return { ok: false, code: "outbox_unwritable", error };
    } finally {
      this.#putting -= 1;
    }
  }

  /** Forgets a delivered result. The file of one that cannot be removed is delivered again after the next start. */
  async remove(id: string): Promise<void> {
    this.#held.delete(id);
    await unlink(join(this.#directory, id)).catch((error: unknown) => {
      if (!isMissing(error))
        this.#options.log.warn({ err: error, file: id }, "a delivered match result stays in the outbox");
    });
  }

  /** Takes a result that cannot be delivered out of the way, into `refused/`. */
  async setAside(id: string): Promise<void> {
    this.#held.delete(id);
    await moveToRefused(this.#directory, id, this.#options.log);
  }

  async #write(name: string, text: string): Promise<void> {
    const path = join(this.#directory, name);
    const temporary = temporaryOf(path);
    try {
      for (let writes = 1; ; writes += 1) {
        await writeFlushed(temporary, text);
        try {
          await rename(temporary, path);
          break;
        } catch (error) {
          if (!isMissing(error) || writes === MOST_WRITES) throw error;
        }
      }
      await this.#flushFolder();
    } catch (error) {
      // Either may be there; one that stays is at worst delivered twice.
      await Promise.allSettled([unlink(temporary), unlink(path)]);
      throw error;
    }
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is only durable once its folder is. Windows has no such flush and needs none. */
async function flushFolder(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(directory, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function loadFile(directory: string, name: string, log: Logger): Promise<WaitingResult | undefined> {
  const path = join(directory, name);
  if (isTemporary(name)) {
    // Never acknowledged, so nobody counts on it.
    await unlink(path).catch(() => undefined);
    return undefined;
  }
  if (counterOf(name) === undefined) {
    log.error({ file: name }, "a file that is no match result stood in the outbox: set aside");
    await moveToRefused(directory, name, log);
    return undefined;
  }
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error))
      log.error({ err: error, file: name }, "a match result could not be read: left in the outbox");
    return undefined;
  }
  try {
    return { id: name, result: decodeResult(text) };
  } catch (error) {
    log.error({ err: error, file: name }, "a damaged match result stood in the outbox: set aside");
    await moveToRefused(directory, name, log);
    return undefined;
  }
}

async function moveToRefused(directory: string, name: string, log: Logger): Promise<void> {
  const path = join(directory, REFUSED, name);
  try {
    const taken = await stat(path).then(
      () => true,
      () => false,
    );
    await rename(join(directory, name), taken ? `${path}.${randomBytes(4).toString("hex")}` : path);
  } catch (error) {
    if (!isMissing(error))
      log.error({ err: error, file: name }, "could not be moved to the outbox's refused folder");
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ENOENT";
}
