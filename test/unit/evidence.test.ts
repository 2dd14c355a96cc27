/** The mathematics that keep false accusations rare: e-values, their average, and Ville's bound. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { combined, levelOf, observe, openWindow } from "../../src/anticheat/trust/evidence.ts";
import type { EvidenceWindow } from "../../src/anticheat/trust/trust-services.ts";

const THRESHOLDS = { watchedAt: 100, apartAt: 1000, mitigatedAt: 10_000, reviewAt: 1_000_000 };

/** Mulberry32: the same numbers every time. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const odds = fc
  .tuple(fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.double({ min: 0.05, max: 0.95, noNaN: true }))
  .map(([p0, share]) => ({ p0, p1: p0 + (0.999 - p0) * share }));

test("an observation's expected factor is one for whoever does it as often as p0, and less below", () => {
  fc.assert(
    fc.property(odds, fc.double({ min: 0, max: 1, noNaN: true }), (ratio, share) => {
      const factorOf = (positive: boolean): number =>
        Math.exp(observe(openWindow(), "v", ratio, positive).logEvidence["v"] ?? 0);
      const meanAt = (p: number): number => p * factorOf(true) + (1 - p) * factorOf(false);
      assert.ok(Math.abs(meanAt(ratio.p0) - 1) < 1e-9);
      assert.ok(meanAt(ratio.p0 * share) <= 1 + 1e-9);
      assert.ok(meanAt(ratio.p1) > 1);
    }),
  );
});

test("honest players who are watched without end come to 1/α at most in a share of α of all hours", () => {
  const RUNS = 3000;
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.tuple(odds, fc.double({ min: 0.1, max: 3, noNaN: true })), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0.1, 0.05, 0.02),
      (seed, trials, alpha) => {
        const random = randomFrom(seed);
        const weights = Object.fromEntries(trials.map(([, weight], index) => [`v${index}`, weight]));
        const bar = Math.log(1 / alpha);
        let passed = 0;
        for (let run = 0; run < RUNS; run += 1) {
          let window: EvidenceWindow = openWindow();
          for (let step = 0; step < 60; step += 1) {
            // Dependent on purpose: one luck for all validators.
            const luck = random();
            for (const [index, [ratio]] of trials.entries())
              window = observe(window, `v${index}`, ratio, luck < ratio.p0);
            if (combined(window, weights) < bar) continue;
            passed += 1;
            break;
          }
        }
        // Four deviations of a share that is exactly α.
        const most = alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / RUNS);
        assert.ok(passed / RUNS <= most, `${passed} of ${RUNS} at α = ${alpha}`);
      },
    ),
    { numRuns: 12, seed: 42 },
  );
});

test("a detector that has seen nothing stands at one in the average, and keeps the others down", () => {
  const window: EvidenceWindow = { playedMs: 0, logEvidence: { a: Math.log(1000) }, observations: { a: 9 } };
  assert.ok(Math.abs(combined(window, { a: 1 }) - Math.log(1000)) < 1e-9);
  assert.ok(Math.abs(combined(window, { a: 1, b: 3 }) - Math.log((1000 + 3) / 4)) < 1e-9);
  // What is not listed does not count.
  assert.equal(combined(window, { b: 1 }), 0);
  assert.equal(combined(window, {}), 0);
});

test("evidence beyond what numbers hold stays finite", () => {
  const window = { playedMs: 0, logEvidence: { a: 5000, b: -5000 }, observations: {} };
  assert.ok(Math.abs(combined(window, { a: 1, b: 1 }) - (5000 - Math.log(2))) < 1e-9);
  assert.equal(levelOf(5000, THRESHOLDS), "review");
});

test("levels begin exactly at their thresholds", () => {
  const levelAt = (evidence: number) => levelOf(Math.log(evidence), THRESHOLDS);
  assert.deepEqual([1, 99.9, 100, 999, 1000, 9999, 10_000, 999_999, 1_000_000].map(levelAt), [
    "trusted",
    "trusted",
    "watched",
    "watched",
    "apart",
    "apart",
    "mitigated",
    "mitigated",
    "review",
  ]);
});
