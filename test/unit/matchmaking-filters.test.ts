/** Filters, preferences and limits that relax, one by one; and that a filter says the same however it is asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { commonRegionOf } from "../../src/matchmaking/common-region.ts";
import { Crowd } from "../../src/matchmaking/crowd.ts";
import {
  asFilter,
  avoidBlocked,
  avoidRecentOpponents,
  commonRegion,
  matchFilter,
  pairFilter,
  partySizes,
  ratingDistance,
  sameAttribute,
  sameBuild,
  sameInput,
  trustApart,
  until,
  winChance,
} from "../../src/matchmaking/filters.ts";
import {
  closeMatch,
  closeRatings,
  evenParties,
  freshOpponents,
  lowLatency,
  preference,
} from "../../src/matchmaking/preferences.ts";
import type { Filter, ProposedMatch } from "../../src/matchmaking/queue-rules.ts";
import { relaxedTo } from "../../src/matchmaking/relaxing.ts";
import type { Ticket, TicketMember } from "../../src/matchmaking/ticket.ts";

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

function party(...members: [TicketMember, ...TicketMember[]]): Ticket {
  return { ticketId: members[0].playerId, members, enqueuedAt: 0, returned: 0 };
}

const solo = (playerId: string, rest?: Partial<TicketMember>): Ticket => party(member(playerId, rest));
const rated = (playerId: string, mu: number): Ticket => solo(playerId, { skill: { mu, sigma: 4 } });

/** As a match between the first half of them and the others, with these chances. */
function matchOf(teams: readonly (readonly Ticket[])[], winChances: readonly number[] = []): ProposedMatch {
  return { teams, winChances, region: "" };
}

function meet({ pair, keyOf }: Filter, one: Ticket, other: Ticket, waited = 0): boolean {
  const answers = [
    [one, other],
    [other, one],
  ].map(([a, b]) => {
    assert.ok(a && b);
    return (!keyOf || keyOf(a) === keyOf(b)) && (!pair || pair(a, b, waited));
  });
  assert.equal(answers[0], answers[1], "the same from either side");
  return answers[0] as boolean;
}

test("a limit relaxes along straight lines between its steps and is level outside", () => {
  const limit = [
    [10, 2],
    [20, 4],
    [40, 10],
  ] as const;
  const at = (seconds: number): number => relaxedTo(limit, seconds);
  assert.deepEqual([0, 10, 15, 20, 30, 40, 1e6].map(at), [2, 2, 3, 4, 7, 10, 10]);
  assert.equal(relaxedTo(7, 1e6), 7);
});

test("a step to infinity is a jump, and two steps at one moment are one", () => {
  const opened = [
    [0, 5],
    [30, Number.POSITIVE_INFINITY],
  ] as const;
  assert.deepEqual(
    [29.9, 30, 31].map((seconds) => relaxedTo(opened, seconds)),
    [5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  );
  const jump = [
    [0, 1],
    [10, 1],
    [10, 8],
  ] as const;
  assert.deepEqual(
    [9, 10, 11].map((seconds) => relaxedTo(jump, seconds)),
    [1, 8, 8],
  );
});

test("a limit never leaves its steps' values, and never falls where they rise", () => {
  const steps = fc.array(fc.tuple(fc.nat(100), fc.nat(50)), { minLength: 1, maxLength: 6 }).map((pairs) => {
    const times = pairs.map(([time]) => time).sort((a, b) => a - b);
    const values = pairs.map(([, value]) => value).sort((a, b) => a - b);
    return times.map((time, at) => [time, values[at] as number] as const);
  });
  fc.assert(
    fc.property(steps, fc.nat(120), fc.nat(20), (limit, seconds, later) => {
      const now = relaxedTo(limit, seconds);
      assert.ok(now >= (limit[0]?.[1] ?? 0) && now <= (limit.at(-1)?.[1] ?? 0));
      assert.ok(relaxedTo(limit, seconds + later) >= now);
    }),
  );
});

test("ratings are compared by the mean of the party, and the limit relaxes", () => {
  const filter = ratingDistance([
    [0, 3],
    [10, 6],
  ]);
  const duo = party(
    member("a", { skill: { mu: 20, sigma: 4 } }),
    member("b", { skill: { mu: 30, sigma: 4 } }),
  );
  assert.ok(meet(filter, duo, rated("c", 28)));
  assert.ok(!meet(filter, duo, rated("d", 28.1)));
  assert.ok(meet(filter, duo, rated("d", 28.1), 5));
});

test("chances count from even, whatever the number of teams", () => {
  const { match } = winChance(0.1);
  assert.ok(match?.(matchOf([[], []], [0.59, 0.41]), 0));
  assert.ok(!match?.(matchOf([[], []], [0.61, 0.39]), 0));
  assert.ok(match?.(matchOf([[], [], [], []], [0.25, 0.34, 0.16, 0.25]), 0));
  assert.ok(!match?.(matchOf([[], [], [], []], [0.25, 0.4, 0.1, 0.25]), 0));
});

test("party sizes are those of each team's largest party", () => {
  const { match } = partySizes([
    [0, 1],
    [30, 3],
  ]);
  const trio = party(member("a"), member("b"), member("c"));
  const duo = party(member("d"), member("e"));
  assert.ok(match?.(matchOf([[trio], [duo, solo("f")]]), 0));
  const uneven = matchOf([[trio], [solo("f"), solo("g"), solo("h")]]);
  assert.ok(!match?.(uneven, 0));
  assert.ok(match?.(uneven, 15));
});

test("a common region is one that everybody reaches in time, and whoever measured nothing goes anywhere", () => {
  const filter = commonRegion([
    [0, 80],
    [10, 120],
  ]);
  const home = solo("a", { latencies: { europe: 30, asia: 90 } });
  const away = solo("b", { latencies: { europe: 100, asia: 95 } });
  assert.ok(!meet(filter, home, away), "95 ms in Asia is their best");
  assert.ok(meet(filter, home, away, 10));
  assert.ok(!meet(filter, home, solo("c", { latencies: { oceania: 10 } }), 1000));
  assert.ok(meet(filter, home, solo("d")));
  const { match } = filter;
  const third = solo("e", { latencies: { europe: 20 } });
  assert.ok(match?.(matchOf([[home], [third]]), 0));
  assert.ok(!match?.(matchOf([[home, away], [third]]), 0), "only Europe is common to all three");
  assert.ok(match?.(matchOf([[home, away], [third]]), 10));
});

test("the region of a match is the one whose worst round trip is lowest, the first by name among equals", () => {
  const region = (...latencies: Record<string, number>[]) =>
    commonRegionOf(latencies.map((own, at) => solo(`p${at}`, { latencies: own })));
  assert.deepEqual(region({ a: 50, b: 60 }, { a: 90, b: 70 }), { region: "b", worstMs: 70 });
  assert.deepEqual(region({ b: 50, a: 50 }, {}), { region: "a", worstMs: 50 });
  assert.deepEqual(region({}, {}), { region: "", worstMs: 0 });
  assert.deepEqual(region({ a: 1 }, { b: 1 }), { region: "", worstMs: Number.POSITIVE_INFINITY });
  assert.deepEqual(region({ constructor: 5, a: 9 }, { a: 9 }), { region: "a", worstMs: 9 });
});

test("builds, trust tiers and attributes split the queue; a party is where its least trusted member is", () => {
  assert.ok(!meet(sameBuild(), solo("a"), solo("b", { build: "2" })));
  assert.ok(meet(sameBuild(), solo("a"), party(member("b"), member("c"))));
  const mixed = party(member("a"), member("b", { trustTier: 2 }));
  assert.ok(meet(trustApart(), mixed, solo("c", { trustTier: 2 })));
  assert.ok(!meet(trustApart(), mixed, solo("d")));
  const mode = sameAttribute("mode");
  assert.ok(!meet(mode, solo("a", { attributes: { mode: "1" } }), solo("b", { attributes: { mode: 1 } })));
  assert.ok(!meet(mode, solo("a", { attributes: { mode: "" } }), solo("b")));
  assert.ok(meet(sameAttribute("constructor"), solo("a"), solo("b")), "an attribute is one's own");
  for (const { hard } of [sameBuild(), trustApart(), mode, avoidBlocked()]) assert.equal(hard, true);
});

test("a block keeps apart whoever of the two parties has it, and nobody else", () => {
  const blocker = party(member("a"), member("b", { blocks: new Set(["d"]) }));
  assert.ok(!meet(avoidBlocked(), blocker, party(member("c"), member("d"))));
  assert.ok(meet(avoidBlocked(), blocker, party(member("c"), member("e"))));
});

test("only so many of the latest opponents count", () => {
  const tired = solo("a", { recentOpponents: ["b", "c", "d"] });
  assert.ok(!meet(avoidRecentOpponents(2), tired, solo("c")));
  assert.ok(meet(avoidRecentOpponents(2), tired, solo("d")));
  assert.ok(!meet(avoidRecentOpponents(), tired, solo("d")));
});

test("with cross-input off a mixed party meets mixed parties", () => {
  const mixed = party(member("a"), member("b", { input: "touch" }));
  assert.ok(!meet(sameInput(), mixed, solo("c")));
  assert.ok(meet(sameInput(), mixed, party(member("d", { input: "touch" }), member("e"))));
  assert.ok(meet(sameInput(), solo("c"), solo("f")));
});

test("whoever names whom is found among any number of names", () => {
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 12 });
  fc.assert(
    fc.property(names, names, names, names, (mine, theirs, myBlocks, theirBlocks) => {
      const toParty = (ids: readonly number[], blocked: readonly number[], key: string): Ticket => {
        const list = new Set(blocked.map((id) => `player-${id}`));
        const members = ids.map((id) => member(`player-${id}`, { blocks: list, recentOpponents: [...list] }));
        return party(member(key, { blocks: list, recentOpponents: [...list] }), ...members);
      };
      const one = toParty(mine, myBlocks, "one");
      const other = toParty(theirs, theirBlocks, "other");
      const apart = theirs.some((id) => myBlocks.includes(id)) || mine.some((id) => theirBlocks.includes(id));
      assert.equal(meet(avoidBlocked(), one, other), !apart);
      assert.equal(meet(avoidRecentOpponents(100), one, other), !apart);
      const apartLately =
        theirs.some((id) => myBlocks.slice(0, 2).includes(id)) ||
        mine.some((id) => theirBlocks.slice(0, 2).includes(id));
      assert.equal(meet(avoidRecentOpponents(2), one, other), !apartLately);
      assert.equal(freshOpponents().pair?.(one, other), apart ? 1 : 0);
    }),
  );
});

test("a filter ends after its time, whichever kind it is", () => {
  const ended = until(20, sameBuild());
  assert.equal(ended.keyOf, undefined, "the queue is not split by a filter that ends");
  assert.equal(ended.hard, undefined);
  assert.equal(ended.name, sameBuild().name);
  const [one, other] = [solo("a"), solo("b", { build: "2" })];
  assert.ok(!meet(ended, one, other, 19.9));
  assert.ok(meet(ended, one, other, 20));
  assert.ok(!meet(until(5, avoidBlocked()), solo("a", { blocks: new Set(["b"]) }), other, 4));
  assert.ok(meet(until(5, avoidBlocked()), solo("a", { blocks: new Set(["b"]) }), other, 5));
  const none = until(
    5,
    matchFilter("none", () => false),
  );
  assert.equal(none.match?.(matchOf([]), 4), false);
  assert.equal(none.match?.(matchOf([]), 5), true);
  const both = until(5, { ...sameBuild(), pair: (a, b) => a.members.length === b.members.length });
  const duo = party(member("c"), member("d"));
  assert.ok(meet(both, solo("a"), solo("e")));
  assert.ok(!meet(both, solo("a"), duo));
  assert.ok(!meet(both, one, other));
  assert.ok(meet(both, other, duo, 5));
});

test("a game's own filter is one named function", () => {
  function sameTime(one: Ticket, other: Ticket): boolean {
    return one.enqueuedAt === other.enqueuedAt;
  }
  const filter = asFilter(sameTime);
  assert.equal(filter.name, "sameTime");
  assert.equal(filter.pair, sameTime);
  assert.ok(filter.says.length > 0);
  const ready = sameBuild();
  assert.equal(asFilter(ready), ready);
  assert.throws(
    () =>
      asFilter(
        (
          () => () =>
            true
        )(),
      ),
    {
      name: "TypeError",
      message: "a filter function needs a name: players are told which filter holds them",
    },
  );
});

test("a filter says the same of places in a crowd as of tickets", () => {
  const filters = [
    ratingDistance([
      [0, 3],
      [60, 20],
    ]),
    commonRegion(80),
    avoidBlocked(),
    avoidRecentOpponents(2),
    until(30, sameInput()),
    sameBuild(),
    until(10, trustApart()),
    pairFilter("odd", (one, other) => one.members.length + other.members.length > 2),
  ];
  const someone = fc.record({
    mu: fc.integer({ min: 15, max: 35 }),
    europe: fc.option(fc.integer({ min: 20, max: 120 })),
    build: fc.constantFrom("1", "2"),
    input: fc.constantFrom("keyboard", "touch"),
    tier: fc.constantFrom(0, 1),
    names: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
  });
  const crowdOf = fc.array(
    fc.tuple(fc.array(someone, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 90 })),
    {
      minLength: 2,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(crowdOf, (plans) => {
      const now = 100_000;
      const tickets = plans.map(([people, waited], index): Ticket => {
        const [first, ...others] = people.map((own, at) =>
          member(`${index}${at === 0 ? "" : at}`, {
            skill: { mu: own.mu, sigma: 3 },
            latencies: own.europe === null ? {} : { europe: own.europe },
            build: own.build,
            input: own.input,
            trustTier: own.tier,
            blocks: new Set(own.names.map(String)),
            recentOpponents: own.names.map(String),
          }),
        );
        assert.ok(first);
        return {
          ticketId: `t${index}`,
          members: [first, ...others],
          enqueuedAt: now - waited * 1000,
          returned: 0,
        };
      });
      const crowd = new Crowd(filters, now);
      const places = tickets.map((ticket) => crowd.add(ticket));
      for (const [at, one] of tickets.entries())
        for (const [index, other] of tickets.entries()) {
          const waited = Math.max(plans[at]?.[1] ?? 0, plans[index]?.[1] ?? 0);
          const apart = filters.filter((filter) => !meet(filter, one, other, waited));
          const [a, b] = [places[at] as number, places[index] as number];
          assert.deepEqual(crowd.keepingApart(a, b), apart);
          assert.equal(crowd.mayMeet(a, b), apart.length === 0);
        }
    }),
  );
});

test("preferences cost nothing where it is as good as it gets, and 1 where it is about as bad as is fine", () => {
  const even = matchOf([[], []], [0.5, 0.5]);
  const lopsided = matchOf([[], []], [0.7, 0.3]);
  assert.equal(closeMatch().match?.(even), 0);
  assert.ok(Math.abs((closeMatch().match?.(lopsided) ?? 0) - 1) < 1e-9);
  assert.equal(closeRatings(1, 8).pair?.(rated("a", 20), rated("b", 28)), 1);
  const far = solo("c", { latencies: { europe: 150 } });
  assert.equal(lowLatency(1, 150).pair?.(far, solo("d", { latencies: { europe: 20 } })), 1);
  assert.equal(
    lowLatency(1, 150).pair?.(far, solo("d", { latencies: { asia: 20 } })),
    10,
    "no region: bounded",
  );
  assert.equal(lowLatency(1, 150).match?.(matchOf([[far], [solo("d", { latencies: { europe: 20 } })]])), 1);
  const trio = party(member("a"), member("b"), member("c"));
  assert.equal(evenParties().match?.(matchOf([[trio], [solo("d"), solo("e"), solo("f")]])), 1);
  assert.equal(evenParties().match?.(matchOf([[trio], [trio]])), 0);
  const own = preference("own", 3, { match: () => 0.25 });
  assert.deepEqual([own.name, own.weight, own.match?.(even)], ["own", 3, 0.25]);
});
