import assert from "node:assert/strict";
import { test } from "node:test";
import { InputBudget } from "../../rooms/skirmish/input-budget.ts";
import { sanitizeInput } from "../../rooms/skirmish/sanitize-input.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";

/** Steps bought in `ticks` ticks by a client that sends `arriving(tick)` inputs before each. */
function stepsBought(
  ticks: number,
  arriving: (tick: number) => number,
): { steps: number; waiting: number; most: number } {
  const budget = new InputBudget();
  let waiting = 0;
  let steps = 0;
  let most = 0;
  for (let tick = 0; tick < ticks; tick += 1) {
    waiting += arriving(tick);
    const { drop, take } = budget.spend(waiting);
    waiting -= drop + take;
    steps += take;
    most = Math.max(most, take);
  }
  return { steps, waiting, most };
}

test("a steady client gets every input at once", () => {
  assert.deepEqual(
    stepsBought(3000, () => 1),
    { steps: 3000, waiting: 0, most: 1 },
  );
});

test("ten times the inputs buy no speed", () => {
  const { steps, most } = stepsBought(3000, () => 10);
  assert.ok(steps <= 3000 + 2, `${steps} steps in 3000 ticks`);
  assert.ok(most <= 2);
});

test("jittered inputs lose nothing", () => {
  const { steps, waiting } = stepsBought(3000, (tick) => (tick % 3 === 0 ? 0 : tick % 3 === 1 ? 1 : 2));
  assert.ok(steps + waiting >= 2999, `${steps} steps`);
});

test("a stall of a second leaves no lasting backlog and buys back a quarter of a second at most", () => {
  const { steps, waiting } = stepsBought(300, (tick) =>
    tick >= 100 && tick < 130 ? 0 : tick === 130 ? 31 : 1,
  );
  assert.equal(waiting, 0);
  assert.ok(steps >= 270 && steps <= 280, `${steps} steps`);
});

test("whatever was decoded becomes a legal input; what is no number holds nothing", () => {
  const frame = new SkirmishInput();
  for (const value of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -128,
    127,
    undefined,
  ]) {
    Object.assign(frame, { moveX: value, moveY: value, buttons: value ?? 255, aim: value });
    sanitizeInput(frame);
    const legal = [-1, 0, 1].includes(frame.moveX) && [-1, 0, 1].includes(frame.moveY);
    assert.ok(
      legal && frame.buttons >= 0 && frame.buttons <= 7 && Number.isFinite(frame.aim),
      JSON.stringify(frame),
    );
  }
  Object.assign(frame, { moveX: Number.NaN });
  sanitizeInput(frame);
  assert.equal(frame.moveX, 0);
});
