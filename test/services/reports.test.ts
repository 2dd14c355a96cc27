/** Reports and commendations on a real database. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  PlayerReports,
  type PlayerReportsOptions,
  type ReportableMatch,
  type ReportRequest,
} from "../../src/anticheat/reports/player-reports.ts";
import { ReportStore } from "../../src/anticheat/reports/report-store.ts";
import type { Decision, TrustLevel } from "../../src/anticheat/trust/trust-services.ts";
import { type ReportsConfig, reportsConfig } from "../../src/config/reports-config.ts";
import { openTestStorage, type TestStorage } from "../helpers/test-storage.ts";

const NOW = new Date(Date.UTC(2026, 5, 1, 12));
const later = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);

let storage: TestStorage;
let store: ReportStore;

before(async () => {
  storage = await openTestStorage();
  store = new ReportStore(storage.connection);
  for (const model of Object.values(storage.connection.models)) await model.createIndexes();
});
after(() => storage?.close());

interface World {
  reports: PlayerReports;
  decisions: Decision[];
  levels: Map<string, TrustLevel>;
  friends: Map<string, string[]>;
  /** A stored match of these players. */
  match: (...playerIds: string[]) => string;
}

function world(settings: Partial<ReportsConfig> = {}): World {
  const matches = new Map<string, ReportableMatch>();
  const decisions: Decision[] = [];
  const levels = new Map<string, TrustLevel>();
  const friends = new Map<string, string[]>();
  const options: PlayerReportsOptions = {
    settings: { ...reportsConfig.parse({}), ...settings },
    store,
    matchOf: async (matchId) => matches.get(matchId),
    reporterOf: async () => ({ met: 1000, games: 1000, createdAt: later(-10_000) }),
    friendsOf: async (playerId) => friends.get(playerId) ?? [],
    levelOf: async (playerId) => levels.get(playerId) ?? "trusted",
    decide: (decision) => {
      decisions.push(decision);
      levels.set(decision.playerId, decision.level);
    },
  };
  return {
    reports: new PlayerReports(options),
    decisions,
    levels,
    friends,
    match(...playerIds) {
      const matchId = randomUUID();
      const players = playerIds.map((playerId) => ({ playerId, name: "somebody", team: 0 }));
      matches.set(matchId, { room: "skirmish", endedAt: NOW, players });
      return matchId;
    },
  };
}

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

function aim(matchId: string, reporterId: string, targetId: string): ReportRequest {
  return { matchId, reporterId, targetId, kind: "report", reason: "aim" };
}
const commend = (matchId: string, reporterId: string, targetId: string): ReportRequest => ({
  ...aim(matchId, reporterId, targetId),
  kind: "commend",
  reason: "friendly",
});

test("the same report again changes it and keeps its time, even at the same instant", async () => {
  const { reports, match } = world();
  const [one = "", two = ""] = ids(2);
  const matchId = match(one, two);
  const first = { ...aim(matchId, one, two), text: "through the wall" };
  const all = await Promise.all(Array.from({ length: 12 }, () => reports.give(first, NOW)));
  assert.ok(all.every(({ ok }) => ok));
  assert.equal((await store.givenBy(one, 10)).length, 1);
  const changed = await reports.give({ ...first, reason: "wallhack", text: undefined }, later(1));
  assert.ok(changed.ok);
  const [kept] = await store.givenBy(one, 10);
  assert.deepEqual([kept?.reason, kept?.at, kept && "text" in kept], ["wallhack", NOW, false]);
  assert.equal((await reports.reportsOf([two], NOW)).get(two)?.reports, 1);
});

test("only players of the same stored match can be reported, and never oneself", async () => {
  const { reports, match } = world();
  const [one = "", two = "", stranger = ""] = ids(3);
  const matchId = match(one, two);
  const codeOf = async (request: ReportRequest, now = NOW): Promise<string> => {
    const result = await reports.give(request, now);
    return result.ok ? "ok" : result.code;
  };
  assert.equal(await codeOf(aim(randomUUID(), one, two)), "match_unknown");
  assert.equal(await codeOf(aim(matchId, stranger, two)), "match_unknown");
  assert.equal(await codeOf(aim(matchId, one, stranger)), "report_target_unknown");
  assert.equal(await codeOf(aim(matchId, one, one)), "report_target_unknown");
  assert.equal(await codeOf(aim(matchId, one, two), later(24.01)), "report_too_late");
  assert.equal(await codeOf(aim(matchId, one, two), later(23.99)), "ok");
});

test("a day's reports are bounded, of however many that come at once, and a new day gives new ones", async () => {
  const { reports, match } = world({ perDay: 4, openHours: 100 });
  const [one = "", two = "", ...others] = ids(12);
  const matches = others.map((other) => match(one, other));
  const giveAll = (now: Date) =>
    Promise.all(others.map((other, index) => reports.give(aim(matches[index] ?? "", one, other), now)));
  const results = await giveAll(NOW);
  assert.equal(results.filter(({ ok }) => ok).length, 4);
  assert.ok(results.every((result) => result.ok || result.code === "reports_full"));
  assert.equal((await store.givenBy(one, 100)).length, 4);
  const commended = await reports.give(commend(match(one, two), one, two), NOW);
  assert.ok(commended.ok, "commendations have a limit of their own");
  await giveAll(later(24));
  assert.equal((await store.givenBy(one, 100)).filter(({ kind }) => kind === "report").length, 8);
});

test("reports of one match are bounded, and a refused one uses up nothing of the day", async () => {
  const { reports, match } = world({ perDay: 3, perMatch: 2 });
  const [one = "", two = "", three = "", four = "", five = ""] = ids(5);
  const matchId = match(one, two, three, four);
  for (const other of [two, three]) assert.ok((await reports.give(aim(matchId, one, other), NOW)).ok);
  for (let times = 0; times < 5; times += 1) {
    const refused = await reports.give(aim(matchId, one, four), NOW);
    assert.equal(!refused.ok && refused.code, "reports_full");
  }
  assert.ok((await reports.give(aim(match(one, five), one, five), NOW)).ok);
});

test("a report that becomes a commendation counts as one", async () => {
  const { reports, match } = world({ commendationsPerMatch: 1 });
  const [one = "", two = "", three = ""] = ids(3);
  const matchId = match(one, two, three);
  await reports.give(aim(matchId, one, two), NOW);
  assert.ok((await reports.give(commend(matchId, one, two), NOW)).ok);
  const summary = (await reports.reportsOf([two], NOW)).get(two);
  assert.deepEqual([summary?.reports, summary?.commendations], [0, 1]);
  await reports.give(aim(matchId, one, three), NOW);
  const refused = await reports.give(commend(matchId, one, three), NOW);
  assert.equal(!refused.ok && refused.code, "reports_full");
});

test("three strangers have a player watched, once; three friends do not", async () => {
  const { reports, decisions, friends, match } = world();
  const [target = "", brigaded = "", ...others] = ids(6);
  const [one = "", two = "", three = "", four = ""] = others;
  const matchId = match(target, brigaded, ...others);
  for (const friend of [one, two, three])
    friends.set(
      friend,
      [one, two, three].filter((other) => other !== friend),
    );
  for (const reporter of [one, two, three]) await reports.give(aim(matchId, reporter, brigaded), NOW);
  assert.deepEqual(decisions, []);
  friends.clear();
  for (const reporter of [one, two]) await reports.give(aim(matchId, reporter, target), NOW);
  assert.deepEqual(decisions, []);
  for (const reporter of [three, four]) await reports.give(aim(matchId, reporter, target), NOW);
  assert.deepEqual(
    decisions.map(({ playerId, level, kicked, reason, evidence }) => [
      playerId,
      level,
      kicked,
      reason,
      evidence,
    ]),
    [[target, "watched", false, "reports", []]],
  );
});

test("of reports that arrive at the same instant one sees the threshold", async () => {
  const { reports, decisions, match } = world();
  const [target = "", ...others] = ids(9);
  const matchId = match(target, ...others);
  await Promise.all(others.map((other) => reports.give(aim(matchId, other, target), NOW)));
  assert.ok(decisions.length >= 1);
});

test("suspected players' reports are taken and count nothing", async () => {
  const { reports, levels, match } = world();
  const [one = "", two = ""] = ids(2);
  levels.set(one, "apart");
  assert.ok((await reports.give(aim(match(one, two), one, two), NOW)).ok);
  const summary = (await reports.reportsOf([two], NOW)).get(two);
  assert.deepEqual([summary?.reports, summary?.texts.length], [0, 1]);
});

test("a verdict stands in the reporters' records, closes what it was about, and clears it", async () => {
  const { reports, match } = world();
  const [good = "", bad = "", cheat = "", honest = "", next = ""] = ids(5);
  const matchId = match(good, bad, cheat, honest, next);
  await reports.give(aim(matchId, good, cheat), NOW);
  await reports.give(aim(matchId, bad, honest), NOW);
  await reports.noteVerdict(cheat, "confirmed", later(1));
  assert.equal((await store.find(aim(matchId, good, cheat)))?.verdict, undefined, "it was about later ones");
  await reports.noteVerdict(cheat, "confirmed", later(-1));
  await reports.noteVerdict(honest, "cleared", later(-1));
  await reports.noteVerdict(honest, "confirmed", later(-1));
  const all = await reports.reportsOf([cheat, honest], NOW);
  assert.deepEqual([all.get(cheat)?.reports, all.get(honest)?.reports], [1, 0]);
  assert.deepEqual(all.get(honest)?.texts, []);
  const closed = await reports.give({ ...aim(matchId, good, cheat), reason: "speed" }, NOW);
  assert.equal(!closed.ok && closed.code, "report_closed");
  const weights = [];
  for (const reporter of [good, bad]) {
    const given = await reports.give(aim(matchId, reporter, next), NOW);
    weights.push(given.ok ? given.report.weight : undefined);
  }
  assert.ok(
    Math.abs((weights[0] ?? 0) - 2 / 6 / 0.2) < 1e-9 && Math.abs((weights[1] ?? 0) - 1 / 6 / 0.2) < 1e-9,
  );
});

test("commendations that are returned count half", async () => {
  const { reports, match } = world();
  const [one = "", two = "", three = ""] = ids(3);
  const matchId = match(one, two, three);
  for (const [from, to] of [
    [one, two],
    [two, one],
    [three, one],
  ] as const)
    await reports.give(commend(matchId, from, to), NOW);
  const all = await reports.reportsOf([one, two], NOW);
  assert.deepEqual([all.get(one)?.commendations, all.get(two)?.commendations], [1.5, 0.5]);
});

test("a summary shows the newest texts, without who wrote them, and knows nobody it was not asked for", async () => {
  const { reports, match } = world({ perDay: 100 });
  const [target = "", ...others] = ids(26);
  const matchId = match(target, ...others);
  for (const [index, other] of others.entries())
    await reports.give({ ...aim(matchId, other, target), text: `text ${index}` }, later(index / 10));
  const all = await reports.reportsOf([target, target], later(3));
  assert.deepEqual([...all.keys()], [target]);
  const texts = all.get(target)?.texts ?? [];
  assert.deepEqual([texts.length, texts[0]?.text], [20, "text 24"]);
  assert.ok(others.every((other) => !JSON.stringify(texts).includes(other)));
});

test("old ones are thrown away", async () => {
  const { reports, match } = world({ keepDays: 31 });
  const [one = "", two = ""] = ids(2);
  await reports.give(aim(match(one, two), one, two), NOW);
  await reports.dropOld(later(31 * 24 - 1));
  assert.equal((await store.givenBy(one, 10)).length, 1);
  await reports.dropOld(later(31 * 24 + 1));
  assert.equal((await store.givenBy(one, 10)).length, 0);
});

test("deletion leaves decided reports of the player for others' records, under another name and without words", async () => {
  const { reports, friends, match } = world();
  const [gone = "", one = "", two = ""] = ids(3);
  friends.set(one, [gone]);
  const matchId = match(gone, one, two);
  await reports.give(aim(matchId, gone, one), NOW);
  await reports.give({ ...aim(matchId, one, gone), text: "words" }, NOW);
  await reports.noteVerdict(gone, "confirmed", later(-1));
  await reports.give(aim(matchId, two, gone), NOW);
  for (let times = 0; times < 2; times += 1) await reports.forget(gone, "deleted-x");
  assert.deepEqual(await store.givenBy(gone, 10), []);
  assert.deepEqual(await store.givenBy(two, 10), [], "undecided ones go");
  const [kept] = await store.givenBy(one, 10);
  assert.deepEqual(
    [kept?.targetId, kept?.verdict, kept && "text" in kept, kept?.friends],
    ["deleted-x", "confirmed", false, []],
  );
  const { collections } = storage.connection;
  const everything = [];
  for (const name of ["player_reports", "report_allowances"])
    everything.push(await collections[name]?.find({}).toArray());
  assert.ok(everything.flat().length > 1);
  assert.ok(!JSON.stringify(everything).includes(gone));
});
