import assert from "node:assert/strict";
import { test } from "node:test";
import { NETWORK_ROWS, rowEnd, scaleEnd, wayAt } from "../../client/hud/network-rows.ts";
import { NetworkHistory, type NetworkReading, SLOT_MS, SLOTS } from "../../client/net/network-history.ts";

const AT_FIRST: NetworkReading = {
  way: "channel",
  roundTripMs: 80,
  answerMs: 110,
  jitterMs: 3,
  drawnAgeMs: 90,
  datagrams: 100,
  datagramsMissing: 5,
  patchesLost: 2,
  bytes: 5000,
  patches: 120,
  corrections: 4,
  corrected: 1.5,
};

/** A reading each slot, with counters that grow by so much. */
function play(
  history: NetworkHistory,
  slots: number,
  growth: Partial<Record<keyof NetworkReading, number>>,
  from = 0,
): void {
  for (let slot = from; slot < from + slots; slot += 1) {
    const reading = { ...AT_FIRST } as Record<string, unknown>;
    for (const [name, step] of Object.entries(growth))
      reading[name] = (AT_FIRST[name as keyof NetworkReading] as number) + step * slot;
    history.note(slot * SLOT_MS, reading as unknown as NetworkReading);
  }
}

const textOf = (history: NetworkHistory, id: string): string => {
  const row = NETWORK_ROWS.find((candidate) => candidate.id === id);
  return `${row?.figure(history)} | ${row?.note(history)}`;
};

test("counters become rates and shares, and say so in words", () => {
  const history = new NetworkHistory();
  play(history, 9, { datagrams: 8, datagramsMissing: 2, patchesLost: 1, bytes: 1000, patches: 8 });
  assert.deepEqual(
    [history.at("bytesPerSecond", 0), history.at("patchesPerSecond", 0), history.at("lossPercent", 0)],
    [4000, 32, 25],
  );
  assert.deepEqual(
    ["round-trip", "loss", "received", "patches"].map((id) => textOf(history, id)),
    [
      "80 ms | input to answer 110 ms",
      "25.0 % | datagrams; 8 for good",
      "4.0 kB/s | 125 B a patch",
      "32/s | by both ways together",
    ],
  );
});

test("a correction is shown where it was, and the worst of them counts", () => {
  const history = new NetworkHistory();
  play(history, 4, {});
  history.note(4 * SLOT_MS, { ...AT_FIRST, corrections: 5, corrected: 2 });
  history.note(5 * SLOT_MS, { ...AT_FIRST, corrections: 7, corrected: 2.125 });
  assert.deepEqual([history.at("corrected", 1), history.at("corrected", 0)], [0.5, 0.125]);
  assert.equal(textOf(history, "corrected"), "0.50 m | worst of 3 corrections");
});

test("a reading is due once a quarter of a second, and one that comes too early changes nothing", () => {
  const history = new NetworkHistory();
  assert.equal(history.isDue(10_000), true);
  history.note(10_000, AT_FIRST);
  assert.equal(history.isDue(10_249), false);
  history.note(10_249, { ...AT_FIRST, jitterMs: 99 });
  assert.equal(history.at("jitterMs", 0), 3);
  assert.equal(history.isDue(10_250), true);
});

test("slow frames leave no gap and count nothing twice; a page that slept leaves one, and no peak after it", () => {
  const history = new NetworkHistory();
  history.note(0, AT_FIRST);
  history.note(3 * SLOT_MS, { ...AT_FIRST, bytes: 5750, corrections: 6 });
  assert.deepEqual(
    [0, 1, 2, 3].map((age) => history.at("bytesPerSecond", age)),
    [1000, 1000, 1000, Number.NaN],
  );
  assert.equal(history.sum("corrections"), 2);
  history.note(43 * SLOT_MS, { ...AT_FIRST, bytes: 900_000, corrections: 60, jitterMs: 5 });
  assert.deepEqual([history.at("jitterMs", 0), history.at("jitterMs", 40)], [5, 3]);
  assert.ok(Number.isNaN(history.at("jitterMs", 20)));
  assert.ok(Number.isNaN(history.at("bytesPerSecond", 0)));
  assert.equal(history.sum("corrections"), 2);
});

test("counters that begin anew are no negative rates", () => {
  const history = new NetworkHistory();
  history.note(0, AT_FIRST);
  history.note(SLOT_MS, { ...AT_FIRST, bytes: 0, patches: 0, datagrams: 0, corrected: 0 });
  assert.deepEqual(
    (["bytesPerSecond", "patchesPerSecond", "corrected"] as const).map((series) => history.at(series, 0)),
    [0, 0, 0],
  );
});

test("what is not known is a dash, and no number", () => {
  const history = new NetworkHistory();
  history.note(0, { ...AT_FIRST, roundTripMs: Number.NaN, way: "websocket" });
  assert.equal(wayAt(history, 0), "websocket");
  assert.equal(wayAt(history, 1), undefined);
  assert.equal(textOf(history, "round-trip"), "– | input to answer 110 ms");
  assert.equal(textOf(history, "loss"), "– | no data channel: it waits");
  for (const row of NETWORK_ROWS) assert.doesNotMatch(textOf(history, row.id), /NaN|Infinity/);
});

test("it remembers half a minute, however long it goes on", () => {
  const history = new NetworkHistory();
  play(history, 1000, { jitterMs: 1 });
  assert.equal(history.at("jitterMs", 0), 1002);
  assert.equal(history.at("jitterMs", SLOTS - 1), 1002 - SLOTS + 1);
  assert.ok(Number.isNaN(history.at("jitterMs", SLOTS)));
});

test("scales end at round values, and never so low that calm looks like a storm", () => {
  assert.deepEqual(
    [scaleEnd(0, 50), scaleEnd(0.15, 0.2), scaleEnd(51, 50), scaleEnd(120, 50), scaleEnd(1000, 50)],
    [50, 0.2, 100, 200, 1000],
  );
});

test("one stall does not flatten a line for half a minute, one correction is seen whole", () => {
  const history = new NetworkHistory();
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const stalled = slot === 60;
    const corrected = slot < 60 ? 1.5 : 4.5;
    history.note(slot * SLOT_MS, { ...AT_FIRST, drawnAgeMs: stalled ? 5000 : 90, corrected });
  }
  const endOf = (id: string): number => {
    const row = NETWORK_ROWS.find((candidate) => candidate.id === id);
    return row ? rowEnd(row, history) : Number.NaN;
  };
  assert.deepEqual([endOf("drawn-age"), endOf("corrected")], [200, 5]);
  assert.deepEqual([history.quantile("drawnAgeMs", 1), history.most("drawnAgeMs")], [5000, 5000]);
});

test("a scale has room for what the network was asked to be", () => {
  const history = new NetworkHistory();
  history.note(0, AT_FIRST);
  const [roundTrip] = NETWORK_ROWS;
  assert.ok(roundTrip);
  assert.equal(rowEnd(roundTrip, history, { roundTripMs: 400, jitterMs: 0, lossPercent: 0 }), 500);
});
