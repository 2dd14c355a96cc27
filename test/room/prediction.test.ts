import assert from "node:assert/strict";
import { test } from "node:test";
import { RUN_SPEED } from "../../rooms/skirmish/shared/constants.ts";
import {
  FIGHTER_BODY_FIELDS,
  type FighterBody,
  stepFighter,
} from "../../rooms/skirmish/shared/fighter-step.ts";
import { FOUNDRY } from "../helpers/match-worlds.ts";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

test("300 inputs of an unmodified client move its fighter exactly as the shared step predicts", async (context) => {
  // A long countdown: nobody shoots, so that all that happens to the fighter is its own doing.
  const arena = await startTestArena({ settings: { countdownSeconds: 60 } });
  context.after(() => arena.close());
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const input = room.input({ mode: "reliable" });
  const fighter = await until(() => room.state.fighters.get(room.sessionId), "the own fighter");
  const predicted = Object.fromEntries(
    FIGHTER_BODY_FIELDS.map((field) => [field, fighter[field]]),
  ) as never as FighterBody;
  const expected = new Map<number, { x: number; y: number; angle: number }>();
  let compared = 0;
  room.onStateChange(() => {
    const wanted = expected.get(input.lastProcessed);
    if (!wanted) return;
    const { x, y, angle } = fighter;
    assert.deepEqual({ x, y, angle }, wanted, `after input ${input.lastProcessed}`);
    compared += 1;
  });
  let travelled = 0;
  for (let sent = 0; sent < 300; sent += 1) {
    input.data.moveX = [1, 1, 0, -1, -1, 0][Math.floor(sent / 20) % 6] as number;
    input.data.moveY = [0, 1, 1, 0, -1, -1][Math.floor(sent / 15) % 6] as number;
    input.data.aim = (sent / 300) * 6;
    input.data.buttons = sent % 70 === 0 ? 2 : 0;
    const sequence = input.send();
    const command = input.at(sequence);
    assert.ok(command, `input ${sequence} is not in the replay ring`);
    const before = { x: predicted.x, y: predicted.y };
    stepFighter(predicted, command, 1 / 30, FOUNDRY, false);
    travelled += Math.hypot(predicted.x - before.x, predicted.y - before.y);
    expected.set(sequence, { x: predicted.x, y: predicted.y, angle: predicted.angle });
    await new Promise((resolve) => setTimeout(resolve, 1000 / 30));
  }
  await until(() => input.lastProcessed === 300, "the last acknowledgement");
  assert.ok(compared > 100, `only ${compared} states were compared`);
  assert.ok(travelled > 20, `only ${travelled} m were travelled`);
  await room.leave();
});

test("joining again and again buys no speed", async (context) => {
  const arena = await startTestArena({ settings: { countdownSeconds: 60, fogOfWar: false } });
  context.after(() => arena.close());
  const watcher = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const guest = await signInGuest(arena.url);
  let travelled = 0;
  let last: { x: number; y: number } | undefined;
  watcher.onStateChange(() => {
    watcher.state.fighters.forEach(({ name, x, y }) => {
      if (name !== guest.name) return;
      if (last) travelled += Math.hypot(x - last.x, y - last.y);
      last = { x, y };
    });
  });
  const startedAt = performance.now();
  for (let joins = 0; joins < 40; joins += 1) {
    const room = await joinSkirmish(arena.url, guest);
    assert.equal(room.roomId, watcher.roomId);
    room.reconnection.enabled = false;
    const input = room.input({ mode: "reliable" });
    input.data.moveX = Math.floor(joins / 10) % 2 === 0 ? 1 : -1;
    for (let sent = 0; sent < 6; sent += 1) input.send();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  const limit = ((performance.now() - startedAt) / 1000) * RUN_SPEED;
  assert.ok(travelled > 1 && travelled < limit * 1.1, `${travelled} m where running makes ${limit} m`);
});
