/** Levels, windows and decisions on a real database. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { CaseStore } from "../../src/anticheat/review/case-store.ts";
import { TrustBook, type TrustChange } from "../../src/anticheat/trust/trust-book.ts";
import type { Decision, EvidenceWindow, TrustLevel } from "../../src/anticheat/trust/trust-services.ts";
import { TrustStore } from "../../src/anticheat/trust/trust-store.ts";
import { until } from "../helpers/test-arena.ts";
import { openTestStorage, silentLog, type TestStorage } from "../helpers/test-storage.ts";

const NOW = new Date(Date.UTC(2026, 5, 1, 12));
const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);
const QUIET_DAYS = 7;

let storage: TestStorage;
let trust: TrustStore;
let cases: CaseStore;

before(async () => {
  storage = await openTestStorage();
  trust = new TrustStore(storage.connection);
  cases = new CaseStore(storage.connection);
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(() => storage?.close());

function decisionOf(playerId: string, level: TrustLevel, changes: Partial<Decision> = {}): Decision {
  return {
    playerId,
    level,
    kicked: false,
    reason: "aim snap",
    logEvidence: 12,
    room: "skirmish",
    matchId: "match",
    at: NOW.toISOString(),
    evidence: [],
    ...changes,
  };
}

const windowOf = (logEvidence: number): EvidenceWindow => ({
  playedMs: 1000,
  logEvidence: { "aim.snap": logEvidence },
  observations: { "aim.snap": 3 },
});

test("a level rises, falls back by one step for each quiet time, and review never by itself", async () => {
  const playerId = randomUUID();
  const levelOf = async (now: Date) => (await trust.find(playerId, now, QUIET_DAYS)).level;
  assert.equal(await levelOf(NOW), "trusted");
  await trust.raise(playerId, "mitigated", NOW, QUIET_DAYS);
  assert.equal(await levelOf(later(6.9)), "mitigated");
  assert.equal(await levelOf(later(7)), "apart");
  assert.equal(await levelOf(later(14)), "watched");
  assert.equal(await levelOf(later(30)), "trusted");
  // A lower one renews what is left.
  assert.equal((await trust.raise(playerId, "watched", later(8), QUIET_DAYS))?.level, "apart");
  assert.equal(await levelOf(later(14.9)), "apart");
  await trust.raise(playerId, "review", later(15), QUIET_DAYS);
  assert.equal(await levelOf(later(3000)), "review");
});

test("of levels raised by two processes at once none is lost", async () => {
  const playerId = randomUUID();
  const other = new TrustStore(storage.connection.useDb(storage.connection.name));
  const levels: TrustLevel[] = ["watched", "apart", "mitigated", "review", "watched", "apart"];
  await Promise.all(
    levels.map((level, index) => (index % 2 ? trust : other).raise(playerId, level, NOW, QUIET_DAYS)),
  );
  assert.equal((await trust.find(playerId, NOW, QUIET_DAYS)).level, "review");
});

test("a verdict counts once, takes the window, and outdates windows and decisions from before it", async () => {
  const playerId = randomUUID();
  assert.ok(await trust.keepWindow(playerId, windowOf(4), 0, NOW));
  assert.deepEqual((await trust.find(playerId, NOW, QUIET_DAYS)).window, windowOf(4));
  await trust.raise(playerId, "review", NOW, QUIET_DAYS);
  const verdict = { playerId, at: later(1), level: "trusted", since: later(1) } as const;
  await Promise.all([trust.applyVerdict(verdict), trust.applyVerdict(verdict)]);
  const standing = await trust.find(playerId, later(1), QUIET_DAYS);
  assert.deepEqual(standing, { level: "trusted", epoch: 1 });
  assert.equal(await trust.keepWindow(playerId, windowOf(9), 0, later(1)), false);
  assert.equal(await trust.raise(playerId, "apart", later(0.5), QUIET_DAYS), undefined);
  assert.deepEqual(await trust.find(playerId, later(1), QUIET_DAYS), standing);
  assert.ok(await trust.keepWindow(playerId, windowOf(1), 1, later(1)));
  // An older verdict that is carried out late.
  await trust.applyVerdict({ ...verdict, at: later(0.9), level: "mitigated" });
  assert.equal((await trust.find(playerId, later(1), QUIET_DAYS)).level, "trusted");
});

test("a player has one open case, to which every decision is added once, with bounded evidence", async () => {
  const playerId = randomUUID();
  const add = (index: number) =>
    cases.add(
      decisionOf(playerId, index === 7 ? "review" : "watched", {
        kicked: index === 7,
        evidence: Array.from({ length: 32 }, (_, step) => ({
          validator: "x".repeat(1000),
          // Half of it was in the decision before.
          at: new Date(NOW.getTime() + index * 16 + step).toISOString(),
          room: "skirmish",
          matchId: "match",
          fromTick: 1,
          toTick: 2,
          slot: 0,
          targetSlot: 1,
          positive: true,
          measured: { "share.$of": 0.5, broken: Number.NaN },
          logEvidence: 1,
        })),
      }),
      `key ${index}`,
      NOW,
    );
  const all = Array.from({ length: 8 }, (_, index) => index);
  await Promise.all([...all, ...all].map(add));
  const [found, ...others] = await cases.ofPlayer(playerId, 10);
  assert.ok(found);
  assert.equal(others.length, 0);
  assert.deepEqual([found.status, found.level, found.kicks], ["open", "review", 1]);
  assert.equal(found.decisions.length, 8);
  const identities = found.evidence.map(({ at }) => at);
  assert.equal(new Set(identities).size, identities.length);
  assert.equal(identities.length, 7 * 16 + 32);
  assert.equal(found.evidence[0]?.validator.length, 64);
  assert.deepEqual(found.evidence[0]?.measured, { share__of: 0.5, broken: 0 });
  for (let index = 8; index < 120; index += 1) await add(index);
  const full = await cases.find(found._id);
  assert.deepEqual([full?.decisions.length, full?.evidence.length], [100, 200]);
  assert.equal(full?.evidence.at(-1)?.at, new Date(NOW.getTime() + 119 * 16 + 31).toISOString());
});

test("a decision that a verdict has overtaken opens no new case; a later one does", async () => {
  const playerId = randomUUID();
  await cases.add(decisionOf(playerId, "review"), "first", NOW);
  const [found] = await cases.ofPlayer(playerId, 1);
  assert.ok(found);
  const verdict = { at: later(1), by: "somebody", verdict: "cleared", note: "" } as const;
  assert.ok((await cases.judge(found._id, verdict, undefined)).ok);
  assert.equal(await cases.add(decisionOf(playerId, "review"), "late", later(2)), false);
  assert.equal((await cases.ofPlayer(playerId, 9)).length, 1);
  const fresh = decisionOf(playerId, "watched", { at: later(3).toISOString() });
  assert.equal(await cases.add(fresh, "fresh", later(3)), true);
  assert.equal((await cases.ofPlayer(playerId, 9)).length, 2);
});

test("cases that were cleared or never came to review go when they are old, others stay", async () => {
  const [quiet, serious] = [randomUUID(), randomUUID()];
  await cases.add(decisionOf(quiet, "apart"), "k", NOW);
  await cases.add(decisionOf(serious, "review"), "k", NOW);
  await cases.dropOlder(NOW);
  assert.equal((await cases.ofPlayer(quiet, 9)).length, 1);
  await cases.dropOlder(later(1));
  assert.equal((await cases.ofPlayer(quiet, 9)).length, 0);
  assert.equal((await cases.ofPlayer(serious, 9)).length, 1);
});

test("what one process decides and keeps, another one knows, with the evidence so far", async () => {
  const playerId = randomUUID();
  const told: TrustChange[] = [];
  const book = () =>
    new TrustBook({
      store: trust,
      keepDecision: (decision, key, now) => cases.add(decision, key, now),
      quietDays: QUIET_DAYS,
      mostWaitingDecisions: 10,
      tell: (change) => told.push(change),
      log: silentLog,
    });
  const [one, other] = [book(), book()];
  try {
    assert.deepEqual(await one.standingOf(playerId), { level: "trusted" });
    one.keepWindow(playerId, windowOf(5));
    one.decide(decisionOf(playerId, "apart", { at: new Date().toISOString() }));
    // This one at once, before anything is written.
    assert.deepEqual(await one.standingOf(playerId), { level: "apart", window: windowOf(5) });
    await until(() => told.length > 0, "the decision to be stored");
    await one.stop(5000);
    assert.deepEqual(await other.standingOf(playerId), { level: "apart", window: windowOf(5) });
    const heard: TrustLevel[] = [];
    const end = other.listen(playerId, ({ level }) => heard.push(level));
    other.heard({ playerId, level: "trusted", epoch: 1, reset: true });
    assert.deepEqual(await other.standingOf(playerId), { level: "trusted" });
    // Told late, of before the verdict.
    other.heard({ playerId, level: "apart", epoch: 0, reset: false });
    end();
    other.heard({ playerId, level: "review", epoch: 1, reset: false });
    assert.deepEqual(heard, ["trusted"]);
  } finally {
    await one.stop(0);
    await other.stop(0);
  }
});
