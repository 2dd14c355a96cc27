import assert from "node:assert/strict";
import { test } from "node:test";
import { createBotMemory, thinkBot } from "../../rooms/skirmish/shared/bot-brain.ts";
import {
  BUTTON_ALTERNATE,
  BUTTON_FIRE,
  MAX_HEALTH,
  MAX_PROJECTILES,
  RESPAWN_TICKS,
  RIFLE_DAMAGE,
  SHIELD_TICKS,
} from "../../rooms/skirmish/shared/constants.ts";
import { findWinner, stepMatch } from "../../rooms/skirmish/shared/match-step.ts";
import { buildNavGrid } from "../../rooms/skirmish/shared/nav-grid.ts";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { Team } from "../../schemas/skirmish-state.ts";
import { addFighter, createMatch, FOUNDRY, IDLE, type TestMatch } from "../helpers/match-worlds.ts";

function steps(match: TestMatch, count: number): void {
  for (let step = 0; step < count; step += 1) stepMatch(match.state, match.context);
}

/** Two fighters 5 m apart in the open, the match live, "a" looking at "b". */
function duel(): TestMatch {
  const match = createMatch();
  match.state.phase = "live";
  match.context.phaseTicks = 10_000;
  addFighter(match, "a", { x: 5, y: 15 });
  addFighter(match, "b", { x: 10, y: 15 });
  return match;
}

test("a match waits for fighters, counts down, is fought, ends and waits again", () => {
  const match = createMatch();
  addFighter(match, "a");
  steps(match, 5);
  assert.equal(match.state.phase, "waiting");
  addFighter(match, "b", { x: 35, y: 25 });
  const seen: string[] = [];
  for (let step = 0; step < 340; step += 1) {
    stepMatch(match.state, match.context);
    if (seen.at(-1) !== match.state.phase) seen.push(match.state.phase);
  }
  assert.deepEqual(seen, ["countdown", "live", "over", "waiting", "countdown", "live"]);
});

test("the score limit ends a match before its time", () => {
  const match = createMatch({ rules: { scoreLimit: 3 } });
  match.state.phase = "live";
  match.context.phaseTicks = 10_000;
  addFighter(match, "a", { score: 3 });
  addFighter(match, "b");
  steps(match, 1);
  assert.equal(match.state.phase, "over");
  assert.equal(match.state.winner, "a");
});

test("a rifle shot hurts the first enemy in its way", () => {
  const match = duel();
  const behind = addFighter(match, "c", { x: 14, y: 15 });
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
  steps(match, 1);
  assert.equal(match.state.fighters.get("b")?.health, MAX_HEALTH - RIFLE_DAMAGE);
  assert.equal(behind.health, MAX_HEALTH);
  assert.deepEqual(
    match.events.map(([kind]) => kind),
    ["shot", "hit"],
  );
});

test("walls and cover stop a rifle shot; a shell flies over cover and not through walls", () => {
  for (const [y, wallStopsShell] of [
    [5, true],
    [25, false],
  ] as const) {
    const match = duel();
    Object.assign(match.state.fighters.get("a") ?? {}, { x: 17, y });
    const target = match.state.fighters.get("b");
    assert.ok(target);
    Object.assign(target, { x: 24, y });
    match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
    steps(match, 30);
    assert.equal(target.health, MAX_HEALTH, `rifle at y ${y}`);
    match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE | BUTTON_ALTERNATE }]);
    steps(match, 45);
    assert.equal(target.health === MAX_HEALTH, wallStopsShell, `shell at y ${y}`);
  }
});

test("the dead wait, come back with full health, and are shielded for a while", () => {
  const match = duel();
  const victim = match.state.fighters.get("b");
  assert.ok(victim);
  victim.health = 1;
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
  steps(match, 1);
  assert.deepEqual([victim.health, victim.deaths], [0, 1]);
  const killer = match.state.fighters.get("a");
  assert.deepEqual([killer?.score, killer?.kills], [1, 1]);
  match.inputs.delete("a");
  steps(match, RESPAWN_TICKS - 1);
  assert.equal(victim.health, 0);
  steps(match, 1);
  assert.equal(victim.health, MAX_HEALTH);
  assert.equal(victim.shieldUntil, match.state.tick + SHIELD_TICKS);
  Object.assign(victim, { x: 10, y: 15 });
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
  steps(match, 20);
  assert.equal(victim.health, MAX_HEALTH, "shielded");
  steps(match, 30);
  assert.ok(victim.health < MAX_HEALTH, "no longer shielded");
});

test("killing oneself costs a point and is no kill", () => {
  const match = duel();
  const fool = match.state.fighters.get("a");
  assert.ok(fool);
  Object.assign(fool, { x: 19, y: 5, health: 1 });
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE | BUTTON_ALTERNATE }]);
  steps(match, 10);
  assert.deepEqual([fool.score, fool.kills, fool.deaths], [-1, 0, 1]);
});

test("teammates do not hurt each other, and kills count for the team", () => {
  const match = duel();
  match.state.mode = "teams";
  match.state.teams.push(new Team(), new Team());
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
  steps(match, 10);
  const other = match.state.fighters.get("b");
  assert.ok(other);
  assert.equal(other.health, MAX_HEALTH);
  Object.assign(other, { team: 1, health: 1 });
  steps(match, 10);
  assert.deepEqual([match.state.teams[0]?.score, match.state.teams[1]?.score], [1, 0]);
});

test("a fighter whose inputs are late stands still and can be hit", () => {
  const match = duel();
  match.inputs.set("b", []);
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE }]);
  steps(match, 1);
  const late = match.state.fighters.get("b");
  assert.deepEqual([late?.x, late?.health], [10, MAX_HEALTH - RIFLE_DAMAGE]);
});

test("shells in the air are bounded", () => {
  const match = duel();
  for (let index = 0; index < MAX_PROJECTILES; index += 1) {
    match.state.projectiles.set(
      `x${index}`,
      Object.assign(match.context.createProjectile(), { x: 30, y: 20, burstsAt: 40, owner: 9 }) as never,
    );
  }
  match.inputs.set("a", [{ ...IDLE, buttons: BUTTON_FIRE | BUTTON_ALTERNATE }]);
  steps(match, 1);
  assert.equal(match.state.projectiles.size, MAX_PROJECTILES);
});

test("nobody wins a tie; fewer deaths break it", () => {
  const match = duel();
  assert.equal(findWinner(match.state), "");
  Object.assign(match.state.fighters.get("b") ?? {}, { deaths: 1 });
  assert.equal(findWinner(match.state), "a");
});

/** A whole match of bots; the digest holds every position of every tick. */
function playBots(seed: number): { digest: string; kills: number; longestRest: number } {
  const match = createMatch({ map: FOUNDRY, seed, rules: { matchTicks: 1800, countdownTicks: 1 } });
  const random = createRandom(seed + 1);
  const grid = buildNavGrid(FOUNDRY);
  const memories = new Map(["a", "b", "c", "d"].map((key) => [key, createBotMemory(random)]));
  for (const key of memories.keys()) addFighter(match, key);
  match.context.inputsOf = (key) => {
    const memory = memories.get(key);
    return memory ? [thinkBot(key, match.state, memory, FOUNDRY, grid, random)] : [];
  };
  let digest = 0;
  let longestRest = 0;
  const rests = new Map<string, { at: string; ticks: number }>();
  for (let step = 0; step < 1700; step += 1) {
    stepMatch(match.state, match.context);
    match.state.fighters.forEach((fighter, key) => {
      const at = `${fighter.x},${fighter.y},${fighter.health}`;
      for (const letter of at) digest = (Math.imul(digest, 31) + letter.charCodeAt(0)) >>> 0;
      const rest = rests.get(key);
      const ticks = rest?.at === at && fighter.health > 0 ? rest.ticks + 1 : 0;
      rests.set(key, { at, ticks });
      longestRest = Math.max(longestRest, ticks);
    });
  }
  let kills = 0;
  match.state.fighters.forEach((fighter) => {
    kills += fighter.kills;
  });
  return { digest: String(digest), kills, longestRest };
}

test("the same seed gives the same match to the last digit, another seed another", () => {
  assert.deepEqual(playBots(7), playBots(7));
  assert.notEqual(playBots(7).digest, playBots(8).digest);
});

test("bots find each other, fight, and do not get stuck", () => {
  for (const seed of [1, 2, 3]) {
    const { kills, longestRest } = playBots(seed);
    assert.ok(kills >= 8, `seed ${seed}: only ${kills} kills in a minute`);
    assert.ok(longestRest < 120, `seed ${seed}: a bot rested for ${longestRest} ticks`);
  }
});
