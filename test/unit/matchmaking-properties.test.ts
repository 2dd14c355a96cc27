/** What holds of every pass over a queue, whatever stands in it; and that nobody waits for ever. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import {
  avoidBlocked,
  avoidRecentOpponents,
  commonRegion,
  pairFilter,
  partySizes,
  ratingDistance,
  sameBuild,
  sameInput,
  trustApart,
  until,
  winChance,
} from "../../src/matchmaking/filters.ts";
import { formMatches } from "../../src/matchmaking/form-matches.ts";
import {
  closeMatch,
  closeRatings,
  evenParties,
  freshOpponents,
  lowLatency,
} from "../../src/matchmaking/preferences.ts";
import type { FormedMatch, FormingPass, QueueRules } from "../../src/matchmaking/queue-rules.ts";
import { type Ticket, type TicketMember, waitedSeconds } from "../../src/matchmaking/ticket.ts";
import { winChancesOf } from "../../src/matchmaking/win-chance.ts";

const NOW = 1_800_000_000_000;

function member(playerId: string, rest: Partial<TicketMember> = {}): TicketMember {
  return {
    playerId,
    skill: { mu: 25, sigma: 4 },
    latencies: {},
    build: "1",
    trustTier: 0,
    input: "keyboard",
    blocks: new Set(),
    recentOpponents: [],
    attributes: {},
    ...rest,
  };
}

/** A party of players with these ratings. */
function party(
  ticketId: string,
  mus: readonly number[],
  waited = 0,
  rest: Partial<TicketMember> & { returned?: number } = {},
): Ticket {
  const { returned = 0, ...own } = rest;
  const [first, ...others] = mus.map((mu, at) =>
    member(`${ticketId}.${at}`, { skill: { mu, sigma: 4 }, ...own }),
  );
  assert.ok(first);
  return { ticketId, members: [first, ...others], enqueuedAt: NOW - waited * 1000, returned };
}

function rulesOf(rest: Partial<QueueRules> & Pick<QueueRules, "teams">): QueueRules {
  return {
    largestParty: Math.max(...rest.teams),
    filters: [],
    preferences: [closeMatch(), closeRatings()],
    mostWaitSeconds: 120,
    leastPlayers: rest.teams.reduce((sum, size) => sum + size, 0),
    ...rest,
  };
}

function form(rules: QueueRules, tickets: readonly Ticket[], { now = NOW, seed = 1 } = {}): FormingPass {
  return formMatches(rules, tickets, { now, seed });
}

const namesOf = (tickets: readonly Ticket[]): string[] => tickets.map(({ ticketId }) => ticketId);
const playersOf = (tickets: readonly Ticket[]): number =>
  tickets.reduce((sum, { members }) => sum + members.length, 0);

/** Everything that has to hold of a pass, whatever the queue. */
function assertLegal(rules: QueueRules, tickets: readonly Ticket[], pass: FormingPass, now = NOW): void {
  const served = pass.matches.flatMap(({ teams }) => teams.flat());
  assert.deepEqual(namesOf([...served, ...pass.waiting]).sort(), namesOf(tickets).sort(), "each ticket once");
  for (const match of pass.matches) assertLegalMatch(rules, match, now);
}

function assertLegalMatch(rules: QueueRules, match: FormedMatch, now: number): void {
  const all = match.teams.flat();
  const longestWait = Math.max(...all.map((ticket) => waitedSeconds(ticket, now)));
  const sizes = match.teams.map(playersOf);
  const places = rules.teams.reduce((sum, size) => sum + size, 0);
  assert.equal(sizes.length, rules.teams.length);
  assert.ok(sizes.every((size, team) => size <= (rules.teams[team] ?? 0)));
  assert.equal(playersOf(all) + match.openPlaces, places);
  if (match.openPlaces > 0) {
    assert.ok(longestWait >= (rules.fillAfterSeconds ?? Number.POSITIVE_INFINITY));
    assert.ok(playersOf(all) >= rules.leastPlayers);
  }
  const filters =
    longestWait >= rules.mostWaitSeconds ? rules.filters.filter(({ hard }) => hard) : rules.filters;
  for (const { name, pair, match: whole } of filters) {
    assert.ok(!whole || whole(match, longestWait), `${name} does not hold for the match`);
    for (const [at, one] of all.entries())
      for (const other of all.slice(at + 1)) {
        const waited = Math.max(waitedSeconds(one, now), waitedSeconds(other, now));
        assert.ok(!pair || pair(one, other, waited), `${name} does not hold`);
      }
  }
  for (const { name, keyOf } of rules.filters)
    assert.ok(!keyOf || new Set(all.map(keyOf)).size === 1, `${name} does not hold`);
  const chances = winChancesOf(
    match.teams.map((team) => team.flatMap(({ members }) => members.map(({ skill }) => skill))),
  );
  for (const [team, chance] of match.winChances.entries())
    assert.ok(Math.abs(chance - (chances[team] ?? Number.NaN)) < 1e-12);
}

const FILTERS = [
  sameBuild(),
  trustApart(),
  avoidBlocked(),
  until(45, sameInput()),
  until(20, avoidRecentOpponents()),
  ratingDistance([
    [0, 5],
    [60, 20],
  ]),
  commonRegion([
    [0, 80],
    [60, 200],
  ]),
  winChance([
    [0, 0.1],
    [60, 0.4],
  ]),
  partySizes([
    [0, 1],
    [60, 4],
  ]),
];
const PREFERENCES = [closeMatch(), closeRatings(), lowLatency(), evenParties(), freshOpponents()];

const person = fc.record({
  mu: fc.integer({ min: 15, max: 35 }),
  sigma: fc.integer({ min: 1, max: 8 }),
  home: fc.constantFrom("europe", "asia", "nowhere"),
  build: fc.constantFrom("1", "1", "1", "2"),
  tier: fc.constantFrom(0, 0, 0, 1),
  input: fc.constantFrom("keyboard", "keyboard", "touch"),
  names: fc.array(fc.nat(30), { maxLength: 2 }),
});
const queue = fc.array(
  fc.record({
    people: fc.array(person, { minLength: 1, maxLength: 3 }),
    waited: fc.constantFrom(0, 1, 10, 25, 50, 100, 150),
    returned: fc.nat(1),
  }),
  { maxLength: 30 },
);
type Plan = typeof queue extends fc.Arbitrary<infer Plans> ? Plans : never;

function ticketsOf(plans: Plan, largestParty: number): Ticket[] {
  return plans.map(({ people, waited, returned }, index): Ticket => {
    const [first, ...others] = people.slice(0, largestParty).map((own, at) =>
      member(`p${index}.${at}`, {
        skill: { mu: own.mu, sigma: own.sigma },
        latencies: own.home === "nowhere" ? {} : { europe: 150, asia: 150, [own.home]: 40 },
        build: own.build,
        trustTier: own.tier,
        input: own.input,
        blocks: new Set(own.names.slice(1).map((name) => `p${name}.0`)),
        recentOpponents: own.names.map((name) => `p${name}.0`),
      }),
    );
    assert.ok(first);
    return { ticketId: `t${index}`, members: [first, ...others], enqueuedAt: NOW - waited * 1000, returned };
  });
}

const someRules = fc
  .record({
    teams: fc.constantFrom([1, 1], [2, 2], [3, 3], [1, 4], [2, 2, 2], [1, 1, 1, 1]),
    filters: fc.subarray(FILTERS),
    preferences: fc.subarray(PREFERENCES),
    fillAfterSeconds: fc.constantFrom(undefined, 20),
  })
  .map((rules) => rulesOf({ ...rules, leastPlayers: 2 }));

test("every pass serves each ticket once at most, whole, under every filter", () => {
  fc.assert(
    fc.property(someRules, queue, (rules, plans) => {
      const tickets = ticketsOf(plans, rules.largestParty);
      assertLegal(rules, tickets, form(rules, tickets));
    }),
    { numRuns: 400 },
  );
});

test("tickets, time and seed decide what a pass gives, the order of the tickets does not", () => {
  fc.assert(
    fc.property(someRules, queue, fc.nat(), fc.nat(), (rules, plans, seed, shuffle) => {
      const tickets = ticketsOf(plans, rules.largestParty);
      const random = createRandom(shuffle);
      const shuffled = tickets
        .map((ticket) => ({ ticket, key: random.next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ ticket }) => ticket);
      assert.deepEqual(form(rules, shuffled, { seed }), form(rules, tickets, { seed }));
    }),
    { numRuns: 200 },
  );
});

test("one against one, no two are left waiting who may meet", () => {
  fc.assert(
    fc.property(queue, fc.subarray(FILTERS), (plans, filters) => {
      const pairFilters = filters.filter(({ match, pair }) => !match || pair);
      const rules = rulesOf({ teams: [1, 1], filters: pairFilters });
      const { waiting } = form(rules, ticketsOf(plans, 1));
      for (const [at, one] of waiting.entries())
        for (const other of waiting.slice(at + 1)) {
          const waited = Math.max(waitedSeconds(one, NOW), waitedSeconds(other, NOW));
          const free = pairFilters.every(
            ({ keyOf, pair }) =>
              (!keyOf || keyOf(one) === keyOf(other)) && (!pair || pair(one, other, waited)),
          );
          assert.ok(!free, `${one.ticketId} and ${other.ticketId} could have played`);
        }
    }),
    { numRuns: 300 },
  );
});

test("where too many want to look at everybody at once, they take turns from pass to pass", () => {
  const half = 1200;
  const partnerOf = ({ ticketId }: Ticket): number => Number(ticketId.slice(1)) % half;
  const rules = rulesOf({
    teams: [1, 1],
    filters: [{ ...pairFilter("partner", (one, other) => partnerOf(one) === partnerOf(other)), hard: true }],
  });
  let waiting: readonly Ticket[] = Array.from({ length: 2 * half }, (_, at) => party(`t${at}`, [at], 500));
  let passes = 0;
  while (waiting.length > 0 && passes < 40) {
    const pass = form(rules, waiting, { seed: passes });
    assertLegal(rules, waiting, pass);
    waiting = pass.waiting;
    passes += 1;
  }
  assert.equal(waiting.length, 0, `after ${passes} passes`);
});

test("nobody's turn to look at everybody is taken by those who look in vain", () => {
  const alone = Array.from({ length: 1500 }, (_, at) => party(`t${at}`, [at], 500));
  const isOne = ({ ticketId }: Ticket): boolean => ticketId === "low" || ticketId === "high";
  const rules = rulesOf({
    teams: [1, 1],
    filters: [{ ...pairFilter("two", (one, other) => isOne(one) && isOne(other)), hard: true }],
  });
  const line = [party("first", [0], 600), party("low", [-1], 599), party("high", [2000], 598), ...alone];
  const passes = Array.from({ length: 12 }, (_, seed) => form(rules, line, { seed }).matches.length);
  assert.ok(passes.includes(1), `matches found: ${passes.join()}`);
});

/** A queue over some minutes, one pass a second. @returns the longest wait, and who is left at the end. */
function simulate(
  rules: QueueRules,
  seconds: number,
  arrive: (second: number) => readonly Ticket[],
): { longestWait: number; left: readonly Ticket[]; matches: number } {
  let waiting: readonly Ticket[] = [];
  let longestWait = 0;
  let matches = 0;
  for (let second = 0; second < seconds; second += 1) {
    const now = NOW + second * 1000;
    const tickets = [...waiting, ...arrive(second)];
    const pass = form(rules, tickets, { now, seed: second });
    assertLegal(rules, tickets, pass, now);
    for (const ticket of pass.matches.flatMap(({ teams }) => teams.flat()))
      longestWait = Math.max(longestWait, waitedSeconds(ticket, now));
    matches += pass.matches.length;
    waiting = pass.waiting;
  }
  return { longestWait, left: waiting, matches };
}

test("everybody is served by the bound while people come, however odd they are", () => {
  for (const [teams, sizes, perSecond] of [
    [[1, 1], [1], 1],
    [[5, 5], [1, 1, 1, 2, 2, 3, 4], 2],
    [[1, 4], [1, 1, 1, 1, 1, 2, 3, 4], 2],
    [[2, 2, 2], [1, 1, 2], 2],
  ] as const) {
    const random = createRandom(7);
    const rules = rulesOf({ teams, filters: FILTERS, preferences: PREFERENCES, mostWaitSeconds: 60 });
    const { longestWait, left, matches } = simulate(rules, 300, (second) =>
      Array.from({ length: perSecond }, (_, at) => {
        const size = sizes[random.below(sizes.length)] ?? 1;
        // One in ten is far from everybody in skill and lives where nobody does.
        const odd = random.below(10) === 0;
        const mus = Array.from({ length: size }, () => (odd ? 60 : 15 + random.below(20)));
        const ticket = party(`s${second}.${at}`, mus, 0, {
          latencies: odd ? { moon: 900, europe: 800 } : { europe: 20 + random.below(100) },
        });
        return { ...ticket, enqueuedAt: NOW + second * 1000 };
      }),
    );
    assert.ok(matches > 50, `${matches} matches`);
    assert.ok(longestWait <= 75, `${teams.join()}: somebody waited ${longestWait} s`);
    for (const ticket of left)
      assert.ok(waitedSeconds(ticket, NOW + 299_000) <= 75, "somebody was forgotten");
  }
});

test("ten thousand tickets go through one pass as a hundred do", () => {
  const random = createRandom(3);
  const tickets = Array.from({ length: 10_000 }, (_, at) =>
    party(
      `t${at}`,
      Array.from({ length: 1 + random.below(3) }, () => 15 + 20 * random.next()),
      random.below(60),
      { latencies: { europe: 20 + random.below(60) } },
    ),
  );
  const rules = rulesOf({ teams: [5, 5], filters: FILTERS, preferences: PREFERENCES });
  const pass = form(rules, tickets);
  assertLegal(rules, tickets, pass);
  assert.ok(pass.waiting.length < 2000, `${pass.waiting.length} were left`);
});
