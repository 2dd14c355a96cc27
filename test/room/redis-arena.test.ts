/** A whole arena on a real Redis, presence, driver and leaderboards, also while that Redis is away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import type { SavedMessage } from "../../schemas/skirmish-messages.ts";
import type { BoardPage } from "../../src/index.ts";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

const skip = hasRedisServer() ? false : "redis-server is not installed";

test("matches are saved and ranked on Redis; while it is away they are saved, and ranked later", {
  skip,
}, async () => {
  let redis = await startRedisProcess();
  const arena = await startTestArena({
    settings: { matchSeconds: 5, countdownSeconds: 0, overSeconds: 1, fighters: 3 },
    config: {
      cluster: { redisUrl: redis.url },
      progression: { boards: { games: { name: "Games", by: { statistic: "games" } } } },
    },
  });
  const board = async (): Promise<{ status: number; games: number | undefined }> => {
    const response = await fetch(`${arena.url}/api/leaderboards/games`);
    const { entries } = (await response.json()) as Partial<BoardPage>;
    return { status: response.status, games: entries?.[0]?.score };
  };
  try {
    const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
    let games = 0;
    room.onMessage("saved", (message: SavedMessage) => {
      games = message.games;
    });
    const input = room.input({ mode: "reliable" });
    const playing = setInterval(() => input.send(), 33);
    await until(() => games >= 1, "the first match to be saved", 15_000);
    assert.deepEqual(await board(), { status: 200, games });

    await redis.kill();
    const before = games;
    await until(() => games > before, "a match to be saved without Redis", 15_000);
    assert.equal((await board()).status, 503);
    const join = async () => {
      const headers = { Authorization: `Bearer ${(await signInGuest(arena.url)).token}` };
      return fetch(`${arena.url}/matchmake/joinOrCreate/skirmish`, { method: "POST", headers });
    };
    const refused = await join();
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "5"]);
    assert.equal(((await refused.json()) as { code: string }).code, "not_ready");
    assert.ok(room.connection.isOpen, "who plays goes on");

    redis = await startRedisProcess(redis.port);
    let ranked: number | undefined;
    for (let tries = 0; tries < 100 && ranked === undefined; tries += 1) {
      await sleep(100);
      ranked = (await board()).games;
    }
    assert.ok((ranked ?? 0) >= games - 1, `ranked ${ranked} of ${games}`);
    let joined = await join();
    for (let tries = 0; tries < 100 && !joined.ok; tries += 1) {
      await sleep(100);
      joined = await join();
    }
    assert.ok(joined.ok, "joins are taken again");
    clearInterval(playing);
    await room.leave();
  } finally {
    await arena.close();
    await redis.kill();
  }
});
