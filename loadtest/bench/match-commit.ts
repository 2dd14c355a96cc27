/**
 * What exactly-once costs: our commit of a match (result stored with its ratings, every player's document and ledger,
 * settled; the leaderboard apart) against bare mongoose writes of the same documents, which are lost or doubled when
 * something fails. Two bare ways: one write after the other as most games do it, and in three bulk writes. All sides in
 * turn, in one process, on the same database.
 *
 * Options: `--rounds` (default 40), `--matches` a round and side (default 10), `--players` a match (default 8).
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Model, Mongoose } from "mongoose";
import { progressionConfig } from "../../src/config/progression-config.ts";
import type { MatchResult } from "../../src/match/match-result.ts";
import { type MatchDocument, MatchStore, matchSchema } from "../../src/match/match-store.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { BoardFeed } from "../../src/progression/leaderboard/board-feed.ts";
import { MongoLeaderboardStore } from "../../src/progression/leaderboard/mongo-leaderboard-store.ts";
import { freshPlayer, type PlayerDocument } from "../../src/progression/player/player-document.ts";
import { type LedgerDocument, playerModels } from "../../src/progression/player/player-schema-store.ts";
import { PlayerStore } from "../../src/progression/player/player-store.ts";
import { Progression } from "../../src/progression/progression.ts";
import { openStorage } from "../../src/storage/connection-store.ts";
import { median } from "../median.ts";
import type { Experiment } from "../run.ts";

const rules = progressionConfig.parse({
  currencies: ["scrap"],
  matchReward: { scrap: 10 },
  queues: { ffa: {} },
});
const SIDES = ["ours", "oneByOne", "bulk"] as const;
type Side = (typeof SIDES)[number];

interface Bare {
  matches: Model<MatchDocument>;
  players: Model<PlayerDocument>;
  ledger: Model<LedgerDocument>;
}

function resultOf(playerIds: readonly string[]): MatchResult {
  const endedAt = new Date();
  const players = playerIds.map((playerId, index) => ({
    playerId,
    name: "Bench",
    team: 0,
    score: 10 - index,
    kills: 3,
    deaths: 2,
    placement: index + 1,
    won: index === 0,
    left: false,
  }));
  const where = { room: "bench", queue: "ffa", mode: "ffa", map: "none", seed: 1, build: "bench" };
  const startedAt = new Date(endedAt.getTime() - 180_000);
  return {
    matchId: randomUUID(),
    ...where,
    startedAt,
    endedAt,
    fighters: players.length,
    teamGame: false,
    players,
    bots: [],
  };
}

/** The documents that our commit of a match ends with, as bare writes: the match, each player's fields, each entry. */
function bareWrites(result: MatchResult, seq: number) {
  const { matchId: _id, ...rest } = result;
  const match = { _id, ...rest, ratingsBefore: [], pending: [] };
  const rating = { mu: 25, sigma: 8, games: seq, ratedAt: result.endedAt };
  const updates = result.players.map(({ playerId }) => ({
    filter: { _id: playerId },
    update: {
      $set: { "ratings.ffa": rating, playedAt: result.endedAt },
      $inc: {
        experience: 80,
        "stats.games": 1,
        "stats.kills": 3,
        "stats.deaths": 2,
        "wallet.scrap": 10,
        seq: 1,
      },
    },
  }));
  const entries = result.players.map(({ playerId }) => {
    const key = `match/${_id}`;
    const content = { experience: 80, currencies: { scrap: 10 }, items: {}, achievements: [] };
    const at = result.endedAt;
    return {
      _id: `${playerId}/${key}`,
      playerId,
      key,
      seq,
      kind: "match",
      at,
      ...content,
      rating: { ...rating, queue: "ffa" },
    };
  });
  return { match, updates, entries } as never as {
    match: MatchDocument;
    updates: { filter: object; update: object }[];
    entries: LedgerDocument[];
  };
}

async function commitBare(bare: Bare, result: MatchResult, seq: number, bulk: boolean): Promise<void> {
  const { match, updates, entries } = bareWrites(result, seq);
  await bare.matches.create(match);
  if (bulk) {
    await bare.players.bulkWrite(updates.map((updateOne) => ({ updateOne })));
    await bare.ledger.insertMany(entries);
    return;
  }
  for (const { filter, update } of updates) await bare.players.updateOne(filter, update);
  for (const entry of entries) await bare.ledger.create(entry);
}

async function run(
  { rounds, matches, players }: { rounds: number; matches: number; players: number },
  progress: (line: string) => void,
): Promise<object> {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-bench-"));
  const log = createLogger({ name: "bench", level: "error", readable: false });
  const storage = await openStorage(
    {
      mongodbUri: process.env["MONGODB_URI"] || undefined,
      dataDir,
      connectTimeoutMs: 10_000,
      operationTimeoutMs: 30_000,
    },
    log,
  );
  const { host, port } = storage.connection;
  // The bare sides have collections of their own in a database beside ours.
  const other = await new Mongoose().createConnection(`mongodb://${host}:${port}/bare`).asPromise();
  try {
    const store = new PlayerStore(storage.connection);
    const matchStore = new MatchStore(storage.connection);
    const board = new MongoLeaderboardStore(storage.connection);
    const ours = new Progression({
      rules,
      players: store,
      feed: new BoardFeed({ board, capacity: 1, takes: () => true, log }),
      storeMatch: (result, ratingsBefore) => matchStore.insert(result, ratingsBefore),
      settleMatch: (matchId) => matchStore.settle(matchId),
      forgetInMatches: (playerId, pseudonym) => matchStore.forget(playerId, pseudonym),
    });
    const bare: Bare = { matches: other.model<MatchDocument>("Match", matchSchema), ...playerModels(other) };
    for (const connection of [storage.connection, other])
      for (const model of Object.values(connection.models)) await model.createIndexes();
    const ids = Array.from({ length: players }, () => randomUUID());
    for (const playerId of ids) {
      await store.open({ playerId, name: "Bench" }, new Date());
      await bare.players.create(freshPlayer({ playerId, name: "Bench" }, new Date()));
    }
    let seq = 0;
    const commit: Record<Side, () => Promise<unknown>> = {
      ours: () => ours.deliver(resultOf(ids)),
      oneByOne: () => commitBare(bare, resultOf(ids), (seq += 1), false),
      bulk: () => commitBare(bare, resultOf(ids), (seq += 1), true),
    };
    const times: Record<Side, number[]> = { ours: [], oneByOne: [], bulk: [] };
    for (let round = -3; round < rounds; round += 1) {
      for (const side of SIDES) {
        const startedAt = performance.now();
        for (let count = 0; count < matches; count += 1) await commit[side]();
        // The first rounds warm the compiler and the caches up.
        if (round >= 0) times[side].push((performance.now() - startedAt) / matches);
      }
      if (round >= 0 && (round + 1) % 10 === 0) progress(`round ${round + 1} of ${rounds}`);
    }
    const ratios = (side: Side): number =>
      round3(median(times.ours.map((time, index) => time / (times[side][index] ?? time))));
    return {
      players,
      rounds,
      matchesPerRound: matches,
      database: process.env["MONGODB_URI"] ? "MONGODB_URI" : "embedded",
      medianMillisecondsPerMatch: Object.fromEntries(
        SIDES.map((side) => [side, round3(median(times[side]))]),
      ),
      oursToOneByOne: ratios("oneByOne"),
      oursToBulk: ratios("bulk"),
    };
  } finally {
    await other.close();
    await storage.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const experiment: Experiment = {
  about: "Committing a match exactly once, against bare mongoose writes of the same documents.",
  run: ({ rounds = "40", matches = "10", players = "8" }, progress) =>
    run({ rounds: Number(rounds), matches: Number(matches), players: Number(players) }, progress),
};
export default experiment;
