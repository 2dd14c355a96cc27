/** One pass over a queue: who is served first, who meets whom, on which team, and what bots are for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  avoidBlocked,
  commonRegion,
  matchFilter,
  pairFilter,
  partySizes,
  ratingDistance,
  trustApart,
  winChance,
} from "../../src/matchmaking/filters.ts";
import { formMatches } from "../../src/matchmaking/form-matches.ts";
import { closeMatch, closeRatings, lowLatency, preference } from "../../src/matchmaking/preferences.ts";
import type { FormingPass, QueueRules } from "../../src/matchmaking/queue-rules.ts";
import type { Ticket, TicketMember } from "../../src/matchmaking/ticket.ts";

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
const groupsOf = ({ matches }: FormingPass): string[] =>
  matches.map(({ teams }) => namesOf(teams.flat()).sort().join(" ")).sort();

test("who has waited longest is served first, then whose match fell through, then by id", () => {
  const rules = rulesOf({ teams: [1, 1] });
  const tickets = [
    party("new", [25]),
    party("long", [25], 9),
    party("fell", [25], 5, { returned: 1 }),
    party("b", [25], 5),
    party("a", [25], 5),
  ];
  const { matches, waiting } = form(rules, tickets.slice(0, 3));
  assert.deepEqual(groupsOf({ matches, waiting }), ["fell long"]);
  assert.deepEqual(namesOf(waiting), ["new"]);
  const nobody = rulesOf({ teams: [1, 1], filters: [pairFilter("nobody", () => false)] });
  assert.deepEqual(namesOf(form(nobody, tickets).waiting), ["long", "fell", "a", "b", "new"]);
});

test("neighbours in skill meet, and the closest teams are made of them", () => {
  const rules = rulesOf({ teams: [1, 1] });
  const pairs = [10, 40, 11, 25, 39, 26].map((mu) => party(`m${mu}`, [mu]));
  assert.deepEqual(groupsOf(form(rules, pairs)), ["m10 m11", "m25 m26", "m39 m40"]);
  const [match] = form(
    rulesOf({ teams: [2, 2] }),
    [10, 20, 30, 40].map((mu) => party(`m${mu}`, [mu])),
  ).matches;
  assert.deepEqual(match?.teams.map((team) => namesOf(team).sort().join(" ")).sort(), ["m10 m40", "m20 m30"]);
  assert.deepEqual(match?.winChances, [0.5, 0.5]);
});

test("parties stay whole, also where they only fit in one way", () => {
  const rules = rulesOf({ teams: [5, 5] });
  const tickets = [4, 3, 2, 1].map((size) => party(`of${size}`, [25, 25, 25, 25].slice(0, size)));
  const [match] = form(rules, tickets).matches;
  const teams = match?.teams.map((team) => namesOf(team).sort().join(" ")).sort();
  assert.deepEqual(teams, ["of1 of4", "of2 of3"]);
  assert.deepEqual(form(rules, [...tickets.slice(0, 3), party("x", [25, 25, 25])]).matches, []);
});

test("a party is passed over when smaller ones fill the match", () => {
  const rules = rulesOf({ teams: [2, 2] });
  const tickets = [
    party("a", [25, 25], 9),
    party("b", [25]),
    party("c", [25]),
    party("d", [25]),
    party("e", [25, 25]),
  ];
  const pass = form(rules, tickets);
  assert.equal(pass.matches.length, 1);
  assert.equal(pass.matches[0]?.openPlaces, 0);
});

test("uneven teams get their numbers, and equal players equal chances", () => {
  const rules = rulesOf({ teams: [1, 4], filters: [winChance(0.01)] });
  const tickets = [party("four", [25, 25, 25, 25]), party("one", [25])];
  const [match] = form(rules, tickets).matches;
  assert.deepEqual(match?.teams.map(namesOf), [["one"], ["four"]]);
  assert.deepEqual(match?.winChances, [0.5, 0.5]);
  assert.deepEqual(form(rules, [party("a", [25, 25]), party("b", [25, 25, 25])]).matches, []);
});

test("everybody for themselves is as many teams as players", () => {
  const rules = rulesOf({ teams: [1, 1, 1, 1, 1, 1] });
  const pass = form(
    rules,
    Array.from({ length: 20 }, (_, at) => party(`t${at}`, [20 + at])),
  );
  assert.deepEqual(
    pass.matches.map(({ teams }) => teams.map(({ length }) => length)),
    Array.from({ length: 3 }, () => [1, 1, 1, 1, 1, 1]),
  );
  assert.equal(pass.waiting.length, 2);
});

test("the seed decides the sides, and who plays whom stays the same", () => {
  const tickets = [party("a", [25]), party("b", [25])];
  const rules = rulesOf({ teams: [1, 1] });
  const firsts = Array.from(
    { length: 40 },
    (_, seed) => form(rules, tickets, { seed }).matches[0]?.teams[0]?.[0]?.ticketId,
  );
  for (const side of ["a", "b"])
    assert.ok(firsts.filter((first) => first === side).length > 8, firsts.join());
});

test("blocked players never play together, on whichever side, however long they wait", () => {
  const hostile = (waited: number) => [
    party("a", [25], waited, { blocks: new Set(["b.0"]) }),
    party("b", [25], waited),
    party("c", [25], waited),
    party("d", [25], waited),
  ];
  for (const waited of [0, 1e5]) {
    const two = rulesOf({ teams: [2, 2], filters: [avoidBlocked()] });
    assert.deepEqual(form(two, hostile(waited)).matches, []);
    const one = rulesOf({ teams: [1, 1], filters: [avoidBlocked()] });
    const groups = groupsOf(form(one, hostile(waited)));
    assert.equal(groups.length, 2);
    assert.ok(!groups.includes("a b"));
  }
});

test("limits relax by the longest wait of those at hand: the patient meet whoever has just come", () => {
  const rules = rulesOf({
    teams: [1, 1],
    filters: [
      ratingDistance([
        [0, 2],
        [30, 10],
      ]),
    ],
  });
  const queueAt = (waited: number) => [party("a", [20], waited), party("b", [28])];
  assert.deepEqual(groupsOf(form(rules, queueAt(20))), []);
  assert.deepEqual(groupsOf(form(rules, queueAt(25))), ["a b"]);
});

test("after the longest wait soft filters no longer hold, hard ones and keys do", () => {
  const held = (hard: boolean) =>
    rulesOf({ teams: [1, 1], filters: [{ ...pairFilter("apart", () => false), hard }, trustApart()] });
  const late = [party("a", [25], 120), party("b", [25])];
  assert.deepEqual(groupsOf(form(held(false), late)), ["a b"]);
  assert.deepEqual(form(held(false), [party("a", [25], 119), party("b", [25])]).matches, []);
  assert.deepEqual(form(held(true), late).matches, []);
  const doubted = [party("a", [25], 120), party("b", [25], 0, { trustTier: 1 })];
  assert.deepEqual(form(held(false), doubted).matches, []);
});

test("who has waited too long gets a match that suits all filters where there is one", () => {
  const rules = rulesOf({ teams: [1, 1], filters: [commonRegion(80)], preferences: [closeRatings()] });
  const tickets = [
    party("late", [25], 200, { latencies: { europe: 30, asia: 220 } }),
    party("near", [25], 0, { latencies: { europe: 220, asia: 30 } }),
    party("far", [30], 0, { latencies: { europe: 40, asia: 250 } }),
  ];
  assert.deepEqual(groupsOf(form(rules, tickets)), ["far late"]);
});

test("who has waited too long looks at everybody", () => {
  const crowd = Array.from({ length: 3000 }, (_, at) => party(`t${at}`, [20 + at / 300]));
  const everybody = new Set(crowd.map(({ members: [first] }) => first.playerId));
  const only = party("only", [60]);
  const rules = rulesOf({
    teams: [1, 1],
    filters: [avoidBlocked(), { ...pairFilter("crowd", crowdApart), hard: true }],
  });
  function crowdApart(one: Ticket, other: Ticket): boolean {
    return !everybody.has(one.members[0].playerId) || !everybody.has(other.members[0].playerId);
  }
  const late = party("late", [5], 120, { blocks: everybody });
  assert.deepEqual(groupsOf(form(rules, [...crowd, only, late])), ["late only"]);
});

test("bots come after their time, with enough people, and where no full match can be formed", () => {
  const rules = rulesOf({ teams: [3, 3], fillAfterSeconds: 10, leastPlayers: 4 });
  const four = (waited: number) => [
    party("a", [25], waited),
    party("b", [25]),
    party("c", [25]),
    party("d", [25]),
  ];
  assert.deepEqual(form(rules, four(9)).matches, []);
  assert.deepEqual(form(rules, four(10).slice(0, 3)).matches, []);
  const [match] = form(rules, four(10)).matches;
  assert.equal(match?.openPlaces, 2);
  assert.deepEqual(match?.teams.map(playersOf), [2, 2]);
  const full = form(rules, [...four(10), party("e", [40]), party("f", [10])]);
  assert.equal(full.matches[0]?.openPlaces, 0);
  const never = { ...rules, fillAfterSeconds: undefined };
  assert.deepEqual(form(never, four(100)).matches, []);
});

test("who has waited too long plays with people whom soft filters kept away before it plays with bots", () => {
  const rules = rulesOf({
    teams: [1, 1],
    filters: [ratingDistance(5)],
    fillAfterSeconds: 10,
    leastPlayers: 1,
  });
  const queueAt = (waited: number) => [party("late", [10], waited), party("far", [40])];
  const [alone] = form(rules, queueAt(119)).matches;
  assert.equal(alone?.openPlaces, 1);
  assert.deepEqual(groupsOf(form(rules, queueAt(120))), ["far late"]);
});

test("open places are spread over the teams, also when an odd number is missing", () => {
  const rules = rulesOf({ teams: [4, 4], fillAfterSeconds: 0, leastPlayers: 1, filters: [winChance(0.05)] });
  const [match] = form(rules, [party("duo", [25, 25]), party("trio", [25, 25, 25])]).matches;
  assert.equal(match?.openPlaces, 3);
  assert.deepEqual(
    match?.teams.map(playersOf).sort((a, b) => a - b),
    [2, 3],
  );
  const [alone] = form(rules, [party("alone", [25])]).matches;
  assert.equal(alone?.openPlaces, 7);
});

test("another match is tried where the nearest does not pass the filters over the whole match", () => {
  const rules = rulesOf({
    teams: [1, 1],
    filters: [
      matchFilter("third", ({ teams }) => {
        const names = namesOf(teams.flat());
        return names.includes("late") && names.includes("t3");
      }),
    ],
  });
  const tickets = [party("late", [25], 9), ...[0, 1, 2, 3, 4].map((at) => party(`t${at}`, [26 + at]))];
  assert.deepEqual(groupsOf(form(rules, tickets)), ["late t3"]);
});

test("a split that fewer like is taken where the most even one does not pass", () => {
  const rules = rulesOf({ teams: [3, 3], filters: [partySizes(0)] });
  const tickets = [
    party("duo", [30, 30]),
    party("pair", [20, 20]),
    party("weak", [10]),
    party("strong", [25]),
  ];
  const [match] = form(rules, tickets).matches;
  assert.equal(
    match?.teams.map((team) => Math.max(...team.map(({ members }) => members.length))).join(),
    "2,2",
  );
});

test("preferences decide between those who are equally near", () => {
  const rules = rulesOf({ teams: [1, 1], preferences: [lowLatency()] });
  const tickets = [
    party("a", [25], 9, { latencies: { europe: 30 } }),
    party("far", [25], 0, { latencies: { europe: 200 } }),
    party("near", [25], 0, { latencies: { europe: 35 } }),
  ];
  assert.deepEqual(groupsOf(form(rules, tickets)), ["a near"]);
});

test("a match that costs without bound is still one, if the worst", () => {
  const rules = rulesOf({
    teams: [1, 1],
    preferences: [preference("never", 1, { pair: () => Number.POSITIVE_INFINITY })],
  });
  assert.deepEqual(groupsOf(form(rules, [party("a", [25]), party("b", [25])])), ["a b"]);
});

test("more people are better than a cheaper match with more bots", () => {
  const rules = rulesOf({
    teams: [3, 3],
    fillAfterSeconds: 0,
    leastPlayers: 1,
    preferences: [closeRatings(100)],
    filters: [
      pairFilter("loner", (one, other) => {
        const names = namesOf([one, other]);
        return !names.includes("loner") || names.includes("a");
      }),
    ],
  });
  const tickets = [party("a", [25], 5), party("loner", [25]), party("b", [30]), party("c", [30])];
  assert.deepEqual(groupsOf(form(rules, tickets)).toReversed(), ["loner", "a b c"]);
});

test("what a game's own filter throws is thrown", () => {
  const broken = pairFilter("broken", () => {
    throw new Error("from the game");
  });
  const tickets = [party("a", [25]), party("b", [25])];
  assert.throws(() => form(rulesOf({ teams: [1, 1], filters: [broken] }), tickets), /from the game/);
});

test("nobody, or one alone, is no match", () => {
  const rules = rulesOf({ teams: [1, 1] });
  assert.deepEqual(form(rules, []), { matches: [], waiting: [] });
  assert.deepEqual(namesOf(form(rules, [party("a", [25])]).waiting), ["a"]);
});
