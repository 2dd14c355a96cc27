/** What the validators are told of a fight: real steps of the match, hands that do what a test says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EngagementFeed } from "../../rooms/skirmish/engagement-feed.ts";
import { BUTTON_FIRE } from "../../rooms/skirmish/shared/constants.ts";
import { direction } from "../../rooms/skirmish/shared/fixed-math.ts";
import { stepMatch } from "../../rooms/skirmish/shared/match-step.ts";
import type { Fighter } from "../../schemas/skirmish-state.ts";
import type { Engagement } from "../../src/anticheat/engagement.ts";
import { addFighter, createMatch, FIELD, IDLE } from "../helpers/match-worlds.ts";

/** "a" stands at (10, 15) and looks east; "b" is wherever a test puts it. */
function openFight(bAt: { x: number; y: number }) {
  const match = createMatch({ rules: { matchTicks: 10_000 } });
  match.state.phase = "live";
  match.context.phaseTicks = 10_000;
  const a = addFighter(match, "a", { x: 10, y: 15 });
  const b = addFighter(match, "b", bAt);
  const told: Engagement[] = [];
  const feed = new EngagementFeed({
    map: FIELD,
    finished: (key, engagement) => key === "a" && told.push(engagement),
  });
  feed.begin(match.state.tick);
  match.context.emit = (event) => {
    match.events.push(event);
    feed.happened(event);
  };
  /** One tick: "a" does this. */
  const step = (input: Partial<typeof IDLE> = {}, seenTick?: number): void => {
    const whole = { ...IDLE, ...input, ...(seenTick === undefined ? {} : { seenTick }) };
    match.inputs.set("a", [whole]);
    feed.consumed("a", whole, seenTick, false, match.state.tick + 1);
    stepMatch(match.state, match.context);
    feed.afterTick(match.state, match.context.history);
  };
  const aimAt = (target: Fighter): number => direction(target.y - a.y, target.x - a.x);
  /** Ends the engagement. */
  const end = (): Engagement | undefined => {
    b.health = 0;
    b.respawnAt = match.state.tick + 1000;
    step();
    return told.at(-1);
  };
  return { match, a, b, told, feed, step, aimAt, end };
}

test("shots at somebody in sight, hits, distances and how the aim closed in are told when the target is dead", () => {
  const { b, step, aimAt, end, told, feed } = openFight({ x: 20, y: 15 });
  for (let tick = 0; tick < 20; tick += 1) step({ aim: aimAt(b) + 0.5 });
  assert.ok(feed.isInFight("a"));
  step({ aim: aimAt(b) });
  step({ aim: aimAt(b), buttons: BUTTON_FIRE });
  for (let tick = 0; tick < 8; tick += 1) step({ aim: aimAt(b) });
  step({ aim: aimAt(b) + 0.15, buttons: BUTTON_FIRE });
  assert.equal(told.length, 0);
  const engagement = end();
  assert.deepEqual(
    engagement?.shots.map(({ hit }) => hit),
    [true, false],
  );
  const [first, second] = engagement?.shots ?? [];
  assert.ok(Math.abs((first?.distance ?? 0) - 10) < 1e-6);
  assert.ok(Math.abs((first?.errors.at(-3) ?? 0) - (0.5 * 180) / Math.PI) < 0.2, "half a radian off");
  assert.ok((first?.errors.at(-1) ?? 9) < 0.1);
  assert.ok(Math.abs((second?.errors.at(-1) ?? 0) - (0.15 * 180) / Math.PI) < 0.2);
  assert.deepEqual([engagement?.slot, engagement?.targetSlot], [0, 1]);
  assert.equal(engagement?.reactionInputs, undefined, "it was in sight from the start");
});

test("the reaction is counted from when any of the body is in sight", () => {
  // Behind the wall at x 20–21, y 0–10; from (10, 15) all of x 26 below y 7.7 is hidden by it.
  const { b, step, aimAt, end } = openFight({ x: 26, y: 5 });
  for (let tick = 0; tick < 40; tick += 1) step({ aim: aimAt(b) });
  let inSight = 0;
  for (let tick = 0; tick < 60 && inSight < 6; tick += 1) {
    b.y += 0.2;
    const sees = b.y + 0.45 > 7.73;
    step({ aim: aimAt(b), buttons: inSight === 5 ? BUTTON_FIRE : 0 });
    if (sees) inSight += 1;
  }
  const engagement = end();
  assert.equal(engagement?.shots.length, 1);
  assert.ok(engagement?.reactionInputs !== undefined);
  assert.ok(Math.abs(engagement.reactionInputs - 5) <= 1, `${engagement.reactionInputs} inputs`);
});

test("who holds the trigger already reacts to nothing", () => {
  const { b, step, aimAt, end } = openFight({ x: 26, y: 5 });
  for (let tick = 0; tick < 40; tick += 1) step({ aim: aimAt(b) });
  for (let tick = 0; tick < 60; tick += 1) {
    if (b.y < 15) b.y += 0.2;
    step({ aim: aimAt(b), buttons: BUTTON_FIRE });
  }
  const engagement = end();
  assert.ok((engagement?.shots.length ?? 0) > 0);
  assert.equal(engagement?.reactionInputs, undefined);
});

test("the aim is held against where the screen showed the target, not where it is", () => {
  const { b, match, step, end } = openFight({ x: 20, y: 12 });
  const seen: { x: number; y: number; tick: number }[] = [];
  for (let tick = 0; tick < 30; tick += 1) {
    b.y += 0.2;
    step();
    seen.push({ x: b.x, y: b.y, tick: match.state.tick });
  }
  const past = seen.at(-7) as (typeof seen)[number];
  step({ aim: direction(past.y - 15, past.x - 10), buttons: BUTTON_FIRE }, past.tick);
  const [shot] = end()?.shots ?? [];
  assert.equal(shot?.hit, true);
  assert.ok((shot?.errors.at(-1) ?? 9) < 0.2, `${shot?.errors.at(-1)}° off`);
});

test("aim at who is behind a wall counts, and as much where they stood before", () => {
  const follow = (lag: number): Engagement | undefined => {
    const { a, b, step, end } = openFight({ x: 26, y: 2 });
    const trail: { x: number; y: number }[] = [];
    for (let tick = 0; tick < 200; tick += 1) {
      // To and fro behind the wall.
      b.y = 4 + 3 * Math.sin(tick / 12);
      trail.push({ x: b.x, y: b.y });
      const at = trail[Math.max(0, tick - lag)] as { x: number; y: number };
      step({ aim: direction(at.y - a.y, at.x - a.x) });
    }
    return end();
  };
  const knows = follow(0);
  assert.ok((knows?.hiddenInputs ?? 0) > 40, `${knows?.hiddenInputs}`);
  assert.ok((knows?.decoyInputs ?? 99) < 10);
  const trails = follow(45);
  assert.ok((trails?.decoyInputs ?? 0) > 40);
  assert.ok((trails?.hiddenInputs ?? 99) < 10);
});

test("team-mates, the dead, the far and those who left are no targets", () => {
  const { match, b, step, told, aimAt, feed } = openFight({ x: 20, y: 15 });
  match.state.mode = "teams";
  for (let tick = 0; tick < 20; tick += 1) step({ aim: aimAt(b), buttons: BUTTON_FIRE });
  assert.equal(feed.isInFight("a"), false);
  match.state.mode = "ffa";
  step({ aim: aimAt(b), buttons: BUTTON_FIRE });
  match.state.fighters.delete("b");
  feed.leave("b", b.slot);
  for (let tick = 0; tick < 20; tick += 1) step();
  assert.equal(told.length, 0);
});

test("a long engagement is told in pieces, and what waits is bounded", () => {
  const { match, b, step, aimAt, told } = openFight({ x: 20, y: 15 });
  for (let tick = 0; tick < 1000; tick += 1) {
    b.health = 100;
    step({ aim: aimAt(b), buttons: BUTTON_FIRE });
  }
  assert.equal(told.length, 3);
  assert.ok(told.every(({ shots }) => shots.length > 30 && shots.length < 80));
  assert.ok(told.every(({ fromTick, toTick }) => fromTick < toTick && toTick <= match.state.tick));
});
