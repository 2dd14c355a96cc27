/**
 * Leaderboards in Redis sorted sets, for several processes. A board is a sorted set and a hash. The set's score is the
 * negative score and its member is `<time, padded>:<playerId>`, so that its own order (score, then member) is the
 * board's; the hash says what of each player stands there (`version|score|time`). A submission is one script: either
 * both change or neither does. A board's two keys share a hash tag, so they live on one node of a Redis Cluster.
 *
 * Nothing is durable here: a board that is lost is made again from the players. Redis should not evict these keys: of a
 * board whose hash alone is gone, players whose time has changed would stand in the set twice.
 */
import { Redis, type Result } from "ioredis";
import { ArenaError } from "../../errors.ts";
import type { Logger } from "../../observability/logger.ts";
import { rankAmong } from "./board-order.ts";
import type { BoardEntry, BoardSubmission, Leaderboard } from "./leaderboard.ts";

const PREFIX = "arena:board";
const BOARDS = "arena:boards";
const COMMAND_TIMEOUT_MS = 2000;
/** Submissions in one script: nobody else is served while it runs. */
const SCRIPT_BATCH = 1000;
/** Milliseconds since 1970, as text whose order is that of the numbers. */
const TIME_DIGITS = 15;

/** KEYS set, hash; ARGV playerId, score, negative score, time, version for each. Answers how many changed. */
const SUBMIT = `
local changed = 0
for i = 1, #ARGV, 5 do
  local id, score, negative, time, version = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local stored = redis.call("HGET", KEYS[2], id)
  local write = true
  if stored then
    local oldVersion, oldScore, oldTime = string.match(stored, "^(%d+)|([^|]+)|(%d+)$")
    if tonumber(oldVersion) > tonumber(version) then
      write = false
    elseif oldScore == score then
      redis.call("HSET", KEYS[2], id, version .. "|" .. score .. "|" .. oldTime)
      changed = changed + redis.call("ZADD", KEYS[1], negative, oldTime .. ":" .. id)
      write = false
    else
      redis.call("ZREM", KEYS[1], oldTime .. ":" .. id)
    end
  end
  if write then
    redis.call("ZADD", KEYS[1], negative, time .. ":" .. id)
    redis.call("HSET", KEYS[2], id, version .. "|" .. score .. "|" .. time)
    changed = changed + 1
  end
end
return changed`;

/** KEYS set, hash; ARGV playerId. */
const WITHDRAW = `
local stored = redis.call("HGET", KEYS[2], ARGV[1])
if not stored then return 0 end
redis.call("ZREM", KEYS[1], string.match(stored, "(%d+)$") .. ":" .. ARGV[1])
return redis.call("HDEL", KEYS[2], ARGV[1])`;

/** KEYS set, hash; ARGV playerId, neighbours on each side. Answers the first rank from 0, then members and scores. */
const AROUND = `
local stored = redis.call("HGET", KEYS[2], ARGV[1])
if not stored then return {} end
local rank = redis.call("ZRANK", KEYS[1], string.match(stored, "(%d+)$") .. ":" .. ARGV[1])
if not rank then return {} end
local first = math.max(0, rank - tonumber(ARGV[2]))
return { first, redis.call("ZRANGE", KEYS[1], first, rank + tonumber(ARGV[2]), "WITHSCORES") }`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    arenaBoardSubmit(set: string, hash: string, ...values: (string | number)[]): Result<number, Context>;
    arenaBoardWithdraw(set: string, hash: string, playerId: string): Result<number, Context>;
    arenaBoardAround(
      set: string,
      hash: string,
      playerId: string,
      each: number,
    ): Result<[] | [first: number, flat: string[]], Context>;
  }
}

export class RedisLeaderboardStore implements Leaderboard {
  readonly #redis: Redis;

  constructor(redisUrl: string, log: Logger) {
    this.#redis = new Redis(redisUrl, {
      lazyConnect: true,
      // A board that is away is told at once: whoever waits for it keeps the scores.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: COMMAND_TIMEOUT_MS,
    });
    let told = false;
    this.#redis.on("error", (error) => {
      if (!told) log.warn({ err: error }, "the leaderboards' Redis is away");
      told = true;
    });
    this.#redis.on("ready", () => {
      told = false;
    });
    this.#redis.defineCommand("arenaBoardSubmit", { numberOfKeys: 2, lua: SUBMIT });
    this.#redis.defineCommand("arenaBoardWithdraw", { numberOfKeys: 2, lua: WITHDRAW });
    this.#redis.defineCommand("arenaBoardAround", { numberOfKeys: 2, lua: AROUND });
  }

  /** @throws ArenaError `board_unavailable` */
  async connect(): Promise<void> {
    await this.#ask(() => this.#redis.connect());
  }

  submit(submissions: readonly BoardSubmission[]): Promise<number> {
    return this.#ask(async () => {
      const byBoard = Map.groupBy(submissions, ({ board }) => board);
      if (byBoard.size === 0) return 0;
      const counts = [...byBoard].map(([board, group]) => this.#submitTo(board, group));
      const [, ...changed] = await Promise.all([this.#redis.sadd(BOARDS, ...byBoard.keys()), ...counts]);
      return changed.reduce((sum, count) => sum + count, 0);
    });
  }

  withdraw(playerId: string, boards?: readonly string[]): Promise<void> {
    return this.#ask(async () => {
      for (const board of boards ?? (await this.#redis.smembers(BOARDS)))
        await this.#redis.arenaBoardWithdraw(...keysOf(board), playerId);
    });
  }

  top(board: string, limit: number, offset: number = 0): Promise<BoardEntry[]> {
    return this.#ask(async () => {
      const [set] = keysOf(board);
      // To Redis an end of −1 is everybody.
      if (limit <= 0) return [];
      return toEntries(offset, await this.#redis.zrange(set, offset, offset + limit - 1, "WITHSCORES"));
    });
  }

  around(board: string, playerId: string, each: number): Promise<BoardEntry[]> {
    return this.#ask(async () => {
      const [first = 0, flat = []] = await this.#redis.arenaBoardAround(...keysOf(board), playerId, each);
      return toEntries(first, flat);
    });
  }

  async rankOf(board: string, playerId: string): Promise<BoardEntry | undefined> {
    return (await this.around(board, playerId, 0))[0];
  }

  among(board: string, playerIds: readonly string[]): Promise<BoardEntry[]> {
    return this.#ask(async () => {
      const ids = [...new Set(playerIds)];
      if (ids.length === 0) return [];
      const [, hash] = keysOf(board);
      const stored = await this.#redis.hmget(hash, ...ids);
      const found = stored.flatMap((text, index) => {
        const playerId = ids[index];
        if (text === null || playerId === undefined) return [];
        const [, score, time] = text.split("|");
        return [{ playerId, score: Number(score), at: new Date(Number(time)) }];
      });
      return rankAmong(found);
    });
  }

  size(board: string): Promise<number> {
    return this.#ask(() => this.#redis.zcard(keysOf(board)[0]));
  }

  async *entries(board: string, batch: number, fromRank: number = 1): AsyncGenerator<BoardEntry[]> {
    for (let rank = fromRank; ; rank += batch) {
      const page = await this.top(board, batch, rank - 1);
      if (page.length === 0) return;
      yield page;
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #submitTo(board: string, submissions: readonly BoardSubmission[]): Promise<number> {
    let changed = 0;
    for (let first = 0; first < submissions.length; first += SCRIPT_BATCH) {
      const values = submissions
        .slice(first, first + SCRIPT_BATCH)
        .flatMap(({ playerId, score, at, version }) => {
          return [playerId, String(score), String(-score), padded(at), version];
        });
      changed += await this.#redis.arenaBoardSubmit(...keysOf(board), ...values);
    }
    return changed;
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw new ArenaError("board_unavailable", (error as Error).message, { cause: error });
    }
  }
}

function keysOf(board: string): [set: string, hash: string] {
  return [`${PREFIX}:{${board}}:order`, `${PREFIX}:{${board}}:players`];
}

function padded(at: Date): string {
  return String(Math.max(0, at.getTime())).padStart(TIME_DIGITS, "0");
}

/** @param first the first one's rank from 0. @param flat members and negative scores in turn. */
function toEntries(first: number, flat: readonly string[]): BoardEntry[] {
  const entries: BoardEntry[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const member = flat[index] ?? "";
    entries.push({
      playerId: member.slice(TIME_DIGITS + 1),
      // Not −0 for 0.
      score: 0 - Number(flat[index + 1]),
      at: new Date(Number(member.slice(0, TIME_DIGITS))),
      rank: first + entries.length + 1,
    });
  }
  return entries;
}
