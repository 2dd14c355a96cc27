import assert from "node:assert/strict";
import { test } from "node:test";
import { type Arrivals, PlayoutDelay } from "../../client/net/playout-delay.ts";

const FRAME_MS = 1000 / 60;
const CALM: Arrivals = { patchMs: 33, jitterMs: 2, roundTripMs: 60, newestAgeMs: 20, rewindMs: 250 };

function settle(delay: PlayoutDelay, arrivals: Arrivals, frames = 600): number {
  for (let frame = 0; frame < frames; frame += 1) delay.update(FRAME_MS, arrivals);
  return delay.delayMs;
}

test("a calm connection is drawn a patch behind, a jittery one as much later as it jitters", () => {
  assert.equal(settle(new PlayoutDelay(66), CALM), 37);
  assert.equal(settle(new PlayoutDelay(66), { ...CALM, jitterMs: 15 }), 63);
});

test("a slow connection is drawn as early as shots need to count, and never earlier than half a patch behind", () => {
  const slow = { ...CALM, roundTripMs: 225, jitterMs: 10, newestAgeMs: 5 };
  assert.equal(settle(new PlayoutDelay(66), slow), 18);
  assert.equal(settle(new PlayoutDelay(66), { ...slow, roundTripMs: 400 }), 16.5);
  assert.equal(settle(new PlayoutDelay(66), { ...slow, rewindMs: 0 }), 53, "nothing to count for");
});

test("after a page has stood still for seconds nobody watches it catch up", () => {
  const delay = new PlayoutDelay(37);
  settle(delay, { ...CALM, newestAgeMs: 3000 }, 2);
  assert.equal(delay.delayMs, 3000);
  assert.equal(delay.update(FRAME_MS, CALM), 37);
});

test("while nothing arrives time on the screen stands still, and catches up by a quarter faster", () => {
  const delay = new PlayoutDelay(37);
  settle(delay, CALM);
  let drawn = 0;
  for (let age = 20; age <= 320; age += FRAME_MS) {
    const before = drawn;
    drawn = age - delay.update(FRAME_MS, { ...CALM, newestAgeMs: age });
    if (age > 60) assert.ok(Math.abs(drawn - before) < 1e-9, "not later than anything known");
  }
  const stalled = delay.delayMs;
  assert.ok(stalled > 290);
  delay.update(FRAME_MS, CALM);
  assert.ok(Math.abs(stalled - FRAME_MS / 4 - delay.delayMs) < 1e-9);
  assert.equal(settle(delay, CALM, 200), 37);
});
