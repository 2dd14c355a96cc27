/** Friends, requests and blocks on a real database. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { RelationStore } from "../../src/progression/social/relation-store.ts";
import { openTestStorage, type TestStorage } from "../helpers/test-storage.ts";

const MAX_FRIENDS = 4;
const MAX_BLOCKED = 3;
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));
const NOW = day(1);
const REFUSED = { ok: false, code: "friend_refused" };
const ASKED = { ok: true, state: "asked" };
const FRIENDS = { ok: true, state: "friends" };

let storage: TestStorage;
let store: RelationStore;

before(async () => {
  storage = await openTestStorage();
  store = new RelationStore(storage.connection, {
    maxFriends: MAX_FRIENDS,
    maxBlocked: MAX_BLOCKED,
    exists: async (playerId) => !playerId.startsWith("unknown"),
  });
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(() => storage?.close());

/** Players nobody has met, in the order of their ids. */
function strangers<Count extends number>(count: Count): string[] & { length: Count } {
  const run = randomUUID();
  return Array.from({ length: count }, (_, index) => `${index}-${run}`) as string[] & { length: Count };
}

function pair(): [one: string, other: string] {
  const [one = "", other = ""] = strangers(2);
  // Both roles with both ids: neither the smaller nor the larger one is special.
  return Math.random() < 0.5 ? [one, other] : [other, one];
}

async function documentsOf(...playerIds: string[]): Promise<Record<string, unknown>[]> {
  const among = { $in: playerIds };
  return storage.connection.collection("relations").find({ low: among, high: among }).toArray();
}

async function viewOf(playerId: string) {
  const { incoming, outgoing } = await store.requestsOf(playerId);
  const view = {
    friends: await store.friendsOf(playerId),
    incoming,
    outgoing,
    blocked: await store.blockedBy(playerId),
  };
  for (const list of Object.values(view)) list.sort();
  return view;
}

const NOTHING = { friends: [], incoming: [], outgoing: [], blocked: [] };

test("asking shows on both sides, and is accepted by asking back", async () => {
  const [one, other] = pair();
  assert.deepEqual(await store.ask(one, other, NOW), ASKED);
  assert.deepEqual(await viewOf(one), { ...NOTHING, outgoing: [other] });
  assert.deepEqual(await viewOf(other), { ...NOTHING, incoming: [one] });
  assert.deepEqual(await store.ask(one, other, NOW), ASKED, "asking again changes nothing");
  assert.deepEqual(await store.ask(other, one, NOW), FRIENDS);
  assert.deepEqual(await viewOf(one), { ...NOTHING, friends: [other] });
  assert.deepEqual(await viewOf(other), { ...NOTHING, friends: [one] });
  assert.deepEqual(await store.ask(one, other, NOW), FRIENDS, "friends who ask are told that they are");
});

test("either side may take a request back, decline it, or end the friendship, and nothing is left", async () => {
  for (const remover of [0, 1]) {
    for (const areFriends of [false, true]) {
      const players = pair();
      const [one, other] = players;
      await store.ask(one, other, NOW);
      if (areFriends) await store.ask(other, one, NOW);
      await store.remove(players[remover] ?? "", players[1 - remover] ?? "", NOW);
      assert.deepEqual(await viewOf(one), NOTHING);
      assert.deepEqual(await viewOf(other), NOTHING);
      assert.deepEqual(await documentsOf(one, other), []);
      assert.deepEqual(await store.ask(other, one, NOW), ASKED, "they may begin anew");
    }
  }
  const [one, other] = pair();
  await store.remove(one, other, NOW);
  assert.deepEqual(await documentsOf(one, other), []);
});

test("a block ends the friendship and stands until it is lifted", async () => {
  const [one, other] = pair();
  await store.ask(one, other, NOW);
  await store.ask(other, one, NOW);
  assert.deepEqual(await store.block(one, other, NOW), { ok: true });
  assert.deepEqual(await viewOf(one), { ...NOTHING, blocked: [other] });
  assert.deepEqual(await viewOf(other), NOTHING);
  assert.deepEqual(await store.ask(other, one, NOW), REFUSED);
  assert.deepEqual(await store.ask(one, other, NOW), REFUSED);
  assert.deepEqual(await store.block(one, other, NOW), { ok: true }, "blocking again changes nothing");
  await store.unblock(other, one, NOW);
  assert.deepEqual((await viewOf(one)).blocked, [other], "who is blocked cannot lift it");
  await store.remove(other, one, NOW);
  assert.deepEqual((await viewOf(one)).blocked, [other]);
  await store.unblock(one, other, NOW);
  assert.deepEqual(await viewOf(one), NOTHING);
  assert.deepEqual(await documentsOf(one, other), []);
  assert.deepEqual(await store.ask(other, one, NOW), ASKED, "the friendship does not come back by itself");
});

test("a block ends a request that was open", async () => {
  const [one, other] = pair();
  await store.ask(one, other, NOW);
  await store.block(other, one, NOW);
  assert.deepEqual(await viewOf(one), NOTHING);
  await store.unblock(other, one, NOW);
  assert.deepEqual(await viewOf(other), NOTHING);
});

test("two players who block each other are each free of their own block only", async () => {
  const [one, other] = pair();
  await Promise.all([store.block(one, other, NOW), store.block(other, one, NOW)]);
  assert.deepEqual(await viewOf(one), { ...NOTHING, blocked: [other] });
  assert.deepEqual(await viewOf(other), { ...NOTHING, blocked: [one] });
  await store.unblock(one, other, NOW);
  assert.deepEqual(await viewOf(one), NOTHING);
  assert.deepEqual(await store.ask(one, other, NOW), REFUSED);
  await store.unblock(other, one, NOW);
  assert.deepEqual(await store.ask(one, other, NOW), ASKED);
});

test("tells the pairs among players of whom one blocks the other", async () => {
  const [a = "", b = "", c = "", d = ""] = strangers(4);
  await store.block(a, b, NOW);
  await store.block(d, c, NOW);
  await store.ask(a, c, NOW);
  const among = (...ids: string[]) => store.blocksAmong(ids);
  assert.deepEqual(
    new Map(await among(a, b, c, d)),
    new Map([
      [a, b],
      [c, d],
    ]),
  );
  assert.deepEqual(await among(b, a), [[a, b]]);
  assert.deepEqual(await among(a, c), []);
  assert.deepEqual(await among(a), []);
});

test("when both ask at the same instant they are friends, exactly once", async () => {
  for (let round = 0; round < 50; round += 1) {
    const [one, other] = pair();
    const results = await Promise.all([store.ask(one, other, NOW), store.ask(other, one, NOW)]);
    assert.ok(
      results.some((result) => result.ok && result.state === "friends"),
      JSON.stringify(results),
    );
    assert.deepEqual(await store.friendsOf(one), [other]);
    assert.deepEqual(await store.friendsOf(other), [one]);
    assert.equal((await documentsOf(one, other)).length, 1);
  }
});

test("asking and blocking at the same instant never ends in friends across a block", async () => {
  for (let round = 0; round < 50; round += 1) {
    const [one, other] = pair();
    // Of three beginnings: nothing stands, the blocker has asked, the other has.
    if (round % 3 === 1) await store.ask(other, one, NOW);
    if (round % 3 === 2) await store.ask(one, other, NOW);
    const [, blocked] = await Promise.all([
      store.ask(one, other, NOW),
      store.block(other, one, NOW),
      store.ask(one, other, NOW),
    ]);
    assert.deepEqual(blocked, { ok: true });
    assert.deepEqual(await viewOf(one), NOTHING);
    assert.deepEqual(await viewOf(other), { ...NOTHING, blocked: [one] });
    assert.equal((await documentsOf(one, other)).length, 1);
  }
});

test("refuses a request beyond the bound of who asks, and to who has as many friends as one may", async () => {
  const [one = "", ...others] = strangers(MAX_FRIENDS + 2);
  for (const other of others.slice(0, MAX_FRIENDS)) assert.deepEqual(await store.ask(one, other, NOW), ASKED);
  const full = { ok: false, code: "friends_full" };
  const next = others.at(-1) ?? "";
  assert.deepEqual(await store.ask(one, next, NOW), full);
  assert.deepEqual(await documentsOf(one, next), []);
  for (const other of others.slice(0, MAX_FRIENDS))
    assert.deepEqual(await store.ask(other, one, NOW), FRIENDS);
  assert.deepEqual(await store.ask(next, one, NOW), full);
  await store.remove(one, others[0] ?? "", NOW);
  assert.deepEqual(await store.ask(next, one, NOW), ASKED);
});

test("strangers' requests take none of a player's room: the oldest of too many gives way", async () => {
  const [one = "", friend = "", ...crowd] = strangers(MAX_FRIENDS + 4);
  for (const [index, stranger] of crowd.entries())
    assert.deepEqual(await store.ask(stranger, one, new Date(NOW.getTime() + index)), ASKED);
  const { incoming } = await store.requestsOf(one);
  assert.deepEqual(incoming.toSorted(), crowd.slice(-MAX_FRIENDS).toSorted());
  assert.deepEqual(await store.ask(one, friend, NOW), ASKED);
  assert.deepEqual(await store.ask(friend, one, NOW), FRIENDS);
});

test("an account that is gone asks and blocks nobody", async () => {
  const [one] = pair();
  assert.deepEqual(await store.ask("unknown-me", one, NOW), REFUSED);
  assert.deepEqual(await store.block("unknown-me", one, NOW), REFUSED);
});

test("refuses a block beyond the bound; blocking again within it is not refused", async () => {
  const [one = "", ...others] = strangers(MAX_BLOCKED + 3);
  for (const other of others.slice(0, MAX_BLOCKED))
    assert.deepEqual(await store.block(one, other, NOW), { ok: true });
  assert.deepEqual(await store.block(one, others.at(-1) ?? "", NOW), { ok: false, code: "blocked_full" });
  assert.deepEqual(await store.block(one, others[0] ?? "", NOW), { ok: true });
  assert.deepEqual(
    await store.block(others.at(-1) ?? "", one, NOW),
    { ok: true },
    "being blocked has no bound",
  );
  await store.unblock(one, others[0] ?? "", NOW);
  assert.deepEqual(await store.block(one, others.at(-2) ?? "", NOW), { ok: true });
});

test("who asks cannot tell a block from an account that is not there, or from oneself", async () => {
  const [one, other] = pair();
  await store.block(other, one, NOW);
  const answers = await Promise.all([
    store.ask(one, other, NOW),
    store.ask(one, `unknown-${randomUUID()}`, NOW),
    store.ask(one, one, NOW),
  ]);
  for (const answer of answers) assert.deepEqual(answer, REFUSED);
  assert.deepEqual(await viewOf(one), NOTHING);
  assert.deepEqual(await store.block(one, one, NOW), REFUSED);
});

test("refuses ids that are none, so that two pairs never share a key", async () => {
  const [one, other] = pair();
  const strange = [`${one}|${other}`, "", "a b", "$ne", "a.b", "x".repeat(65), "ä"];
  for (const id of strange) {
    assert.deepEqual(await store.ask(one, id, NOW), REFUSED);
    assert.deepEqual(await store.ask(id, one, NOW), REFUSED);
    assert.deepEqual(await store.block(one, id, NOW), REFUSED);
    await store.unblock(one, id, NOW);
    await store.remove(one, id, NOW);
  }
  assert.deepEqual(await viewOf(one), NOTHING);
});

test("forgets everything that stands about a player, and nothing else", async () => {
  const [gone = "", b = "", c = "", d = ""] = strangers(4).toReversed();
  await store.ask(gone, b, NOW);
  await store.ask(b, gone, NOW);
  await store.ask(c, gone, NOW);
  await store.block(gone, d, NOW);
  await store.block(b, d, NOW);
  await store.ask(b, c, NOW);
  await store.forget(gone);
  assert.deepEqual(await viewOf(gone), NOTHING);
  assert.deepEqual(await viewOf(b), { ...NOTHING, outgoing: [c], blocked: [d] });
  assert.deepEqual(await viewOf(c), { ...NOTHING, incoming: [b] });
  assert.deepEqual(
    (await documentsOf(gone, b, c, d)).filter(({ low, high }) => [low, high].includes(gone)),
    [],
  );
});

test("exports what stands about a player", async () => {
  const [me = "", asked = "", asker = "", friend = "", foe = ""] = strangers(5);
  await store.ask(me, asked, day(1));
  await store.ask(asker, me, day(2));
  await store.ask(me, friend, day(3));
  await store.ask(friend, me, day(4));
  await store.block(me, foe, day(5));
  const exported = await store.exportOf(me);
  assert.deepEqual(
    exported.toSorted((a, b) => a.changedAt.getTime() - b.changedAt.getTime()),
    [
      { playerId: asked, state: "asked", changedAt: day(1) },
      { playerId: asker, state: "was asked", changedAt: day(2) },
      { playerId: friend, state: "friends", changedAt: day(4) },
      { playerId: foe, state: "blocked", changedAt: day(5) },
    ],
  );
});

test("an export does not tell who blocks the player, nor when", async () => {
  const [me, foe] = pair();
  await store.block(foe, me, day(1));
  assert.deepEqual(await store.exportOf(me), []);
  await store.block(me, foe, day(2));
  const own = [{ playerId: foe, state: "blocked", changedAt: day(2) }];
  assert.deepEqual(await store.exportOf(me), own);
  await store.unblock(foe, me, day(3));
  await store.block(foe, me, day(4));
  assert.deepEqual(await store.exportOf(me), own);
  await store.unblock(me, foe, day(5));
  assert.deepEqual(await store.exportOf(me), []);
});

/** What stands among players, as simply as it can be said. */
class NaiveRelations {
  readonly asked = new Set<string>();
  readonly friends = new Set<string>();
  readonly blocks = new Set<string>();

  ask(one: string, other: string): object {
    if (this.blocks.has(one + other) || this.blocks.has(other + one)) return REFUSED;
    if (this.friends.has(one + other)) return FRIENDS;
    if (!this.asked.has(other + one)) {
      this.asked.add(one + other);
      return ASKED;
    }
    this.remove(one, other);
    this.friends.add(one + other).add(other + one);
    return FRIENDS;
  }

  remove(one: string, other: string): void {
    for (const key of [one + other, other + one]) {
      this.asked.delete(key);
      this.friends.delete(key);
    }
  }

  block(one: string, other: string): void {
    this.remove(one, other);
    this.blocks.add(one + other);
  }

  viewOf(one: string, all: readonly string[]) {
    const others = all.filter((other) => other !== one);
    return {
      friends: others.filter((other) => this.friends.has(one + other)),
      incoming: others.filter((other) => this.asked.has(other + one)),
      outgoing: others.filter((other) => this.asked.has(one + other)),
      blocked: others.filter((other) => this.blocks.has(one + other)),
    };
  }
}

test("three players always stand as a simple model says, whatever they do", async () => {
  const player = fc.integer({ min: 0, max: 2 });
  const step = fc
    .record({
      one: player,
      turn: fc.integer({ min: 1, max: 2 }),
      what: fc.constantFrom("ask", "ask", "ask", "remove", "block", "unblock", "forget"),
    })
    .map(({ one, turn, what }) => ({ one, other: (one + turn) % 3, what }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const all = strangers(3);
      const naive = new NaiveRelations();
      for (const { one, other, what } of steps) {
        const [from = "", to = ""] = [all[one], all[other]];
        if (what === "ask") assert.deepEqual(await store.ask(from, to, NOW), naive.ask(from, to));
        if (what === "remove") {
          await store.remove(from, to, NOW);
          naive.remove(from, to);
        }
        if (what === "block") {
          assert.deepEqual(await store.block(from, to, NOW), { ok: true });
          naive.block(from, to);
        }
        if (what === "unblock") {
          await store.unblock(from, to, NOW);
          naive.blocks.delete(from + to);
        }
        if (what === "forget") {
          await store.forget(from);
          for (const someone of all) {
            naive.remove(from, someone);
            naive.blocks.delete(from + someone);
            naive.blocks.delete(someone + from);
          }
        }
      }
      for (const playerId of all) assert.deepEqual(await viewOf(playerId), naive.viewOf(playerId, all));
      const standing = new Set(
        [...naive.asked, ...naive.friends, ...naive.blocks].map((key) =>
          [key.slice(0, key.length / 2), key.slice(key.length / 2)].sort().join("|"),
        ),
      );
      assert.deepEqual(
        new Set((await documentsOf(...all)).map(({ _id }) => _id)),
        standing,
        "a document for each pair between whom something stands, and no other",
      );
    }),
    { numRuns: 60 },
  );
});
