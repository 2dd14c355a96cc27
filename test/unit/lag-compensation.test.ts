import assert from "node:assert/strict";
import { test } from "node:test";
import { Rewind } from "@colyseus/core";
import { PatchTimes } from "../../rooms/skirmish/patch-times.ts";
import {
  BUTTON_ALTERNATE,
  BUTTON_FIRE,
  MAX_HEALTH,
  RIFLE_DAMAGE,
  SHELL_SPEED,
} from "../../rooms/skirmish/shared/constants.ts";
import { cosine, direction, sine, snapAngle } from "../../rooms/skirmish/shared/fixed-math.ts";
import { stepMatch } from "../../rooms/skirmish/shared/match-step.ts";
import type { PositionHistory } from "../../rooms/skirmish/shared/position-history.ts";
import { RewindStamp } from "../../src/index.ts";
import { addFighter, createMatch, IDLE, type TestMatch } from "../helpers/match-worlds.ts";

const TICK_MS = 1000 / 30;

/** "b" runs past "a", 10 m away, at right angles to where "a" looks; "a" aims where "b" was `ticksAgo`. */
function aimAtThePast(ticksAgo: number, buttons: number): TestMatch {
  const match = createMatch({ rules: { matchTicks: 3000 } });
  addFighter(match, "a", { x: 5, y: 15 });
  addFighter(match, "b", { x: 15, y: 12 });
  match.inputs.set("b", [{ ...IDLE, moveY: 1 }]);
  match.state.phase = "live";
  match.context.phaseTicks = 3000;
  const seen: { x: number; y: number }[] = [];
  for (let tick = 0; tick < 10; tick += 1) {
    stepMatch(match.state, match.context);
    const b = match.state.fighters.get("b");
    seen.push({ x: b?.x ?? 0, y: b?.y ?? 0 });
  }
  const then = seen[10 - ticksAgo] as { x: number; y: number };
  const aim = direction(then.y - 15, then.x - 5);
  match.inputs.set("a", [{ ...IDLE, aim, buttons }]);
  return match;
}

test("a shot at where the screen showed somebody hits when it says what was seen, and misses when it does not", () => {
  for (const ticksAgo of [5, 6, 7]) {
    const live = aimAtThePast(ticksAgo, BUTTON_FIRE);
    stepMatch(live.state, live.context);
    assert.equal(live.state.fighters.get("b")?.health, MAX_HEALTH, `${ticksAgo} ticks ago, in the present`);
    const rewound = aimAtThePast(ticksAgo, BUTTON_FIRE);
    const seenTick = rewound.state.tick + 1 - ticksAgo;
    rewound.inputs.set("a", [{ ...(rewound.inputs.get("a")?.[0] ?? IDLE), seenTick }]);
    stepMatch(rewound.state, rewound.context);
    assert.equal(rewound.state.fighters.get("b")?.health, MAX_HEALTH - RIFLE_DAMAGE, `${ticksAgo} ticks ago`);
  }
});

test("a shell enters the world as far along as its shooter saw it fly, and hits whom it passed on the way", () => {
  const match = aimAtThePast(6, BUTTON_FIRE | BUTTON_ALTERNATE);
  const input = match.inputs.get("a")?.[0] ?? IDLE;
  match.inputs.set("a", [{ ...input, seenTick: match.state.tick + 1 - 6 }]);
  stepMatch(match.state, match.context);
  const [shell] = match.state.projectiles.values();
  assert.ok(shell);
  const flown = Math.hypot(shell.x - 5, shell.y - 15);
  assert.ok(Math.abs(flown - (6 * SHELL_SPEED) / 30) < 0.01, `${flown} m`);
  // Somebody stood right before the muzzle then, and has gone since.
  const passing = aimAtThePast(6, BUTTON_FIRE | BUTTON_ALTERNATE);
  const victim = addFighter(passing, "c", { x: 6.2, y: 15.4 });
  passing.inputs.set("c", [{ ...IDLE, moveY: -1 }]);
  passing.inputs.set("a", [{ ...IDLE }]);
  for (let tick = 0; tick < 6; tick += 1) stepMatch(passing.state, passing.context);
  const seenTick = passing.state.tick + 1 - 6;
  passing.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE | BUTTON_ALTERNATE, seenTick }]);
  stepMatch(passing.state, passing.context);
  assert.ok(victim.health < MAX_HEALTH, "the burst hit it where it was");
  assert.equal(passing.state.projectiles.size, 0, "and nothing flies on");
});

test("walls and cover stand where they stand, however far back a shot looks", () => {
  const match = createMatch({ rules: { matchTicks: 3000 } });
  Object.assign(match.state, { phase: "live" });
  match.context.phaseTicks = 3000;
  addFighter(match, "a", { x: 17, y: 5 });
  const target = addFighter(match, "b", { x: 24, y: 5 });
  for (let tick = 0; tick < 8; tick += 1) stepMatch(match.state, match.context);
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE, seenTick: match.state.tick - 5 }]);
  stepMatch(match.state, match.context);
  assert.equal(target.health, MAX_HEALTH);
});

test("the history finds what Colyseus' Rewind finds, at every instant between two patches", () => {
  const match = createMatch({ rules: { matchTicks: 3000 } });
  const room = {};
  const rewind = Rewind.get(room, { maxRewindMs: 400 }).attachAll(match.state.fighters, {
    fields: ["x", "y"],
  });
  const patches = new PatchTimes();
  const history: PositionHistory = match.context.history;
  const fighter = addFighter(match, "a", { x: 20, y: 15 });
  let compared = 0;
  for (let tick = 0; tick < 90; tick += 1) {
    const moveX = [1, -1, 0][Math.floor(tick / 7) % 3] as number;
    match.inputs.set("a", [
      { ...IDLE, moveX, moveY: tick % 11 < 5 ? 1 : -1, buttons: tick % 40 === 3 ? 2 : 0 },
    ]);
    stepMatch(match.state, match.context);
    const now = tick * TICK_MS;
    rewind.record(now, TICK_MS);
    patches.note(now, match.state.tick);
    if (tick < 12) continue;
    for (const back of [0, 17, 33, 50, 99.5, 180, 250]) {
      const view = rewind.at(now - back);
      const seenTick = patches.tickAt(view.time);
      const place = history.at("a", seenTick ?? 0);
      assert.ok(place);
      assert.ok(Math.abs(place.x - view.value(fighter, "x")) < 1e-9, `${back} ms before tick ${tick}`);
      assert.ok(Math.abs(place.y - view.value(fighter, "y")) < 1e-9);
      compared += 1;
    }
  }
  assert.ok(compared > 500);
});

test("nobody is ever seen between where they died and where they came back", () => {
  const match = createMatch();
  const fighter = addFighter(match, "a", { x: 5, y: 5 });
  stepMatch(match.state, match.context);
  Object.assign(fighter, { x: 30, y: 20 });
  stepMatch(match.state, match.context);
  const { tick } = match.state;
  assert.deepEqual(match.context.history.at("a", tick - 1), { x: 5, y: 5 });
  assert.deepEqual(match.context.history.at("a", tick - 0.5), { x: 30, y: 20 });
  assert.equal(match.context.history.at("nobody", tick), undefined);
});

test("what is older than the history is answered with the oldest, and who has left is forgotten", () => {
  const match = createMatch();
  addFighter(match, "a", { x: 5, y: 15 });
  addFighter(match, "b", { x: 30, y: 15 });
  match.inputs.set("a", [{ ...IDLE, moveX: 1 }]);
  for (let tick = 0; tick < 40; tick += 1) stepMatch(match.state, match.context);
  const { history } = match.context;
  assert.deepEqual(history.at("a", -100), history.at("a", match.state.tick - 15));
  assert.notDeepEqual(history.at("a", match.state.tick - 15), history.at("a", match.state.tick - 14));
  match.state.fighters.delete("b");
  stepMatch(match.state, match.context);
  assert.equal(history.at("b", match.state.tick), undefined);
});

test("of two ticks in one patch's instant the later counts, and unknown instants have no tick", () => {
  const patches = new PatchTimes();
  assert.equal(patches.tickAt(5), undefined);
  patches.note(100, 1);
  patches.note(100, 2);
  patches.note(166, 4);
  assert.deepEqual(
    [patches.tickAt(50), patches.tickAt(100), patches.tickAt(133), patches.tickAt(900)],
    [2, 2, 3, 4],
  );
});

test("a single shot cannot be dated back behind the inputs around it; a screen that stands still can", () => {
  const honest = new RewindStamp();
  for (let input = 0; input < 100; input += 1)
    assert.equal(honest.judge(1000 + input * 33), 1000 + input * 33);
  const stalled = new RewindStamp();
  stalled.judge(2000);
  for (let input = 0; input < 20; input += 1) assert.equal(stalled.judge(2000), 2000);
  const cheat = new RewindStamp();
  for (let input = 0; input < 30; input += 1) cheat.judge(1000 + input * 33);
  const newest = 1000 + 29 * 33;
  assert.ok(cheat.judge(newest + 33 - 200) >= newest - 30, "pulled up");
});

test("the simulation's maths is the engine's, to the fourteenth digit, and its grids are the wire's", () => {
  let worst = 0;
  for (let step = 0; step < 100_000; step += 1) {
    const angle = (step / 100_000 - 0.5) * 60;
    worst = Math.max(
      worst,
      Math.abs(sine(angle) - Math.sin(angle)),
      Math.abs(cosine(angle) - Math.cos(angle)),
    );
    const [y, x] = [Math.sin(angle) * 7, Math.cos(angle) * 3];
    worst = Math.max(worst, Math.abs(direction(y, x) - Math.atan2(y, x)));
  }
  assert.ok(worst < 1e-12, `${worst}`);
  assert.deepEqual([direction(0, 0), direction(1, 0), direction(0, -1)], [0, Math.PI / 2, Math.PI]);
  assert.equal(snapAngle(Number.NaN), 0);
  assert.equal(snapAngle(Math.PI * 2), 0);
});
