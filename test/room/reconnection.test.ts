import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import { RUN_SPEED } from "../../rooms/skirmish/shared/constants.ts";
import type { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

const SILENCE_MS = 31_000;

/** As when the network is gone: nobody said good-bye. */
function cutOff(server: SkirmishRoom, room: Room<unknown, SkirmishState>): void {
  room.reconnection.enabled = false;
  const socket = server.clients.get(room.sessionId)?.ref as unknown as { terminate(): void } | undefined;
  socket?.terminate();
}

test("after 31 seconds of silence a player has the same fighter again, a bot has stood in, and no inputs have piled up", async (context) => {
  const arena = await startTestArena({ settings: { countdownSeconds: 0, matchSeconds: 600, fighters: 4 } });
  context.after(() => arena.close());
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const watcher = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const server = matchMaker.getLocalRoomById(room.roomId) as SkirmishRoom;
  const input = room.input({ mode: "reliable" });
  for (let sent = 0; sent < 20; sent += 1) input.send();
  await until(() => input.lastProcessed === 20, "the inputs to be consumed");
  const { sessionId, reconnectionToken } = room;
  const before = server.state.fighters.get(sessionId);
  assert.ok(before);
  const { slot, name } = before;
  const rested = { x: before.x, y: before.y };
  cutOff(server, room);
  await until(() => watcher.state.fighters.get(sessionId)?.connected === false, "the others to be told");
  let travelled = 0;
  let last = rested;
  const startedAt = performance.now();
  while (performance.now() - startedAt < SILENCE_MS) {
    await sleep(100);
    const { x, y } = server.state.fighters.get(sessionId) ?? last;
    travelled += Math.hypot(x - last.x, y - last.y);
    last = { x, y };
  }
  assert.ok(travelled > 20, `the stand-in went ${travelled} m`);
  assert.equal(server.inputs.get(sessionId).size, 0, "nothing waits");

  const back = (await new Client(arena.url).reconnect<SkirmishState>(reconnectionToken)) as Room<
    unknown,
    SkirmishState
  >;
  back.onMessage("*", () => undefined);
  await until(() => back.state?.fighters?.get(sessionId)?.connected, "the own fighter");
  const after = server.state.fighters.get(sessionId);
  assert.ok(after === before, "the very same fighter");
  assert.deepEqual([back.sessionId, after.slot, after.name], [sessionId, slot, name]);

  // A client that kept its inputs and sends them all now gains nothing by it.
  const again = back.input({ mode: "reliable" });
  again.data.moveX = 1;
  const from = { x: after.x, at: performance.now() };
  for (let sent = 0; sent < 140; sent += 1) again.send();
  await until(() => again.lastProcessed === 140, "the burst to be consumed or dropped");
  const seconds = (performance.now() - from.at) / 1000;
  const moved = Math.abs(after.x - from.x);
  assert.ok(moved <= RUN_SPEED * (seconds + 0.4), `${moved} m in ${seconds} s`);
  assert.equal(server.inputs.get(sessionId).size, 0);
  await back.leave();
  await watcher.leave();
});

test("who lets a bot play for most of a match has left it, and earns nothing", async (context) => {
  const arena = await startTestArena({
    settings: { countdownSeconds: 0, matchSeconds: 8, overSeconds: 2, fighters: 4 },
  });
  context.after(() => arena.close());
  const idler = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, idler);
  const player = await signInGuest(arena.url);
  const watcher = await joinSkirmish(arena.url, player);
  const server = matchMaker.getLocalRoomById(room.roomId) as SkirmishRoom;
  const inputs = [room.input({ mode: "reliable" }), watcher.input({ mode: "reliable" })];
  await until(() => watcher.state.phase === "live", "the match to begin");
  for (const input of inputs) input.send();
  await until(() => inputs.every((input) => input.lastProcessed > 0), "both to take part");
  cutOff(server, room);
  await until(() => watcher.state.phase === "over", "the match to end", 20_000);
  const experienceOf = async ({ token }: { token: string }): Promise<number> => {
    const answer = await fetch(`${arena.url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { experience: number }).experience;
  };
  while ((await experienceOf(player)) === 0) await sleep(100);
  assert.equal(await experienceOf(idler), 0);
  await watcher.leave();
});
