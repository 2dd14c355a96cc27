import assert from "node:assert/strict";
import { test } from "node:test";
import { InputDecoder, InputEncoder } from "@colyseus/schema/input";
import { Attendance } from "../../rooms/skirmish/attendance.ts";
import { sanitizeInput } from "../../rooms/skirmish/sanitize-input.ts";
import { snapAim } from "../../rooms/skirmish/shared/fixed-math.ts";
import { MatchLog, MOST_ENTERED } from "../../rooms/skirmish/shared/match-log.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { keepWhole } from "../../sdk/unreliable-lane.ts";
import { addFighter, createMatch } from "../helpers/match-worlds.ts";

/** What the server holds after an outage in which the keys were let go. */
function heldAfterOutage(lostInputs: number, whole: boolean): { moveX: number; buttons: number } {
  const data = new SkirmishInput();
  const encoder = new InputEncoder(data, { mode: "unreliable", historySize: 8 });
  const server = new SkirmishInput();
  const decoder = new InputDecoder(server);
  for (let step = 0; step < 60; step += 1) {
    data.moveX = step < 20 ? 1 : 0;
    data.buttons = step < 20 ? 1 : 0;
    if (whole) keepWhole({ data, sentCount: encoder.seq });
    const packet = encoder.encode();
    const lost = step >= 19 && step < 19 + lostInputs;
    if (!lost) decoder.decodeAll(packet, () => undefined);
  }
  return { moveX: server.moveX, buttons: server.buttons };
}

test("keys that were let go while nothing came through are let go on the server, too", () => {
  for (const lost of [3, 9, 14, 30]) assert.deepEqual(heldAfterOutage(lost, true), { moveX: 0, buttons: 0 });
  assert.deepEqual(heldAfterOutage(14, false), { moveX: 1, buttons: 1 }, "without it they are held");
});

test("an aim that rests is as fine when the trigger is pulled as it was sent", () => {
  const frame = new SkirmishInput();
  frame.aim = snapAim(1.2345, true);
  const sent = frame.aim;
  sanitizeInput(frame);
  frame.buttons = 1;
  sanitizeInput(frame);
  assert.equal(frame.aim, sent);
  assert.notEqual(snapAim(sent, false), sent, "this one would be coarser while nobody fires");
});

test("a match into which thousands come is not kept, and says so", () => {
  const match = createMatch();
  const fighter = addFighter(match, "a");
  addFighter(match, "b");
  const log = new MatchLog(match.state, match.context, { seed: 1, botSeed: 2 }, []);
  for (let index = 0; index < MOST_ENTERED + 10; index += 1) {
    log.leave(index === 0 ? "a" : `a${index}`);
    log.enter(`a${index + 1}`, fighter);
  }
  assert.ok(log.full);
  assert.ok(log.body().length < 2_000_000);
});

test("who lets a bot play for longer than they play themselves was away, from whatever session", () => {
  const attendance = new Attendance();
  for (let tick = 0; tick < 10; tick += 1) attendance.note("a", tick < 4);
  assert.ok(attendance.wasAway("a"));
  attendance.pass("a", "b");
  assert.ok(attendance.wasAway("b") && !attendance.wasAway("a"));
  for (let tick = 0; tick < 2; tick += 1) attendance.note("b", true);
  assert.ok(!attendance.wasAway("b"), "as long is not longer");
  assert.ok(!attendance.wasAway("nobody"));
});
