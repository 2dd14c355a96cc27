import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import {
  MatchRecorder,
  type MatchRecorderOptions,
  type ResultCursor,
} from "../../src/match/match-recorder.ts";
import type { MatchResult, PlayerProgress } from "../../src/match/match-result.ts";
import { openOutbox, type ResultOutbox } from "../../src/match/result-outbox.ts";
import { progressOf, resultOf } from "../helpers/match-results.ts";

const root = mkdtempSync(join(tmpdir(), "arena-recorder-"));
after(() => rmSync(root, { recursive: true, force: true }));

interface Line {
  level: number;
  msg: string;
  code?: string;
  results?: number;
  result?: { matchId: string };
}

const ERROR = 50;
const WARN = 40;
const outage = (): Error => Object.assign(new Error("away"), { name: "MongoNetworkError" });
const refusedBySchema = (): Error => Object.assign(new Error("no team"), { name: "ValidationError" });

/** A database as `deliver` sees it: idempotent, and made to fail by match id before or after it has written. */
class FakeDatabase {
  readonly delivered: string[] = [];
  readonly games = new Map<string, Set<string>>();
  readonly tries = new Map<string, number>();
  /** What the next tries of a match fail with; "*" is for every match. */
  readonly failures = new Map<string, { error: Error; times: number; written?: boolean }>();
  /** Matches whose delivery waits until it is let go. */
  readonly gates = new Map<string, PromiseWithResolvers<void>>();
  underWay = 0;
  mostUnderWay = 0;

  hold(matchId: string): PromiseWithResolvers<void> {
    const gate = Promise.withResolvers<void>();
    this.gates.set(matchId, gate);
    return gate;
  }

  readonly deliver = async (result: MatchResult): Promise<PlayerProgress[]> => {
    const { matchId } = result;
    this.tries.set(matchId, (this.tries.get(matchId) ?? 0) + 1);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await (this.gates.get(matchId)?.promise ?? nextTurn());
      const failure = this.failures.get(matchId) ?? this.failures.get("*");
      const fails = failure !== undefined && failure.times > 0;
      if (fails) failure.times -= 1;
      if (!fails || failure.written) this.#write(result);
      if (fails) throw failure.error;
      return progressOf(result);
    } finally {
      this.underWay -= 1;
    }
  };

  #write({ matchId, players }: MatchResult): void {
    if (!this.delivered.includes(matchId)) this.delivered.push(matchId);
    for (const { playerId } of players) {
      const games = this.games.get(playerId) ?? new Set();
      this.games.set(playerId, games.add(matchId));
    }
  }
}

interface Bench {
  recorder: MatchRecorder;
  outbox: ResultOutbox;
  database: FakeDatabase;
  directory: string;
  lines: Line[];
  pauses: number[];
}

interface BenchOptions extends Partial<Pick<MatchRecorderOptions, "concurrency" | "pause">> {
  capacity?: number;
  directory?: string;
  database?: FakeDatabase;
}

/** Pauses take no time; their lengths are kept. */
async function setUp(options: BenchOptions = {}): Promise<Bench> {
  const lines: Line[] = [];
  const pauses: number[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const directory = options.directory ?? join(mkdtempSync(join(root, "case-")), "outbox");
  const database = options.database ?? new FakeDatabase();
  const outbox = await openOutbox(directory, { capacity: options.capacity ?? 100, log });
  const pause = async (delayMs: number): Promise<void> => {
    pauses.push(delayMs);
    await nextTurn();
  };
  const recorder = new MatchRecorder({
    outbox,
    deliver: database.deliver,
    concurrency: options.concurrency ?? 16,
    log,
    pause: options.pause ?? pause,
    random: () => 1,
  });
  return { recorder, outbox, database, directory, lines, pauses };
}

const filesIn = (directory: string): string[] => readdirSync(directory).filter((name) => name !== "refused");
const refusedIn = (directory: string): string[] => readdirSync(join(directory, "refused"));

async function until(condition: () => boolean): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < limit, `still waiting for ${condition.toString()}`);
    await nextTurn();
  }
}

async function keep(recorder: MatchRecorder, result: MatchResult): Promise<PlayerProgress[] | undefined> {
  const { kept, saved } = await recorder.record(result);
  assert.equal(kept, true);
  return saved;
}

test("a result is safe on disk before it is delivered, and leaves the outbox when it was", async () => {
  const { recorder, database, directory } = await setUp();
  const gate = database.hold("m1");
  const { kept, saved } = await recorder.record(resultOf("m1", "a", "b"));
  assert.equal(kept, true);
  assert.equal(filesIn(directory).length, 1);
  assert.equal(recorder.depth, 1);
  gate.resolve();
  assert.deepEqual(
    (await saved)?.map(({ playerId }) => playerId),
    ["a", "b"],
  );
  await recorder.stop(1000);
  assert.deepEqual(filesIn(directory), []);
  assert.equal(recorder.depth, 0);
});

test("whatever fails on the way, before or after it was written, the result counts once", async () => {
  for (const written of [false, true]) {
    const { recorder, database } = await setUp();
    database.failures.set("m1", { error: outage(), times: 3, written });
    assert.equal((await keep(recorder, resultOf("m1", "a", "b")))?.length, 2);
    assert.equal(database.tries.get("m1"), 4);
    assert.deepEqual(database.delivered, ["m1"]);
    assert.deepEqual([...(database.games.get("a") ?? [])], ["m1"]);
  }
});

test("results of a player are delivered in the order they came in, and those of others overtake them", async () => {
  const { recorder, database } = await setUp();
  const gate = database.hold("m1");
  const matches = [
    resultOf("m1", "a", "b"),
    resultOf("m2", "b", "c"),
    resultOf("m3", "c"),
    resultOf("other", "x"),
    resultOf("m4", "a"),
  ];
  const saved = matches.map((match) => keep(recorder, match));
  await saved[3];
  assert.deepEqual(database.delivered, ["other"], "all others wait, if only for a player of a player");
  gate.resolve();
  await Promise.all(saved);
  const order = (...ids: string[]): string[] => database.delivered.filter((id) => ids.includes(id));
  assert.deepEqual(order("m1", "m2", "m3"), ["m1", "m2", "m3"]);
  assert.deepEqual(order("m1", "m4"), ["m1", "m4"]);
});

test("no more than the given number are delivered at a time, and none starves", async () => {
  const { recorder, database, directory } = await setUp({ concurrency: 3 });
  const matches = Array.from({ length: 40 }, (_, index) => resultOf(`m${index}`, `p${index}`));
  const gates = matches.map(({ matchId }) => database.hold(matchId));
  const saved = Promise.all(matches.map((match) => keep(recorder, match)));
  await until(() => recorder.players === 40 && filesIn(directory).length === 40 && database.underWay === 3);
  for (const gate of gates) gate.resolve();
  await saved;
  assert.equal(database.delivered.length, 40);
  assert.equal(database.mostUnderWay, 3);
});

test("after an outage everything is delivered, each player's results in order", async () => {
  const { recorder, database, lines, pauses } = await setUp({ concurrency: 2 });
  const failure = { error: outage(), times: Number.POSITIVE_INFINITY };
  database.failures.set("*", failure);
  const matches = Array.from({ length: 30 }, (_, index) => resultOf(`m${index}`, `p${index % 3}`));
  const saved = matches.map((match) => keep(recorder, match));
  await until(() => pauses.length > 100);
  assert.deepEqual(database.delivered, []);
  assert.equal(Math.max(...pauses), 10_000, "later and later, but not for ever");
  assert.equal(Math.min(...pauses), 200);
  assert.equal(
    lines.filter(({ level }) => level >= WARN).length,
    1,
    "one line says that the database is away",
  );
  failure.times = 0;
  await Promise.all(saved);
  const ids = matches.map(({ matchId }) => matchId);
  for (const player of [0, 1, 2]) {
    const isTheirs = (id: string): boolean => Number(id.slice(1)) % 3 === player;
    assert.deepEqual(database.delivered.filter(isTheirs), ids.filter(isTheirs));
  }
  // Nothing of a player stays behind.
  await until(() => recorder.players === 0 && recorder.depth === 0);
});

test("a result that its schema refuses is set aside at once, with its content in the log", async () => {
  const { recorder, database, directory, lines } = await setUp();
  database.failures.set("m1", { error: refusedBySchema(), times: 1 });
  assert.equal(await keep(recorder, resultOf("m1", "a")), undefined);
  await recorder.stop(1000);
  assert.equal(database.tries.get("m1"), 1);
  assert.deepEqual(filesIn(directory), []);
  const [name = ""] = refusedIn(directory);
  assert.match(readFileSync(join(directory, "refused", name), "utf8"), /"matchId":"m1"/);
  assert.equal(lines.find(({ level }) => level === ERROR)?.result?.matchId, "m1");
  assert.equal(recorder.depth, 0);
});

test("a result that fails for an unknown reason is tried eight times, then its players' next ones go on", async () => {
  const { recorder, database, directory } = await setUp();
  database.failures.set("cursed", { error: new TypeError("a bug"), times: Number.POSITIVE_INFINITY });
  const cursed = keep(recorder, resultOf("cursed", "a", "b"));
  const next = [keep(recorder, resultOf("m2", "a")), keep(recorder, resultOf("m3", "b"))];
  assert.equal(await cursed, undefined);
  await Promise.all(next);
  assert.equal(database.tries.get("cursed"), 8);
  assert.deepEqual(database.delivered.toSorted(), ["m2", "m3"]);
  await recorder.stop(1000);
  assert.equal(refusedIn(directory).length, 1);
});

test("an outage in between does not use up the tries of a result with another trouble", async () => {
  const { outbox, database } = await setUp();
  let tries = 0;
  const deliver = async (result: MatchResult): Promise<PlayerProgress[]> => {
    tries += 1;
    if (tries <= 40) throw outage();
    if (tries <= 47) throw new Error("unknown");
    return database.deliver(result);
  };
  const log = pino({ level: "silent" });
  const recorder = new MatchRecorder({ outbox, deliver, concurrency: 1, log, pause: async () => nextTurn() });
  assert.equal((await keep(recorder, resultOf("m1", "a")))?.length, 1);
  assert.equal(tries, 48);
});

test("a full outbox refuses the next result, logs it whole, and keeps the others", async () => {
  const { recorder, database, lines } = await setUp({ capacity: 2 });
  const gate = database.hold("m1");
  const waiting = [keep(recorder, resultOf("m1", "a")), keep(recorder, resultOf("m2", "a"))];
  assert.equal(recorder.depth, 2);
  const { kept, saved } = await recorder.record(resultOf("m3", "a"));
  assert.equal(kept, false);
  assert.equal(await saved, undefined);
  const line = lines.find(({ level }) => level === ERROR);
  assert.equal(line?.code, "match_queue_full");
  assert.deepEqual(line?.result, JSON.parse(JSON.stringify(resultOf("m3", "a"))));
  gate.resolve();
  await Promise.all(waiting);
  await until(() => recorder.depth === 0);
  assert.deepEqual(database.delivered, ["m1", "m2"]);
  assert.equal((await recorder.record(resultOf("m4", "a"))).kept, true);
});

test("where the disk refuses, results wait in memory, are counted and delivered, and it is said once", async () => {
  const { recorder, database, directory, lines } = await setUp({ capacity: 3 });
  database.hold("m1");
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "in the way");
  const saved = ["m1", "m2"].map((id) => keep(recorder, resultOf(id, "a")));
  await until(() => lines.length > 0);
  const third = keep(recorder, resultOf("m3", "b"));
  assert.equal((await third)?.length, 1);
  await until(() => recorder.depth === 2);
  const fourth = keep(recorder, resultOf("m4", "b"));
  await fourth;
  database.gates.get("m1")?.resolve();
  await Promise.all(saved);
  assert.deepEqual(
    database.delivered.filter((id) => id === "m1" || id === "m2"),
    ["m1", "m2"],
  );
  assert.deepEqual(
    lines.map(({ level, code }) => [level, code]),
    [[ERROR, "outbox_unwritable"]],
  );

  rmSync(directory);
  mkdirSync(directory);
  await keep(recorder, resultOf("m5", "a"));
  rmSync(directory, { recursive: true });
  await keep(recorder, resultOf("m6", "a"));
  assert.equal(lines.filter(({ level }) => level === ERROR).length, 2, "and once more for the next outage");
  await until(() => recorder.depth === 0);
});

test("results in memory count towards the bound", async () => {
  const { recorder, database, directory } = await setUp({ capacity: 2 });
  const gate = database.hold("m1");
  rmSync(directory, { recursive: true });
  const waiting = [keep(recorder, resultOf("m1", "a")), keep(recorder, resultOf("m2", "a"))];
  await until(() => database.tries.has("m1"));
  await nextTurn();
  assert.equal((await recorder.record(resultOf("m3", "a"))).kept, false);
  gate.resolve();
  await Promise.all(waiting);
});

/** A pause that ends with its signal alone, as during a long outage. */
const endless = (_delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve());
  });

test("what is left when it stops stays in the outbox, and the next run delivers it before anything new", async () => {
  const first = await setUp({ pause: endless });
  first.database.failures.set("*", { error: outage(), times: Number.POSITIVE_INFINITY });
  const saved = ["m1", "m2", "m3"].map((id) => keep(first.recorder, resultOf(id, "a")));
  await until(() => first.database.tries.get("m1") === 1);
  await first.recorder.stop(0);
  assert.deepEqual(await Promise.all(saved), [undefined, undefined, undefined]);
  const last = first.lines.at(-1);
  assert.deepEqual([last?.level, last?.results], [WARN, 3]);
  assert.equal(
    first.lines.some(({ level }) => level === ERROR),
    false,
  );

  const next = await setUp({ directory: first.directory });
  next.recorder.start();
  await keep(next.recorder, resultOf("new", "a"));
  assert.deepEqual(next.database.delivered, ["m1", "m2", "m3", "new"]);
  await next.recorder.stop(1000);
  assert.deepEqual(filesIn(first.directory), []);
});

test("a stop waits for the delivery under way, and takes nothing from it", async () => {
  const { recorder, database, directory } = await setUp();
  const gate = database.hold("m1");
  const saved = keep(recorder, resultOf("m1", "a"));
  await until(() => database.tries.has("m1"));
  const stopped = recorder.stop(60_000);
  await nextTurn();
  gate.resolve();
  await stopped;
  assert.equal((await saved)?.length, 1);
  assert.deepEqual(filesIn(directory), []);
});

test("what fails because everything is closing is not held against the result", async () => {
  const { recorder, database, directory } = await setUp();
  const gate = database.hold("m1");
  database.failures.set("m1", { error: refusedBySchema(), times: Number.POSITIVE_INFINITY });
  const saved = keep(recorder, resultOf("m1", "a"));
  await until(() => database.tries.has("m1"));
  await recorder.stop(0);
  assert.equal(await saved, undefined, "nobody waits for what does not come back");
  gate.resolve();
  await until(() => database.underWay === 0);
  await nextTurn();
  assert.equal(filesIn(directory).length, 1);
  assert.deepEqual(refusedIn(directory), []);
});

test("a result that comes after the stop is still made safe", async () => {
  const { recorder, database, directory } = await setUp();
  await recorder.stop(0);
  const { kept, saved } = await recorder.record(resultOf("late", "a"));
  assert.equal(kept, true);
  assert.equal(await saved, undefined);
  assert.deepEqual(database.delivered, []);
  assert.equal(filesIn(directory).length, 1);
});

test("a stop gives what waits in memory one more chance on disk, and logs what that does not take", async () => {
  for (const diskIsBack of [true, false]) {
    const { recorder, database, directory, lines } = await setUp({ pause: endless });
    database.failures.set("*", { error: outage(), times: Number.POSITIVE_INFINITY });
    rmSync(directory, { recursive: true });
    void keep(recorder, resultOf("m1", "a"));
    await until(() => database.tries.has("m1"));
    if (diskIsBack) mkdirSync(directory);
    await recorder.stop(0);
    if (diskIsBack) assert.equal(filesIn(directory).length, 1);
    else assert.equal(lines.findLast(({ level }) => level === ERROR)?.result?.matchId, "m1");
  }
});

/** Open results as the database would page them. */
function pagesOf(open: readonly MatchResult[]): (after: ResultCursor | undefined) => Promise<MatchResult[]> {
  return async (after) => {
    const start = after === undefined ? 0 : open.findIndex(({ matchId }) => matchId === after.matchId) + 1;
    return open.slice(start, start + 100);
  };
}

test("repair delivers every open result, however many there are, and skips those that cannot be finished", async () => {
  const { recorder, database, lines } = await setUp();
  const open = Array.from({ length: 350 }, (_, index) => resultOf(`m${index}`, "a", "b"));
  for (let index = 0; index < 120; index += 1)
    database.failures.set(`m${index}`, { error: new Error("no"), times: Number.POSITIVE_INFINITY });
  assert.equal(await recorder.repair(pagesOf(open)), 230);
  assert.equal(database.delivered.length, 230);
  assert.equal(database.tries.get("m0"), 1, "one try: it is tried again at the next start");
  assert.equal(lines.filter(({ level }) => level === ERROR).length, 120);
});

test("repair waits for an outage, and never throws for results that cannot be read", async () => {
  const { recorder, database, lines } = await setUp();
  const read = pagesOf([resultOf("m1", "a"), resultOf("m2", "a")]);
  let reads = 0;
  database.failures.set("m1", { error: outage(), times: 5 });
  const flaky = async (after: ResultCursor | undefined): Promise<MatchResult[]> => {
    reads += 1;
    if (reads <= 3) throw outage();
    return read(after);
  };
  assert.equal(await recorder.repair(flaky), 2);
  assert.equal(await recorder.repair(() => Promise.reject(new Error("a bug"))), 0);
  assert.equal(lines.filter(({ level }) => level === ERROR).length, 1);
});

test("repair leaves alone what ended after it began, and ends with the recorder", async () => {
  const { recorder, database } = await setUp({ pause: endless });
  const later = { ...resultOf("later", "a"), endedAt: new Date(Date.now() + 60_000) };
  assert.equal(await recorder.repair(pagesOf([resultOf("m1", "a"), later])), 1);
  assert.deepEqual(database.delivered, ["m1"]);
  database.failures.set("*", { error: outage(), times: Number.POSITIVE_INFINITY });
  const repairing = recorder.repair(pagesOf([resultOf("m2", "a")]));
  await until(() => database.tries.has("m2"));
  await recorder.stop(60_000);
  assert.equal(await repairing, 0);
});
