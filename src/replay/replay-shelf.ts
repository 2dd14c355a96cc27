/**
 * The shelf of recordings: a folder with one file a match, `<name>.arpl`. It keeps at most so many files, bytes and
 * days; the oldest go first, and a file that would not fit alone is refused.
 *
 * Contract: a file is there whole or not at all (written under a temporary name, then renamed). It is not flushed: what a
 * loss of power leaves half written is noticed by its checksum. Names are matches' ids; what is no safe name of a file
 * is refused by every call, so no path leaves the folder.
 *
 * Several processes may share a folder. Each counts what it wrote and what `sweep` found, which it looks at anew when
 * it is called: until then the folder may hold more than the bounds by what the others wrote. A file that another one
 * took away is fine. Leftovers of a process that died while it wrote go with a sweep, an hour later.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Logger } from "../observability/logger.ts";

const SUFFIX = ".arpl";
const TEMPORARY = ".tmp";
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const LEFTOVER_MS = 3_600_000;
const DAY_MS = 86_400_000;
const READ_AT_ONCE = 32;

export interface ShelfBounds {
  mostFiles: number;
  mostBytes: number;
  keepDays: number;
}

interface Kept {
  bytes: number;
  writtenAt: number;
}

/**
 * Opens the folder, made where it is missing, and brings it under its bounds.
 * @throws the file system's error when the folder cannot be made or read.
 */
export async function openShelf(folder: string, bounds: ShelfBounds, log: Logger): Promise<ReplayShelf> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const shelf = new ReplayShelf(resolve(folder), bounds, log);
  await shelf.sweep(Date.now());
  return shelf;
}

/** Made by `openShelf`. */
export class ReplayShelf {
  /** Absolute. */
  readonly folder: string;
  readonly #bounds: ShelfBounds;
  readonly #log: Logger;
  /** Oldest first. */
  #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(folder: string, bounds: ShelfBounds, log: Logger) {
    this.folder = folder;
    this.#bounds = bounds;
    this.#log = log;
  }

  get files(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Keeps a file, in place of one of the same name.
   * @returns false when the name is not safe or the file is larger than the whole shelf.
   * @throws the file system's error.
   */
  async put(name: string, bytes: Uint8Array, now: number): Promise<boolean> {
    if (!SAFE_NAME.test(name) || bytes.length > this.#bounds.mostBytes) return false;
    const path = join(this.folder, name + SUFFIX);
    const temporary = `${path}.${randomBytes(4).toString("hex")}${TEMPORARY}`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    this.#forget(name);
    this.#note(name, { bytes: bytes.length, writtenAt: now });
    await this.#makeRoom(now);
    return true;
  }

  /** Where the file is, or undefined when there is none. */
  async pathOf(name: string): Promise<string | undefined> {
    if (!SAFE_NAME.test(name)) return undefined;
    const path = join(this.folder, name + SUFFIX);
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ? path : undefined;
  }

  /**
   * @returns undefined when there is none.
   * @throws the file system's error for one that cannot be read.
   */
  async read(name: string): Promise<Uint8Array | undefined> {
    const path = await this.pathOf(name);
    if (path === undefined) return undefined;
    return readFile(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  }

  /** Takes a file away; one that is not there is fine. Never throws: what could not be removed is logged. */
  async remove(name: string): Promise<void> {
    if (!SAFE_NAME.test(name)) return;
    this.#forget(name);
    await unlink(join(this.folder, name + SUFFIX)).catch((error: unknown) => {
      if (!isMissing(error)) this.#log.warn({ err: error, replay: name }, "a recording could not be removed");
    });
  }

  /** Looks at the folder anew and brings it under the bounds. */
  async sweep(now: number): Promise<void> {
    const found: [string, Kept][] = [];
    const names = await readdir(this.folder);
    for (let start = 0; start < names.length; start += READ_AT_ONCE) {
      const batch = names.slice(start, start + READ_AT_ONCE);
      const seen = await Promise.all(batch.map((file) => this.#look(file, now)));
      found.push(...seen.filter((one) => one !== undefined));
    }
    found.sort(([, one], [, other]) => one.writtenAt - other.writtenAt);
    // What was put while the folder was read stays known.
    const swept = new Set(found.map(([name]) => name));
    for (const entry of this.#kept) if (!swept.has(entry[0]) && entry[1].writtenAt >= now) found.push(entry);
    this.#kept = new Map();
    this.#bytes = 0;
    for (const [name, kept] of found) this.#note(name, kept);
    await this.#makeRoom(now);
  }

  /** What a file in the folder is; what is not ours is left alone. */
  async #look(file: string, now: number): Promise<[string, Kept] | undefined> {
    const path = join(this.folder, file);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    if (file.endsWith(TEMPORARY) && now - found.mtimeMs > LEFTOVER_MS)
      await unlink(path).catch(() => undefined);
    const name = file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : "";
    return SAFE_NAME.test(name) ? [name, { bytes: found.size, writtenAt: found.mtimeMs }] : undefined;
  }

  async #makeRoom(now: number): Promise<void> {
    const { mostFiles, mostBytes, keepDays } = this.#bounds;
    const gone: string[] = [];
    for (const [name, { writtenAt }] of this.#kept) {
      const tooOld = now - writtenAt > keepDays * DAY_MS;
      if (!tooOld && this.#kept.size <= mostFiles && this.#bytes <= mostBytes) break;
      this.#forget(name);
      gone.push(name);
    }
    for (const name of gone) await this.remove(name);
  }

  #note(name: string, kept: Kept): void {
    this.#kept.set(name, kept);
    this.#bytes += kept.bytes;
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0;
    this.#kept.delete(name);
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ENOENT";
}
