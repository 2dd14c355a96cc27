/**
 * The durable lane of match results: store the result, apply it to each player, settle it. Every step may be
 * repeated without harm, so a failure is answered by trying again, later and later, until the database is back.
 *
 * Bounded: `capacity` results may be under way; one more is refused and logged with its whole content at level
 * "error". What was stored but not settled when the process died is finished by `repair` at the next start.
 * Not promised here: a result whose insert was never acknowledged is lost with the process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { MatchPlayer, MatchResult, PlayerProgress, RecordMatch } from "./match-result.ts";

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;
const REPAIR_BATCH = 100;
/** Errors of Mongoose and the driver about the result itself: trying again cannot help. */
const HOPELESS: ReadonlySet<string> = new Set([
  "ValidationError",
  "CastError",
  "StrictModeError",
  "BSONError",
]);

/** What the recorder needs of match storage; `MatchStore` fits. */
export interface ResultStore {
  insert(result: MatchResult): Promise<void>;
  settle(matchId: string, playerId: string): Promise<void>;
  unsettled(limit: number): Promise<{ result: MatchResult; pending: string[] }[]>;
}

export interface MatchRecorderOptions {
  store: ResultStore;
  /** Applies the match to a player's profile once, however often it is called, and answers the new totals. */
  applyToPlayer(result: MatchResult, player: MatchPlayer): Promise<PlayerProgress>;
  capacity: number;
  log: Logger;
}

export class MatchRecorder {
  readonly #options: MatchRecorderOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();

  constructor(options: MatchRecorderOptions) {
    this.#options = options;
  }

  /** Results that wait for the database or are being written. */
  get depth(): number {
    return this.#underWay.size;
  }

  readonly record: RecordMatch = async (result) => {
    const { capacity, log } = this.#options;
    if (this.#underWay.size >= capacity) {
      log.error({ code: "match_queue_full", result }, ERRORS.match_queue_full.message);
      return undefined;
    }
    const work = this.#retry(result, result.players);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  };

  /**
   * Finishes what an earlier process stored but did not settle. A result that cannot be finished is logged and left
   * for the next start: it keeps nobody from starting.
   * @returns how many players' effects were applied.
   */
  async repair(): Promise<number> {
    const tried = new Set<string>();
    let repaired = 0;
    for (;;) {
      const batch = await this.#options.store.unsettled(REPAIR_BATCH);
      const fresh = batch.filter(({ result }) => !tried.has(result.matchId));
      if (fresh.length === 0) return repaired;
      for (const { result, pending } of fresh) {
        tried.add(result.matchId);
        const players = result.players.filter((player) => pending.includes(player.playerId));
        try {
          await this.#applyAll(result, players);
          repaired += players.length;
        } catch (error) {
          this.#options.log.error(
            { err: error, matchId: result.matchId },
            "an open match result could not be finished",
          );
        }
      }
    }
  }

  /** Waits for what is under way, at most `timeoutMs`, then gives up retrying. */
  async stop(timeoutMs: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), sleep(timeoutMs, undefined, { ref: false })]);
    if (this.#underWay.size > 0)
      this.#options.log.error({ results: this.#underWay.size }, "stopped with results unwritten");
    this.#stop.abort();
  }

  async #retry(result: MatchResult, players: readonly MatchPlayer[]): Promise<PlayerProgress[] | undefined> {
    for (
      let delay = FIRST_RETRY_MS;
      !this.#stop.signal.aborted;
      delay = Math.min(delay * 2, LONGEST_RETRY_MS)
    ) {
      try {
        await this.#options.store.insert(result);
        return await this.#applyAll(result, players);
      } catch (error) {
        if (HOPELESS.has((error as Error).name)) {
          // A bug of the room that made it.
          this.#options.log.error({ err: error, result }, "match result refused by its schema");
          return undefined;
        }
        this.#options.log.warn(
          { err: error, matchId: result.matchId, retryInMs: delay },
          "match result not stored yet",
        );
        await sleep(delay, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
    this.#options.log.error({ result }, "match result not stored: the server stopped first");
    return undefined;
  }

  async #applyAll(result: MatchResult, players: readonly MatchPlayer[]): Promise<PlayerProgress[]> {
    const progress: PlayerProgress[] = [];
    for (const player of players) {
      progress.push(await this.#options.applyToPlayer(result, player));
      await this.#options.store.settle(result.matchId, player.playerId);
    }
    return progress;
  }
}
