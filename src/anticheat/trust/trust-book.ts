/**
 * What rooms are given of trust (`TrustServices`), over the store: standings from a short memory, evidence that is kept a
 * little later, decisions in order.
 *
 * - `standingOf` answers from memory for `FRESH_MS`, else reads, for a second at most; while the database is away
 *   everybody is what they were last known to be, or trusted. What this process has not written yet is added to it.
 * - `keepWindow` keeps the newest of each player, written at the next beat; of too many players the longest waiting go.
 * - `decide` puts the decision in a line that one worker writes in order and tries again through outages. The line is
 *   bounded: when it is full, the oldest of the lowest level goes, is counted and logged. A crash loses what is in it.
 * - Changes are told to the other processes (`tell`/`heard`), and by them to their rooms. While that way is away they
 *   learn of it when they read next.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../observability/logger.ts";
import { isOutage } from "../../outage.ts";
import { higher } from "./trust-level.ts";
import {
  type Decision,
  type EvidenceWindow,
  TRUST_LEVELS,
  type TrustLevel,
  type TrustServices,
  type TrustStanding,
} from "./trust-services.ts";
import type { StoredStanding, TrustStore } from "./trust-store.ts";

const FRESH_MS = 10_000;
const PATIENCE_MS = 1000;
const BEAT_MS = 1000;
const MOST_REMEMBERED = 20_000;
const MOST_WINDOWS = 5000;
const WINDOWS_AT_ONCE = 8;
const LONGEST_PAUSE_MS = 10_000;
/** Of a decision that fails for a reason nobody knows. */
const MOST_TRIES = 3;

/** What processes tell each other. */
export interface TrustChange {
  playerId: string;
  level: TrustLevel;
  epoch: number;
  /** A person decided: whatever was gathered before counts no more. */
  reset: boolean;
}

export interface TrustBookOptions {
  store: Pick<TrustStore, "find" | "raise" | "keepWindow">;
  /** Puts the decision on the player's case. @returns false for one that a verdict has overtaken. */
  keepDecision: (decision: Decision, key: string, now: Date) => Promise<boolean>;
  quietDays: number;
  mostWaitingDecisions: number;
  /** To every other process. */
  tell: (change: TrustChange) => void;
  log: Logger;
}

interface Remembered extends StoredStanding {
  /** `performance.now()` of the reading. */
  readAt: number;
}

interface Waiting {
  key: string;
  decision: Decision;
}

type Listener = (standing: TrustStanding) => void;

export class TrustBook implements TrustServices {
  readonly #options: TrustBookOptions;
  /** The longest unused first. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #windows = new Map<string, { window: EvidenceWindow; epoch: number }>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #line: Waiting[] = [];
  readonly #beating: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #flushAgainAt = 0;
  #flushFailures = 0;
  #dropped = 0;

  constructor(options: TrustBookOptions) {
    this.#options = options;
    this.#beating = setInterval(() => void this.#flush(), BEAT_MS).unref();
  }

  /** Decisions that wait, and those that were dropped because too many did. */
  get decisions(): { waiting: number; dropped: number } {
    return { waiting: this.#line.length, dropped: this.#dropped };
  }

  async standingOf(playerId: string): Promise<TrustStanding> {
    const known = this.#remembered.get(playerId);
    if (!known || performance.now() - known.readAt > FRESH_MS) {
      // Not held open by: a process may end while one waits.
      const limit = sleep(PATIENCE_MS, undefined, { ref: false });
      await Promise.race([this.#read(playerId), limit]);
    }
    const { level, window } = this.#remembered.get(playerId) ?? { level: "trusted" as const };
    const latest = this.#windows.get(playerId)?.window ?? window;
    return { level, ...(latest ? { window: latest } : {}) };
  }

  keepWindow(playerId: string, window: EvidenceWindow): void {
    const known = this.#remembered.get(playerId);
    const isEmpty = Object.keys(window.observations).length === 0;
    // Nothing is what there is already.
    if (isEmpty && known?.window === undefined && !this.#windows.has(playerId)) return;
    this.#windows.delete(playerId);
    this.#windows.set(playerId, { window, epoch: known?.epoch ?? 0 });
    if (this.#windows.size > MOST_WINDOWS)
      for (const oldest of this.#windows.keys()) {
        this.#windows.delete(oldest);
        break;
      }
  }

  decide(decision: Decision): void {
    const { playerId, level } = decision;
    const known = this.#remembered.get(playerId);
    if (known) known.level = higher(known.level, level);
    this.#line.push({ key: randomUUID(), decision });
    if (this.#line.length > this.#options.mostWaitingDecisions) this.#dropOne();
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  listen(playerId: string, changed: (standing: TrustStanding) => void): () => void {
    const listeners = this.#listeners.get(playerId) ?? new Set();
    this.#listeners.set(playerId, listeners);
    // Its own function, so that listening twice ends twice.
    const listener: Listener = (standing) => changed(standing);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(playerId) === listeners)
        this.#listeners.delete(playerId);
    };
  }

  /** From another process, or from a person's verdict in this one. */
  heard(change: TrustChange): void {
    const { playerId, epoch, reset } = change;
    const known = this.#remembered.get(playerId);
    // Told late: a person has decided since.
    if (known && known.epoch > epoch) return;
    let { level } = change;
    if (reset) this.#windows.delete(playerId);
    // What is known here may be ahead of what is told, also of what this process tells itself.
    else level = this.#withWaiting(playerId, known?.epoch === epoch ? higher(known.level, level) : level);
    this.#remember(playerId, { level, epoch, ...(!reset && known?.window ? { window: known.window } : {}) });
    for (const listener of this.#listeners.get(playerId) ?? []) {
      try {
        listener({ level });
      } catch (error) {
        this.#options.log.error({ err: error }, "a listener to a player's trust threw");
      }
    }
  }

  /** An account that was deleted. */
  forget(playerId: string): void {
    this.#windows.delete(playerId);
    this.#remembered.delete(playerId);
  }

  /** Writes what waits, for so long at most. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#beating);
    const written = (async () => {
      await this.#working;
      this.#flushAgainAt = 0;
      await this.#flush();
      await this.#flush();
    })();
    await Promise.race([written, sleep(graceMs, undefined, { ref: false })]);
    this.#stopping.abort();
    const lost = this.#line.length;
    if (lost > 0) this.#options.log.error({ lost }, "decisions were not stored before the stop");
  }

  /** Never rejects. */
  #read(playerId: string): Promise<void> {
    const reading = this.#reading.get(playerId);
    if (reading) return reading;
    const { store, quietDays, log } = this.#options;
    const started = store
      .find(playerId, new Date(), quietDays)
      .then((found) => {
        const level = this.#withWaiting(playerId, found.level);
        const known = this.#remembered.get(playerId);
        // What was told while this was read is newer.
        if (!known || known.epoch <= found.epoch) this.#remember(playerId, { ...found, level });
      })
      .catch((error: unknown) => {
        if (!isOutage(error)) log.error({ err: error, playerId }, "a player's standing cannot be read");
      })
      .finally(() => this.#reading.delete(playerId));
    this.#reading.set(playerId, started);
    return started;
  }

  /** The level with what this process has decided and not stored yet. */
  #withWaiting(playerId: string, level: TrustLevel): TrustLevel {
    let most = level;
    for (const { decision } of this.#line)
      if (decision.playerId === playerId) most = higher(most, decision.level);
    return most;
  }

  #remember(playerId: string, standing: StoredStanding): void {
    this.#remembered.delete(playerId);
    this.#remembered.set(playerId, { ...standing, readAt: performance.now() });
    if (this.#remembered.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      break;
    }
  }

  #dropOne(): void {
    // The first may be under way.
    const waiting = this.#line.slice(1);
    const lowest = Math.min(...waiting.map(({ decision }) => TRUST_LEVELS.indexOf(decision.level)));
    const index = waiting.findIndex(({ decision }) => TRUST_LEVELS.indexOf(decision.level) === lowest);
    const [gone] = this.#line.splice(index + 1, 1);
    this.#dropped += 1;
    const { playerId, level, reason } = gone?.decision ?? {};
    this.#options.log.warn(
      { playerId, level, reason, dropped: this.#dropped },
      "too many decisions wait for the database: one was dropped",
    );
  }

  async #work(): Promise<void> {
    for (let next = this.#line[0]; next; next = this.#line[0]) {
      await this.#store(next);
      if (this.#stopping.signal.aborted) return;
      this.#line.shift();
    }
  }

  async #store({ key, decision }: Waiting): Promise<void> {
    const { store, keepDecision, quietDays, tell, log } = this.#options;
    const { playerId, level, reason } = decision;
    let unknown = 0;
    for (let failures = 1; !this.#stopping.signal.aborted; failures += 1) {
      try {
        if (!(await keepDecision(decision, key, new Date()))) return;
        const raised = await store.raise(playerId, level, new Date(decision.at), quietDays);
        if (!raised) return;
        const known = this.#remembered.get(playerId);
        if (known && known.epoch <= raised.epoch)
          this.#remember(playerId, { ...known, ...raised, level: higher(known.level, raised.level) });
        tell({ playerId, ...raised, reset: false });
        return;
      } catch (error) {
        if (!isOutage(error)) unknown += 1;
        if (unknown >= MOST_TRIES) {
          log.error({ err: error, playerId, level, reason }, "a decision cannot be stored: it was given up");
          return;
        }
        const pauseMs = Math.min(LONGEST_PAUSE_MS, 200 * 2 ** Math.min(failures, 10));
        log.warn({ err: error, playerId, pauseMs }, "a decision could not be stored yet");
        await sleep(pauseMs, undefined, { ref: false, signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #flush(): Promise<void> {
    if (this.#flushing) return this.#flushing;
    if (this.#windows.size === 0 || performance.now() < this.#flushAgainAt) return Promise.resolve();
    const waiting = [...this.#windows];
    const lanes = Array.from({ length: WINDOWS_AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.#write(...next);
    });
    this.#flushing = Promise.all(lanes)
      .then(() => {
        this.#flushFailures = 0;
      })
      .catch((error: unknown) => {
        waiting.length = 0;
        this.#flushFailures += 1;
        this.#flushAgainAt = performance.now() + Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.#flushFailures);
        if (this.#flushFailures === 1)
          this.#options.log.warn({ err: error }, "players' evidence cannot be kept right now; tried again");
      })
      .finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  /** Rejects in an outage, with the window still waiting; of other failures the window goes. */
  async #write(playerId: string, waiting: { window: EvidenceWindow; epoch: number }): Promise<void> {
    const { store, log } = this.#options;
    const { window, epoch } = waiting;
    try {
      const kept = await store.keepWindow(playerId, window, epoch, new Date());
      const known = this.#remembered.get(playerId);
      if (kept && known?.epoch === epoch) known.window = window;
    } catch (error) {
      if (isOutage(error)) throw error;
      log.error({ err: error, playerId }, "a player's evidence cannot be kept");
    }
    // A newer one may have come meanwhile.
    if (this.#windows.get(playerId) === waiting) this.#windows.delete(playerId);
  }
}
