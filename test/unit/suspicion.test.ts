/** Evidence that adds up: what raises a player's level, how rarely chance does, and what begins anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { type EvidencePlace, Suspicion } from "../../src/anticheat/suspicion.ts";
import { combined, levelOf, observe, openWindow } from "../../src/anticheat/trust/evidence.ts";

const THRESHOLDS = { watchedAt: 100, apartAt: 1000, mitigatedAt: 10_000, reviewAt: 1_000_000 };
const WEIGHTS = { snap: 1, reaction: 1, accuracy: 0.5 };
const SNAP = { name: "snap", p0: 0.02, p1: 0.3 };
const PLACE: EvidencePlace = {
  at: "2026-01-01T00:00:00Z",
  room: "skirmish",
  matchId: "m",
  fromTick: 1,
  toTick: 2,
  slot: 0,
  targetSlot: 1,
};

test("an e-value is the product of the likelihood ratios, and the average counts the silent ones as 1", () => {
  let window = openWindow();
  for (const positive of [true, false, true]) window = observe(window, "snap", SNAP, positive);
  const expected = 15 * (0.7 / 0.98) * 15;
  assert.ok(Math.abs(Math.exp(window.logEvidence["snap"] ?? 0) - expected) < 1e-9);
  assert.equal(window.observations["snap"], 3);
  assert.ok(Math.abs(Math.exp(combined(window, WEIGHTS)) - (expected + 1 + 0.5) / 2.5) < 1e-9);
  assert.equal(combined(window, {}), 0);
  assert.equal(levelOf(Math.log(999), THRESHOLDS), "watched");
  assert.equal(levelOf(Math.log(1001), THRESHOLDS), "apart");
});

test("evidence never overflows, either way", () => {
  let window = openWindow();
  for (let count = 0; count < 100_000; count += 1) window = observe(window, "snap", SNAP, true);
  for (let count = 0; count < 100_000; count += 1) window = observe(window, "reaction", SNAP, false);
  assert.ok(Number.isFinite(combined(window, WEIGHTS)));
});

test("of players who do it as often as the most honest may, no more than 1 in 100 ever looks like 100 to 1", () => {
  const random = createRandom(7);
  const players = 4000;
  let passed = 0;
  for (let player = 0; player < players; player += 1) {
    let window = openWindow();
    let highest = 0;
    for (let count = 0; count < 200; count += 1) {
      const name = count % 2 === 0 ? "snap" : "reaction";
      window = observe(window, name, SNAP, random.next() < SNAP.p0);
      highest = Math.max(highest, combined(window, { snap: 1, reaction: 1 }));
    }
    if (highest >= Math.log(100)) passed += 1;
  }
  assert.ok(passed / players <= 0.01, `${passed} of ${players}`);
  assert.ok(passed > 0, "the bound is not met by doing nothing");
});

test("each level is told once, on the way up, with the evidence that led there", () => {
  const suspicion = new Suspicion({ thresholds: THRESHOLDS, weights: WEIGHTS });
  const SMALL = { name: "snap", p0: 0.1, p1: 0.4 };
  const levels: (string | undefined)[] = [];
  for (let count = 0; count < 14; count += 1)
    levels.push(suspicion.observed(SMALL, true, { fromDegrees: 40 }, PLACE));
  assert.deepEqual(levels.filter(Boolean), ["watched", "apart", "mitigated", "review"]);
  assert.equal(suspicion.evidence.length, 14);
  assert.ok(
    suspicion.evidence.every(
      ({ validator, measured }) => validator === "snap" && measured["fromDegrees"] === 40,
    ),
  );
  for (let count = 0; count < 100; count += 1) suspicion.observed(SNAP, false, {}, PLACE);
  assert.equal(suspicion.evidence.length, 32);
  assert.equal(suspicion.level, "review", "it does not fall by itself");
});

test("a player-hour's evidence is forgotten with it; what was known elsewhere is adopted", () => {
  const suspicion = new Suspicion({ thresholds: THRESHOLDS, weights: WEIGHTS });
  suspicion.adopt({
    level: "watched",
    window: { playedMs: 3_500_000, logEvidence: { snap: 5 }, observations: { snap: 4 } },
  });
  assert.equal(suspicion.level, "watched");
  assert.ok(suspicion.logEvidence > 3);
  suspicion.played(99_000);
  assert.ok(suspicion.logEvidence > 3);
  suspicion.played(2000);
  assert.equal(suspicion.logEvidence, 0);
  assert.equal(suspicion.level, "watched");
  suspicion.clear();
  assert.equal(suspicion.level, "trusted");
});

test("what was observed before the standing came is added to it, once", () => {
  const suspicion = new Suspicion({ thresholds: THRESHOLDS, weights: WEIGHTS });
  suspicion.observed(SNAP, true, {}, PLACE);
  const stored = { playedMs: 5, logEvidence: { snap: 3 }, observations: { snap: 9 } };
  for (let twice = 0; twice < 2; twice += 1) suspicion.adopt({ level: "trusted", window: stored });
  assert.equal(suspicion.window.logEvidence["snap"], 3 + Math.log(SNAP.p1 / SNAP.p0));
  assert.equal(suspicion.window.observations["snap"], 10);
});
