/**
 * Takes finished recordings to the shelf: packs them off the event loop and writes them.
 *
 * A recording is a luxury, a result is not: `keep` answers within `timeoutMs` and never rejects, so whoever waits for it
 * before making a result safe waits no longer than that. What comes too late for its result is on the shelf all the
 * same. Bounded: at most `mostAtOnce` are under way; one more is not kept, which is logged.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Logger } from "../observability/logger.ts";
import { encodeReplay, type ReplayHeader } from "./replay-file.ts";
import type { ReplayShelf } from "./replay-shelf.ts";

const pack = promisify(gzip);

export interface KeeperOptions {
  shelf: Pick<ReplayShelf, "put">;
  mostAtOnce: number;
  timeoutMs: number;
  log: Logger;
}

export class ReplayKeeper {
  readonly #options: KeeperOptions;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** @returns the name on the shelf; undefined when it is not known to be there. */
  readonly keep = async (header: ReplayHeader, body: Uint8Array): Promise<string | undefined> => {
    const { mostAtOnce, timeoutMs, log } = this.#options;
    const { matchId } = header;
    if (this.#underWay.size >= mostAtOnce) {
      log.warn({ matchId }, "too many recordings are being written: this one is not kept");
      return undefined;
    }
    const writing = this.#write(header, body).catch((error: unknown) => {
      log.warn({ err: error, matchId }, "a recording could not be kept");
      return undefined;
    });
    this.#underWay.add(writing);
    void writing.finally(() => this.#underWay.delete(writing));
    const limit = new AbortController();
    const late = sleep(timeoutMs, "late" as const, { signal: limit.signal }).catch(() => "late" as const);
    const kept = await Promise.race([writing, late]);
    limit.abort();
    if (kept !== "late") return kept?.name;
    log.warn({ matchId, timeoutMs }, "a recording takes too long to be written: the result does without");
    return undefined;
  };

  /** Waits until what is under way was answered, at most as long as `keep` does. */
  async settle(): Promise<void> {
    const limit = sleep(this.#options.timeoutMs, undefined, { ref: false });
    await Promise.race([Promise.allSettled(this.#underWay), limit]);
    // Whoever waits for an answer goes on first.
    await nextTurn();
  }

  async #write(header: ReplayHeader, body: Uint8Array): Promise<{ name: string } | undefined> {
    const packed = await pack(body, { level: constants.Z_BEST_COMPRESSION });
    const bytes = encodeReplay(header, packed, body.length);
    const kept = bytes && (await this.#options.shelf.put(header.matchId, bytes, Date.now()));
    if (kept) return { name: header.matchId };
    this.#options.log.warn({ matchId: header.matchId }, "a recording does not fit: it is not kept");
    return undefined;
  }
}
