/** The book of trust while its database is slow, away or wrong. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TrustBook, type TrustBookOptions } from "../../src/anticheat/trust/trust-book.ts";
import type { Decision, EvidenceWindow, TrustLevel } from "../../src/anticheat/trust/trust-services.ts";
import { BanList } from "../../src/auth/ban-list.ts";
import { until } from "../helpers/test-arena.ts";
import { silentLog } from "../helpers/test-storage.ts";

class Outage extends Error {
  override name = "MongoNetworkError";
}

const books: TrustBook[] = [];
afterEach(async () => {
  for (const book of books.splice(0)) await book.stop(0);
});

function bookOf(changes: Partial<TrustBookOptions>): TrustBook {
  const book = new TrustBook({
    store: {
      find: async () => ({ level: "trusted", epoch: 0 }),
      raise: async (_playerId, level) => ({ level, epoch: 0 }),
      keepWindow: async () => true,
    },
    keepDecision: async () => true,
    quietDays: 7,
    mostWaitingDecisions: 3,
    tell: () => undefined,
    log: silentLog,
    ...changes,
  });
  books.push(book);
  return book;
}

function decisionOf(reason: string, level: TrustLevel, playerId = "player"): Decision {
  const about = { room: "r", matchId: "m", at: new Date().toISOString(), evidence: [] };
  return { playerId, level, kicked: false, reason, logEvidence: 1, ...about };
}

const WINDOW: EvidenceWindow = { playedMs: 1, logEvidence: { v: 1 }, observations: { v: 1 } };

test("decisions wait out an outage and are then kept in order, each once", async () => {
  let away = true;
  const kept: string[] = [];
  const book = bookOf({
    keepDecision: async ({ reason }) => {
      if (away) throw new Outage("away");
      kept.push(reason);
      return true;
    },
  });
  for (const reason of ["one", "two", "three"]) book.decide(decisionOf(reason, "watched"));
  await sleep(300);
  assert.deepEqual([kept, book.decisions.waiting], [[], 3]);
  away = false;
  await until(() => book.decisions.waiting === 0, "the decisions to be kept");
  assert.deepEqual(kept, ["one", "two", "three"]);
});

test("when too many decisions wait, the oldest of the lowest level goes, and is counted", async () => {
  const gate = Promise.withResolvers<void>();
  const kept: string[] = [];
  const book = bookOf({
    keepDecision: async ({ reason }) => {
      await gate.promise;
      kept.push(reason);
      return true;
    },
  });
  book.decide(decisionOf("under way", "watched"));
  book.decide(decisionOf("serious", "review"));
  book.decide(decisionOf("slight", "watched"));
  book.decide(decisionOf("slight too", "watched"));
  assert.deepEqual(book.decisions, { waiting: 3, dropped: 1 });
  gate.resolve();
  await until(() => book.decisions.waiting === 0, "the decisions to be kept");
  assert.deepEqual(kept, ["under way", "serious", "slight too"]);
});

test("a decision that can never be kept does not hold up the next", async () => {
  const kept: string[] = [];
  const book = bookOf({
    keepDecision: async ({ reason }) => {
      if (reason === "broken") throw new Error("a bug");
      kept.push(reason);
      return true;
    },
  });
  book.decide(decisionOf("broken", "watched"));
  book.decide(decisionOf("fine", "watched"));
  await until(() => kept.length === 1, "the second decision");
});

test("a standing answers within a second or so when the database does not, with the last known word", async () => {
  let answering = true;
  const book = bookOf({
    store: {
      find: async () => (answering ? { level: "apart", epoch: 0 } : new Promise(() => undefined)),
      raise: async (_playerId, level) => ({ level, epoch: 0 }),
      keepWindow: async () => true,
    },
  });
  assert.deepEqual(await book.standingOf("known"), { level: "apart" });
  answering = false;
  const started = performance.now();
  assert.deepEqual(await book.standingOf("unknown"), { level: "trusted" });
  assert.ok(performance.now() - started < 1500);
  assert.deepEqual(await book.standingOf("known"), { level: "apart" });
});

test("of many windows of a player only the newest is written, again and again until it is", async () => {
  let failures = 1;
  const written: number[] = [];
  const book = bookOf({
    store: {
      find: async () => ({ level: "trusted", epoch: 0 }),
      raise: async (_playerId, level) => ({ level, epoch: 0 }),
      keepWindow: async (_playerId, { playedMs }) => {
        failures -= 1;
        if (failures >= 0) throw new Outage("away");
        written.push(playedMs);
        return true;
      },
    },
  });
  for (let playedMs = 1; playedMs <= 50; playedMs += 1) book.keepWindow("player", { ...WINDOW, playedMs });
  await until(() => written.length > 0, "the window to be written");
  await sleep(1200);
  assert.deepEqual(written, [50]);
});

test("what a process tells itself late does not lower what a room has decided meanwhile", async () => {
  const gate = Promise.withResolvers<void>();
  const book = bookOf({
    keepDecision: async () => {
      await gate.promise;
      return true;
    },
  });
  await book.standingOf("player");
  const heard: TrustLevel[] = [];
  book.listen("player", ({ level }) => heard.push(level));
  book.decide(decisionOf("one", "watched"));
  book.decide(decisionOf("two", "mitigated"));
  book.heard({ playerId: "player", level: "watched", epoch: 0, reset: false });
  assert.deepEqual(heard, ["mitigated"]);
  gate.resolve();
});

test("bans: asked once for many at the door, news count at once, and an outage keeps the last known word", async () => {
  let asked = 0;
  let answer: () => Promise<Date | undefined> = async () => undefined;
  const list = new BanList({
    lookUp: () => {
      asked += 1;
      return answer();
    },
    recheckMs: 50,
    failed: () => undefined,
  });
  const hour = new Date(Date.now() + 3_600_000);
  assert.deepEqual(await Promise.all([list.isBanned("a"), list.isBanned("a")]), [false, false]);
  assert.equal(asked, 1);
  list.heard("a", hour);
  assert.ok(list.isKnownBanned("a") && (await list.isBanned("a")));
  await sleep(60);
  answer = async () => {
    throw new Outage("away");
  };
  assert.equal(await list.isBanned("a"), true);
  assert.equal(await list.isBanned("stranger"), false);
  // A look-up that was under way when the news came is the older one.
  const slow = Promise.withResolvers<Date | undefined>();
  answer = () => slow.promise;
  const looking = list.isBanned("b");
  list.heard("b", hour);
  slow.resolve(undefined);
  assert.equal(await looking, true);
  list.heard("b", undefined);
  assert.equal(await list.isBanned("b"), false);
  list.heard("c", new Date(Date.now() + 20));
  assert.ok(list.isKnownBanned("c"));
  await sleep(30);
  assert.ok(!list.isKnownBanned("c"), "the ban is over");
});
