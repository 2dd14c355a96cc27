import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  agedRating,
  displayedRating,
  freshRating,
  seasonRating,
} from "../../src/progression/rating/player-rating.ts";
import { assertClose, NEW, RULES, rulesOf, skills } from "../helpers/rated-matches.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const DAY_MS = 86_400_000;

const daysAfter = (start: Date, days: number): Date => new Date(start.getTime() + days * DAY_MS);

describe("absence", () => {
  const certain = { mu: 40, sigma: 1, games: 30, ratedAt: NOW };

  test("the grace costs nothing, and neither does a clock that runs behind", () => {
    for (const days of [0, 13.9, 14, -1, -4000])
      assert.deepEqual(agedRating(RULES, certain, daysAfter(NOW, days)), certain);
  });

  test("variance grows by the day, and a certain player is back at the start after the regrowth", () => {
    const half = agedRating(RULES, { ...certain, sigma: 0 }, daysAfter(NOW, 14 + 182.5));
    assert.ok(Math.abs(half.sigma ** 2 - RULES.sigma ** 2 / 2) < 1e-9);
    const almost = agedRating(RULES, { ...certain, sigma: 0 }, daysAfter(NOW, 14 + 364));
    assert.ok(almost.sigma < RULES.sigma && almost.sigma > 0.99 * RULES.sigma);
    assert.equal(agedRating(RULES, certain, daysAfter(NOW, 14 + 365)).sigma, RULES.sigma);
    const grown = agedRating(RULES, certain, daysAfter(NOW, 24));
    assert.ok(Math.abs(grown.sigma ** 2 - (1 + (10 * RULES.sigma ** 2) / 365)) < 1e-9);
  });

  test("mu loses half of its distance to the start in a half-life, from above and below; with 0 it stays", () => {
    const later = daysAfter(NOW, 14 + 365);
    assert.equal(agedRating(RULES, certain, later).mu, 32.5);
    assert.equal(agedRating(RULES, { ...certain, mu: 5 }, later).mu, 15);
    assert.equal(agedRating(rulesOf({ muHalfLifeDays: 0 }), certain, later).mu, 40);
  });

  test("a sigma above the start's stays", () => {
    assert.equal(agedRating(RULES, { ...certain, sigma: 11 }, daysAfter(NOW, 900)).sigma, 11);
  });

  test("games and the time of the last match stay, and the stored rating is not touched", () => {
    const stored = Object.freeze({ ...certain });
    const aged = agedRating(RULES, stored, daysAfter(NOW, 100));
    assert.equal(aged.games, 30);
    assert.equal(aged.ratedAt.getTime(), NOW.getTime());
    assert.notEqual(aged, stored);
    assert.deepEqual(agedRating(RULES, stored, daysAfter(NOW, 100)), aged);
  });

  test("the longer it lasts, the less certain and the closer to the start, never beyond", () => {
    const length = fc.double({ min: -100, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(skills, length, length, (skill, one, other) => {
        const stored = { ...skill, games: 9, ratedAt: NOW };
        const sooner = agedRating(RULES, stored, daysAfter(NOW, Math.min(one, other)));
        const later = agedRating(RULES, stored, daysAfter(NOW, Math.max(one, other)));
        assert.ok(stored.sigma <= sooner.sigma && sooner.sigma <= later.sigma);
        assert.ok(later.sigma <= Math.max(stored.sigma, RULES.sigma));
        assert.ok(Math.abs(later.mu - RULES.mu) <= Math.abs(sooner.mu - RULES.mu) + 1e-9);
        assert.ok((later.mu - RULES.mu) * (stored.mu - RULES.mu) >= 0);
      }),
    );
  });
});

describe("a season's turn", () => {
  test("takes its share of the distance to the start and leaves games and time alone", () => {
    const turned = seasonRating(RULES, { mu: 41, sigma: 2, games: 60, ratedAt: NOW });
    assert.equal(turned.mu, 37);
    assert.ok(Math.abs(turned.sigma ** 2 - (4 + 0.25 * (RULES.sigma ** 2 - 4))) < 1e-9);
    assert.equal(turned.games, 60);
    assert.equal(turned.ratedAt, NOW);
  });

  test("without a reset nothing changes, with a full one a newcomer's rating is left", () => {
    const rating = { mu: 9, sigma: 2, games: 60, ratedAt: NOW };
    assert.deepEqual(seasonRating(rulesOf({ seasonReset: 0 }), rating), rating);
    const full = seasonRating(rulesOf({ seasonReset: 1 }), rating);
    assertClose([full], [[RULES.mu, RULES.sigma]], 1e-9);
  });

  test("makes nobody more certain", () => {
    assert.equal(seasonRating(RULES, { mu: 25, sigma: 11, games: 1, ratedAt: NOW }).sigma, 11);
  });
});

describe("what is shown", () => {
  test("nothing while placement matches are to be played", () => {
    assert.equal(displayedRating(RULES, freshRating(RULES, NOW)), undefined);
    assert.equal(displayedRating(RULES, { ...NEW, games: 4 }), undefined);
    assert.equal(displayedRating(RULES, { ...NEW, games: 5 }), 500);
    assert.equal(displayedRating(rulesOf({ placementMatches: 0 }), freshRating(RULES, NOW)), 500);
  });

  test("mu less three sigma, scaled, in whole numbers, never below 0", () => {
    assert.equal(displayedRating(RULES, { mu: 30.013, sigma: 2, games: 9 }), 1701);
    assert.equal(displayedRating(RULES, { mu: 0, sigma: 8, games: 9 }), 0);
    const rules = rulesOf({ displayScale: 10, displayOffset: -20 });
    assert.equal(displayedRating(rules, { mu: 30, sigma: 2, games: 9 }), 220);
  });

  test("a newcomer starts at the start, with no games", () => {
    assert.deepEqual(freshRating(RULES, NOW), { ...NEW, games: 0, ratedAt: NOW });
  });
});
