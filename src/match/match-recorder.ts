/**
 * The durable lane of match results: each is put into the outbox on disk, which makes it safe, and is delivered in
 * the background, which stores it in the database with all it causes. A result leaves the outbox when it is
 * delivered. Delivering may be repeated without harm, so a process that dies at any point loses and doubles nothing.
 *
 * Order: a result's delivery starts when the earlier ones of all its players have ended; others overtake it, at most
 * `concurrency` at a time. The order is that of the calls of `record`, those that `start` found in the outbox first.
 *
 * Failures: an outage is waited for, however long. A result that is itself refused is set aside at once, one that
 * fails for another reason after `MOST_TRIES`: into the outbox's `refused/`, with its content in the log at "error",
 * and its players' later results go on.
 *
 * Bounded: the outbox's `capacity`, those included that the disk would not take and that wait in memory (which die
 * with the process, though not with `stop`, which tries the disk again). One more is refused and logged with its
 * whole content at "error".
 *
 * After `stop` results are still made safe, and delivered after the next start.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { MatchResult, PlayerProgress, RecordMatch } from "./match-result.ts";
import { PlayerTurns } from "./player-turns.ts";
import type { ResultOutbox, WaitingResult } from "./result-outbox.ts";
import { type TryOptions, type TryOutcome, tryThroughOutages } from "./try-through-outages.ts";

/** Tries of a result that fails for a reason we do not know. */
const MOST_TRIES = 8;

export interface MatchRecorderOptions {
  outbox: ResultOutbox;
  /**
   * Stores the result and everything it causes. May be called again for the same result at any time, and then comes to
   * the same.
   */
  deliver(result: MatchResult): Promise<PlayerProgress[]>;
  /** Deliveries at a time. */
  concurrency: number;
  log: Logger;
  /** Waits between tries; ends early, without throwing, when the signal does. */
  pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** 0–1, for the jitter of those waits. */
  random?: () => number;
}

/** Where a page of results ends. */
export interface ResultCursor {
  endedAt: Date;
  matchId: string;
}

interface Entry {
  result: MatchResult;
  /** In the outbox; undefined while it is being put there, and where the disk refused it. */
  id: string | undefined;
  saved: PromiseWithResolvers<PlayerProgress[] | undefined>;
}

export class MatchRecorder {
  readonly #options: MatchRecorderOptions;
  readonly #turns: PlayerTurns;
  readonly #underWay = new Map<Entry, Promise<void>>();
  readonly #inMemory = new Set<Entry>();
  readonly #stopped = new AbortController();
  readonly #repairStopped = new AbortController();
  #repairing: Promise<unknown> = Promise.resolve();
  #earlier: readonly WaitingResult[];
  #diskRefuses = false;
  #databaseAway = false;

  constructor(options: MatchRecorderOptions) {
    this.#options = options;
    this.#turns = new PlayerTurns(options.concurrency);
    this.#earlier = options.outbox.waiting();
  }

  /** Results that are not delivered yet, on disk and in memory. */
  get depth(): number {
    return this.#options.outbox.size + this.#inMemory.size;
  }

  /** Players whose results wait or are being delivered. */
  get players(): number {
    return this.#turns.players;
  }

  /** Begins to deliver what the outbox holds from earlier runs, in the background. Call it before the first `record`. */
  start(): void {
    const earlier = this.#earlier;
    this.#earlier = [];
    if (earlier.length > 0)
      this.#options.log.warn({ results: earlier.length }, "delivering match results of an earlier run");
    for (const { id, result } of earlier) this.#begin({ result, id, saved: Promise.withResolvers() });
  }

  readonly record: RecordMatch = async (result) => {
    const refused = { kept: false, saved: Promise.resolve(undefined) };
    if (this.depth >= this.#options.outbox.capacity) {
      this.#logRefusal(result);
      return refused;
    }
    const entry: Entry = { result, id: undefined, saved: Promise.withResolvers() };
    const kept = this.#keep(entry);
    this.#begin(entry, kept);
    return (await kept) ? { kept: true, saved: entry.saved.promise } : refused;
  };

  /**
   * Delivers results that stand open in the database though no outbox may know them: the machine that had them is
   * gone. One after the other, in turn with the other results of their players. One that fails is logged and left for
   * the next start; an outage is waited for. Never throws; ends early when the recorder stops.
   * @param unsettled open results, oldest first, a page after the cursor; an empty one is the end.
   * @returns how many were delivered.
   */
  async repair(unsettled: (after: ResultCursor | undefined) => Promise<MatchResult[]>): Promise<number> {
    const repairing = this.#repairAll(unsettled);
    this.#repairing = repairing;
    const repaired = await repairing;
    if (repaired > 0)
      this.#options.log.warn({ results: repaired }, "delivered match results that stood open");
    return repaired;
  }

  /** Waits for what is under way, at most `timeoutMs`, then tries no more: what is left stays in the outbox. */
  async stop(timeoutMs: number): Promise<void> {
    this.#repairStopped.abort();
    const limit = new AbortController();
    const time = sleep(timeoutMs, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([this.#allEnded(), time]);
    limit.abort();
    this.#stopped.abort();
    for (const entry of this.#underWay.keys()) entry.saved.resolve(undefined);
    for (const entry of this.#inMemory) await this.#rescue(entry);
    const results = this.depth;
    if (results > 0)
      this.#options.log.warn({ results }, "match results wait in the outbox for the next start");
  }

  async #allEnded(): Promise<void> {
    await this.#repairing;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.values());
  }

  #logRefusal(result: MatchResult): void {
    this.#options.log.error({ code: "match_queue_full", result }, ERRORS.match_queue_full.message);
  }

  /** Makes the result safe, or keeps it in memory. @returns false when it could be neither: that was logged. */
  async #keep(entry: Entry): Promise<boolean> {
    const { outbox, log } = this.#options;
    const outcome = await outbox.put(entry.result);
    if (outcome.ok) {
      entry.id = outcome.id;
      if (this.#diskRefuses) log.info("match results are kept on disk again");
      this.#diskRefuses = false;
      return true;
    }
    if (outcome.code === "match_queue_full") {
      this.#logRefusal(entry.result);
      return false;
    }
    if (this.#stopped.signal.aborted) {
      this.#logLoss(entry.result, outcome.error);
      return false;
    }
    this.#inMemory.add(entry);
    if (!this.#diskRefuses)
      log.error(
        { code: outcome.code, err: outcome.error },
        "match results cannot be kept on disk: they wait in memory",
      );
    this.#diskRefuses = true;
    return true;
  }

  /** A last try to make safe what waits in memory. */
  async #rescue(entry: Entry): Promise<void> {
    const outcome = await this.#options.outbox.put(entry.result);
    this.#inMemory.delete(entry);
    if (outcome.ok) entry.id = outcome.id;
    else this.#logLoss(entry.result, "error" in outcome ? outcome.error : undefined);
  }

  #logLoss(result: MatchResult, error: unknown): void {
    this.#options.log.error(
      { code: "outbox_unwritable", err: error, result },
      "a match result is lost: neither database nor disk took it before the server stopped",
    );
  }

  /** Takes the result's place in the order at once, and delivers it in its turn. */
  #begin(entry: Entry, kept: Promise<boolean> = Promise.resolve(true)): void {
    const deliver = async (): Promise<void> => {
      if (await kept) await this.#deliver(entry);
    };
    const ended = this.#turns.run(playersOf(entry.result), kept, deliver).finally(() => {
      this.#underWay.delete(entry);
      this.#inMemory.delete(entry);
      entry.saved.resolve(undefined);
    });
    this.#underWay.set(entry, ended);
    ended.catch((error: unknown) =>
      this.#options.log.error({ err: error }, "delivering a match result broke off"),
    );
  }

  async #deliver(entry: Entry): Promise<void> {
    const { outbox, log } = this.#options;
    const { result } = entry;
    const outcome = await this.#try(
      () => this.#options.deliver(result),
      MOST_TRIES,
      this.#stopped.signal,
      result.matchId,
    );
    if (outcome.kind === "failed") {
      log.error({ err: outcome.error, result }, "a match result cannot be delivered: set aside");
      if (entry.id !== undefined) await outbox.setAside(entry.id);
    } else if (outcome.kind === "done") {
      entry.saved.resolve(outcome.value);
      if (entry.id !== undefined) await outbox.remove(entry.id);
    }
  }

  async #repairAll(unsettled: (after: ResultCursor | undefined) => Promise<MatchResult[]>): Promise<number> {
    const { signal } = this.#repairStopped;
    // What ends from now on has a living recorder; a busy server would otherwise never come to the end.
    const until = Date.now();
    let repaired = 0;
    let after: ResultCursor | undefined;
    while (!signal.aborted) {
      const page = await this.#try(() => unsettled(after), MOST_TRIES, signal);
      if (page.kind === "failed")
        this.#options.log.error({ err: page.error }, "open match results cannot be read");
      if (page.kind !== "done" || page.value.length === 0) break;
      for (const result of page.value) {
        if (signal.aborted || result.endedAt.getTime() > until) return repaired;
        if (await this.#repairOne(result, signal)) repaired += 1;
        after = { endedAt: result.endedAt, matchId: result.matchId };
      }
    }
    return repaired;
  }

  async #repairOne(result: MatchResult, signal: AbortSignal): Promise<boolean> {
    const { matchId } = result;
    const outcome = await this.#turns.run(playersOf(result), Promise.resolve(), () =>
      this.#try(() => this.#options.deliver(result), 1, signal, matchId),
    );
    if (outcome.kind === "failed")
      this.#options.log.error({ err: outcome.error, matchId }, "an open match result could not be finished");
    return outcome.kind === "done";
  }

  async #try<T>(
    work: () => Promise<T>,
    mostTries: number,
    signal: AbortSignal,
    matchId?: string,
  ): Promise<TryOutcome<T>> {
    const { pause = pauseFor, random = Math.random, log } = this.#options;
    const onRetry: TryOptions["onRetry"] = (error, failure, delayMs) => {
      const details = { err: error, matchId, retryInMs: Math.round(delayMs) };
      if (failure === "unknown") log.warn(details, "a match result could not be delivered yet");
      // Every result meets an outage again and again: one line says it.
      else if (this.#databaseAway) log.debug(details, "the database is still away");
      else log.warn({ ...details, results: this.depth }, "the database is away: match results wait");
      if (failure === "outage") this.#databaseAway = true;
    };
    const outcome = await tryThroughOutages(work, { mostTries, signal, pause, random, onRetry });
    if (outcome.kind === "done" && this.#databaseAway) {
      this.#databaseAway = false;
      log.info({ results: this.depth }, "the database takes match results again");
    }
    return outcome;
  }
}

function playersOf({ players }: MatchResult): string[] {
  return players.map(({ playerId }) => playerId);
}

async function pauseFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}
