/** Results whose replays come to something else, delivered to a real database: what they move and what they do not. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { MatchResult, Verified } from "../../src/match/match-result.ts";
import { MatchStore } from "../../src/match/match-store.ts";
import { BoardFeed } from "../../src/progression/leaderboard/board-feed.ts";
import { MongoLeaderboardStore } from "../../src/progression/leaderboard/mongo-leaderboard-store.ts";
import { compareLeaderboard } from "../../src/progression/leaderboard/rebuild-leaderboard.ts";
import { openBoards, submissionsOf } from "../../src/progression/leaderboard/submissions.ts";
import type { PlayerDocument } from "../../src/progression/player/player-document.ts";
import { PlayerStore } from "../../src/progression/player/player-store.ts";
import { Progression } from "../../src/progression/progression.ts";
import { ReplayVerifier } from "../../src/replay/replay-verifier.ts";
import { ResultCheck } from "../../src/replay/result-check.ts";
import { holdingsOf, sumLedger, withoutZeros } from "../helpers/ledger-sums.ts";
import { resultOf } from "../helpers/match-results.ts";
import { testRules } from "../helpers/progression-rules.ts";
import { HANG, TALLY_GAME, tallyBody, tallyFile } from "../helpers/tally-game.ts";
import { openTestStorage, silentLog, type TestStorage } from "../helpers/test-storage.ts";

const rules = testRules({
  queues: { duel: { placementMatches: 0 } },
  boards: {
    ladder: { name: "Ladder", by: { rating: "duel" } },
    veterans: { name: "Veterans", by: { statistic: "experience" } },
    hunters: { name: "Hunters", by: { statistic: "kills" } },
  },
  seasons: { firstStartsAt: new Date(Date.now() - 86_400_000).toISOString(), lengthDays: 30 },
});

let storage: TestStorage;
let matches: MatchStore;
let players: PlayerStore;
let board: MongoLeaderboardStore;
const recordings = new Map<string, Uint8Array>();
const verifier = new ReplayVerifier({
  timeoutMs: 2000,
  mostWaiting: 8,
  mostBodyBytes: 100_000,
  heapMegabytes: 64,
});

before(async () => {
  storage = await openTestStorage();
  matches = new MatchStore(storage.connection);
  players = new PlayerStore(storage.connection);
  board = new MongoLeaderboardStore(storage.connection);
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(async () => {
  await verifier.close();
  await storage?.close();
});

function newCheck(): ResultCheck {
  return new ResultCheck({
    games: new Map([["r", TALLY_GAME.href]]),
    build: "test",
    read: async (replay) => recordings.get(replay),
    verify: (job) => verifier.verify(job),
    log: silentLog,
  });
}

function serviceWith(verifyMatch: (result: MatchResult) => Promise<Verified | undefined>): Progression {
  return new Progression({
    rules,
    players,
    feed: new BoardFeed({ board, capacity: 100, takes: () => true, log: silentLog }),
    verifyMatch,
    dropReplay: async (replay) => void recordings.delete(replay),
    storeMatch: (result, ratingsBefore) => matches.insert(result, ratingsBefore),
    settleMatch: (matchId) => matches.settle(matchId),
    forgetInMatches: (playerId, pseudonym) => matches.forget(playerId, pseudonym),
  });
}

/** A match of the two that was recorded as this body. */
function duel(ids: readonly string[], body: Uint8Array | undefined): MatchResult {
  const matchId = randomUUID();
  const result = resultOf(matchId, ...ids);
  const now = Date.now();
  for (const player of result.players) player.kills = 7;
  if (body) recordings.set(matchId, tallyFile(matchId, body));
  return {
    ...result,
    queue: "duel",
    startedAt: new Date(now - 1000),
    endedAt: new Date(now),
    bots: [],
    ...(body ? { replay: matchId } : {}),
  };
}

const couple = (): string[] => [randomUUID(), randomUUID()];

async function playerOf(playerId: string): Promise<PlayerDocument> {
  return (await players.find(playerId)) ?? assert.fail("there is no such player");
}

async function scoresOf(playerId: string): Promise<Record<string, number>> {
  const boards = openBoards(rules, new Date());
  const entries = await Promise.all(
    boards.map(async (key) => [key, await board.rankOf(key, playerId)] as const),
  );
  return Object.fromEntries(entries.flatMap(([key, entry]) => (entry ? [[key, entry.score]] : [])));
}

/** In how many entries the boards are not what the players' documents say. */
async function boardsDiffer(): Promise<number> {
  const now = new Date();
  const all = async function* () {
    for await (const batch of players.all(100))
      yield batch.flatMap((player) => submissionsOf(rules, player, now));
  };
  const report = await compareLeaderboard({
    source: all(),
    target: board,
    boards: openBoards(rules, now),
    lookAgain: async () => [],
  });
  return report.changed + report.withdrawn;
}

test("a result that its replay confirms counts, and says so", async () => {
  const check = newCheck();
  const ids = couple();
  const result = duel(ids, tallyBody(40));
  const progress = await serviceWith((one) => check.check(one)).deliver(result);
  assert.ok(progress.every(({ rating }) => rating !== undefined));
  assert.equal((await matches.find(result.matchId))?.verified, "yes");
  const scores = await scoresOf(ids[0] ?? "");
  assert.deepEqual(
    [scores["hunters@all"], scores["hunters@season-1"], (scores["ladder@all"] ?? 0) > 500],
    [7, 7, true],
  );
});

test("a result that its replay contradicts is kept, with its experience, and moves nothing that ranks", async () => {
  const check = newCheck();
  const service = serviceWith((one) => check.check(one));
  const ids = couple();
  const [winner = ""] = ids;
  await service.deliver(duel(ids, tallyBody(40)));
  const [before, scoresBefore] = [await playerOf(winner), await scoresOf(winner)];

  const wrong = duel(ids, tallyBody(40, 20));
  const progress = await service.deliver(wrong);
  const after = await playerOf(winner);
  assert.equal((await matches.find(wrong.matchId))?.verified, "no");
  assert.deepEqual(await matches.unsettled(10), []);
  assert.ok(
    after.experience > before.experience && (after.wallet["coins"] ?? 0) > (before.wallet["coins"] ?? 0),
  );
  assert.deepEqual(
    [after.stats, after.season, after.ratings, after.playedAt],
    [before.stats, before.season, before.ratings, before.playedAt],
  );
  assert.ok(progress.every(({ rating }) => rating === undefined));
  assert.deepEqual(await scoresOf(winner), scoresBefore);
  const { keys, ...sums } = await sumLedger(storage.connection, after);
  assert.equal(keys.length, 2);
  assert.deepEqual({ ...sums, currencies: withoutZeros(sums.currencies) }, holdingsOf(after));

  // Boards are made again from the players: what is in quarantine must not come in by that way, nor with the next match.
  assert.equal(await boardsDiffer(), 0);
  await service.deliver(duel(ids, tallyBody(8)));
  const last = await playerOf(winner);
  const counted = last.experience - (after.experience - before.experience);
  assert.deepEqual(
    [(await scoresOf(winner))["veterans@all"], (await scoresOf(winner))["hunters@all"]],
    [counted, 14],
  );
  assert.equal(await boardsDiffer(), 0);
});

test("a player whose only match is in quarantine stands on no board", async () => {
  const check = newCheck();
  const ids = couple();
  await serviceWith((one) => check.check(one)).deliver(duel(ids, tallyBody(40, 4)));
  for (const id of ids) assert.deepEqual(await scoresOf(id), {});
});

test("a result of which nothing can be found out counts, and a replay that hangs holds it up no longer than its limit", async () => {
  const check = newCheck();
  const service = serviceWith((one) => check.check(one));
  for (const body of [undefined, HANG]) {
    const ids = couple();
    const result = duel(ids, body);
    const startedAt = performance.now();
    await service.deliver(result);
    assert.ok(performance.now() - startedAt < 6000);
    assert.equal((await matches.find(result.matchId))?.verified, "unknown");
    assert.equal((await scoresOf(ids[0] ?? ""))["hunters@all"], 7);
  }
});

test("what was found out first stands, however often the result is delivered", async () => {
  const ids = couple();
  const result = duel(ids, tallyBody(40, 20));
  const check = newCheck();
  await serviceWith((one) => check.check(one)).deliver(result);
  const before = await playerOf(ids[0] ?? "");
  // As after a restart on a machine that has no recordings.
  await serviceWith(async () => "unknown").deliver(structuredClone(result));
  assert.deepEqual([await playerOf(ids[0] ?? ""), await scoresOf(ids[0] ?? "")], [before, {}]);

  const other = duel(couple(), undefined);
  await serviceWith(async () => "unknown").deliver(other);
  const counted = await scoresOf(other.players[0]?.playerId ?? "");
  await serviceWith(async () => "no").deliver(structuredClone(other));
  assert.equal((await matches.find(other.matchId))?.verified, "unknown");
  assert.deepEqual(await scoresOf(other.players[0]?.playerId ?? ""), counted);
});

test("a crash between the result and its effects leaves what it is to count for", async () => {
  const ids = couple();
  const result = duel(ids, tallyBody(40, 20));
  await matches.insert({ ...result, verified: "no" }, new Map());
  const [open] = await matches.unsettled(10);
  const check = newCheck();
  recordings.clear();
  await serviceWith((one) => check.check(one)).deliver(open ?? assert.fail("nothing is open"));
  assert.deepEqual([await scoresOf(ids[0] ?? ""), (await playerOf(ids[0] ?? "")).stats.games], [{}, 0]);
});

test("a verifier that is closed leaves the result for the next start", async () => {
  const closing = new ReplayVerifier({
    timeoutMs: 2000,
    mostWaiting: 8,
    mostBodyBytes: 9999,
    heapMegabytes: 64,
  });
  await closing.close();
  const result = duel(couple(), tallyBody(8));
  const check = new ResultCheck({
    games: new Map([["r", TALLY_GAME.href]]),
    build: "test",
    read: async (replay) => recordings.get(replay),
    verify: (job) => closing.verify(job),
    log: silentLog,
  });
  await assert.rejects(serviceWith((one) => check.check(one)).deliver(result), /closed/);
  assert.equal(await matches.find(result.matchId), undefined);
});

test("the recording of a match whose player is gone by then goes too", async () => {
  const ids = couple();
  const result = duel(ids, tallyBody(40));
  await players.erase(ids[1] ?? "", new Date());
  const check = newCheck();
  await serviceWith((one) => check.check(one)).deliver(result);
  const stored = await matches.find(result.matchId);
  assert.deepEqual(
    [stored?.verified, stored?.replay, recordings.has(result.matchId)],
    ["yes", undefined, false],
  );
});

test("recordings of a player's matches are found while they are young", async () => {
  const [ada = "", bob = ""] = couple();
  const [one, two, none] = [
    duel([ada, bob], tallyBody(4)),
    duel([bob], tallyBody(4)),
    duel([ada], undefined),
  ];
  for (const result of [one, two, none]) await matches.insert(result, new Map());
  assert.deepEqual(await matches.replaysOf(ada, new Date(Date.now() - 60_000)), [one.matchId]);
  assert.deepEqual(await matches.replaysOf(ada, new Date(Date.now() + 60_000)), []);
});
