/**
 * What every leaderboard does, whatever keeps it: the behaviours that `leaderboard.test.ts` runs against each
 * implementation, and what its tests share.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import type {
  BoardEntry,
  BoardSubmission,
  Leaderboard,
} from "../../src/progression/leaderboard/leaderboard.ts";
import {
  compareLeaderboard,
  rebuildLeaderboard,
} from "../../src/progression/leaderboard/rebuild-leaderboard.ts";

const START = Date.UTC(2026, 0, 1);
export const moment = (seconds: number): Date => new Date(START + seconds * 1000);
export const freshBoard = (): string => `ladder-${randomUUID()}@all`;
export const idsOf = (entries: readonly BoardEntry[]): string[] => entries.map(({ playerId }) => playerId);
export const ranksOf = (entries: readonly BoardEntry[]): number[] => entries.map(({ rank }) => rank);

export function submission(
  board: string,
  playerId: string,
  score: number,
  seconds: number = 0,
  version: number = 1,
): BoardSubmission {
  return { board, playerId, score, at: moment(seconds), version };
}

export async function collect(board: Leaderboard, name: string, batch: number, fromRank?: number) {
  const pages: BoardEntry[][] = [];
  for await (const page of board.entries(name, batch, fromRank)) pages.push(page);
  return pages;
}

/** What a board is, as simply as it can be said. */
class NaiveBoard {
  readonly players = new Map<string, BoardSubmission>();

  submit(given: BoardSubmission): boolean {
    const known = this.players.get(given.playerId);
    if (known && known.version > given.version) return false;
    const isSame = known?.score === given.score;
    this.players.set(given.playerId, isSame ? { ...given, at: known.at } : given);
    return !isSame;
  }

  get entries(): BoardEntry[] {
    return [...this.players.values()]
      .sort(
        (a, b) => b.score - a.score || a.at.getTime() - b.at.getTime() || (a.playerId < b.playerId ? -1 : 1),
      )
      .map(({ playerId, score, at }, index) => ({ playerId, score, at, rank: index + 1 }));
  }
}

export function behavesAsALeaderboard(open: () => Leaderboard): void {
  /** A board of `count` players, `p000` first. */
  async function filled(count: number): Promise<{ store: Leaderboard; board: string }> {
    const board = freshBoard();
    const all = Array.from({ length: count }, (_, index) =>
      submission(board, `p${String(index).padStart(3, "0")}`, 1000 - index),
    );
    await open().submit(all);
    return { store: open(), board };
  }

  test("ranks the higher score first, of equals who was first, of those the smaller id", async () => {
    const board = freshBoard();
    await open().submit([
      submission(board, "late", 50, 9),
      submission(board, "b-same-time", 50, 5),
      submission(board, "top", 70, 99),
      submission(board, "a-same-time", 50, 5),
      submission(board, "last", 10, 0),
    ]);
    const top = await open().top(board, 10);
    assert.deepEqual(idsOf(top), ["top", "a-same-time", "b-same-time", "late", "last"]);
    assert.deepEqual(ranksOf(top), [1, 2, 3, 4, 5]);
    assert.deepEqual(top[0], { playerId: "top", score: 70, rank: 1, at: moment(99) });
  });

  test("the same score again keeps the time it was first reached at", async () => {
    const board = freshBoard();
    assert.equal(await open().submit([submission(board, "one", 50, 1, 1)]), 1);
    assert.equal(await open().submit([submission(board, "two", 50, 2, 1)]), 1);
    assert.equal(await open().submit([submission(board, "one", 50, 3, 2)]), 0);
    assert.deepEqual(idsOf(await open().top(board, 2)), ["one", "two"]);
    assert.deepEqual((await open().rankOf(board, "one"))?.at, moment(1));
  });

  test("a changed score, higher or lower, takes the new time", async () => {
    const board = freshBoard();
    await open().submit([submission(board, "one", 50, 1, 1), submission(board, "two", 50, 2, 1)]);
    assert.equal(await open().submit([submission(board, "one", 60, 3, 2)]), 1);
    assert.equal(await open().submit([submission(board, "one", 50, 4, 3)]), 1);
    assert.deepEqual(await open().top(board, 5), [
      { playerId: "two", score: 50, at: moment(2), rank: 1 },
      { playerId: "one", score: 50, at: moment(4), rank: 2 },
    ]);
    assert.equal(await open().size(board), 2);
  });

  test("ignores a submission that is older than what stands there", async () => {
    const board = freshBoard();
    await open().submit([submission(board, "one", 50, 1, 5)]);
    assert.equal(await open().submit([submission(board, "one", 99, 2, 4)]), 0);
    assert.equal((await open().rankOf(board, "one"))?.score, 50);
  });

  test("a version that brought the same score makes those before it stale all the same", async () => {
    const board = freshBoard();
    await open().submit([submission(board, "one", 50, 1, 1)]);
    await open().submit([submission(board, "one", 50, 2, 9)]);
    assert.equal(await open().submit([submission(board, "one", 99, 3, 8)]), 0);
    assert.equal((await open().rankOf(board, "one"))?.score, 50);
  });

  test("an equal version with another score replaces", async () => {
    const board = freshBoard();
    await open().submit([submission(board, "one", 50, 1, 3)]);
    assert.equal(await open().submit([submission(board, "one", 40, 2, 3)]), 1);
    assert.deepEqual(await open().top(board, 5), [{ playerId: "one", score: 40, at: moment(2), rank: 1 }]);
  });

  test("several submissions of one player in one call count as if they came one after the other", async () => {
    const board = freshBoard();
    const changed = await open().submit([
      submission(board, "one", 50, 1, 1),
      submission(board, "one", 50, 2, 2),
      submission(board, "two", 70, 1, 4),
      submission(board, "two", 30, 2, 3),
      submission(board, "three", 20, 1, 1),
      submission(board, "three", 25, 2, 2),
    ]);
    assert.equal(changed, 4);
    assert.deepEqual(await open().top(board, 5), [
      { playerId: "two", score: 70, at: moment(1), rank: 1 },
      { playerId: "one", score: 50, at: moment(1), rank: 2 },
      { playerId: "three", score: 25, at: moment(2), rank: 3 },
    ]);
  });

  test("shows neighbours on both sides, fewer at the edges, everybody on a small board", async () => {
    const { store, board } = await filled(20);
    const around = async (playerId: string, each: number): Promise<number[]> =>
      ranksOf(await store.around(board, playerId, each));
    assert.deepEqual(await around("p009", 2), [8, 9, 10, 11, 12]);
    assert.deepEqual(await around("p000", 2), [1, 2, 3]);
    assert.deepEqual(await around("p001", 2), [1, 2, 3, 4]);
    assert.deepEqual(await around("p019", 2), [18, 19, 20]);
    assert.deepEqual(await around("p018", 2), [17, 18, 19, 20]);
    assert.deepEqual(await around("p004", 0), [5]);
    assert.equal((await around("p010", 100)).length, 20);
    assert.deepEqual(await around("nobody", 2), []);
    assert.deepEqual(idsOf(await store.around(board, "p009", 1)), ["p008", "p009", "p010"]);
    const small = await filled(1);
    assert.deepEqual(ranksOf(await small.store.around(small.board, "p000", 5)), [1]);
    assert.deepEqual(await store.around(freshBoard(), "p000", 5), []);
  });

  test("tells one player's place, and nothing of who is not ranked", async () => {
    const { store, board } = await filled(30);
    assert.deepEqual(await store.rankOf(board, "p012"), {
      playerId: "p012",
      score: 988,
      rank: 13,
      at: moment(0),
    });
    assert.equal(await store.rankOf(board, "nobody"), undefined);
    assert.equal(await store.rankOf(freshBoard(), "p012"), undefined);
  });

  test("gives the top from an offset on; beyond the end and for no places nothing", async () => {
    const { store, board } = await filled(12);
    assert.deepEqual(ranksOf(await store.top(board, 3)), [1, 2, 3]);
    assert.deepEqual(idsOf(await store.top(board, 2, 5)), ["p005", "p006"]);
    assert.deepEqual(ranksOf(await store.top(board, 5, 10)), [11, 12]);
    assert.deepEqual(await store.top(board, 5, 12), []);
    assert.deepEqual(await store.top(board, 0), []);
    assert.deepEqual(await store.top(board, 0, 4), []);
    assert.deepEqual(await store.top(freshBoard(), 5), []);
  });

  test("ranks friends among each other and leaves out who is not on the board", async () => {
    const { store, board } = await filled(20);
    const friends = await store.among(board, ["p015", "nobody", "p003", "p015", "p007"]);
    assert.deepEqual(idsOf(friends), ["p003", "p007", "p015"]);
    assert.deepEqual(ranksOf(friends), [1, 2, 3]);
    assert.deepEqual(await store.among(board, []), []);
    assert.deepEqual(await store.among(board, ["nobody"]), []);
  });

  test("withdraws a player from the boards named, or from all", async () => {
    const [one, two, three] = [freshBoard(), freshBoard(), freshBoard()];
    const store = open();
    await store.submit(
      [one, two, three].flatMap((board) => [submission(board, "goes", 5), submission(board, "stays", 4)]),
    );
    assert.equal(await store.size(one), 2);
    await store.withdraw("goes", [one]);
    assert.deepEqual([await store.size(one), await store.size(two), await store.size(three)], [1, 2, 2]);
    assert.equal((await store.rankOf(one, "stays"))?.rank, 1);
    await store.withdraw("goes");
    for (const board of [one, two, three]) {
      assert.deepEqual(idsOf(await store.top(board, 5)), ["stays"]);
      assert.equal(await store.rankOf(board, "goes"), undefined);
      assert.equal(await store.size(board), 1);
    }
    await store.withdraw("goes");
    await store.withdraw("nobody", [one]);
    assert.equal(await store.size(one), 1);
    await store.submit([submission(one, "goes", 9, 1, 1)]);
    assert.equal((await store.rankOf(one, "goes"))?.rank, 1);
  });

  test("hands out everybody in batches, from the first rank or a later one", async () => {
    const { store, board } = await filled(25);
    const pages = await collect(store, board, 10);
    assert.deepEqual(
      pages.map((page) => page.length),
      [10, 10, 5],
    );
    assert.deepEqual(
      ranksOf(pages.flat()),
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
    assert.deepEqual(ranksOf((await collect(store, board, 4, 20)).flat()), [20, 21, 22, 23, 24, 25]);
    assert.deepEqual(await collect(store, board, 10, 26), []);
    assert.deepEqual(await collect(store, freshBoard(), 10), []);
  });

  test("takes negative, zero, fractional and very large scores as they are", async () => {
    const board = freshBoard();
    const scores = [9_007_199_254_740_991, 1e21, 0.1 + 0.2, 0.3, 0, -0.5, -7, -1e15, 1e-9];
    await open().submit(scores.map((score, index) => submission(board, `s${index}`, score)));
    const found = await open().top(board, 20);
    assert.deepEqual(
      found.map(({ score }) => score),
      scores.toSorted((a, b) => b - a),
    );
    for (const { playerId, rank } of found) assert.equal((await open().rankOf(board, playerId))?.rank, rank);
    assert.equal(await open().submit([submission(board, "s2", 0.1 + 0.2, 5, 2)]), 0);
  });

  test("keeps ids apart that look like keys, operators and scripts", async () => {
    const board = freshBoard();
    const ids = [
      "$where",
      "__proto__",
      "constructor",
      "a:b",
      "a|b",
      "a/b",
      "{a}",
      "*",
      "' or 1=1",
      "a\nb",
      "%d+",
    ];
    await open().submit(ids.map((playerId, index) => submission(board, playerId, 100 - index)));
    assert.deepEqual(idsOf(await open().top(board, 20)), ids);
    for (const [index, playerId] of ids.entries())
      assert.equal((await open().rankOf(board, playerId))?.rank, index + 1);
    assert.equal((await open().among(board, ids)).length, ids.length);
    for (const playerId of ids) await open().withdraw(playerId, [board]);
    assert.equal(await open().size(board), 0);
  });

  test("takes thousands in one call", async () => {
    const board = freshBoard();
    const all = Array.from({ length: 12_000 }, (_, index) =>
      submission(board, `p${index}`, index % 700, index),
    );
    assert.equal(await open().submit(all), 12_000);
    assert.equal(await open().size(board), 12_000);
    assert.equal(await open().submit(all), 0);
  });

  test("200 submissions at once lose nothing", async () => {
    const board = freshBoard();
    const store = open();
    await store.size(board);
    const naive = new NaiveBoard();
    const all = Array.from({ length: 200 }, (_, index) =>
      submission(board, `p${index % 40}`, (index * 7919) % 50, index, Math.floor(index / 40) + 1),
    );
    // In any order: the highest version of each player counts. A changed score's time is that of its version.
    await Promise.all(all.map((one) => store.submit([one])));
    for (const one of all) naive.submit(one);
    const found = await store.top(board, 100);
    assert.deepEqual(
      new Map(found.map(({ playerId, score }) => [playerId, score])),
      new Map(naive.entries.map(({ playerId, score }) => [playerId, score])),
    );
    assert.deepEqual(ranksOf(found), ranksOf(naive.entries));
    assert.equal(await store.size(board), 40);
    for (const { playerId, rank } of found) assert.equal((await store.rankOf(board, playerId))?.rank, rank);
  });

  test("ranks within a tie of 3,000 are consecutive and its windows are its order", async () => {
    const board = freshBoard();
    const store = open();
    const tie = Array.from({ length: 3000 }, (_, index) =>
      submission(board, `t${String(index).padStart(4, "0")}`, 500, Math.floor(index / 3)),
    );
    const above = [0, 1, 2].map((index) => submission(board, `above${index}`, 600 - index));
    const below = [0, 1, 2].map((index) => submission(board, `below${index}`, 400 - index));
    await store.submit([...below, ...tie.toReversed(), ...above]);
    const expected = [...above, ...tie, ...below].map(({ playerId }) => playerId);
    const assertWindow = (found: readonly BoardEntry[], first: number, count: number): void => {
      assert.deepEqual(idsOf(found), expected.slice(first - 1, first - 1 + count));
      assert.deepEqual(
        ranksOf(found),
        Array.from({ length: count }, (_, index) => first + index),
      );
    };
    assertWindow(await store.top(board, 50, 1500), 1501, 50);
    assertWindow(await store.top(board, 20), 1, 20);
    assertWindow(await store.top(board, 100, 2950), 2951, 56);
    assertWindow(await store.top(board, 5000), 1, 3006);
    assertWindow(await store.around(board, "above2", 2), 1, 5);
    assertWindow(await store.around(board, "t0000", 3), 1, 7);
    assertWindow(await store.around(board, "t1500", 5), 1499, 11);
    assertWindow(await store.around(board, "t2999", 4), 2999, 8);
    assertWindow(await store.around(board, "below0", 3), 3001, 6);
    assertWindow((await collect(store, board, 700)).flat(), 1, 3006);
    for (const [playerId, rank] of [
      ["t0000", 4],
      ["t1234", 1238],
      ["t2999", 3003],
      ["below0", 3004],
    ] as const)
      assert.equal((await store.rankOf(board, playerId))?.rank, rank);
  });

  test("answers as a plain sorted list does, whatever is submitted and withdrawn", async () => {
    const player = fc.integer({ min: 0, max: 14 }).map((index) => `p${index}`);
    const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, -0.25, 1e12));
    const one = fc.record({
      playerId: player,
      score,
      seconds: fc.integer({ min: 0, max: 3 }),
      version: fc.integer({ min: 1, max: 4 }),
    });
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 6 }) },
      { weight: 1, arbitrary: player },
      { weight: 1, arbitrary: fc.constant(undefined) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const board = freshBoard();
        const store = open();
        const naive = new NaiveBoard();
        for (const given of steps) {
          if (given === undefined) {
            // Asked in between, a store begins to follow what it has read.
            assert.equal(await store.size(board), naive.players.size);
          } else if (typeof given === "string") {
            await store.withdraw(given, [board]);
            naive.players.delete(given);
          } else {
            const all = given.map((each) =>
              submission(board, each.playerId, each.score, each.seconds, each.version),
            );
            const changed = all.filter((each) => naive.submit(each)).length;
            assert.equal(await store.submit(all), changed);
          }
        }
        const { entries } = naive;
        assert.equal(await store.size(board), entries.length);
        assert.deepEqual(await store.top(board, 100), entries);
        assert.deepEqual(await store.top(board, 4, 3), entries.slice(3, 7));
        for (const [index, entry] of entries.entries()) {
          assert.deepEqual(await store.rankOf(board, entry.playerId), entry);
          assert.deepEqual(
            await store.around(board, entry.playerId, 2),
            entries.slice(Math.max(0, index - 2), index + 3),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a damaged board is counted, mended, and then left as it is", async () => {
    const [board, other] = [freshBoard(), freshBoard()];
    const store = open();
    const right = Array.from({ length: 2500 }, (_, index) =>
      submission(board, `p${index}`, index % 90, index, 5),
    );
    await store.submit([...right, submission(other, "elsewhere", 1)]);
    for (const playerId of ["p1", "p2", "p3"]) await store.withdraw(playerId, [board]);
    await store.withdraw("p7", [board]);
    await store.submit([submission(board, "p7", 12_345, 0, 4)]);
    await store.submit(["x1", "x2", "late"].map((playerId) => submission(board, playerId, 44, 1, 1)));
    const told: number[] = [];
    const options = {
      source: batchesOf(right, 400),
      target: store,
      boards: [board],
      // "late" came on while the source was read.
      lookAgain: async (playerId: string) =>
        playerId === "late" ? [submission(board, playerId, 44, 1, 1)] : [],
      progress: (entries: number) => told.push(entries),
    };
    const damage = { entries: 2500, changed: 4, withdrawn: 2 };
    assert.deepEqual(await compareLeaderboard(options), damage);
    assert.equal((await store.rankOf(board, "p7"))?.score, 12_345, "comparing changes nothing");
    assert.deepEqual(await rebuildLeaderboard({ ...options, source: batchesOf(right, 400) }), damage);
    const fine = { entries: 2500, changed: 0, withdrawn: 0 };
    assert.deepEqual(await rebuildLeaderboard({ ...options, source: batchesOf(right, 400) }), fine);
    assert.deepEqual(await compareLeaderboard({ ...options, source: batchesOf(right, 400) }), fine);
    const naive = new NaiveBoard();
    for (const one of [...right, submission(board, "late", 44, 1, 1)]) naive.submit(one);
    assert.deepEqual((await collect(store, board, 1000)).flat(), naive.entries);
    assert.equal(await store.size(other), 1);
    assert.equal(told.at(-1), 2500);
  });
}

export async function* batchesOf(
  all: readonly BoardSubmission[],
  size: number,
): AsyncGenerator<BoardSubmission[]> {
  for (let first = 0; first < all.length; first += size) yield all.slice(first, first + size);
}
