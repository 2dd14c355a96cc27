import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BUTTON_ALTERNATE,
  BUTTON_DASH,
  BUTTON_FIRE,
  DASH_COOLDOWN_TICKS,
  LAUNCHER,
  RIFLE_COOLDOWN_TICKS,
  RUN_SPEED,
} from "../../rooms/skirmish/shared/constants.ts";
import {
  FIGHTER_BODY_FIELDS,
  type FighterBody,
  type FighterInput,
  stepFighter,
} from "../../rooms/skirmish/shared/fighter-step.ts";
import { Fighter } from "../../schemas/skirmish-state.ts";
import { FIELD, IDLE } from "../helpers/match-worlds.ts";

const DT = 1 / 30;

function fighterAt(x: number, y: number): Fighter {
  return Object.assign(new Fighter(), { x, y });
}

function run(fighter: Fighter, input: Partial<FighterInput>, steps: number): number {
  let shots = 0;
  for (let step = 0; step < steps; step += 1) {
    if (stepFighter(fighter, { ...IDLE, ...input }, DT, FIELD, true).fired) shots += 1;
  }
  return shots;
}

function readBody(fighter: Fighter): FighterBody {
  return Object.fromEntries(FIGHTER_BODY_FIELDS.map((field) => [field, fighter[field]])) as never;
}

test("a second of running covers the running speed, diagonally no more", () => {
  const straight = fighterAt(5, 15);
  run(straight, { moveX: 1 }, 30);
  assert.ok(Math.abs(straight.x - 5 - RUN_SPEED) < 0.01, `ran ${straight.x - 5} m`);
  const diagonal = fighterAt(5, 12);
  run(diagonal, { moveX: 1, moveY: 1 }, 30);
  const distance = Math.hypot(diagonal.x - 5, diagonal.y - 12);
  assert.ok(Math.abs(distance - RUN_SPEED) < 0.01, `ran ${distance} m`);
});

test("a position is always one that the wire carries exactly", () => {
  // The schema's setters keep what the wire would; a plain object keeps what the step wrote.
  const fighter = fighterAt(5, 5);
  const plain: FighterBody = { ...readBody(fighter) };
  for (let step = 0; step < 200; step += 1) {
    const buttons = step % 50 === 0 ? BUTTON_DASH : 0;
    const input = { moveX: (step % 3) - 1, moveY: (step % 5) % 2, aim: step / 7, buttons };
    stepFighter(fighter, input, DT, FIELD, true);
    stepFighter(plain, input, DT, FIELD, true);
    assert.deepEqual(readBody(fighter), plain);
  }
});

test("nobody walks or dashes through walls, cover or the edge", () => {
  for (const [x, y, moveX, moveY] of [
    [18, 5, 1, 0],
    [18, 25, 1, 0],
    [2, 15, -1, 0],
    [30, 2, 0, -1],
    [38, 28, 1, 1],
  ] as const) {
    const fighter = fighterAt(x, y);
    run(fighter, { moveX, moveY, buttons: BUTTON_DASH }, 120);
    assert.ok(fighter.x >= 0.5 && fighter.x <= 39.5 && fighter.y >= 0.5 && fighter.y <= 29.5);
    if (x === 18) assert.ok(fighter.x <= 19.5 + 1e-5, `stands at ${fighter.x}`);
  }
});

test("a dash is faster than running and has to cool down", () => {
  const fighter = fighterAt(5, 15);
  run(fighter, { moveX: 1, buttons: BUTTON_DASH }, 5);
  const dashed = fighter.x - 5;
  assert.ok(dashed > RUN_SPEED * DT * 5 * 2, `dashed ${dashed} m`);
  const dashes: number[] = [];
  for (let step = 5; step < 100; step += 1) {
    if (stepFighter(fighter, { ...IDLE, buttons: BUTTON_DASH }, DT, FIELD, true).dashed) dashes.push(step);
  }
  assert.deepEqual(dashes, [DASH_COOLDOWN_TICKS, 2 * DASH_COOLDOWN_TICKS]);
});

test("a dash from standing goes where the fighter looks", () => {
  const fighter = fighterAt(10, 15);
  run(fighter, { aim: Math.PI / 2, buttons: BUTTON_DASH }, 1);
  assert.ok(fighter.y > 15.5 && Math.abs(fighter.x - 10) < 1e-3);
});

test("a weapon fires at its rate, however long the trigger is held", () => {
  const period = RIFLE_COOLDOWN_TICKS + 1;
  assert.equal(run(fighterAt(5, 5), { buttons: BUTTON_FIRE }, period * 10), 10);
});

test("a trigger does nothing while weapons are cold, and for the dead", () => {
  const alive = fighterAt(5, 5);
  assert.equal(stepFighter(alive, { ...IDLE, buttons: BUTTON_FIRE }, DT, FIELD, false).fired, false);
  const dead = Object.assign(fighterAt(5, 5), { health: 0 });
  assert.equal(run(dead, { moveX: 1, buttons: BUTTON_FIRE }, 30), 0);
  assert.equal(dead.x, 5);
});

test("the alternate button holds the launcher", () => {
  const fighter = fighterAt(5, 5);
  run(fighter, { buttons: BUTTON_ALTERNATE }, 1);
  assert.equal(fighter.weapon, LAUNCHER);
  run(fighter, {}, 1);
  assert.notEqual(fighter.weapon, LAUNCHER);
});
