/** Bans, mutes and cooldowns on a real database. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  escalatedDuration,
  type NewPenalty,
  PenaltyStore,
} from "../../src/progression/social/penalty-store.ts";
import { openTestStorage, type TestStorage } from "../helpers/test-storage.ts";

const hour = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * 3_600_000);
const justBefore = (date: Date): Date => new Date(date.getTime() - 1);

let storage: TestStorage;
let store: PenaltyStore;

before(async () => {
  storage = await openTestStorage();
  store = new PenaltyStore(storage.connection);
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(() => storage?.close());

function penalty(playerId: string, changes: Partial<NewPenalty> = {}): NewPenalty {
  return {
    key: randomUUID(),
    playerId,
    kind: "ban",
    reason: "cheating",
    from: hour(10),
    until: hour(20),
    issuedBy: "operator",
    ...changes,
  };
}

test("the same key imposes once, and the first one stands", async () => {
  const playerId = randomUUID();
  const first = penalty(playerId, { note: "seen", evidence: "replay/1" });
  const imposed = await store.impose(first);
  const { key, ...rest } = first;
  assert.deepEqual(imposed, { _id: key, ...rest });
  const again = await store.impose({ ...first, reason: "other", until: hour(99), from: hour(0) });
  assert.deepEqual(again, imposed);
  assert.equal((await store.historyOf(playerId, 10)).length, 1);
});

test("the same key at the same instant imposes once", async () => {
  const playerId = randomUUID();
  const given = penalty(playerId);
  const imposed = await Promise.all(Array.from({ length: 20 }, () => store.impose(given)));
  for (const one of imposed) assert.deepEqual(one, imposed[0]);
  assert.equal((await store.historyOf(playerId, 10)).length, 1);
});

test("lifts once and says by whom", async () => {
  const playerId = randomUUID();
  const { key, ...rest } = penalty(playerId);
  await store.impose({ key, ...rest });
  const lifted = await Promise.all([store.lift(key, "one", hour(12)), store.lift(key, "two", hour(12))]);
  assert.deepEqual(lifted.filter(Boolean), [true]);
  assert.equal(await store.lift(key, "three", hour(13)), false);
  assert.equal(await store.lift(randomUUID(), "one", hour(12)), false);
  assert.equal(await store.activeFor(playerId, "ban", hour(12)), undefined);
  const [kept] = await store.historyOf(playerId, 10);
  assert.deepEqual(kept?.liftedAt, hour(12));
  assert.equal(kept?.liftedBy, lifted[0] ? "one" : "two");
  await store.impose({ key, ...rest });
  assert.equal(
    await store.activeFor(playerId, "ban", hour(12)),
    undefined,
    "imposing again does not revive it",
  );
});

test("is in force from its beginning until just before its end", async () => {
  const playerId = randomUUID();
  await store.impose(penalty(playerId));
  const isActive = async (now: Date): Promise<boolean> =>
    (await store.activeFor(playerId, "ban", now)) !== undefined;
  assert.equal(await isActive(justBefore(hour(10))), false);
  assert.equal(await isActive(hour(10)), true);
  assert.equal(await isActive(justBefore(hour(20))), true);
  assert.equal(await isActive(hour(20)), false);
});

test("concerns its own player and kind only", async () => {
  const playerId = randomUUID();
  await store.impose(penalty(playerId, { kind: "mute" }));
  assert.equal(await store.activeFor(playerId, "ban", hour(12)), undefined);
  assert.equal(await store.activeFor(randomUUID(), "mute", hour(12)), undefined);
  assert.equal((await store.activeFor(playerId, "mute", hour(12)))?.kind, "mute");
});

test("of several in force tells the one that lasts longest; one without an end lasts longest of all", async () => {
  const playerId = randomUUID();
  await store.impose(penalty(playerId, { key: `${playerId}/short`, until: hour(15) }));
  await store.impose(penalty(playerId, { key: `${playerId}/long`, until: hour(30) }));
  await store.impose(penalty(playerId, { key: `${playerId}/middle`, until: hour(20) }));
  await store.impose(penalty(playerId, { key: `${playerId}/later`, from: hour(25), until: hour(90) }));
  const active = async (now: Date): Promise<string | undefined> =>
    (await store.activeFor(playerId, "ban", now))?._id.split("/")[1];
  assert.equal(await active(hour(12)), "long");
  assert.equal(await active(hour(26)), "later");
  await store.lift(`${playerId}/long`, "operator", hour(11));
  assert.equal(await active(hour(12)), "middle");
  const { until: _until, ...endless } = penalty(playerId, { key: `${playerId}/endless` });
  await store.impose(endless);
  assert.equal(await active(hour(12)), "endless");
  assert.equal(await active(hour(1_000_000)), "endless");
});

test("tells the history newest first, lifted ones included, as many as asked", async () => {
  const playerId = randomUUID();
  for (const from of [3, 1, 2])
    await store.impose(penalty(playerId, { key: `${playerId}/${from}`, from: hour(from) }));
  await store.lift(`${playerId}/2`, "operator", hour(4));
  const history = await store.historyOf(playerId, 10);
  assert.deepEqual(
    history.map(({ from }) => from),
    [hour(3), hour(2), hour(1)],
  );
  assert.equal((await store.historyOf(playerId, 2)).length, 2);
});

test("counts those of a kind since a moment, without the lifted ones", async () => {
  const playerId = randomUUID();
  for (const from of [1, 5, 6, 7])
    await store.impose(penalty(playerId, { key: `${playerId}/${from}`, from: hour(from) }));
  await store.impose(penalty(playerId, { kind: "mute", from: hour(6) }));
  assert.equal(await store.countSince(playerId, "ban", hour(5)), 3);
  assert.equal(await store.countSince(playerId, "ban", new Date(hour(5).getTime() + 1)), 2);
  await store.lift(`${playerId}/6`, "operator", hour(8));
  assert.equal(await store.countSince(playerId, "ban", hour(5)), 2);
  assert.equal(await store.countSince(playerId, "mute", hour(0)), 1);
});

test("deletion keeps what is in force, without notes, and drops the rest", async () => {
  const [playerId, neighbour] = [randomUUID(), randomUUID()];
  const texts = { note: "a note", evidence: "replay/1" };
  const { until: _until, ...endless } = penalty(playerId, { key: `${playerId}/endless`, ...texts });
  await store.impose(endless);
  for (const [name, changes] of Object.entries({
    running: { until: hour(30) },
    coming: { from: hour(25), until: hour(30) },
    over: { until: hour(20) },
    lifted: { until: hour(30) },
  }))
    await store.impose(penalty(playerId, { key: `${playerId}/${name}`, ...texts, ...changes }));
  await store.lift(`${playerId}/lifted`, "operator", hour(12));
  await store.impose(penalty(neighbour, texts));
  await store.forget(playerId, hour(20));
  const left = await store.historyOf(playerId, 10);
  const names = left.map(({ _id }) => _id.split("/")[1]);
  assert.deepEqual(new Set(names), new Set(["coming", "endless", "running"]));
  for (const document of left) {
    assert.ok(!("note" in document) && !("evidence" in document), JSON.stringify(document));
    assert.equal(document.reason, "cheating");
  }
  assert.equal((await store.activeFor(playerId, "ban", hour(21)))?._id, `${playerId}/endless`);
  const [untouched] = await store.historyOf(neighbour, 10);
  assert.deepEqual([untouched?.note, untouched?.evidence], [texts.note, texts.evidence]);
});

test("refuses what is no penalty", async () => {
  const playerId = randomUUID();
  const wrong = [{ kind: "jail" as never }, { reason: "x".repeat(65) }, { note: "x".repeat(2001) }];
  for (const changes of wrong) await assert.rejects(store.impose(penalty(playerId, changes)));
  assert.deepEqual(await store.historyOf(playerId, 10), []);
});

test("each further penalty is the ladder's next, and the last one repeats", () => {
  const ladder = [10, 20, 50] as const;
  const durations = [0, 1, 2, 3, 100].map((earlier) => escalatedDuration(earlier, ladder));
  assert.deepEqual(durations, [10, 20, 50, 50, 50]);
  assert.equal(escalatedDuration(-1, ladder), 10);
  assert.equal(escalatedDuration(7, [5]), 5);
});
