/** Scores on their way to a leaderboard that comes and goes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BoardFeed } from "../../src/progression/leaderboard/board-feed.ts";
import type { BoardSubmission, Leaderboard } from "../../src/progression/leaderboard/leaderboard.ts";
import { silentLog } from "../helpers/test-storage.ts";

const RETRY_MS = 10;

/** A board that can be away, or take its time. */
class FakeBoard implements Pick<Leaderboard, "submit"> {
  away = false;
  /** A submission waits for it before it is written. */
  gate: Promise<unknown> = Promise.resolve();
  calls = 0;
  largest = 0;
  readonly written: string[] = [];
  readonly standing = new Map<string, BoardSubmission>();

  async submit(submissions: readonly BoardSubmission[]): Promise<number> {
    this.calls += 1;
    await this.gate;
    if (this.away) throw new Error("away");
    this.largest = Math.max(this.largest, submissions.length);
    for (const submission of submissions) {
      const key = `${submission.board}/${submission.playerId}`;
      this.written.push(`${key}=${submission.score}`);
      if ((this.standing.get(key)?.version ?? 0) <= submission.version) this.standing.set(key, submission);
    }
    return submissions.length;
  }

  get scores(): Record<string, number> {
    return Object.fromEntries([...this.standing].map(([key, { score }]) => [key, score]));
  }
}

function score(
  playerId: string,
  value: number,
  version: number,
  board: string = "ladder@all",
): BoardSubmission {
  return { board, playerId, score: value, at: new Date(0), version };
}

function feedOf(
  board: FakeBoard,
  {
    capacity = 100,
    takes = () => true,
    retryMs = RETRY_MS,
  }: { capacity?: number; takes?: (board: string) => boolean; retryMs?: number } = {},
): BoardFeed {
  // Nothing but `submit` is asked of it.
  return new BoardFeed({ board: board as unknown as Leaderboard, capacity, takes, retryMs, log: silentLog });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, "it did not happen in 5 s");
    await sleep(2);
  }
}

test("a score is on the board when submit answers, and nothing waits", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board);
  await feed.submit([score("one", 5, 1)]);
  await feed.submit([]);
  assert.deepEqual(board.scores, { "ladder@all/one": 5 });
  assert.deepEqual([feed.depth, board.calls], [0, 1]);
});

test("a board that is away holds nobody up and gets the newest of each player when it is back", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board);
  board.away = true;
  await feed.submit([score("one", 5, 1), score("two", 6, 1)]);
  await feed.submit([score("one", 7, 2), score("one", 9, 2, "veterans@all")]);
  await feed.submit([score("one", 1, 1)]);
  await feed.submit([score("two", 8, 1)]);
  assert.equal(feed.depth, 3);
  await until(() => board.calls >= 4);
  assert.equal(feed.depth, 3);
  board.away = false;
  await until(() => feed.depth === 0);
  assert.deepEqual(board.scores, { "ladder@all/one": 7, "ladder@all/two": 8, "veterans@all/one": 9 });
  assert.equal(board.written.length, 3, "one write a player and board");
  await feed.submit([score("three", 1, 1)]);
  assert.equal(board.standing.get("ladder@all/three")?.score, 1);
});

test("many scores that waited are written in batches, all of them", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board, { capacity: 5000 });
  board.away = true;
  await feed.submit(Array.from({ length: 1700 }, (_, index) => score(`p${index}`, index, 1)));
  board.away = false;
  await until(() => feed.depth === 0);
  assert.equal(board.standing.size, 1700);
  assert.ok(board.largest <= 500);
});

test("a score that comes while an older one is being written is written after it", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board);
  board.away = true;
  await feed.submit([score("one", 5, 1)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  board.gate = promise;
  const before = board.calls;
  await until(() => board.calls > before);
  await feed.submit([score("one", 7, 2)]);
  board.away = false;
  resolve();
  await until(() => feed.depth === 0);
  assert.deepEqual(board.written, ["ladder@all/one=5", "ladder@all/one=7"]);
});

test("drops what waited for a board that takes no scores any more, and writes the rest", async () => {
  const board = new FakeBoard();
  let isClosed = false;
  const feed = feedOf(board, { takes: (name) => !(isClosed && name === "ladder@season-1") });
  board.away = true;
  await feed.submit([score("one", 5, 1, "ladder@season-1"), score("one", 6, 1)]);
  isClosed = true;
  board.away = false;
  await until(() => feed.depth === 0);
  assert.deepEqual(board.scores, { "ladder@all/one": 6 });
});

test("keeps no more than its capacity, and still takes newer scores of those who wait", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board, { capacity: 2 });
  board.away = true;
  await feed.submit([score("one", 1, 1), score("two", 2, 1), score("three", 3, 1)]);
  await feed.submit([score("two", 20, 2), score("four", 4, 1)]);
  assert.equal(feed.depth, 2);
  board.away = false;
  await until(() => feed.depth === 0);
  assert.deepEqual(board.scores, { "ladder@all/one": 1, "ladder@all/two": 20 });
});

test("stop tries once more", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board, { retryMs: 60_000 });
  board.away = true;
  await feed.submit([score("one", 5, 1)]);
  board.away = false;
  await feed.stop(1000);
  assert.equal(feed.depth, 0);
  assert.deepEqual(board.scores, { "ladder@all/one": 5 });
});

test("stop tries once more also when a try that is under way fails", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board);
  board.away = true;
  await feed.submit([score("one", 5, 1)]);
  const { promise, reject } = Promise.withResolvers<void>();
  board.gate = promise;
  const before = board.calls;
  await until(() => board.calls > before);
  const stopped = feed.stop(1000);
  board.away = false;
  board.gate = Promise.resolve();
  reject(new Error("away"));
  await stopped;
  assert.deepEqual(board.scores, { "ladder@all/one": 5 });
});

test("stop gives up on a board that does not answer, and nothing is tried after it", async () => {
  const board = new FakeBoard();
  const feed = feedOf(board);
  board.away = true;
  await feed.submit([score("one", 5, 1)]);
  board.gate = new Promise(() => undefined);
  const startedAt = performance.now();
  await feed.stop(50);
  assert.ok(performance.now() - startedAt < 2000);
  const { calls } = board;
  await feed.submit([score("two", 5, 1)]);
  await sleep(RETRY_MS * 5);
  assert.equal(board.calls, calls);
  assert.equal(feed.depth, 2);
});
