/** What operators' verdicts do, on a real database: bans, levels, evidence, appeals, and two operators at once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { CaseStore } from "../../src/anticheat/review/case-store.ts";
import { Reviews } from "../../src/anticheat/review/reviews.ts";
import type { TrustChange } from "../../src/anticheat/trust/trust-book.ts";
import { TrustStore } from "../../src/anticheat/trust/trust-store.ts";
import { PenaltyStore } from "../../src/progression/social/penalty-store.ts";
import { openTestStorage, type TestStorage } from "../helpers/test-storage.ts";

let storage: TestStorage;
let trust: TrustStore;
let cases: CaseStore;
let penalties: PenaltyStore;

before(async () => {
  storage = await openTestStorage();
  trust = new TrustStore(storage.connection);
  cases = new CaseStore(storage.connection);
  penalties = new PenaltyStore(storage.connection);
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(() => storage?.close());

interface World {
  reviews: Reviews;
  changes: TrustChange[];
  verdicts: string[];
  /** Makes the next step fail, once. */
  failNext: (step: "impose" | "verdict") => void;
}

function world(): World {
  const changes: TrustChange[] = [];
  const verdicts: string[] = [];
  let failing = "";
  const step = (name: string): void => {
    if (failing !== name) return;
    failing = "";
    throw new Error("the database is gone");
  };
  const reviews = new Reviews({
    cases,
    trust,
    quietDays: 7,
    bans: {
      impose: async (ban) => {
        step("impose");
        return penalties.impose({ ...ban, kind: "ban", reason: "cheating" });
      },
      lift: (key, by, now) => penalties.lift(key, by, now),
      activeOf: async (playerId) => {
        const ban = await penalties.activeFor(playerId, "ban", new Date());
        return ban ? [ban] : [];
      },
      changed: async () => undefined,
    },
    levelChanged: (change) => changes.push(change),
    namesOf: async (playerIds) => new Map(playerIds.map((playerId) => [playerId, "Name"])),
    noteVerdict: async (_playerId, verdict) => {
      step("verdict");
      verdicts.push(verdict);
    },
    replayOf: async (matchId) => (matchId === "kept" ? `/api/operator/replays/${matchId}` : undefined),
  });
  return { reviews, changes, verdicts, failNext: (name) => (failing = name) };
}

async function suspect(): Promise<{ playerId: string; caseId: string }> {
  const playerId = randomUUID();
  const at = new Date(Date.now() - 1000).toISOString();
  const place = { at, room: "skirmish", fromTick: 1, toTick: 9, slot: 0, targetSlot: 1 };
  const evidence = ["kept", "gone"].map((matchId) => ({
    ...place,
    matchId,
    validator: "aim snap",
    positive: true,
    measured: { degrees: 40 },
    logEvidence: 3,
  }));
  const about = { playerId, room: "skirmish", matchId: "kept", at, kicked: false, reason: "aim snap" };
  await cases.add({ ...about, level: "review", logEvidence: 14, evidence }, randomUUID(), new Date());
  await trust.raise(playerId, "review", new Date(at), 7);
  await trust.keepWindow(
    playerId,
    { playedMs: 9, logEvidence: { v: 14 }, observations: { v: 5 } },
    0,
    new Date(),
  );
  const [found] = await cases.ofPlayer(playerId, 1);
  return { playerId, caseId: found?._id ?? "" };
}

const isBanned = async (playerId: string): Promise<boolean> =>
  (await penalties.activeFor(playerId, "ban", new Date())) !== undefined;
const levelOf = async (playerId: string) => trust.find(playerId, new Date(), 7);

test("confirming bans with the case as evidence, and leaves the player mitigated for after the ban", async () => {
  const { reviews, changes, verdicts } = world();
  const { playerId, caseId } = await suspect();
  const now = new Date();
  const result = await reviews.confirm(caseId, { banDays: 30, note: "clear" }, "rev", now);
  assert.ok(result.ok);
  assert.deepEqual(
    [result.answer.status, result.answer.verdicts[0]?.by, result.answer.verdicts[0]?.note],
    ["confirmed", "rev", "clear"],
  );
  assert.deepEqual(
    result.answer.evidence.map(({ replay }) => replay),
    ["/api/operator/replays/kept", undefined],
  );
  const ban = await penalties.activeFor(playerId, "ban", new Date());
  assert.deepEqual(
    [ban?.evidence, ban?.issuedBy, ban?.until],
    [`case:${caseId}`, "rev", new Date(now.getTime() + 30 * 86_400_000)],
  );
  assert.deepEqual(await levelOf(playerId), { level: "mitigated", epoch: 1 });
  // The quiet time counts from the ban's end.
  const soonAfter = new Date(now.getTime() + 36 * 86_400_000);
  assert.equal((await trust.find(playerId, soonAfter, 7)).level, "mitigated");
  assert.deepEqual([changes.length, changes[0]?.reset, verdicts], [1, true, ["confirmed"]]);
});

test("a player appeals a ban once; clearing lifts it, trusts the player and takes the evidence away", async () => {
  const { reviews } = world();
  const { playerId, caseId } = await suspect();
  const now = new Date();
  assert.equal(await reviews.appeal(playerId, caseId, "not yet banned", now), false);
  await reviews.confirm(caseId, { banDays: 0, note: "" }, "rev", now);
  const standing = await reviews.standingOf(playerId, now);
  assert.deepEqual(
    [standing.bans[0]?.caseId, standing.bans[0]?.appealed, standing.bans[0]?.until],
    [caseId, false, undefined],
  );
  assert.equal(await reviews.appeal(randomUUID(), caseId, "not mine", now), false);
  const appeals = await Promise.all(["a", "b"].map((text) => reviews.appeal(playerId, caseId, text, now)));
  assert.equal(appeals.filter(Boolean).length, 1);
  assert.equal((await reviews.show(caseId))?.status, "appealed");
  const cleared = await reviews.clear(caseId, { note: "wrong" }, "op", new Date());
  assert.ok(cleared.ok);
  assert.equal(cleared.answer.status, "cleared");
  assert.equal(await isBanned(playerId), false);
  assert.deepEqual(await levelOf(playerId), { level: "trusted", epoch: 2 });
  assert.deepEqual(await reviews.standingOf(playerId, new Date()), { bans: [] });
  const again = await reviews.confirm(caseId, { banDays: 1, note: "" }, "op", new Date());
  assert.deepEqual(again, { ok: false, code: "case_decided" });
});

test("an appeal that is turned down replaces the ban, also by a shorter one", async () => {
  const { reviews } = world();
  const { playerId, caseId } = await suspect();
  await reviews.confirm(caseId, { banDays: 0, note: "" }, "rev", new Date());
  await reviews.appeal(playerId, caseId, "please", new Date());
  await reviews.confirm(caseId, { banDays: 2, note: "" }, "rev", new Date());
  const ban = await penalties.activeFor(playerId, "ban", new Date());
  assert.ok(ban?.until && ban.until.getTime() < Date.now() + 3 * 86_400_000);
  assert.equal(await reviews.appeal(playerId, caseId, "once more", new Date()), false);
});

test("of two operators who decide at once one wins, and ban, level and case agree", async () => {
  const { reviews } = world();
  for (let round = 0; round < 12; round += 1) {
    const { playerId, caseId } = await suspect();
    const seen = { verdictsSeen: 0, note: "" };
    const results = await Promise.all([
      reviews.confirm(caseId, { ...seen, banDays: 1 }, "one", new Date()),
      reviews.clear(caseId, seen, "other", new Date()),
      reviews.confirm(caseId, { ...seen, banDays: 0 }, "third", new Date()),
    ]);
    assert.equal(results.filter(({ ok }) => ok).length, 1);
    assert.ok(results.every((result) => result.ok || result.code === "case_decided"));
    const found = await reviews.show(caseId);
    assert.equal(found?.verdicts.length, 1);
    const confirmed = found?.status === "confirmed";
    assert.equal(await isBanned(playerId), confirmed);
    assert.equal((await levelOf(playerId)).level, confirmed ? "mitigated" : "trusted");
  }
});

test("a confirmation and a clearing that overlap end as the later one says, whoever carries it out last", async () => {
  const { reviews } = world();
  const { playerId, caseId } = await suspect();
  // Both in full swing: the second operator saw the first one's verdict.
  const first = reviews.confirm(caseId, { banDays: 0, note: "" }, "one", new Date());
  let second = await reviews.clear(caseId, { note: "", verdictsSeen: 1 }, "other", new Date());
  while (!second.ok) second = await reviews.clear(caseId, { note: "", verdictsSeen: 1 }, "other", new Date());
  await first;
  assert.equal((await reviews.show(caseId))?.status, "cleared");
  assert.equal(await isBanned(playerId), false);
  assert.equal((await levelOf(playerId)).level, "trusted");
});

test("a verdict that was stopped half way is carried out later", async () => {
  const { reviews, failNext, verdicts } = world();
  for (const step of ["impose", "verdict"] as const) {
    const { playerId, caseId } = await suspect();
    failNext(step);
    await assert.rejects(reviews.confirm(caseId, { banDays: 1, note: "" }, "rev", new Date()));
    assert.equal(await isBanned(playerId), step === "verdict");
    assert.equal(await reviews.finish(new Date()), 1);
    assert.equal(await isBanned(playerId), true);
    assert.equal(verdicts.at(-1), "confirmed");
    assert.equal(await reviews.finish(new Date()), 0);
    assert.deepEqual(await levelOf(playerId), { level: "mitigated", epoch: 1 });
  }
});

test("cases are listed newest first, by status and level, page by page, with counts", async () => {
  const { reviews } = world();
  await storage.connection.collection("anticheat_cases").deleteMany({});
  const made: string[] = [];
  for (let count = 0; count < 60; count += 1) made.push((await suspect()).caseId);
  const first = await reviews.list({});
  assert.equal(first.cases.length, 50);
  assert.ok(first.next !== undefined);
  const second = await reviews.list({ before: first.next });
  assert.equal(second.next, undefined);
  const listed = [...first.cases, ...second.cases];
  assert.deepEqual(new Set(listed.map(({ caseId }) => caseId)), new Set(made));
  assert.deepEqual(
    listed.map(({ updatedAt }) => updatedAt),
    listed.map(({ updatedAt }) => updatedAt).toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)),
  );
  await reviews.clear(made[0] ?? "", { note: "" }, "op", new Date());
  const cleared = await reviews.list({ status: "cleared" });
  assert.deepEqual(
    cleared.cases.map(({ caseId }) => caseId),
    [made[0]],
  );
  assert.deepEqual(cleared.counts, { open: 59, appealed: 0, confirmed: 0, cleared: 1 });
  assert.equal((await reviews.list({ least: "review", status: "cleared" })).cases.length, 1);
  assert.equal(listed[0]?.playerName, "Name");
});
