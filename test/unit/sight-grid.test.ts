/** What the precomputed sets of cells promise: nothing that can be seen is ever called hidden. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArenaMap, canSee, isFree, loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../rooms/skirmish/shared/constants.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { buildSightGrid } from "../../rooms/skirmish/shared/sight-grid.ts";

const MAP = loadMap(foundry);
const GRID = buildSightGrid(MAP);

/** A map of boxes that keep to no grid. */
function crookedMap(random: Random): ArenaMap {
  const boxes = Array.from({ length: 12 }, () => ({
    x: 2 + random.next() * 20,
    y: 2 + random.next() * 12,
    width: 0.3 + random.next() * 4,
    height: 0.3 + random.next() * 4,
  }));
  return loadMap({
    name: "crooked",
    width: 27.5,
    height: 19,
    walls: boxes.slice(0, 6),
    cover: boxes.slice(6),
    spawns: [
      { x: 0.8, y: 0.8 },
      { x: 26, y: 18 },
    ],
  });
}

function place(map: ArenaMap, random: Random): { x: number; y: number } {
  for (;;) {
    const x = random.next() * map.width;
    const y = random.next() * map.height;
    if (isFree(map.solids, map, x, y, FIGHTER_RADIUS)) return { x, y };
  }
}

/** Walks somewhere as a fighter would, a tenth of a metre at a time. */
function wander(map: ArenaMap, random: Random, from: { x: number; y: number }, metres: number) {
  const at = { ...from };
  let angle = random.next() * Math.PI * 2;
  for (let gone = 0; gone + 0.1 <= metres; gone += 0.1) {
    const x = at.x + Math.cos(angle) * 0.1;
    const y = at.y + Math.sin(angle) * 0.1;
    if (isFree(map.solids, map, x, y, FIGHTER_RADIUS)) Object.assign(at, { x, y });
    else angle += 0.7;
  }
  return at;
}

for (const [name, maps] of [
  ["foundry", [MAP]],
  ["maps whose boxes keep to no grid", [1, 2, 3].map((seed) => crookedMap(createRandom(seed)))],
] as const) {
  test(`whoever can be seen by any edge, now or where the viewer gets meanwhile, is never hidden: ${name}`, () => {
    const random = createRandom(7);
    for (const map of maps) {
      const grid = map === MAP ? GRID : buildSightGrid(map);
      let seen = 0;
      for (let round = 0; round < 40_000; round += 1) {
        const viewer = place(map, random);
        const target = place(map, random);
        const ahead = round % 3 === 0 ? 0 : random.next() * 4;
        const eye = wander(map, random, viewer, ahead);
        const angle = random.next() * Math.PI * 2;
        const reach = random.next() < 0.3 ? 0 : FIGHTER_RADIUS;
        const edge = { x: target.x + Math.cos(angle) * reach, y: target.y + Math.sin(angle) * reach };
        if (!canSee(map, eye, edge)) continue;
        seen += 1;
        const from = grid.cellOf(viewer.x, viewer.y);
        const to = grid.cellOf(target.x, target.y);
        assert.ok(
          grid.mightSee(from, to, ahead),
          `${JSON.stringify({ viewer, eye, target, edge, ahead })} in ${map.name}`,
        );
      }
      assert.ok(seen > 2000, `only ${seen} pairs saw each other`);
    }
  });
}

test("most of what cannot be seen is hidden, the more the less the viewer may have moved", () => {
  const random = createRandom(11);
  const shares = [0, 0.8, 1.8].map((ahead) => {
    let blocked = 0;
    let hidden = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const from = place(MAP, random);
      const to = place(MAP, random);
      if (canSee(MAP, from, to)) continue;
      blocked += 1;
      if (!GRID.mightSee(GRID.cellOf(from.x, from.y), GRID.cellOf(to.x, to.y), ahead)) hidden += 1;
    }
    return hidden / blocked;
  });
  const [still = 0, running = 0, far = 0] = shares;
  assert.ok(still >= running && running >= far, shares.join());
  assert.ok(still > 0.6 && running > 0.45, shares.join());
});

test("it is built quickly enough to be built when the server starts", () => {
  const before = performance.now();
  buildSightGrid(MAP);
  assert.ok(performance.now() - before < 5000);
});

test("points outside the map belong to its nearest cell", () => {
  assert.equal(GRID.cellOf(-5, -5), GRID.cellOf(0, 0));
  assert.equal(GRID.cellOf(1e9, 1e9), GRID.cellOf(MAP.width - 0.1, MAP.height - 0.1));
});

test("nothing is hidden on a map without walls", () => {
  const spawns = [
    { x: 1, y: 1 },
    { x: 8, y: 8 },
  ];
  const grid = buildSightGrid(loadMap({ name: "plain", width: 9, height: 9, walls: [], cover: [], spawns }));
  for (let from = 0; from < 81; from += 1)
    for (let to = 0; to < 81; to += 1) assert.ok(grid.mightSee(from, to, 0));
});
