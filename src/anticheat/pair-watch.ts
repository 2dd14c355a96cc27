/**
 * Looks for win trading (`validators/win-trading.ts`) when a rated match is stored: through the latest matches of each of
 * its players. What stands out opens a case for people to look at; it changes nothing else by itself.
 *
 * Players are looked at one at a time. Bounded: of more than `MOST_WAITING` the oldest are left out, until their next
 * match. The pool of possible opponents is counted from the results that this process has seen in a day, so a cluster's
 * processes each know a part of it, which makes chance meetings look likelier, never rarer. Nothing here throws.
 */
import type { Decision, Evidence } from "./trust/trust-services.ts";
import { type PlayedPair, winTrading } from "./validators/win-trading.ts";

const MOST_WAITING = 1000;
const MATCHES = 60;
const POOL_MS = 24 * 3_600_000;
const MOST_IN_POOL = 20_000;
/** In a smaller pool people meet again and again. */
const SMALLEST_POOL = 20;
const FEWEST_GAMES = 6;
/** As improbable as what a review needs of statistics. */
const LOG_IMPROBABLE = Math.log(1e-6);

/** What it needs of a match's result. */
export interface RatedMatch {
  matchId: string;
  room: string;
  queue: string;
  endedAt: Date;
  teamGame: boolean;
  players: readonly { playerId: string; team: number; won: boolean; placement: number }[];
}

export interface PairWatchOptions {
  /** The player's latest matches, newest first. */
  historyOf: (playerId: string, limit: number) => Promise<readonly RatedMatch[]>;
  decide: (decision: Decision) => void;
  failed: (error: unknown) => void;
}

export class PairWatch {
  readonly #options: PairWatchOptions;
  readonly #waiting = new Map<string, RatedMatch>();
  readonly #pools = new Map<string, Map<string, number>>();
  #working: Promise<void> | undefined;

  constructor(options: PairWatchOptions) {
    this.#options = options;
  }

  /** Of each result that was stored. Unrated ones are nothing to trade. */
  note(result: RatedMatch): void {
    if (result.queue === "" || result.players.length < 2) return;
    const pool = this.#pools.get(result.queue) ?? new Map<string, number>();
    this.#pools.set(result.queue, pool);
    for (const { playerId } of result.players) {
      pool.delete(playerId);
      pool.set(playerId, result.endedAt.getTime());
      this.#waiting.delete(playerId);
      this.#waiting.set(playerId, result);
    }
    forgetOld(pool, result.endedAt.getTime() - POOL_MS);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#waiting.delete(oldest);
    }
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [playerId, result] = next;
      this.#waiting.delete(playerId);
      try {
        await this.#look(playerId, result);
      } catch (error) {
        this.#options.failed(error);
      }
    }
  }

  async #look(playerId: string, result: RatedMatch): Promise<void> {
    const pool = this.#pools.get(result.queue)?.size ?? 0;
    if (pool < SMALLEST_POOL) return;
    const history = await this.#options.historyOf(playerId, MATCHES);
    const pairs = history
      .filter(({ queue }) => queue === result.queue)
      .flatMap((match) => pairsOf(playerId, match));
    const matches = new Set(pairs.map(({ at }) => at)).size;
    if (matches === 0) return;
    const wins = pairs.filter(({ won }) => won).length;
    const found = winTrading(pairs, {
      pool,
      opponentsPerMatch: pairs.length / matches,
      // Half, drawn towards what is known: the trading itself must not explain itself.
      winRate: (wins + 10) / (pairs.length + 20),
    });
    if (!found || found.games < FEWEST_GAMES || found.logProbability > LOG_IMPROBABLE) return;
    const at = result.endedAt.toISOString();
    const evidence: Evidence = {
      validator: "win-trading",
      at,
      room: result.room,
      matchId: result.matchId,
      fromTick: 0,
      toTick: 0,
      slot: -1,
      targetSlot: -1,
      positive: true,
      measured: { games: found.games, wins: found.wins, pool, matches },
      logEvidence: -found.logProbability,
    };
    this.#options.decide({
      playerId,
      level: "review",
      kicked: false,
      reason: "win-trading",
      logEvidence: -found.logProbability,
      room: result.room,
      matchId: result.matchId,
      at,
      evidence: [evidence],
    });
  }
}

/** A player's opponents in one match, and whether the player did better. */
function pairsOf(playerId: string, { players, teamGame, endedAt }: RatedMatch): PlayedPair[] {
  const own = players.find((player) => player.playerId === playerId);
  if (!own) return [];
  return players
    .filter((other) => other !== own && !(teamGame && other.team === own.team))
    .map((other) => ({
      opponent: other.playerId,
      won: own.placement < other.placement,
      at: endedAt.getTime(),
    }));
}

/** The least recently seen stand first. */
function forgetOld(pool: Map<string, number>, before: number): void {
  for (const [playerId, seenAt] of pool) {
    if (seenAt >= before && pool.size <= MOST_IN_POOL) return;
    pool.delete(playerId);
  }
}
