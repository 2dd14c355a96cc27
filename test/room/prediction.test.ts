import assert from "node:assert/strict";
import { test } from "node:test";
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
