import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { MatchRecorder, type ResultStore } from "../../src/match/match-recorder.ts";
import type { MatchPlayer, MatchResult, PlayerProgress } from "../../src/match/match-result.ts";

const log = pino({ level: "silent" });

function resultOf(matchId: string, ...playerIds: string[]): MatchResult {
  const players = playerIds.map(
    (playerId, index): MatchPlayer => ({
      playerId,
      name: playerId,
      team: 0,
      score: 0,
      kills: 0,
      deaths: 0,
      placement: index + 1,
      won: index === 0,
      left: false,
    }),
  );
  const now = new Date(0);
  return {
    matchId,
    room: "r",
    mode: "ffa",
    map: "m",
    seed: 1,
    startedAt: now,
    endedAt: now,
    fighters: players.length,
    players,
  };
}

/** A store that keeps the rules of the real one and can be made to fail before or after it has written. */
class FlakyStore implements ResultStore {
  readonly documents = new Map<string, { result: MatchResult; pending: string[] }>();
  readonly games = new Map<string, Set<string>>();
  failures: ("before" | "after")[] = [];
  applications = 0;

  #write<T>(action: () => T): T {
    const failure = this.failures.shift();
    if (failure === "before") throw new Error("the database is away");
    const value = action();
    if (failure === "after") throw new Error("the answer was lost");
    return value;
  }

  async insert(result: MatchResult): Promise<void> {
    this.#write(() => {
      if (this.documents.has(result.matchId)) return;
      this.documents.set(result.matchId, { result, pending: result.players.map(({ playerId }) => playerId) });
    });
  }

  async settle(matchId: string, playerId: string): Promise<void> {
    this.#write(() => {
      const document = this.documents.get(matchId);
      if (document) document.pending = document.pending.filter((id) => id !== playerId);
    });
  }

  async unsettled(limit: number): Promise<{ result: MatchResult; pending: string[] }[]> {
    return [...this.documents.values()].filter(({ pending }) => pending.length > 0).slice(0, limit);
  }

  readonly applyToPlayer = async (result: MatchResult, { playerId }: MatchPlayer): Promise<PlayerProgress> =>
    this.#write(() => {
      this.applications += 1;
      const applied = this.games.get(playerId) ?? new Set();
      this.games.set(playerId, applied.add(result.matchId));
      return {
        playerId,
        earned: 0,
        experience: 0,
        level: 1,
        levelProgress: 0,
        games: applied.size,
        wins: 0,
        kills: 0,
        deaths: 0,
      };
    });
}

function recorderOn(store: FlakyStore, capacity = 10): MatchRecorder {
  return new MatchRecorder({ store, applyToPlayer: store.applyToPlayer, capacity, log });
}

test("a result is stored, applied to each player and settled", async () => {
  const store = new FlakyStore();
  const progress = await recorderOn(store).record(resultOf("m1", "a", "b"));
  assert.deepEqual(
    progress?.map(({ playerId, games }) => [playerId, games]),
    [
      ["a", 1],
      ["b", 1],
    ],
  );
  assert.deepEqual(store.documents.get("m1")?.pending, []);
});

test("whatever fails on the way, before or after it was written, the result counts once", async () => {
  for (let position = 0; position < 5; position += 1) {
    for (const failure of ["before", "after"] as const) {
      const store = new FlakyStore();
      store.failures = [...Array<never>(position), failure];
      const progress = await recorderOn(store).record(resultOf("m1", "a", "b"));
      assert.deepEqual(
        progress?.map(({ games }) => games),
        [1, 1],
        `${failure} write ${position}`,
      );
      assert.deepEqual(store.documents.get("m1")?.pending, []);
    }
  }
});

test("a full queue refuses the next result and keeps the others", async () => {
  const store = new FlakyStore();
  store.failures = ["before", "before"];
  const recorder = recorderOn(store, 2);
  const waiting = [recorder.record(resultOf("m1", "a")), recorder.record(resultOf("m2", "a"))];
  assert.equal(recorder.depth, 2);
  assert.equal(await recorder.record(resultOf("m3", "a")), undefined);
  await Promise.all(waiting);
  assert.deepEqual([...store.documents.keys()].sort(), ["m1", "m2"]);
  assert.equal(recorder.depth, 0);
});

test("repair finishes what an earlier process left open, however much it is", async () => {
  const store = new FlakyStore();
  for (let index = 0; index < 250; index += 1) await store.insert(resultOf(`m${index}`, "a", "b"));
  await store.settle("m7", "a");
  assert.equal(await recorderOn(store).repair(), 499);
  assert.equal(store.applications, 499);
  assert.deepEqual(await store.unsettled(1), []);
});

test("an open result that cannot be finished keeps nobody from starting, and the others are finished", async () => {
  const store = new FlakyStore();
  for (let index = 0; index < 150; index += 1)
    await store.insert(resultOf(`m${index}`, index < 120 ? "cursed" : "a"));
  const recorder = new MatchRecorder({
    store,
    applyToPlayer: (result, player) =>
      player.playerId === "cursed" ? Promise.reject(new Error("no")) : store.applyToPlayer(result, player),
    capacity: 1,
    log,
  });
  assert.equal(await recorder.repair(), 0, "the first hundred are all cursed: nothing more is looked at");
  for (const document of store.documents.values())
    if (Number(document.result.matchId.slice(1)) < 50) document.pending = [];
  assert.equal(await recorder.repair(), 30);
});

test("a result that its schema refuses is given up at once, not tried for ever", async () => {
  const store = new FlakyStore();
  store.insert = () => Promise.reject(Object.assign(new Error("no team"), { name: "ValidationError" }));
  assert.equal(await recorderOn(store).record(resultOf("m1", "a")), undefined);
});

test("stopping gives up on a database that stays away, within the time it was given", async () => {
  const store = new FlakyStore();
  store.failures = Array<"before">(1000).fill("before");
  const recorder = recorderOn(store);
  const recording = recorder.record(resultOf("m1", "a"));
  await recorder.stop(50);
  assert.equal(await recording, undefined);
});
