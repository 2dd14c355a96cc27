/** What those who wait are told: why, how long, and how many stand before them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { WaitExplainer, whatHolds } from "../../src/matchmaking/explain.ts";
import {
  avoidBlocked,
  matchFilter,
  pairFilter,
  ratingDistance,
  sameBuild,
  trustApart,
  winChance,
} from "../../src/matchmaking/filters.ts";
import { formMatches } from "../../src/matchmaking/form-matches.ts";
import { closeMatch } from "../../src/matchmaking/preferences.ts";
import type { Filter, HeldBy, QueueRules } from "../../src/matchmaking/queue-rules.ts";
import type { Ticket, TicketMember } from "../../src/matchmaking/ticket.ts";
import { positionOf, WaitEstimate } from "../../src/matchmaking/wait-estimate.ts";

const NOW = 1_800_000_000_000;

function party(
  ticketId: string,
  mus: readonly number[],
  waited = 0,
  rest: Partial<TicketMember> & { returned?: number } = {},
): Ticket {
  const { returned = 0, ...own } = rest;
  const [first, ...others] = mus.map(
    (mu, at): TicketMember => ({
      playerId: `${ticketId}.${at}`,
      skill: { mu, sigma: 4 },
      latencies: {},
      build: "1",
      trustTier: 0,
      input: "keyboard",
      blocks: new Set(),
      recentOpponents: [],
      attributes: {},
      ...own,
    }),
  );
  assert.ok(first);
  return { ticketId, members: [first, ...others], enqueuedAt: NOW - waited * 1000, returned };
}

function rulesOf(
  teams: readonly number[],
  filters: readonly Filter[],
  rest: Partial<QueueRules> = {},
): QueueRules {
  return {
    teams,
    filters,
    largestParty: Math.max(...teams),
    preferences: [closeMatch()],
    mostWaitSeconds: 120,
    leastPlayers: teams.reduce((sum, size) => sum + size, 0),
    ...rest,
  };
}

const reasonOf = (held: HeldBy): string => (held.reason === "filter" ? held.filter : held.reason);

const others = (count: number, mu: number, rest: Partial<TicketMember> = {}): Ticket[] =>
  Array.from({ length: count }, (_, at) => party(`o${mu}-${at}`, [mu], 1, rest));

test("the filter that keeps most away is named, with the share it keeps away", () => {
  const rules = rulesOf([1, 1], [sameBuild(), ratingDistance(5), avoidBlocked()]);
  const line = [...others(6, 40), ...others(3, 26, { build: "2" }), ...others(1, 27, { build: "3" })];
  const held = whatHolds(rules, party("own", [25], 5), line, NOW);
  assert.deepEqual(held, {
    reason: "filter",
    filter: "rating",
    says: ratingDistance(5).says,
    share: 0.6,
  });
  const blocks = new Set(line.map(({ members: [first] }) => first.playerId));
  const hostile = party("own", [26], 5, { blocks });
  assert.equal(reasonOf(whatHolds(rules, hostile, line, NOW)), "blocked");
  assert.equal(reasonOf(whatHolds(rules, party("own", [40], 5, { build: "9" }), line, NOW)), "build");
});

test("too few is said where too few wait, whatever the filters; soon where nothing holds", () => {
  const rules = rulesOf([2, 2], [ratingDistance(5)]);
  const own = party("own", [25]);
  assert.deepEqual(whatHolds(rules, own, [], NOW), { reason: "too_few" });
  assert.deepEqual(whatHolds(rules, own, [own, ...others(2, 40)], NOW), { reason: "too_few" });
  assert.deepEqual(whatHolds(rules, own, [own, ...others(3, 25)], NOW), { reason: "soon" });
  assert.deepEqual(
    whatHolds(rules, own, others(3, 25), NOW),
    { reason: "soon" },
    "with or without the ticket",
  );
  const trios = [party("a", [25, 25, 25]), party("b", [25, 25, 25])];
  assert.deepEqual(whatHolds(rulesOf([3, 3], []), own, trios, NOW), { reason: "too_few" }, "they do not fit");
});

test("where enough may meet, the filter over the whole match is named that refuses it", () => {
  const rules = rulesOf([1, 1], [ratingDistance(30), winChance(0.01)]);
  assert.equal(reasonOf(whatHolds(rules, party("own", [25]), others(8, 40), NOW)), "chances");
  const never = rulesOf([2, 2], [matchFilter("never", () => false, "No.")]);
  assert.deepEqual(whatHolds(never, party("own", [25]), others(8, 25), NOW), {
    reason: "filter",
    filter: "never",
    says: "No.",
    share: 1,
  });
});

test("who has waited too long is held by hard filters alone, and is told no other", () => {
  const rules = rulesOf([1, 1], [ratingDistance(5), avoidBlocked(), trustApart()]);
  const line = others(5, 40);
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 119), line, NOW)), "rating");
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 120), line, NOW)), "soon");
  const blocks = new Set(line.map(({ members: [first] }) => first.playerId));
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 120, { blocks }), line, NOW)), "blocked");
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 120, { trustTier: 1 }), line, NOW)), "trust");
});

test("limits that have relaxed no longer hold", () => {
  const relaxing = ratingDistance([
    [0, 5],
    [30, 20],
  ]);
  const rules = rulesOf([1, 1], [relaxing]);
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 10), others(5, 40), NOW)), "rating");
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 30), others(5, 40), NOW)), "soon");
});

test("with bots on their way too few are enough", () => {
  const rules = rulesOf([3, 3], [], { fillAfterSeconds: 20, leastPlayers: 2 });
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 10), others(1, 25), NOW)), "too_few");
  assert.equal(reasonOf(whatHolds(rules, party("own", [25], 20), others(1, 25), NOW)), "soon");
});

test("a short line's explanations agree with what the next pass does", () => {
  const random = createRandom(11);
  const rules = rulesOf([2, 2], [ratingDistance(4), sameBuild(), winChance(0.2)]);
  let soon = 0;
  for (let round = 0; round < 60; round += 1) {
    const line = Array.from({ length: 2 + random.below(9) }, (_, at) =>
      party(`t${at}`, [15 + random.below(20)], random.below(50), {
        build: random.below(3) === 0 ? "2" : "1",
      }),
    );
    const { matches } = formMatches(rules, line, { now: NOW, seed: round });
    const explainer = new WaitExplainer(rules, line, NOW);
    const served = new Set(matches.flatMap(({ teams }) => teams.flat()));
    for (const ticket of line) {
      const held = explainer.whatHolds(ticket);
      assert.deepEqual(held, whatHolds(rules, ticket, line, NOW));
      if (served.has(ticket)) assert.equal(held.reason, "soon");
      if (held.reason === "soon") soon += 1;
    }
  }
  assert.ok(soon > 20, "the rounds say something");
});

test("of a long line a part is looked at, and filters are asked no more often than for a short one", () => {
  const lookedAt = (count: number): number => {
    let asked = 0;
    const counting = pairFilter("counting", () => {
      asked += 1;
      return false;
    });
    const held = whatHolds(rulesOf([1, 1], [counting]), party("own", [25]), others(count, 25), NOW);
    assert.deepEqual([reasonOf(held), held.reason === "filter" && held.share], ["counting", 1]);
    return asked;
  };
  assert.equal(lookedAt(100), 100);
  assert.equal(lookedAt(10_000), 200);
});

test("those who are looked at stand for the others of a long line", () => {
  const rules = rulesOf([5, 5], [ratingDistance(5)]);
  const line = Array.from({ length: 2000 }, (_, at) => party(`o${at}`, [at % 101 === 0 ? 25 : 45]));
  assert.equal(reasonOf(whatHolds(rules, party("own", [25]), line, NOW)), "soon");
  assert.equal(reasonOf(whatHolds(rules, party("own", [25]), line.slice(0, 500), NOW)), "rating");
});

test("nothing is known at first, and again after a quarter of an hour", () => {
  const estimate = new WaitEstimate();
  assert.equal(estimate.of(party("own", [25]), NOW), undefined);
  estimate.note(party("a", [25], 30), NOW);
  assert.equal(estimate.of(party("own", [25]), NOW), 30);
  assert.ok(estimate.of({ ...party("own", [25]), enqueuedAt: NOW + 14 * 60_000 }, NOW + 14 * 60_000));
  assert.equal(estimate.of(party("own", [25]), NOW + 16 * 60_000), undefined);
});

test("who is more alike, of one size, and was matched later counts for more", () => {
  const estimateAfter = (...matched: [Ticket, number][]): number => {
    const estimate = new WaitEstimate();
    for (const [ticket, now] of matched) estimate.note(ticket, now);
    return estimate.of({ ...party("own", [25]), enqueuedAt: NOW + 600_000 }, NOW + 600_000) ?? Number.NaN;
  };
  const short = (mus: number[], now: number): [Ticket, number] => [
    { ...party("s", mus), enqueuedAt: now - 10_000 },
    now,
  ];
  const long = (mus: number[], now: number): [Ticket, number] => [
    { ...party("l", mus), enqueuedAt: now - 90_000 },
    now,
  ];
  const at = NOW + 600_000;
  assert.equal(estimateAfter(short([25], at), long([25], at)), 50);
  assert.ok(estimateAfter(short([25], at), long([40], at)) < 20, "skill");
  assert.ok(estimateAfter(short([25], at), long([25, 25], at)) < 50, "size");
  assert.ok(estimateAfter(short([25], at), long([25], NOW)) < 50, "time");
});

test("an estimate is never shorter than the wait so far, and grows with it", () => {
  const estimate = new WaitEstimate();
  for (const waited of [10, 20, 30, 40]) estimate.note(party(`t${waited}`, [25], waited), NOW);
  const of = (waited: number): number => estimate.of(party("own", [25], waited), NOW) ?? Number.NaN;
  assert.equal(Math.round(of(0)), 25);
  assert.equal(Math.round(of(25)), 35);
  assert.equal(of(60), 60);
});

test("estimates are nearer than the plain mean where skill and time matter", () => {
  const random = createRandom(5);
  const estimate = new WaitEstimate();
  let sum = 0;
  let noted = 0;
  let errors = 0;
  let meanErrors = 0;
  for (let minute = 0; minute < 60; minute += 0.1) {
    const now = NOW + minute * 60_000;
    const mu = 10 + 30 * random.next();
    // The further from the middle the longer; and the evening fills the queue.
    const seconds = (5 + 2 * Math.abs(mu - 25)) * (2 - minute / 60) * (0.7 + 0.6 * random.next());
    const ticket = { ...party("t", [mu]), enqueuedAt: now - seconds * 1000 };
    const guess = estimate.of({ ...ticket, enqueuedAt: now }, now);
    if (guess !== undefined && minute > 10) {
      errors += Math.abs(guess - seconds);
      meanErrors += Math.abs(sum / noted - seconds);
    }
    estimate.note(ticket, now);
    sum += seconds;
    noted += 1;
  }
  assert.ok(errors < 0.7 * meanErrors, `${errors} against ${meanErrors}`);
});

test("the latest five hundred waits are remembered", () => {
  const estimate = new WaitEstimate();
  for (let at = 0; at < 500; at += 1) estimate.note(party("old", [25], 100), NOW);
  for (let at = 0; at < 500; at += 1) estimate.note(party("new", [25], 10), NOW);
  assert.equal(Math.round(estimate.of(party("own", [25]), NOW) ?? 0), 10);
});

test("a position counts those who are served before", () => {
  const line = [
    party("a", [25], 9),
    party("b", [25], 5),
    party("c", [25], 5, { returned: 1 }),
    party("d", [25], 1),
  ];
  assert.deepEqual(
    line.map((ticket) => positionOf(ticket, line)),
    [0, 2, 1, 3],
  );
  assert.equal(positionOf(party("e", [25], 2), line), 3);
});
