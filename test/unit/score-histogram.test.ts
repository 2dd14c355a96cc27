/** The counts behind a board's ranks, against a plain sorted list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ScoreHistogram, type ScoreSlice } from "../../src/progression/leaderboard/score-histogram.ts";

/** Every score by itself, best first. */
type Naive = number[];

function addTo(naive: Naive, score: number, count: number): void {
  for (let index = 0; index < count; index += 1) naive.push(score);
  naive.sort((a, b) => b - a);
}

function removeFrom(naive: Naive, score: number): void {
  const index = naive.indexOf(score);
  if (index >= 0) naive.splice(index, 1);
}

function naiveSlices(naive: Naive, first: number, last: number): ScoreSlice[] {
  const scores = [...new Set(naive.slice(Math.max(0, first - 1), Math.max(0, last)))];
  return scores.map((score) => ({
    score,
    firstRank: naive.indexOf(score) + 1,
    count: naive.filter((other) => other === score).length,
  }));
}

function assertSame(histogram: ScoreHistogram, naive: Naive, probes: readonly number[]): void {
  assert.equal(histogram.total, naive.length);
  for (const probe of probes)
    assert.equal(
      histogram.countAbove(probe),
      naive.filter((score) => score > probe).length,
      `countAbove(${probe})`,
    );
  const ends = [1, 2, Math.ceil(naive.length / 2), naive.length - 1, naive.length, naive.length + 5];
  for (const first of ends)
    for (const last of [first - 1, first, first + 1, first + 10, naive.length])
      if (first >= 1)
        assert.deepEqual(
          histogram.slices(first, last),
          naiveSlices(naive, first, last),
          `slices(${first}, ${last})`,
        );
}

const scoreValue = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -20, max: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: -3000, max: 3000 }).map((value) => value / 4) },
  // Plus 0: not −0, which the naive side's comparison would tell from 0.
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), score: scoreValue, count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("remove" as const), score: scoreValue }),
);

test("counts as a sorted list does, whatever is added and removed", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.array(scoreValue, { maxLength: 10 }),
      (steps, probes) => {
        const histogram = new ScoreHistogram();
        const naive: Naive = [];
        for (const { kind, score, ...rest } of steps) {
          const count = "count" in rest ? rest.count : 1;
          if (kind === "add") {
            histogram.add(score, count);
            addTo(naive, score, count);
          } else {
            histogram.remove(score);
            removeFrom(naive, score);
          }
        }
        assertSame(histogram, naive, [...probes, ...naive.slice(0, 20), 0, 1e300, -1e300]);
      },
    ),
    { numRuns: 300 },
  );
});

test("still counts right when thousands of scores split the blocks and go again", () => {
  const shape = fc.record({
    size: fc.integer({ min: 1100, max: 2600 }),
    order: fc.constantFrom("rising", "falling", "mixed"),
    removed: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shape, ({ size, order, removed, seed }) => {
      const mixed = (index: number): number => Math.imul(index + seed + 1, 0x9e3779b1) >>> 0;
      const scores = Array.from({ length: size }, (_, index) => index / 2);
      if (order === "falling") scores.reverse();
      if (order === "mixed") scores.sort((a, b) => mixed(a * 2) - mixed(b * 2));
      const histogram = new ScoreHistogram();
      for (const score of scores) histogram.add(score);
      const gone = new Set(scores.filter((score) => mixed(score * 2 + size) / 2 ** 32 < removed));
      for (const score of gone) histogram.remove(score);
      const naive = scores.filter((score) => !gone.has(score)).sort((a, b) => b - a);
      assertSame(histogram, naive, [-1, 0, size / 8, size / 4, size / 4 + 0.25, size / 2, size]);
    }),
    { numRuns: 40 },
  );
});

test("removing what is not there changes nothing", () => {
  const histogram = new ScoreHistogram();
  histogram.remove(5);
  assert.deepEqual([histogram.total, histogram.countAbove(-1), histogram.slices(1, 10)], [0, 0, []]);
  for (let score = 0; score < 2000; score += 2) histogram.add(score);
  const before = histogram.slices(1, 2000);
  for (const absent of [-1, 1, 999, 1999, 5000]) histogram.remove(absent);
  assert.deepEqual(histogram.slices(1, 2000), before);
  assert.equal(histogram.total, 1000);
});

test("is empty again when everything was removed, and can be filled anew", () => {
  const histogram = new ScoreHistogram();
  for (let score = 0; score < 1500; score += 1) histogram.add(score);
  for (let score = 0; score < 1500; score += 1) histogram.remove(score);
  assert.deepEqual([histogram.total, histogram.countAbove(-1), histogram.slices(1, 10)], [0, 0, []]);
  histogram.add(7, 3);
  assert.deepEqual(histogram.slices(2, 2), [{ score: 7, firstRank: 1, count: 3 }]);
});
