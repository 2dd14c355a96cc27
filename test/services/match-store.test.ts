/** MatchStore on a real server: the embedded one, or that of MONGODB_URI. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { Model } from "mongoose";
import type { MatchResult } from "../../src/match/match-result.ts";
import { type MatchCursor, type MatchDocument, MatchStore } from "../../src/match/match-store.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { openStorage, type Storage } from "../../src/storage/connection-store.ts";
import { resultOf } from "../helpers/match-results.ts";

const dataDir = mkdtempSync(join(tmpdir(), "arena-match-store-"));
let storage: Storage;
let store: MatchStore;
let matches: Model<MatchDocument>;

before(async () => {
  const log = createLogger({ name: "test", level: "silent", readable: false });
  const timeouts = { connectTimeoutMs: 10_000, operationTimeoutMs: 10_000 };
  storage = await openStorage(
    { mongodbUri: process.env["MONGODB_URI"] || undefined, dataDir, ...timeouts },
    log,
  );
  store = new MatchStore(storage.connection);
  matches = storage.connection.model<MatchDocument>("Match");
  await matches.createIndexes();
});
after(async () => {
  await storage.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await matches.deleteMany({});
});

const at = (minute: number, result: MatchResult): MatchResult => ({
  ...result,
  endedAt: new Date(minute * 60_000),
});
const idsOf = (results: readonly MatchResult[]): string[] => results.map(({ matchId }) => matchId);

async function readAll(read: (after: MatchCursor | undefined) => Promise<MatchResult[]>): Promise<string[]> {
  const ids: string[] = [];
  let after: MatchCursor | undefined;
  for (;;) {
    const page = await read(after);
    ids.push(...idsOf(page));
    after = page.at(-1);
    if (!after) return ids;
  }
}

test("a result is read back whole, with and without a replay", async () => {
  const results = [
    resultOf("m1", "a", "b"),
    { ...resultOf("m2", "a"), replay: "replays/2", verified: "yes" as const, teamGame: true },
  ];
  for (const result of results) {
    await store.insert(result, new Map());
    assert.deepEqual(await store.find(result.matchId), result);
  }
  assert.equal(await store.find("none"), undefined);
});

test("storing a match again changes nothing and answers what was stored the first time", async () => {
  const first = new Map([["a", { mu: 25, sigma: 8 }]]);
  const stored = { ratingsBefore: first, verified: "no" };
  assert.deepEqual(await store.insert({ ...resultOf("m1", "a"), verified: "no" }, first), stored);
  await store.settle("m1");
  const again = await store.insert(
    { ...resultOf("m1", "a"), map: "other", verified: "yes" },
    new Map([["a", { mu: 30, sigma: 1 }]]),
  );
  assert.deepEqual(again, stored);
  assert.equal((await store.find("m1"))?.map, "m");
  assert.deepEqual(await store.unsettled(10), [], "and does not open it again");
});

test("a result without what every result has is refused as such", async () => {
  const broken = { ...resultOf("m1", "a"), fighters: "many" } as unknown as MatchResult;
  await assert.rejects(store.insert(broken, new Map()), { name: "ValidationError" });
});

test("open results are paged oldest first, also where many ended at the same moment, and a settled one is not open", async () => {
  const expected: string[] = [];
  for (let index = 0; index < 25; index += 1) {
    const id = `m${String(index).padStart(2, "0")}`;
    await store.insert(at(Math.floor(index / 10), resultOf(id, "a", "b")), new Map());
    expected.push(id);
  }
  assert.deepEqual(await readAll((cursor) => store.unsettled(4, cursor)), expected);
  await store.settle("m03");
  await store.settle("m03");
  const open = expected.filter((id) => id !== "m03");
  assert.deepEqual(await readAll((cursor) => store.unsettled(100, cursor)), open);
});

test("a player's history is newest first and can be read further back; an export is everything, in pages", async () => {
  for (let minute = 1; minute <= 7; minute += 1) {
    await store.insert(at(minute, resultOf(`m${minute}`, minute === 4 ? "b" : "a")), new Map());
  }
  assert.deepEqual(idsOf(await store.historyOf("a", 3)), ["m7", "m6", "m5"]);
  assert.deepEqual(idsOf(await store.historyOf("a", 3, new Date(5 * 60_000))), ["m3", "m2", "m1"]);
  assert.deepEqual(idsOf(await store.historyOf("nobody", 3)), []);
});

/** Stores a result as a build did that did not know the newer fields. */
async function insertOlder(result: MatchResult, pending: string[]): Promise<void> {
  const document: Record<string, unknown> = { ...result, _id: result.matchId, pending };
  for (const field of ["matchId", "queue", "build", "teamGame", "bots"]) delete document[field];
  await matches.collection.insertOne(document);
}

test("documents of older builds are read with defaults", async () => {
  await insertOlder(resultOf("old", "a"), ["a"]);
  const expected = { ...resultOf("old", "a"), queue: "", build: "", bots: [] };
  assert.deepEqual(await store.find("old"), expected);
  assert.deepEqual(await store.unsettled(1), [expected]);
  assert.deepEqual(await store.insert(resultOf("old", "a"), new Map([["a", { mu: 1, sigma: 1 }]])), {
    ratingsBefore: new Map(),
    verified: undefined,
  });
});

test("a forgotten player is in no match any more, also in older ones, and the others are untouched", async () => {
  const ratings = new Map([
    ["a", { mu: 25, sigma: 8 }],
    ["b", { mu: 20, sigma: 7 }],
  ]);
  await store.insert(resultOf("m1", "a", "b"), ratings);
  await store.insert(resultOf("m2", "b"), ratings);
  await insertOlder(resultOf("old", "b", "a"), []);
  for (let times = 0; times < 2; times += 1) await store.forget("a", "gone-1");

  const documents = await matches.collection.find({ _id: { $in: ["m1", "old"] as never } }).toArray();
  assert.equal(documents.length, 2);
  assert.doesNotMatch(JSON.stringify(documents), /"a"/);
  assert.deepEqual(
    (await store.find("old"))?.players.map(({ playerId, name }) => [playerId, name]),
    [
      ["b", "b"],
      ["gone-1", "deleted player"],
    ],
  );
  const m1 = await matches.findById("m1").lean();
  assert.deepEqual(m1?.ratingsBefore, [
    { playerId: "gone-1", mu: 25, sigma: 8 },
    { playerId: "b", mu: 20, sigma: 7 },
  ]);
  assert.deepEqual(m1?.pending, ["b"]);
  assert.deepEqual(await store.find("m2"), resultOf("m2", "b"));
  assert.deepEqual(idsOf(await store.historyOf("a", 10)), []);
});
