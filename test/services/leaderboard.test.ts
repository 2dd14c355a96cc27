/**
 * Leaderboards on real databases: one list of behaviours for every implementation, then what only one of them has to
 * do. The Redis half needs `redis-server` and says so where it is not installed.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { hasRedisServer, type RedisProcess, startRedisProcess } from "../../loadtest/redis-process.ts";
import { freePort } from "../../loadtest/server-process.ts";
import { ArenaError } from "../../src/errors.ts";
import type { BoardSubmission, Leaderboard } from "../../src/progression/leaderboard/leaderboard.ts";
import { MongoLeaderboardStore } from "../../src/progression/leaderboard/mongo-leaderboard-store.ts";
import { rebuildLeaderboard } from "../../src/progression/leaderboard/rebuild-leaderboard.ts";
import { RedisLeaderboardStore } from "../../src/progression/leaderboard/redis-leaderboard-store.ts";
import { openStorage, type Storage } from "../../src/storage/connection-store.ts";
import { openTestStorage, silentLog, type TestStorage } from "../helpers/test-storage.ts";
import {
  batchesOf,
  behavesAsALeaderboard,
  collect,
  freshBoard,
  idsOf,
  moment,
  ranksOf,
  submission,
} from "./leaderboard-behaviours.ts";

const withoutRedis = hasRedisServer()
  ? false
  : "redis-server is not installed: the Redis board was not tried";

describe("the board in MongoDB", () => {
  let storage: TestStorage;
  let store: MongoLeaderboardStore;
  const connections: Storage[] = [];

  /** As another process has it: on a connection of its own. */
  async function anotherProcess(reloadMs?: number): Promise<MongoLeaderboardStore> {
    const { host, port, name } = storage.connection;
    const mongodbUri =
      process.env["MONGODB_URI"] || `mongodb://${host}:${port}/${name}?directConnection=true`;
    const timeouts = { connectTimeoutMs: 10_000, operationTimeoutMs: 10_000 };
    const opened = await openStorage({ mongodbUri, dataDir: "unused", ...timeouts }, silentLog);
    connections.push(opened);
    return new MongoLeaderboardStore(opened.connection, reloadMs === undefined ? {} : { reloadMs });
  }

  before(async () => {
    storage = await openTestStorage();
    store = new MongoLeaderboardStore(storage.connection);
    for (const model of Object.values(storage.connection.models)) await model.createIndexes();
  });
  after(async () => {
    for (const opened of connections) await opened.close();
    await storage?.close();
  });

  behavesAsALeaderboard(() => store);

  test("two processes that write at once end with every player's newest score, once", async () => {
    const board = freshBoard();
    const [here, there] = [store, await anotherProcess()];
    await Promise.all([here.size(board), there.size(board)]);
    const versions = 24;
    const scoreOf = (player: number, version: number): number => (player * 31 + version * 17) % 40;
    const submissions = (shift: number): BoardSubmission[][] =>
      Array.from({ length: versions }, (_, index) => {
        const version = ((index + shift) % versions) + 1;
        return Array.from({ length: 12 }, (_, player) =>
          submission(board, `p${player}`, scoreOf(player, version), version, version),
        );
      });
    const writeAll = (target: Leaderboard, shift: number): Promise<unknown> =>
      Promise.all(submissions(shift).map((batch) => target.submit(batch)));
    await Promise.all([writeAll(here, 0), writeAll(there, 9)]);
    const documents = await storage.connection.collection("leaderboard").find({ board }).toArray();
    assert.deepEqual(
      new Map(documents.map(({ playerId, score, version }) => [playerId, [score, version]])),
      new Map(
        Array.from({ length: 12 }, (_, player) => [`p${player}`, [scoreOf(player, versions), versions]]),
      ),
    );
    assert.equal(documents.length, 12);
    const fresh = await anotherProcess();
    assert.equal(await fresh.size(board), 12);
    const entries = await fresh.top(board, 20);
    assert.deepEqual(
      ranksOf(entries),
      entries.map((_, index) => index + 1),
    );
  });

  test("an older submission of another process never overwrites a newer one, at whatever instant it comes", async () => {
    const board = freshBoard();
    const there = await anotherProcess();
    for (let round = 0; round < 60; round += 1) {
      const playerId = `p${round}`;
      // Of every other player nothing stands there yet.
      if (round % 2) await store.submit([submission(board, playerId, 1, 1, 1)]);
      const older = submission(board, playerId, 2, 2, 2);
      const newer = submission(board, playerId, 3, 3, 3);
      await (round % 4 < 2
        ? Promise.all([store.submit([newer]), there.submit([older])])
        : Promise.all([there.submit([newer]), store.submit([older])]));
    }
    const documents = await storage.connection.collection("leaderboard").find({ board }).toArray();
    assert.deepEqual(
      documents.map(({ score, version }) => [score, version]),
      Array.from({ length: 60 }, () => [3, 3]),
    );
  });

  test("follows its own writes at once and another process's at the next reload", async () => {
    const board = freshBoard();
    const [here, never, there] = [await anotherProcess(100), await anotherProcess(3_600_000), store];
    await here.submit([submission(board, "mine", 50)]);
    assert.equal((await here.rankOf(board, "mine"))?.rank, 1);
    assert.equal(await never.size(board), 1);
    await there.submit([1, 2, 3].map((index) => submission(board, `theirs${index}`, 50 + index)));
    await there.withdraw("theirs3");
    assert.equal(await never.size(board), 1);
    const deadline = performance.now() + 10_000;
    while ((await here.size(board)) !== 3 && performance.now() < deadline) await sleep(20);
    assert.equal((await here.rankOf(board, "mine"))?.rank, 3);
    assert.deepEqual(idsOf(await here.top(board, 5)), ["theirs2", "theirs1", "mine"]);
    await here.submit([submission(board, "mine", 99, 1, 2)]);
    assert.equal((await here.rankOf(board, "mine"))?.rank, 1);
  });

  test("hands out those behind a page that another process has withdrawn", async () => {
    const board = freshBoard();
    const there = await anotherProcess();
    const all = Array.from({ length: 12 }, (_, index) => submission(board, `p${index}`, 100 - index));
    await store.submit(all);
    assert.equal(await store.size(board), 12);
    for (const playerId of ["p4", "p5", "p6", "p7"]) await there.withdraw(playerId, [board]);
    const found = idsOf((await collect(store, board, 4)).flat());
    assert.deepEqual(found, ["p0", "p1", "p2", "p3", "p8", "p9", "p10", "p11"]);
  });
});

describe("the board in Redis", { skip: withoutRedis }, () => {
  let redis: RedisProcess;
  let store: RedisLeaderboardStore;

  before(async () => {
    redis = await startRedisProcess();
    store = new RedisLeaderboardStore(redis.url, silentLog);
    await store.connect();
  });
  after(async () => {
    await store?.close();
    await redis?.kill();
  });

  behavesAsALeaderboard(() => store);

  /** Every question at once; each has to be refused within 3 s. */
  async function assertUnavailable(target: Leaderboard, board: string): Promise<void> {
    const startedAt = performance.now();
    const questions = [
      target.submit([submission(board, "one", 60, 2, 2)]),
      target.withdraw("one"),
      target.withdraw("one", [board]),
      target.top(board, 5),
      target.around(board, "one", 5),
      target.rankOf(board, "one"),
      target.among(board, ["one"]),
      target.size(board),
      collect(target, board, 10),
    ];
    for (const { status, ...rest } of await Promise.allSettled<unknown>(questions)) {
      assert.equal(status, "rejected");
      const { reason } = rest as { reason: unknown };
      assert.ok(reason instanceof ArenaError && reason.code === "board_unavailable", String(reason));
    }
    assert.ok(performance.now() - startedAt < 3000, "refused too late");
  }

  async function waitUntilBack(target: Leaderboard, board: string): Promise<void> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const failed = await target.size(board).then(
        () => false,
        () => true,
      );
      if (!failed) return;
      assert.ok(performance.now() < deadline, "the store did not come back");
      await sleep(50);
    }
  }

  test("is unavailable within 3 s when Redis is killed, and works again when it is back", async () => {
    const own = await startRedisProcess();
    const target = new RedisLeaderboardStore(own.url, silentLog);
    const board = freshBoard();
    let again: RedisProcess | undefined;
    try {
      await target.connect();
      await target.submit([submission(board, "one", 50, 1, 1)]);
      await own.kill();
      await assertUnavailable(target, board);
      again = await startRedisProcess(own.port);
      await waitUntilBack(target, board);
      assert.equal(await target.submit([submission(board, "one", 60, 2, 2)]), 1);
      assert.deepEqual(await target.rankOf(board, "one"), {
        playerId: "one",
        score: 60,
        rank: 1,
        at: moment(2),
      });
      await target.withdraw("one");
      assert.equal(await target.size(board), 0);
    } finally {
      await target.close();
      await own.kill();
      await again?.kill();
    }
  });

  test("is unavailable within 3 s when Redis takes questions and never answers", async () => {
    const own = await startRedisProcess();
    const target = new RedisLeaderboardStore(own.url, silentLog);
    const board = freshBoard();
    try {
      await target.connect();
      await target.submit([submission(board, "one", 50, 1, 1)]);
      own.child.kill("SIGSTOP");
      await assertUnavailable(target, board);
      own.child.kill("SIGCONT");
      await waitUntilBack(target, board);
      await target.submit([submission(board, "one", 70, 3, 3)]);
      assert.equal((await target.rankOf(board, "one"))?.score, 70);
    } finally {
      own.child.kill("SIGCONT");
      await target.close();
      await own.kill();
    }
  });

  test("says so when Redis is not there at the start, and works when it comes", async () => {
    const port = await freePort();
    const target = new RedisLeaderboardStore(`redis://127.0.0.1:${port}`, silentLog);
    let late: RedisProcess | undefined;
    try {
      await assert.rejects(target.connect(), { code: "board_unavailable" });
      late = await startRedisProcess(port);
      const board = freshBoard();
      await waitUntilBack(target, board);
      assert.equal(await target.submit([submission(board, "one", 50)]), 1);
    } finally {
      await target.close();
      await late?.kill();
    }
  });

  test("mends a board of which Redis has thrown the order away", async () => {
    const board = freshBoard();
    const right = [3, 2, 1].map((score) => submission(board, `p${score}`, score));
    await store.submit(right);
    const client = new Redis(redis.url);
    await client.del(`arena:board:{${board}}:order`);
    client.disconnect();
    assert.equal(await store.size(board), 0);
    const options = { target: store, boards: [board], lookAgain: async () => [] };
    assert.equal((await rebuildLeaderboard({ ...options, source: batchesOf(right, 10) })).changed, 3);
    assert.deepEqual(idsOf(await store.top(board, 5)), ["p3", "p2", "p1"]);
    assert.equal((await rebuildLeaderboard({ ...options, source: batchesOf(right, 10) })).changed, 0);
  });
});
