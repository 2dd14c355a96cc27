/** Exactly once, on a real database: purchases, grants and matches under repetition, concurrency and interruption. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { equip, grant, purchase } from "../../src/progression/economy/operations.ts";
import type { Outcome, PlayerOperation } from "../../src/progression/player/operation.ts";
import type { LedgerEntry, PlayerDocument } from "../../src/progression/player/player-document.ts";
import { PlayerStore } from "../../src/progression/player/player-store.ts";
import { holdingsOf, sumLedger, withoutZeros } from "../helpers/ledger-sums.ts";
import { testRules } from "../helpers/progression-rules.ts";
import { openTestStorage, type TestStorage } from "../helpers/test-storage.ts";

const rules = testRules();
const now = new Date("2026-03-01T12:00:00Z");
let storage: TestStorage;
let players: PlayerStore;

before(async () => {
  storage = await openTestStorage();
  players = new PlayerStore(storage.connection);
});
after(() => storage.close());

async function newPlayer(coins = 0): Promise<string> {
  const playerId = randomUUID();
  await players.open({ playerId, name: "Test" }, now);
  if (coins > 0)
    await players.run(grant(rules, { playerId, key: "start", reason: "start", currencies: { coins } }, now));
  return playerId;
}

async function found(playerId: string): Promise<PlayerDocument> {
  const player = await players.find(playerId);
  assert.ok(player);
  return player;
}

async function assertBalanced(playerId: string): Promise<void> {
  const player = await found(playerId);
  const { keys, ...sums } = await sumLedger(storage.connection, player);
  const nonZero = { ...sums, currencies: withoutZeros(sums.currencies), items: withoutZeros(sums.items) };
  assert.deepEqual(nonZero, holdingsOf(player));
  assert.equal(new Set(keys).size, keys.length);
}

const buy = (playerId: string, idempotencyKey: string, itemId = "hat"): PlayerOperation =>
  purchase(rules, { playerId, itemId, idempotencyKey }, now);

test("1,000 concurrent purchases under 50 keys with money for 20 buy exactly 20", async () => {
  const playerId = await newPlayer(200);
  const keys = Array.from({ length: 50 }, (_, index) => `purchase-${index}`);
  const outcomes = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => players.run(buy(playerId, keys[index % 50] as string))),
  );
  const bought = outcomes.filter((outcome) => outcome.ok && !outcome.repeated);
  const repeated = outcomes.filter((outcome) => outcome.ok && outcome.repeated);
  const refused = outcomes.filter((outcome) => !outcome.ok);
  assert.deepEqual([bought.length, repeated.length, refused.length], [20, 20 * 19, 30 * 20]);
  assert.ok(refused.every((outcome) => !outcome.ok && outcome.code === "balance_too_low"));
  const player = await found(playerId);
  assert.deepEqual([player.wallet["coins"], player.inventory["hat"]?.count], [0, 20]);
  await assertBalanced(playerId);
});

test("two processes that buy for the same player at once never spend the same coin twice", async () => {
  const playerId = await newPlayer(150);
  // A store of its own has a queue of its own: to this one it is another process.
  const other = await anotherStore();
  const runs = Array.from({ length: 60 }, (_, index) =>
    (index % 2 === 0 ? players : other.players).run(buy(playerId, `shared-${index % 30}`)),
  );
  const outcomes = await Promise.all(runs);
  await other.close();
  assert.equal(outcomes.filter((outcome) => outcome.ok && !outcome.repeated).length, 15);
  assert.equal((await found(playerId)).inventory["hat"]?.count, 15);
  await assertBalanced(playerId);
});

test("a purchase is found by its key however many came after it", async () => {
  const playerId = await newPlayer(10_000);
  await players.run(buy(playerId, "the-first-one"));
  for (let index = 0; index < 300; index += 1) await players.run(buy(playerId, `later-one-${index}`));
  const again = await players.run(buy(playerId, "the-first-one"));
  assert.ok(again.ok && again.repeated);
  assert.equal((await found(playerId)).inventory["hat"]?.count, 301);
  assert.ok((await found(playerId)).open.length <= 32, "the document does not grow");
});

test("a key that was used for one item is refused for another", async () => {
  const playerId = await newPlayer(100);
  await players.run(buy(playerId, "same-key-twice"));
  const outcome = await players.run(buy(playerId, "same-key-twice", "cap"));
  assert.deepEqual(outcome, { ok: false, code: "idempotency_key_reused" });
  assert.equal((await found(playerId)).wallet["coins"], 90);
});

test("refuses unknown items, items not for sale, and more than one may own", async () => {
  const playerId = await newPlayer(100);
  const codes = [];
  for (const itemId of ["nothing", "constructor", "medal", "cap", "cap"])
    codes.push(codeOf(await players.run(buy(playerId, `key-${codes.length}-abc`, itemId))));
  assert.deepEqual(codes, ["item_unknown", "item_unknown", "item_not_for_sale", "ok", "item_limit_reached"]);
});

test("an operation on a deleted account is refused, also one that was computed before", async () => {
  const playerId = await newPlayer(100);
  const other = await anotherStore();
  await players.erase(playerId, now);
  assert.equal(codeOf(await other.players.run(buy(playerId, "after-the-end"))), "player_deleted");
  assert.equal(await players.find(playerId), undefined);
  await players.open({ playerId, name: "Back again" }, now);
  assert.equal(await players.find(playerId), undefined, "a deleted account cannot be opened again");
  await other.close();
});

test("a deletion of an account that was never opened keeps a late result from opening it", async () => {
  const playerId = randomUUID();
  await players.erase(playerId, now);
  const late = { ...grant(rules, { playerId, key: "late", reason: "late" }, now), openAs: "Late" };
  assert.equal(codeOf(await players.run(late)), "player_deleted");
});

test("entries that were on their way when their account was deleted are deleted as well", async () => {
  const playerId = await newPlayer(50);
  const other = await anotherStore();
  await players.run(buy(playerId, "before-the-end"));
  // As a process leaves it that has written and not copied yet.
  const ledger = storage.connection.collection<LedgerEntry & { _id: string; playerId: string }>("ledger");
  const {
    _id,
    playerId: _owner,
    ...entry
  } = (await ledger.findOne({ _id: `${playerId}/purchase/before-the-end` })) ?? assert.fail();
  const collection = storage.connection.collection<PlayerDocument>("players");
  await collection.updateOne({ _id: playerId }, { $set: { open: [entry] } });
  await ledger.deleteOne({ _id });
  const slow: PlayerOperation = { ...buy(playerId, "at-the-same-time") };
  await Promise.all([other.players.run(slow), players.erase(playerId, now)]);
  await other.close();
  assert.equal(await ledger.countDocuments({ playerId }), 0);
});

test("what the schema refuses is refused aloud and leaves nothing half done", async () => {
  const playerId = await newPlayer(50);
  const wrong: PlayerOperation = {
    playerId,
    once: { key: "grant/wrong", kind: "grant" },
    at: now,
    decide: () => ({ ok: true, set: {}, entry: { experience: "much" as never } }),
  };
  const startedAt = performance.now();
  await assert.rejects(players.run(wrong), { name: /Bulk|Cast|Validation/ } as never);
  assert.ok(performance.now() - startedAt < 1000, "it is not taken for a lost race");
  await players.run(buy(playerId, "after-the-wrong"));
  await assertBalanced(playerId);
  assert.equal((await players.ledgerOf(playerId, 10)).length, 2);
});

test("a grant takes whole amounts of declared things, and its key only what it was used for", async () => {
  const playerId = await newPlayer();
  const give = (key: string, currencies: Record<string, number>, items: Record<string, number> = {}) =>
    players.run(grant(rules, { playerId, key, reason: "test", currencies, items }, now)).then(codeOf);
  const codes: string[] = [];
  const wrong: Record<string, number>[] = [
    { coins: 0.5 },
    { scarp: 1 },
    { coins: Number.POSITIVE_INFINITY },
    { coins: "5" as never },
  ];
  for (const amounts of wrong) codes.push(await give(`wrong-${codes.length}`, amounts));
  assert.deepEqual(codes, Array(4).fill("input_invalid"));
  assert.equal(await give("unknown-item", {}, { nothing: 1 }), "input_invalid");
  assert.equal(await give("once", { coins: 5, gems: 1 }), "ok");
  assert.equal(await give("once", { gems: 1, coins: 5 }), "ok");
  assert.equal(await give("once", { coins: 5000, gems: 1 }), "idempotency_key_reused");
  assert.deepEqual((await found(playerId)).wallet, { coins: 5, gems: 1 });
});

test("an item is taken off when its last one is taken away", async () => {
  const playerId = await newPlayer(100);
  await players.run(buy(playerId, "one-cap-please", "cap"));
  await players.run(equip(rules, { playerId, slot: "head", itemId: "cap" }, now));
  assert.deepEqual((await found(playerId)).equipped, { head: "cap" });
  await players.run(grant(rules, { playerId, key: "take", reason: "refund", items: { cap: -1 } }, now));
  assert.deepEqual((await found(playerId)).equipped, {});
  await assertBalanced(playerId);
});

test("what a killed process left open is copied to the ledger by whoever comes next", async () => {
  const playerId = await newPlayer(50);
  await players.run(buy(playerId, "before-the-kill"));
  // As a process leaves it that dies between the write and the copy.
  const ledger = storage.connection.collection<{ _id: string; playerId: string; key: string }>("ledger");
  const id = `${playerId}/purchase/before-the-kill`;
  const {
    _id,
    playerId: _owner,
    ...entry
  } = (await ledger.findOne({ _id: id })) ?? assert.fail("not copied");
  await storage.connection
    .collection<PlayerDocument>("players")
    .updateOne({ _id: playerId }, { $set: { open: [entry] } } as never);
  await ledger.deleteOne({ _id: id });
  await assertBalanced(playerId);
  const repeated = await players.run(buy(playerId, "before-the-kill"));
  assert.ok(repeated.ok && repeated.repeated);
  await players.run(buy(playerId, "after-the-kill"));
  assert.ok(await ledger.findOne({ _id: id }));
  assert.deepEqual((await found(playerId)).open, []);
  await assertBalanced(playerId);
});

test("whatever is bought, granted and taken in whatever order, the ledger adds up and nothing is below zero", async () => {
  const step = fc.record({
    kind: fc.constantFrom("buy", "grant", "take", "equip", "again"),
    amount: fc.integer({ min: 1, max: 40 }),
    item: fc.constantFrom("hat", "cap", "medal", "nothing"),
    key: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), async (steps, atOnce) => {
      const playerId = await newPlayer(30);
      const operations = steps.map(({ kind, amount, item, key }): PlayerOperation => {
        if (kind === "buy" || kind === "again") return buy(playerId, `property-${key}`, item);
        if (kind === "equip") return equip(rules, { playerId, slot: "head", itemId: item }, now);
        const sign = kind === "grant" ? 1 : -1;
        return grant(
          rules,
          {
            playerId,
            key: `g${key}${kind}`,
            reason: kind,
            currencies: { coins: sign * amount },
            items: { medal: sign },
          },
          now,
        );
      });
      const outcomes: Outcome[] = [];
      if (atOnce)
        outcomes.push(...(await Promise.all(operations.map((operation) => players.run(operation)))));
      else for (const operation of operations) outcomes.push(await players.run(operation));
      await assertBalanced(playerId);
      const player = await found(playerId);
      assert.ok(
        Object.values(player.wallet).every((balance) => Number.isSafeInteger(balance) && balance >= 0),
      );
      assert.ok(Object.values(player.inventory).every(({ count }) => count > 0));
      const once = outcomes.flatMap((outcome) =>
        outcome.ok && outcome.entry && !outcome.repeated ? [outcome.entry.key] : [],
      );
      assert.equal(new Set(once).size, once.length, "no key was carried out twice");
    }),
    { numRuns: 60 },
  );
});

function codeOf(outcome: Outcome): string {
  return outcome.ok ? "ok" : outcome.code;
}

async function anotherStore(): Promise<{ players: PlayerStore; close: () => Promise<void> }> {
  const connection = storage.connection.base.createConnection(uriOf(storage));
  await connection.asPromise();
  return { players: new PlayerStore(connection), close: () => connection.close() };
}

function uriOf({ connection }: TestStorage): string {
  const { host, port, name } = connection;
  return `mongodb://${host}:${port}/${name}`;
}
