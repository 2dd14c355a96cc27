import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkHistory, type NetworkReading, SAMPLES } from "../../client/net/network-history.ts";

const AT_FIRST: NetworkReading = {
  roundTripMs: 80,
  jitterMs: 3,
  drawnAgeMs: 90,
  patchesByLane: 100,
  patchesLost: 2,
  bytesReceived: 5000,
  patches: 120,
  corrected: 1.5,
};

test("counters become rates, and a quarter of a second passes between two samples", () => {
  const history = new NetworkHistory();
  assert.equal(history.note(1000, AT_FIRST), false);
  assert.equal(history.note(1100, AT_FIRST), false);
  const grown = { patchesByLane: 109, patchesLost: 3, bytesReceived: 6000, patches: 130, corrected: 1.75 };
  assert.equal(history.note(1500, { ...AT_FIRST, ...grown }), true);
  assert.deepEqual(history.latest, {
    roundTripMs: 80,
    jitterMs: 3,
    drawnAgeMs: 90,
    loss: 0.1,
    bytesPerSecond: 2000,
    bytesPerPatch: 100,
    patchesPerSecond: 20,
    correctedMetres: 0.25,
  });
});

test("counters that begin anew, and a second without anything, are no negative rates", () => {
  const history = new NetworkHistory();
  history.note(0, AT_FIRST);
  history.note(1000, {
    ...AT_FIRST,
    bytesReceived: 0,
    patches: 0,
    patchesByLane: 0,
    patchesLost: 0,
    corrected: 0,
  });
  const { loss, bytesPerSecond, bytesPerPatch, patchesPerSecond, correctedMetres } = history.latest ?? {};
  assert.deepEqual([loss, bytesPerSecond, bytesPerPatch, patchesPerSecond, correctedMetres], [0, 0, 0, 0, 0]);
});

test("it remembers half a minute, however long it goes on", () => {
  const history = new NetworkHistory();
  for (let sample = 0; sample < 1000; sample += 1)
    history.note(sample * 250, { ...AT_FIRST, jitterMs: sample });
  assert.equal(history.samples.length, SAMPLES);
  assert.equal(history.latest?.jitterMs, 999);
});
