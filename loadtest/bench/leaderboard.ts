/**
 * Rank of a player and the neighbours around, on a board of a million: our board in MongoDB, our board in Redis, and
 * the naive way, which reads the whole board sorted by score and looks for the player in it. The same seeded players
 * stand on all of them: whole-number scores around 1500 with a standard deviation of 400, and ids as accounts have
 * them. Ours and the naive way read the same documents. All sides in turn, in one process; before it measures, the
 * benchmark compares their answers and fails where they differ.
 *
 * Options: `--players` (default 1,000,000), `--rounds` (20), `--questions` a round and side (20), `--naive` (3): in so
 * many rounds the naive way is asked once for each of the two questions.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../src/observability/logger.ts";
import type { BoardSubmission, Leaderboard } from "../../src/progression/leaderboard/leaderboard.ts";
import { MongoLeaderboardStore } from "../../src/progression/leaderboard/mongo-leaderboard-store.ts";
import { RedisLeaderboardStore } from "../../src/progression/leaderboard/redis-leaderboard-store.ts";
import { openStorage, type Storage } from "../../src/storage/connection-store.ts";
import { median } from "../median.ts";
import { hasRedisServer, startRedisProcess } from "../redis-process.ts";
import type { Experiment } from "../run.ts";

const BATCH = 2000;
const EACH = 5;
const WARM_UP_ROUNDS = 3;
const SEED = 20_260_101;

interface Options {
  players: number;
  rounds: number;
  questions: number;
  naive: number;
}

type Question = "rankOf" | "around";
const QUESTIONS: readonly Question[] = ["rankOf", "around"];
type Times = Record<Question, number[]>;
/** @returns the ids that it found, best first; of `rankOf` the rank. */
type Ask = (question: Question, playerId: string) => Promise<string[] | number>;

/** A small seeded generator (mulberry32): the same players in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function* seededPlayers(board: string, count: number): Generator<BoardSubmission> {
  const random = generator(SEED);
  for (let index = 0; index < count; index += 1) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 30 * 86_400_000));
    const score = Math.max(1, Math.round(1500 + 400 * normal));
    yield { board, playerId: playerIdOf(index), score, at, version: 1 };
  }
}

/** As long as an account's id, and in no order. */
function playerIdOf(index: number): string {
  const mixed = (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return `${mixed}-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

/** @returns milliseconds. */
async function load(
  name: string,
  board: Leaderboard,
  submissions: Iterable<BoardSubmission>,
  progress: (line: string) => void,
): Promise<number> {
  const startedAt = performance.now();
  let batch: BoardSubmission[] = [];
  let loaded = 0;
  const submit = async (): Promise<void> => {
    loaded += await board.submit(batch);
    batch = [];
    if (loaded % 100_000 === 0)
      progress(`${name}: ${loaded} entries after ${Math.round((performance.now() - startedAt) / 1000)} s`);
  };
  for (const submission of submissions) {
    batch.push(submission);
    if (batch.length === BATCH) await submit();
  }
  if (batch.length > 0) await submit();
  return performance.now() - startedAt;
}

function askBoard(store: Leaderboard, board: string): Ask {
  return async (question, playerId) => {
    if (question === "rankOf") return (await store.rankOf(board, playerId))?.rank ?? 0;
    return (await store.around(board, playerId, EACH)).map((entry) => entry.playerId);
  };
}

/** Reads everybody in the board's order and looks for the player. */
function askNaively({ connection }: Storage, board: string): Ask {
  return async (question, playerId) => {
    const all = await connection
      .collection<{ _id: string }>("leaderboard")
      .find({ board }, { projection: { _id: 1 } })
      .sort({ score: -1, at: 1, playerId: 1 })
      .toArray();
    const index = all.findIndex(({ _id }) => _id === `${board}/${playerId}`);
    if (question === "rankOf") return index + 1;
    return all
      .slice(Math.max(0, index - EACH), index + EACH + 1)
      .map(({ _id }) => _id.slice(board.length + 1));
  };
}

/** @throws Error when two sides answer differently. */
async function compare(sides: ReadonlyMap<string, Ask>, playerId: string): Promise<void> {
  for (const question of QUESTIONS) {
    const answers = await Promise.all(
      [...sides].map(async ([name, ask]) => ({
        name,
        answer: JSON.stringify(await ask(question, playerId)),
      })),
    );
    if (new Set(answers.map(({ answer }) => answer)).size > 1)
      throw new Error(`the sides disagree on ${question} of ${playerId}: ${JSON.stringify(answers)}`);
  }
}

async function measure(
  sides: ReadonlyMap<string, Ask>,
  { players, rounds, questions, naive }: Options,
  progress: (line: string) => void,
): Promise<Map<string, Times>> {
  const random = generator(SEED + 1);
  const someone = (): string => playerIdOf(Math.floor(random() * players));
  const times = new Map<string, Times>([...sides].map(([name]) => [name, { rankOf: [], around: [] }]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const [name, ask] of sides) {
      const asked = name !== "naive" ? questions : round >= 0 && round < naive ? 1 : 0;
      for (const question of QUESTIONS) {
        for (let count = 0; count < asked; count += 1) {
          const playerId = someone();
          const startedAt = performance.now();
          await ask(question, playerId);
          // The first rounds warm the compiler and the caches up.
          if (round >= 0) times.get(name)?.[question].push((performance.now() - startedAt) * 1000);
        }
      }
    }
    if (round >= 0) progress(`round ${round + 1} of ${rounds}`);
  }
  return times;
}

async function run(options: Options, progress: (line: string) => void): Promise<object> {
  // The embedded server holds every document in its heap, which it gets from this process's environment.
  process.env["NODE_OPTIONS"] ??= "--max-old-space-size=12000";
  const dataDir = mkdtempSync(join(tmpdir(), "arena-bench-"));
  const log = createLogger({ name: "bench", level: "error", readable: false });
  const mongodbUri = process.env["MONGODB_URI"] || undefined;
  const storage = await openStorage(
    { mongodbUri, dataDir, connectTimeoutMs: 10_000, operationTimeoutMs: 600_000 },
    log,
  );
  const board = `bench-${process.pid}@all`;
  const redisProcess = hasRedisServer() ? await startRedisProcess() : undefined;
  const redis = redisProcess && new RedisLeaderboardStore(redisProcess.url, log);
  try {
    const mongo = new MongoLeaderboardStore(storage.connection);
    for (const model of Object.values(storage.connection.models)) await model.createIndexes();
    await redis?.connect();
    const submissions = (): Generator<BoardSubmission> => seededPlayers(board, options.players);
    const loadMs = {
      mongo: await load("mongo", mongo, submissions(), progress),
      ...(redis && { redis: await load("redis", redis, submissions(), progress) }),
    };
    const histogramStartedAt = performance.now();
    const entries = await mongo.size(board);
    const histogramMs = performance.now() - histogramStartedAt;
    progress(`${entries} entries; the first question loaded the histogram in ${Math.round(histogramMs)} ms`);
    const sides = new Map<string, Ask>([
      ["mongo", askBoard(mongo, board)],
      ...(redis ? [["redis", askBoard(redis, board)] as const] : []),
      ["naive", askNaively(storage, board)],
    ]);
    await compare(sides, playerIdOf(Math.floor(options.players / 3)));
    progress("all sides agree");
    const times = await measure(sides, options, progress);
    const medians = Object.fromEntries(
      [...times].map(([name, { rankOf, around }]) => [
        name,
        { rankOf: round1(median(rankOf)), around: round1(median(around)) },
      ]),
    );
    return {
      entries,
      rounds: options.rounds,
      questionsPerRound: options.questions,
      naiveQuestions: Math.min(options.naive, options.rounds),
      database: mongodbUri === undefined ? "embedded" : "MONGODB_URI",
      redis: redis ? "redis-server" : "not run",
      loadedBy: `submit, ${BATCH} at once`,
      loadSeconds: Object.fromEntries(
        Object.entries(loadMs).map(([name, time]) => [name, round1(time / 1000)]),
      ),
      histogramLoadMilliseconds: Math.round(histogramMs),
      medianMicroseconds: medians,
      ratios: {
        naiveToMongo: ratiosOf(medians, "naive", "mongo"),
        naiveToRedis: redis && ratiosOf(medians, "naive", "redis"),
        mongoToRedis: redis && ratiosOf(medians, "mongo", "redis"),
      },
    };
  } finally {
    await redis?.close();
    await redisProcess?.kill();
    if (mongodbUri !== undefined) await storage.connection.collection("leaderboard").deleteMany({ board });
    await storage.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function ratiosOf(
  medians: Record<string, Record<Question, number>>,
  upper: string,
  lower: string,
): Record<Question, number> {
  const ratio = (question: Question): number =>
    round1((medians[upper]?.[question] ?? Number.NaN) / (medians[lower]?.[question] ?? Number.NaN));
  return { rankOf: ratio("rankOf"), around: ratio("around") };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

const experiment: Experiment = {
  about:
    "Rank and neighbours of a player among a million: MongoDB board, Redis board, reading the whole board.",
  run: ({ players = "1000000", rounds = "20", questions = "20", naive = "3" }, progress) =>
    run(
      {
        players: Number(players),
        rounds: Number(rounds),
        questions: Number(questions),
        naive: Number(naive),
      },
      progress,
    ),
};
export default experiment;
