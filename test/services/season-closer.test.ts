/** A season's end on a real database: rewards once, however often and by however many it is closed. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { ProgressionRules } from "../../src/config/progression-config.ts";
import { seasonReward } from "../../src/progression/economy/operations.ts";
import { MongoLeaderboardStore } from "../../src/progression/leaderboard/mongo-leaderboard-store.ts";
import { boardKey, openBoards, submissionsOf } from "../../src/progression/leaderboard/submissions.ts";
import { freshPlayer, type PlayerDocument } from "../../src/progression/player/player-document.ts";
import { PlayerStore } from "../../src/progression/player/player-store.ts";
import { seasonNumber } from "../../src/progression/season/season-calendar.ts";
import { SeasonCloser } from "../../src/progression/season/season-closer.ts";
import { SeasonStore } from "../../src/progression/season/season-store.ts";
import { testRules } from "../helpers/progression-rules.ts";
import { openTestStorage, silentLog, type TestStorage } from "../helpers/test-storage.ts";

const DAY_MS = 86_400_000;
const rules: ProgressionRules = testRules({
  seasons: {
    firstStartsAt: "2026-01-01T00:00:00Z",
    lengthDays: 10,
    closingGraceMs: 60_000,
    rewards: [
      { board: "ladder", topRank: 1, reward: { currencies: { coins: 100 }, items: { medal: 1 } } },
      { board: "ladder", topRank: 3, reward: { currencies: { coins: 10 } } },
      { board: "veterans", topRank: 2, reward: { currencies: { gems: 1 } } },
    ],
  },
});

let storage: TestStorage;
let players: PlayerStore;
let board: MongoLeaderboardStore;
let seasons: SeasonStore;
let season = 0;

before(async () => {
  storage = await openTestStorage();
  players = new PlayerStore(storage.connection);
  board = new MongoLeaderboardStore(storage.connection);
  seasons = new SeasonStore(storage.connection);
});
after(() => storage.close());

const closer = (holder: string): SeasonCloser =>
  new SeasonCloser({ rules, seasons, players, board, holder, log: silentLog });

/** Fills the boards of a season that no test has used, best player first. */
async function playSeason(count: number): Promise<{ ids: string[]; id: string; due: Date }> {
  season += 1;
  const { id, endsAt } = seasonNumber(rules.seasons ?? assert.fail(), season);
  const ids: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const playerId = randomUUID();
    ids.push(playerId);
    await players.open({ playerId, name: `P${place}` }, endsAt);
    const at = new Date(endsAt.getTime() - 1000);
    const submission = { playerId, score: 1000 - place, at, version: 1 };
    await board.submit(["ladder", "veterans"].map((name) => ({ ...submission, board: boardKey(name, id) })));
  }
  return { ids, id, due: new Date(endsAt.getTime() + 120_000) };
}

async function coinsOf(ids: readonly string[]): Promise<number[]> {
  const found = await Promise.all(ids.map((id) => players.find(id)));
  return found.map((player) => player?.wallet["coins"] ?? 0);
}

test("closing a season rewards by rank, and closing it again gives nothing", async () => {
  const { ids, id, due } = await playSeason(5);
  assert.deepEqual(await closer("one").closeDue(due), [id]);
  assert.deepEqual(await coinsOf(ids), [100, 10, 10, 0, 0]);
  const first = await players.find(ids[0] ?? "");
  assert.deepEqual([first?.inventory["medal"]?.count, first?.wallet["gems"]], [1, 1]);
  assert.deepEqual(await closer("one").closeDue(due), []);
  assert.deepEqual(await closer("two").closeDue(new Date(due.getTime() + DAY_MS)), []);
  assert.deepEqual(await coinsOf(ids), [100, 10, 10, 0, 0]);
});

test("a season is not closed while late results still count", async () => {
  const { ids, id, due } = await playSeason(1);
  const early = new Date(due.getTime() - 100_000);
  assert.deepEqual(await closer("one").closeDue(early), []);
  assert.deepEqual(await coinsOf(ids), [0]);
  assert.deepEqual(await closer("one").closeDue(due), [id]);
});

test("many processes that close at once reward once", async () => {
  const { ids, due } = await playSeason(4);
  const closed = await Promise.all(
    Array.from({ length: 8 }, (_, index) => closer(`c${index}`).closeDue(due)),
  );
  assert.equal(closed.flat().length, 1);
  assert.deepEqual(await coinsOf(ids), [100, 10, 10, 0]);
});

test("what a dead process began is finished by another after its lease, and nobody is rewarded twice", async () => {
  const { ids, id, due } = await playSeason(4);
  assert.ok(await seasons.claim(id, "dead", due, 30_000));
  // The dead one had come as far as the first player.
  const reward = { currencies: { coins: 100 }, items: { medal: 1 } };
  await players.run(
    seasonReward(rules, { playerId: ids[0] ?? "", season: id, board: "ladder", ...reward }, due),
  );
  assert.deepEqual(await closer("alive").closeDue(new Date(due.getTime() + 1000)), []);
  assert.deepEqual(await closer("alive").closeDue(new Date(due.getTime() + 31_000)), [id]);
  assert.deepEqual(await coinsOf(ids), [100, 10, 10, 0]);
});

test("a player who leaves the board while it is read hides nobody", async () => {
  const { ids, due } = await playSeason(3);
  const leaving: MongoLeaderboardStore = Object.create(board, {
    entries: {
      value: async function* (name: string, batch: number) {
        try {
          yield* board.entries(name, batch);
        } finally {
          if (name.startsWith("ladder")) await board.withdraw(ids[0] ?? "");
        }
      },
    },
  });
  const { id } = seasonNumber(rules.seasons ?? assert.fail(), season);
  const late = randomUUID();
  await players.open({ playerId: late, name: "Fourth" }, due);
  await board.submit([{ board: boardKey("ladder", id), playerId: late, score: 1, at: due, version: 1 }]);
  await new SeasonCloser({ rules, seasons, players, board: leaving, holder: "one", log: silentLog }).closeDue(
    due,
  );
  assert.deepEqual(await coinsOf([...ids, late]), [100, 10, 10, 10]);
});

test("a season that is over takes no more scores, and the running one does", () => {
  const { startsAt, endsAt } = seasonNumber(rules.seasons ?? assert.fail(), 50);
  const at = new Date(startsAt.getTime() + DAY_MS);
  const player: PlayerDocument = {
    ...freshPlayer({ playerId: "p", name: "P" }, at),
    experience: 500,
    playedAt: at,
    season: { id: "season-50", experience: 300, games: 1, wins: 0, kills: 0, deaths: 0, quits: 0 },
  };
  const boardsAt = (now: Date): string[] => submissionsOf(rules, player, now).map((entry) => entry.board);
  assert.deepEqual(boardsAt(at), ["veterans@all", "veterans@season-50"]);
  assert.deepEqual(boardsAt(new Date(endsAt.getTime() + 30_000)), ["veterans@all", "veterans@season-50"]);
  assert.deepEqual(boardsAt(new Date(endsAt.getTime() + 61_000)), ["veterans@all"]);
  assert.ok(openBoards(rules, at).includes("ladder@season-50"));
  assert.ok(!openBoards(rules, new Date(endsAt.getTime() + 61_000)).includes("ladder@season-50"));
});

test("a rating that falls to 0 is told to the board, and a total that is none yet is not", () => {
  const low = testRules({ queues: { duel: { placementMatches: 0, displayOffset: 0 } } });
  const at = new Date("2026-01-02");
  const ratings = { duel: { mu: 1, sigma: 8, games: 9, ratedAt: at } };
  const player: PlayerDocument = { ...freshPlayer({ playerId: "p", name: "P" }, at), ratings, playedAt: at };
  const scores = submissionsOf(low, player, at).map(({ board: name, score }) => [name, score]);
  assert.deepEqual(scores, [["ladder@all", 0]]);
});
