/** How much a report counts by who made it, and what all of them come to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { discountReturned, type GivenReport, sumReports } from "../../src/anticheat/reports/report-sum.ts";
import { MOST_WEIGHT, type ReporterRecord, reportWeight } from "../../src/anticheat/reports/report-weight.ts";

const DAY_MS = 86_400_000;

function seeded(seed: number): () => number {
  const numbers = createRandom(seed);
  return () => numbers.next();
}

const NOW = new Date(Date.UTC(2026, 5, 1));
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

const settled: ReporterRecord = {
  confirmed: 0,
  cleared: 0,
  given: 1,
  met: 100,
  accountAgeMs: 60 * DAY_MS,
  games: 200,
  inGoodStanding: true,
};
const weight = (changes: Partial<ReporterRecord> = {}): number =>
  reportWeight("report", { ...settled, ...changes });

const report = (reporterId: string, changes: Partial<GivenReport> = {}): GivenReport => ({
  reporterId,
  matchId: "m",
  at: NOW,
  weight: 1,
  friends: [],
  ...changes,
});
const sum = (...reports: GivenReport[]): number => sumReports(reports, NOW, 14);

test("a settled player without a record counts one", () => {
  assert.equal(weight(), 1);
});

test("reports that came true raise the weight, ones that were cleared lower it", () => {
  assert.ok(Math.abs(weight({ confirmed: 1 }) - 2 / 6 / 0.2) < 1e-12);
  assert.ok(Math.abs(weight({ cleared: 4 }) - 1 / 9 / 0.2) < 1e-12);
  for (let judged = 0; judged < 20; judged += 1) {
    assert.ok(weight({ confirmed: judged + 1, cleared: 5 }) >= weight({ confirmed: judged, cleared: 5 }));
    assert.ok(weight({ cleared: judged + 1 }) < weight({ cleared: judged }));
  }
});

test("no record whatever counts for more than the most, or for less than nothing", () => {
  const random = seeded(7);
  const upTo = (most: number): number => Math.floor(random() * most);
  for (let times = 0; times < 20_000; times += 1) {
    const value = reportWeight(random() < 0.5 ? "report" : "commend", {
      confirmed: upTo(10_000),
      cleared: upTo(50),
      given: upTo(600),
      met: upTo(10_000),
      accountAgeMs: (random() - 0.1) * 900 * DAY_MS,
      games: upTo(5000),
      inGoodStanding: random() < 0.9,
    });
    assert.ok(value >= 0 && value <= MOST_WEIGHT, String(value));
  }
});

test("whoever reports nearly everybody says nothing by it", () => {
  assert.equal(weight({ given: 12 }), 1);
  assert.ok(weight({ given: 100 }) <= 0.12);
  assert.equal(weight({ met: 0, given: 2 }), 1, "two are everybody's");
});

test("commendations may be given to more than reports", () => {
  const often = { ...settled, given: 25 };
  assert.equal(reportWeight("commend", often), 1);
  assert.ok(reportWeight("report", often) < 0.5);
});

test("a new account counts a tenth until it has both played and aged", () => {
  assert.equal(weight({ accountAgeMs: 0, games: 0 }), 0.1);
  assert.equal(weight({ accountAgeMs: 0 }), 0.1);
  assert.equal(weight({ games: 0 }), 0.1);
  assert.ok(Math.abs(weight({ accountAgeMs: 3.5 * DAY_MS }) - 0.55) < 1e-12);
});

test("a player who is suspected counts nothing", () => {
  assert.equal(weight({ inGoodStanding: false, confirmed: 100 }), 0);
});

test("strangers add up", () => {
  assert.equal(sum(report("a"), report("b"), report("c", { matchId: "n" })), 3);
});

test("one person counts once, in however many matches", () => {
  const many = Array.from({ length: 100 }, (_, match) =>
    report("a", { matchId: `m${match}`, weight: MOST_WEIGHT }),
  );
  assert.equal(sum(...many), MOST_WEIGHT);
});

test("friends who report the same match count once, with the strongest of their reports", () => {
  const reports = [
    report("a", { friends: ["b"], weight: 0.5 }),
    report("b", { weight: 1.5 }),
    report("c", { friends: ["b", "elsewhere"] }),
  ];
  assert.equal(sum(...reports), 1.5);
  assert.equal(sum(...reports.toReversed()), 1.5, "in any order");
});

test("a company that splits over matches is still one", () => {
  const reports = [
    report("a", { matchId: "1", friends: ["b"] }),
    report("b", { matchId: "1" }),
    report("b", { matchId: "2" }),
    report("c", { matchId: "2", friends: ["b"] }),
  ];
  assert.equal(sum(...reports), 1);
});

test("friends of different matches are two witnesses", () => {
  assert.equal(sum(report("a", { friends: ["b"] }), report("b", { matchId: "n" })), 2);
});

test("never more than the most for each reporter, whatever ties there are", () => {
  const random = seeded(11);
  const names = ["a", "b", "c", "d", "e", "f"];
  const some = (): string => names[Math.floor(random() * names.length)] as string;
  for (let times = 0; times < 500; times += 1) {
    const reports = Array.from({ length: Math.floor(random() * 40) }, () =>
      report(some(), {
        matchId: some(),
        weight: random() * MOST_WEIGHT,
        friends: random() < 0.3 ? [some()] : [],
        at: daysAgo(random() * 100 - 1),
      }),
    );
    const total = sum(...reports);
    const reporters = new Set(reports.map(({ reporterId }) => reporterId));
    assert.ok(total >= 0 && total <= reporters.size * MOST_WEIGHT);
    const more = sum(...reports, report(some(), { weight: MOST_WEIGHT }));
    assert.ok(more <= total + MOST_WEIGHT + 1e-9, "one more adds no more than one person's most");
  }
});

test("a report counts half after a half-life", () => {
  assert.equal(sum(report("a", { at: daysAgo(14) })), 0.5);
  assert.equal(sum(report("a", { at: daysAgo(28) })), 0.25);
  assert.equal(sum(report("a", { at: daysAgo(-1) })), 1, "a clock that is ahead gains nothing");
});

test("commendations that were returned within a week, or are a friend's, count half", () => {
  const given = [report("a"), report("b"), report("c", { friends: ["t"] }), report("d")];
  const returned = [
    { targetId: "a", at: daysAgo(6) },
    { targetId: "b", at: daysAgo(8) },
  ];
  const weights = discountReturned(given, "t", returned).map((one) => one.weight);
  assert.deepEqual(weights, [0.5, 1, 0.5, 1]);
});
