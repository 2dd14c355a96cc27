import assert from "node:assert/strict";
import { test } from "node:test";
import type { Room } from "@colyseus/core";
import pino from "pino";
import { BandwidthWatch } from "../../src/transport/bandwidth-watch.ts";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

test("what a room sends to each client is read from its sockets", async (context) => {
  const arena = await startTestArena({ settings: { countdownSeconds: 0 } });
  context.after(() => arena.close());
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const reading = await until(() => {
    const found = arena.bandwidth().get(room.roomId);
    return found && found.bytesPerSecondPerClient > 300 && found;
  }, "a reading");
  assert.equal(reading.clients, 1);
  assert.ok(reading.bytesPerSecondPerClient < 16_000, `${reading.bytesPerSecondPerClient}`);
  assert.equal(reading.mostWaiting, 0);
  await room.leave();
  await until(() => !arena.bandwidth().has(room.roomId), "the room to be forgotten");
});

/** A room of one client whose socket counts what a test says. */
function countingRoom(): { room: Room; socket: { bytesWritten: number } } {
  const socket = { bytesWritten: 0 };
  const client = { sessionId: "a", ref: { _socket: socket, bufferedAmount: 7 } };
  return { room: { roomId: "r", roomName: "game", clients: [client] } as unknown as Room, socket };
}

test("a room over its budget for five seconds is logged once, and once more when it is back", () => {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const watch = new BandwidthWatch(1000, log);
  const { room, socket } = countingRoom();
  const rooms = new Set([room]);
  let now = 0;
  const run = (seconds: number, bytesPerSecond: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      watch.sample(rooms, now);
      now += 1000;
      socket.bytesWritten += bytesPerSecond;
    }
  };
  run(5, 5000);
  assert.deepEqual(lines, [], "a burst is none");
  run(20, 5000);
  assert.equal(watch.readings().get("r")?.bytesPerSecondPerClient, 5000);
  assert.equal(watch.readings().get("r")?.mostWaiting, 7);
  run(20, 100);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["a room sends more than its budget", "a room sends no more than its budget again"],
  );
  socket.bytesWritten = 0;
  run(2, 100);
  assert.ok(
    (watch.readings().get("r")?.bytesPerSecondPerClient ?? -1) >= 0,
    "a new connection counts from nothing",
  );
  watch.sample(new Set(), now);
  assert.equal(watch.readings().size, 0);
});
