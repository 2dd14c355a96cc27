/** Packing parties into teams, the most even split, and the predicted chances. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { predictWin } from "openskill";
import { type Assignment, assignTeams, fits, type Party } from "../../src/matchmaking/team-assignment.ts";
import { winChancesOf } from "../../src/matchmaking/win-chance.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Every way to give each party a team with room for it. */
function everyPacking(sizes: readonly number[], teams: readonly number[]): number[][] {
  let ways: number[][] = [[]];
  for (const [at, size] of sizes.entries())
    ways = ways.flatMap((way) =>
      teams.flatMap((room, team) => {
        const there = sum(sizes.filter((_, other) => other < at && way[other] === team));
        return there + size <= room ? [[...way, team]] : [];
      }),
    );
  return ways;
}

/** Difference in mean mu between the strongest and the weakest team; and how unevenly they are filled. */
function unevenness(parties: readonly Party[], teams: readonly number[], of: Assignment): [number, number] {
  const players = of.map((team) => sum(team.map((at) => parties[at]?.size ?? 0)));
  const shares = players.map((count, team) => count / (teams[team] ?? 1));
  const means = of
    .map((team, index) => sum(team.map((at) => parties[at]?.mu ?? 0)) / (players[index] ?? 1))
    .filter((mean) => !Number.isNaN(mean));
  return [Math.max(...shares) - Math.min(...shares), Math.max(...means) - Math.min(...means)];
}

const shape = fc.constantFrom([5, 5], [3, 3], [1, 4], [2, 2, 2], [3, 2, 2], [1, 1, 1, 1]);
const party = fc.record({ size: fc.integer({ min: 1, max: 4 }), mu: fc.integer({ min: 1, max: 60 }) });
const partiesOf = (most: number) =>
  fc
    .array(party, { minLength: 1, maxLength: most })
    .map((parties) => parties.map(({ size, mu }): Party => ({ size, mu: mu * size })));

test("parties fit exactly when there is a way to pack them whole", () => {
  fc.assert(
    fc.property(shape, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }), (teams, sizes) => {
      assert.equal(fits(sizes, teams), everyPacking(sizes, teams).length > 0);
    }),
    { numRuns: 500 },
  );
});

test("the first split is as even as any, in numbers first, then in strength", () => {
  fc.assert(
    fc.property(shape, partiesOf(6), (teams, parties) => {
      const ways = everyPacking(
        parties.map(({ size }) => size),
        teams,
      );
      const [found] = assignTeams(parties, teams, 4);
      if (!found) return assert.deepEqual(ways, []);
      const all = ways.map((way) =>
        unevenness(
          parties,
          teams,
          teams.map((_, team) => [...parties.keys()].filter((at) => way[at] === team)),
        ),
      );
      const [gap, difference] = unevenness(parties, teams, found);
      const leastGap = Math.min(...all.map(([own]) => own));
      assert.ok(gap <= leastGap + 1e-9);
      const least = Math.min(...all.filter(([own]) => own <= leastGap + 1e-9).map(([, own]) => own));
      assert.ok(difference <= least + 1e-9, `${difference} instead of ${least}`);
    }),
    { numRuns: 300 },
  );
});

test("a split has everybody once and no team has more players than places", () => {
  fc.assert(
    fc.property(
      fc.constantFrom([5, 5], [8, 8], [4, 4, 4, 4], [6, 10], [2, 2, 2, 2, 2, 2, 2, 2]),
      partiesOf(16),
      (teams, parties) => {
        for (const split of assignTeams(parties, teams, 4)) {
          assert.deepEqual(
            split.flat().sort((a, b) => a - b),
            [...parties.keys()],
          );
          for (const [team, members] of split.entries())
            assert.ok(sum(members.map((at) => parties[at]?.size ?? 0)) <= (teams[team] ?? 0));
        }
      },
    ),
  );
});

test("of many players the teams are nearly even too, though not every split is looked at", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 10, max: 40 }), { minLength: 24, maxLength: 24 }),
      fc.constantFrom([12, 12], [8, 8, 8]),
      (mus, teams) => {
        const parties = mus.map((mu): Party => ({ size: 1, mu }));
        const [split] = assignTeams(parties, teams, 4);
        assert.ok(split);
        const [gap, difference] = unevenness(parties, teams, split);
        assert.equal(gap, 0);
        assert.ok(difference <= 1, `${difference} points of mean mu apart`);
      },
    ),
  );
});

const skill = fc.record({
  mu: fc.double({ min: -5, max: 60, noNaN: true }),
  sigma: fc.double({ min: 0.1, max: 9, noNaN: true }),
});

test("chances are openskill's for teams of one size", () => {
  const teams = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 5 }))
    .chain(([count, size]) =>
      fc.array(fc.array(skill, { minLength: size, maxLength: size }), { minLength: count, maxLength: count }),
    );
  fc.assert(
    fc.property(teams, (rated) => {
      const expected = predictWin(rated.map((team) => team.map(({ mu, sigma }) => ({ mu, sigma }))));
      for (const [team, chance] of winChancesOf(rated).entries())
        assert.ok(Math.abs(chance - (expected[team] ?? Number.NaN)) < 1e-12);
    }),
  );
});

test("a smaller team counts as if its players stood there several times over", () => {
  const hunter = { mu: 30, sigma: 3 };
  const prey = { mu: 27, sigma: 5 };
  const [alone = 0] = winChancesOf([[prey], [hunter, hunter, hunter, hunter]]);
  const [four = 0] = predictWin([
    [prey, prey, prey, prey],
    [hunter, hunter, hunter, hunter],
  ]);
  assert.ok(Math.abs(alone - four) < 1e-12);
  assert.deepEqual(winChancesOf([[prey], [prey, prey, prey, prey]]), [0.5, 0.5]);
});

test("chances add up to 1 whatever the teams, also with nobody on one", () => {
  fc.assert(
    fc.property(fc.array(fc.array(skill, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), (teams) => {
      const chances = winChancesOf(teams);
      assert.equal(chances.length, teams.length);
      assert.ok(Math.abs(sum(chances) - 1) < 1e-9);
      assert.ok(chances.every((chance) => chance >= 0 && chance <= 1));
    }),
  );
  const even = winChancesOf([[{ mu: 25, sigma: 8 }], [{ mu: 25, sigma: 8 }], []]);
  for (const chance of even) assert.ok(Math.abs(chance - 1 / 3) < 1e-12, "bots are as good as the others");
});
