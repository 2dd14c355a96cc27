/** Whom a search chooses from: in which order they stand, and that nothing is asked twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pairFilter } from "../../src/matchmaking/filters.ts";
import { Neighbourhood } from "../../src/matchmaking/neighbourhood.ts";
import { FactTable } from "../../src/matchmaking/pair-facts.ts";
import { PairRules } from "../../src/matchmaking/pair-rules.ts";
import { preference } from "../../src/matchmaking/preferences.ts";
import type { Filter, Preference } from "../../src/matchmaking/queue-rules.ts";
import { SkillOrder } from "../../src/matchmaking/skill-order.ts";
import type { Ticket } from "../../src/matchmaking/ticket.ts";

const NOW = 1_800_000_000_000;

const solo = (mu: number): Ticket => ({
  ticketId: `m${mu}`,
  members: [
    {
      playerId: `m${mu}`,
      skill: { mu, sigma: 4 },
      latencies: {},
      build: "1",
      trustTier: 0,
      input: "keyboard",
      blocks: new Set(),
      recentOpponents: [],
      attributes: {},
    },
  ],
  enqueuedAt: NOW,
  returned: 0,
});

function neighbourhoodOf(
  mus: readonly number[],
  filters: readonly Filter[],
  preferences: readonly Preference[],
) {
  const order = new SkillOrder(mus.map(solo), NOW);
  const rules = {
    teams: [1, 1],
    largestParty: 1,
    mostWaitSeconds: 60,
    leastPlayers: 2,
    filters,
    preferences,
  };
  return new Neighbourhood(order, new PairRules(rules, order, new FactTable(order.tickets)), mus.length);
}

const placesOf = (near: Neighbourhood): number[] =>
  Array.from({ length: near.count }, (_, index) => near.placeOf(index));

test("neighbours stand in the order of cost and distance, whoever is offered first", () => {
  const dear = preference("dear", 1, {
    pair: (one, other) => ([one, other].some(({ ticketId }) => ticketId === "m26") ? 5 : 0),
  });
  const near = neighbourhoodOf([25, 26, 30, 28], [], [dear]);
  near.begin(0, false);
  for (const place of [1, 3, 2]) assert.ok(near.offer(place));
  near.seal();
  assert.deepEqual(placesOf(near), [0, 2, 3, 1]);
  assert.equal(near.cost(0, 3), 5);
});

test("who is kept away from the first is no neighbour, and two neighbours are asked about once", () => {
  let asked = 0;
  const counting = pairFilter("counting", (one, other) => {
    asked += 1;
    return one.members[0].skill.mu + other.members[0].skill.mu !== 25 + 30;
  });
  const near = neighbourhoodOf([25, 26, 28, 30], [counting], []);
  near.begin(0, false);
  assert.deepEqual(
    [1, 2, 3].map((place) => near.offer(place)),
    [true, true, false],
  );
  near.seal();
  assert.equal(asked, 3);
  for (const [one, other] of [
    [1, 2],
    [2, 1],
    [0, 1],
    [2, 0],
  ] as const)
    assert.ok(near.mayMeet(one, other));
  assert.equal(asked, 4);
});

test("the next ticket's neighbourhood knows nothing of the one before", () => {
  const apart = pairFilter(
    "apart",
    (one, other) => Math.abs(one.members[0].skill.mu - other.members[0].skill.mu) < 3,
  );
  const near = neighbourhoodOf([20, 22, 24, 25], [apart], []);
  near.begin(1, false);
  for (const place of [0, 2]) near.offer(place);
  near.seal();
  assert.equal(near.mayMeet(1, 2), false);
  near.begin(2, false);
  for (const place of [3, 1]) near.offer(place);
  near.seal();
  assert.deepEqual(placesOf(near), [2, 3, 1]);
  assert.equal(near.mayMeet(1, 2), false);
  near.begin(3, true);
  for (const place of [2, 1, 0]) near.offer(place);
  near.seal();
  assert.equal(near.mayMeet(2, 3), true, "soft filters are not asked");
});
