/** Who is shown for how long, how far an eye may be ahead, and what a side is told of what happened. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hideUnseen } from "../../rooms/skirmish/event-sender.ts";
import { loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { LAUNCHER, RIFLE, RIFLE_RANGE } from "../../rooms/skirmish/shared/constants.ts";
import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import { Fighter } from "../../schemas/skirmish-state.ts";
import { FogMemory } from "../../src/anticheat/fog/fog-memory.ts";
import { sightMargin } from "../../src/anticheat/fog/sight-margin.ts";

test("what might be seen is shown at once, and stays a little when it no longer might", () => {
  const memory = new FogMemory<string>(500);
  assert.equal(memory.note("a", false, false, 0), "none");
  assert.equal(memory.note("a", true, false, 10), "show");
  assert.equal(memory.note("a", false, false, 20), "none");
  assert.equal(memory.note("a", false, false, 509), "none");
  assert.ok(memory.shows("a"));
  assert.equal(memory.note("a", false, false, 510), "hide");
  assert.equal(memory.note("a", false, false, 600), "none");
});

test("who steps out and in again at a corner is shown all the while", () => {
  const memory = new FogMemory<string>(500);
  memory.note("a", true, false, 0);
  for (let now = 100; now < 3000; now += 100)
    assert.equal(memory.note("a", now % 400 === 0, false, now), "none");
});

test("who jumped out of sight is not shown where it is now", () => {
  const memory = new FogMemory<string>(500);
  memory.note("a", true, false, 0);
  assert.equal(memory.note("a", false, true, 33), "hide");
});

test("what is gone is forgotten", () => {
  const memory = new FogMemory<string>(500);
  memory.note("a", true, false, 0);
  memory.forget("a");
  assert.equal(memory.shows("a"), false);
  assert.equal(memory.wasVisible("a"), undefined);
});

test("the margin is speed times round trip and tick, within bounds", () => {
  const limits = { tickMs: 33, mostRoundTripMs: 250, mostMarginMetres: 4 };
  assert.equal(sightMargin(6, 67, limits), 0.6);
  assert.equal(sightMargin(6, 0, limits), 0.2);
  assert.equal(sightMargin(6, 60_000, limits), sightMargin(6, 250, limits));
  assert.equal(sightMargin(6, -100, limits), 0.2);
  assert.equal(sightMargin(20, 250, limits), 4);
  assert.equal(sightMargin(0, 250, limits), 0);
});

const MAP = loadMap({
  name: "plain",
  width: 40,
  height: 20,
  walls: [],
  cover: [],
  spawns: [
    { x: 2, y: 2 },
    { x: 8, y: 8 },
  ],
});

/** Slot 0 is the own side, 1 is seen, 2 and 3 are hidden. What lies left of 10 m is in sight. */
function told(...events: SkirmishEvent[]): SkirmishEvent[] {
  const bySlot = [5, 6, 30, 31].map((x, slot) => Object.assign(new Fighter(), { slot, x, y: 10 }));
  const audience = {
    shows: (entity: object) => entity === bySlot[0] || entity === bySlot[1],
    mightSee: ({ x }: { x: number }) => x < 10,
  };
  return hideUnseen(events, audience, (slot) => slot === 0, bySlot, MAP);
}

test("everybody is told of kills", () => {
  const kill: SkirmishEvent = ["kill", 2, 3, RIFLE];
  assert.deepEqual(told(kill), [kill]);
});

test("shots of who is hidden are not told of, even where they hit the own side", () => {
  assert.deepEqual(told(["shot", 2, RIFLE, 0, 5, 0], ["shot", 2, LAUNCHER, 0, 0, -1]), []);
});

test("a hit on the own side names its shooter, and no place", () => {
  const hit: SkirmishEvent = ["hit", 2, 0, 17];
  assert.deepEqual(told(hit), [hit]);
});

test("a shot in sight at somebody hidden does not say where that one stands", () => {
  const [shot] = told(["shot", 1, RIFLE, 0, 24, 2]);
  assert.deepEqual(shot, ["shot", 1, RIFLE, 0, RIFLE_RANGE, -1]);
  const own: SkirmishEvent = ["shot", 0, RIFLE, 0, 25, 2];
  assert.deepEqual(told(own), [own], "one's own shot is one's own");
});

test("a hit on somebody in sight by somebody hidden names nobody", () => {
  assert.deepEqual(told(["hit", 2, 1, 17], ["hit", 0, 2, 17], ["hit", 2, 3, 17]), [
    ["hit", -1, 1, 17],
    ["hit", 0, 2, 17],
  ]);
});

test("bursts are told of where they can be seen, dashes and spawns of whom", () => {
  assert.deepEqual(
    told(
      ["burst", 2, 5, 5],
      ["burst", 2, 20, 5],
      ["burst", 0, 20, 5],
      ["dash", 2],
      ["dash", 1],
      ["spawn", 3],
    ),
    [
      ["burst", -1, 5, 5],
      ["burst", 0, 20, 5],
      ["dash", 1],
    ],
  );
});
