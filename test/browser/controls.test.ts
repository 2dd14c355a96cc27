/** What the page does before anything is drawn: controls into input frames, and what it says about itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlState } from "../../client/input/control-state.ts";
import { describeLeave } from "../../client/net/leave-reason.ts";
import { PredictionGauge } from "../../client/net/prediction-gauge.ts";
import { BUTTON_ALTERNATE, BUTTON_DASH, BUTTON_FIRE } from "../../rooms/skirmish/shared/constants.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";

function stepsOf(controls: ControlState, count: number): number[] {
  const frame = new SkirmishInput();
  return Array.from({ length: count }, () => {
    controls.writeStep(frame);
    return frame.buttons;
  });
}

test("a click shorter than a step fires in exactly one step", () => {
  const controls = new ControlState();
  controls.setFire(true);
  controls.setFire(false);
  assert.deepEqual(stepsOf(controls, 3), [BUTTON_FIRE, 0, 0]);
});

test("a dash press waits a quarter of a second for the dash, and ends with it", () => {
  const controls = new ControlState();
  controls.pressDash();
  assert.deepEqual(stepsOf(controls, 8), [...Array.from({ length: 7 }, () => BUTTON_DASH), 0]);
  controls.pressDash();
  controls.dashed();
  assert.deepEqual(stepsOf(controls, 1), [0]);
});

test("losing the focus lets go of everything but the chosen weapon", () => {
  const controls = new ControlState();
  controls.moveX = 1;
  controls.setFire(true);
  controls.pressDash();
  controls.toggleWeapon();
  controls.release();
  const frame = new SkirmishInput();
  controls.writeStep(frame);
  assert.deepEqual([frame.moveX, frame.moveY, frame.buttons], [0, 0, BUTTON_ALTERNATE]);
});

test("a correction counts only when neither death, respawn nor a new phase explains it", () => {
  const gauge = new PredictionGauge();
  for (let state = 0; state < 20; state += 1) gauge.noteReconcile({ x: 0, y: 0 }, 100, "live");
  gauge.noteReconcile({ x: 0.3, y: 0.4 }, 100, "live");
  assert.deepEqual([gauge.corrections, gauge.worst], [1, 0.5]);
  gauge.noteReconcile({ x: 9, y: 9 }, 0, "live");
  gauge.noteReconcile({ x: 9, y: 9 }, 100, "live");
  gauge.noteReconcile({ x: 9, y: 9 }, 100, "over");
  assert.deepEqual([gauge.reconciles, gauge.corrections], [24, 1]);
});

test("leaving by choice needs no explanation, everything else gets one", () => {
  assert.equal(describeLeave(4000), undefined);
  assert.match(describeLeave(4409) ?? "", /another tab/);
  assert.match(describeLeave(1006) ?? "", /closed \(1006\)/);
});
