/** A server that makes its network worse, and one that does not: what their clients measure, and are told. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const ROUND_TRIP_MS = 300;
let arena: TestArena;

before(async () => {
  const conditions = `${ROUND_TRIP_MS}/0/0`;
  arena = await startTestArena({ config: { transport: { host: "127.0.0.1", port: 0, conditions } } });
});
after(() => arena.close());

test("a frame and its answer take the round trip that was asked for, over a real socket", async () => {
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const times: number[] = [];
  for (let ping = 0; ping < 3; ping += 1) {
    const sentAt = performance.now();
    let answered = false;
    room.ping(() => (answered = true));
    await until(() => answered, "an answer to a ping");
    times.push(performance.now() - sentAt);
  }
  // One direction alone would be half of it. A slow machine adds to some, hardly as much as that to all.
  assert.ok(Math.min(...times) >= ROUND_TRIP_MS - 2, times.join(" "));
  assert.ok(Math.min(...times) < 2 * ROUND_TRIP_MS, times.join(" "));
  const sentAt = performance.now();
  await room.leave();
  assert.ok(performance.now() - sentAt < 5000, "leaving works");
});

test("whoever asks is told how bad it is", async () => {
  const response = await fetch(`${arena.url}/api/network`);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(await response.json(), {
    conditions: { roundTripMs: ROUND_TRIP_MS, jitterMs: 0, lossPercent: 0 },
  });
});
