/** The replay viewer's pure parts: the scan, the playback, what can be seen, and the words around them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRoute, routeHash } from "../../client/navigation/route.ts";
import { MatchScan, MOST_SNAPSHOTS, nextKill, verdictOf } from "../../client/replay/match-scan.ts";
import { between, nextSpeed, Playback } from "../../client/replay/playback.ts";
import { commandOf } from "../../client/replay/replay-commands.ts";
import { type LoggedShot, ShotLog } from "../../client/replay/shot-log.ts";
import { seesFighter, visibleArea } from "../../client/replay/sight.ts";
import { clockTime, degrees, percentOf } from "../../client/replay/times.ts";
import { Camera } from "../../client/scene/camera.ts";
import { canSee, loadMap, type Point } from "../../rooms/skirmish/shared/arena-map.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { openRerun } from "../../rooms/skirmish/shared/replay-game.ts";
import type { Rerun, RerunSnapshot } from "../../rooms/skirmish/shared/rerun.ts";
import { type RecordedMatch, recordMatch } from "../helpers/recorded-match.ts";

const MATCH = recordMatch({ seed: 21, ticks: 1500, players: 3, bots: 3, restless: true });
const MAP = loadMap(foundry);

const open = ({ setup, body }: RecordedMatch): Rerun => openRerun(setup, body);

function scanAll(match: RecordedMatch): MatchScan {
  const scan = new MatchScan(open(match));
  scan.advance(() => false);
  return scan;
}

function playbackOf(match: RecordedMatch, onTick: (passing: boolean) => void = () => undefined): Playback {
  const scan = scanAll(match);
  return new Playback({
    run: open(match),
    snapshotBefore: (tick, runUp) => scan.snapshotBefore(tick, runUp),
    onTick,
    onRestore: () => undefined,
  });
}

/** What is seen of the world at each tick, played straight from the start. */
function worldsOf(match: RecordedMatch): string[] {
  const run = open(match);
  const worlds = [worldText(run)];
  while (run.advance()) worlds.push(worldText(run));
  return worlds;
}

const worldText = ({ world }: Rerun): string =>
  JSON.stringify([world.tick, [...world.fighters], [...world.projectiles]]);

/** Where, in the body, the column of hashes and that of the first player's moves begin. */
function columnsOf({ body }: RecordedMatch): { hashes: number; moves: number } {
  const head = new DataView(body.buffer, body.byteOffset);
  const hashes = 4 + 4 * head.getUint32(0, true) + head.getUint32(4, true);
  return { hashes, moves: hashes + head.getUint32(8, true) };
}

test("the scan finds every kill at its tick, and that the whole of a recording comes to what was recorded", () => {
  const scan = scanAll(MATCH);
  const kills: [tick: number, victim: string | undefined][] = [];
  const run = open(MATCH);
  while (run.advance())
    for (const event of run.events)
      if (event[0] === "kill")
        kills.push([run.tick, [...run.world.fighters.values()].find(({ slot }) => slot === event[2])?.name]);
  assert.ok(kills.length > 5, `only ${kills.length} kills, so little was tried`);
  assert.deepEqual(
    scan.kills.map(({ tick, victim }) => [tick, victim.name]),
    kills,
  );
  assert.deepEqual(
    scan.phases.map(({ phase }) => phase),
    ["countdown", "live", "over"],
  );
  assert.equal(verdictOf(scan), "verified");
  assert.equal(scan.end, MATCH.ticks);
});

test("the scan goes in slices: it stops when its time is up and goes on where it was", () => {
  const scan = new MatchScan(open(MATCH));
  scan.advance(() => true);
  assert.ok(scan.tick > 0 && scan.tick < 100, `one slice ran ${scan.tick} ticks`);
  assert.equal(verdictOf(scan), "verifying");
  scan.advance(() => false);
  assert.equal(verdictOf(scan), "verified");
});

test("a recording that was changed differs from that tick on, one that is garbled breaks off there", () => {
  const { hashes } = columnsOf(MATCH);
  const changed = MATCH.body.slice();
  changed[hashes + 2 * 699] = (changed[hashes + 2 * 699] as number) ^ 1;
  const differing = scanAll({ ...MATCH, body: changed });
  assert.equal(verdictOf(differing), "differs");
  assert.equal(differing.mismatchTick, 700);
  assert.equal(differing.end, MATCH.ticks, "the rest can be watched");

  const calm = recordMatch({ seed: 22, ticks: 400 });
  const garbled = calm.body.slice();
  // No input begins with this byte, and nobody makes as many.
  garbled[columnsOf(calm).moves + 100] = 255;
  const breaking = scanAll({ ...calm, body: garbled });
  assert.equal(verdictOf(breaking), "broken");
  assert.ok(breaking.tick > 0 && breaking.tick < calm.ticks, `broke off at ${breaking.tick}`);
  assert.equal(breaking.end, breaking.tick);
  const playback = playbackOf({ ...calm, body: garbled });
  playback.seek(calm.ticks);
  assert.equal(playback.at, breaking.tick, "the playback ends where the recording does");
  assert.equal(playback.end, breaking.tick);
});

test("of a match without end a bounded number of snapshots is kept", () => {
  let kept = 0;
  const endless = {
    ticks: 1_000_000,
    tick: 0,
    tickRate: 30,
    events: [],
    mismatch: undefined,
    world: { phase: "live", fighters: new Map() },
    advance: () => (endless.tick += 1) < endless.ticks,
    snapshot: () => {
      kept += 1;
      return { tick: endless.tick } as RerunSnapshot;
    },
  };
  const scan = new MatchScan(endless as unknown as Rerun);
  scan.advance(() => false);
  assert.ok(kept <= MOST_SNAPSHOTS, `${kept} snapshots`);
  for (const tick of [0, 1, 5000, 777_777, 1_000_000]) {
    const { tick: from } = scan.snapshotBefore(tick, 16);
    assert.ok(from <= Math.max(0, tick - 16) && tick - from < 2700, `tick ${tick} from ${from}`);
  }
});

test("any moment that is gone to, forth and back, is the one that was played", () => {
  const worlds = worldsOf(MATCH);
  const playback = playbackOf(MATCH);
  const random = createRandom(3);
  for (let visit = 0; visit < 120; visit += 1) {
    const near = random.next() < 0.4;
    playback.seek(near ? playback.at + random.next() * 20 - 10 : random.next() * MATCH.ticks);
    const tick = Math.ceil(playback.at);
    assert.equal(playback.run.tick, tick);
    assert.equal(worldText(playback.run), worlds[tick], `at ${playback.at}`);
  }
  playback.seek(-5);
  assert.equal(playback.at, 0);
  assert.equal(worldText(playback.run), worlds[0]);
});

test("what is drawn lies between the tick before and the next, and whoever comes back is there at once", () => {
  const playback = playbackOf(MATCH);
  const run = open(MATCH);
  while (run.tick < 600) run.advance();
  const pose = { x: 0, y: 0, angle: 0 };
  let moved = 0;
  for (let tick = 600; tick < 660; tick += 1) {
    const before = new Map([...run.world.fighters].map(([key, { x, y, health }]) => [key, { x, y, health }]));
    run.advance();
    playback.seek(tick + 0.25);
    for (const [key, now] of run.world.fighters) {
      const from = before.get(key);
      if (!from || from.health === 0) continue;
      playback.fighterAt(key, pose);
      assert.ok(Math.abs(pose.x - (from.x + (now.x - from.x) * 0.25)) < 1e-9, `${key} at ${tick}`);
      if (now.x !== from.x) moved += 1;
    }
  }
  assert.ok(moved > 0, "nobody moved, so nothing was tried");

  const into = { x: 0, y: 0, angle: 0 };
  between({ x: 1, y: 1, angle: 0 }, { x: 20, y: 1, angle: 0 }, 0.5, into);
  assert.equal(into.x, 20);
  between({ x: 1, y: 1, angle: 3.1 }, { x: 1, y: 1, angle: -3.1 }, 0.5, into);
  assert.ok(Math.abs(Math.abs(into.angle) - Math.PI) < 0.01, `turned the long way to ${into.angle}`);
});

test("it plays at its speed, stops at the end, and begins anew from there", () => {
  let seen = 0;
  let passed = 0;
  const playback = playbackOf(MATCH, (passing) => {
    if (passing) passed += 1;
    else seen += 1;
  });
  assert.equal(playback.advance(1), 0, "it does not play unasked");
  playback.play();
  playback.speed = 4;
  assert.equal(playback.advance(0.5), 2);
  assert.equal(playback.at, 60);
  assert.equal(seen, 60);
  playback.seek(100);
  assert.equal(seen, 60, "what is passed on the way is not shown");
  assert.equal(passed, 40);
  playback.seek(MATCH.ticks - 3);
  assert.ok(playback.advance(60) * 30 <= 3 + 1e-9);
  assert.equal(playback.at, MATCH.ticks);
  assert.equal(playback.playing, false);
  playback.play();
  assert.equal(playback.at, 0);
  assert.equal(playback.playing, true);
});

test("single ticks go to whole ones, on and back", () => {
  const worlds = worldsOf(MATCH);
  const playback = playbackOf(MATCH);
  playback.play();
  playback.seek(400.4);
  playback.step(1);
  assert.equal(playback.playing, false);
  assert.equal(playback.at, 401);
  playback.step(1);
  assert.equal(playback.at, 402);
  playback.step(-1);
  playback.step(-1);
  playback.step(-1);
  assert.equal(playback.at, 399);
  assert.equal(worldText(playback.run), worlds[399]);
  playback.seek(0);
  playback.step(-1);
  assert.equal(playback.at, 0);
  playback.seek(MATCH.ticks);
  playback.step(1);
  assert.equal(playback.at, MATCH.ticks);
});

test("what can be seen from a place is what no wall or cover stands before", () => {
  const random = createRandom(8);
  let inside = 0;
  let outside = 0;
  for (let view = 0; view < 12; view += 1) {
    const from = freePlace(random, 0.5);
    const area = visibleArea(MAP, from);
    for (let sample = 0; sample < 60; sample += 1) {
      const at = freePlace(random, 0);
      if (distanceToEdge(area, at) < 0.03) continue;
      const seen = canSee(MAP, from, at);
      assert.equal(holds(area, at), seen, `from ${JSON.stringify(from)} at ${JSON.stringify(at)}`);
      if (seen) inside += 1;
      else outside += 1;
    }
  }
  assert.ok(inside > 50 && outside > 50, `${inside} seen, ${outside} not`);
});

test("somebody is seen as soon as a side of them is", () => {
  // The cover from 14 to 16 in both directions stands between.
  const from = { x: 12, y: 13.2 };
  assert.equal(seesFighter(MAP, from, { x: 18, y: 15.2 }), false);
  const half = { x: 17, y: 13.95 };
  assert.equal(canSee(MAP, from, half), true);
  const nearly = { x: 18, y: 14.8 };
  assert.equal(canSee(MAP, from, nearly), false);
  assert.equal(seesFighter(MAP, from, nearly), true);
  assert.equal(seesFighter(MAP, from, from), true);
});

test("the camera keeps whom it follows in the middle of what panels leave free, at the map's edges too", () => {
  const camera = new Camera(MAP.width, MAP.height);
  camera.resize(400, 800);
  camera.covered = { left: 0, right: 0, top: 300, bottom: 100 };
  for (const at of [
    { x: 20, y: 0.5 },
    { x: 20, y: MAP.height - 0.5 },
    { x: 20, y: 15 },
  ]) {
    camera.jumpTo(at.x, at.y);
    camera.update(0.016, at.x, at.y, 0, 0);
    const onScreen = camera.screenY(at.y);
    assert.ok(onScreen > 300 && onScreen < 700, `${at.y} m is drawn at ${onScreen}`);
  }
  assert.ok(Math.abs(camera.screenY(15) - 500) < 1);
  const { zoom } = camera;
  camera.magnification = 0.5;
  camera.resize(800, 1600);
  assert.ok(Math.abs(camera.zoom - zoom) < 1e-9, "it stays as near when the screen changes");
});

test("of a shot it is known how far back it was judged, and where it found whoever was hit", () => {
  const shots = new ShotLog();
  const noted: { by: string; shot: LoggedShot; places: Map<string, Point>[] }[] = [];
  const places: Map<string, Point>[] = [];
  const playback: Playback = playbackOf(recordMatch({ seed: 33, ticks: 2400, players: 5, bots: 0 }), () => {
    const { run } = playback;
    places[run.world.tick] = new Map([...run.world.fighters].map(([key, { x, y }]) => [key, { x, y }]));
    shots.note(run, (key, tick) => playback.stoodAt(key, tick));
    for (const by of run.world.fighters.keys())
      for (const shot of shots.of(by)) if (shot.tick === run.tick) noted.push({ by, shot, places });
  });
  playback.play();
  playback.advance(80);
  const back = noted.filter(({ shot }) => shot.lookedBackMs !== undefined);
  assert.ok(back.length > 10 && back.length < noted.length, `${back.length} of ${noted.length} looked back`);
  for (const { shot } of back) {
    const ms = shot.lookedBackMs as number;
    assert.ok(ms >= 130 && ms <= 240, `${ms} ms`);
  }
  for (const { shot } of noted.filter(({ shot }) => shot.hit && shot.lookedBackMs !== undefined)) {
    const { hit, lookedBackMs = 0 } = shot;
    const offset = playback.run.world.tick - playback.run.tick;
    const seen = shot.tick + offset - (lookedBackMs * 30) / 1000;
    const [from, to] = [
      places[Math.floor(seen)]?.get(hit?.key ?? ""),
      places[Math.ceil(seen)]?.get(hit?.key ?? ""),
    ];
    if (!from || !to || !hit?.judgedAt || Math.hypot(from.x - to.x, from.y - to.y) > 2) continue;
    assert.ok(
      Math.hypot(hit.judgedAt.x - from.x, hit.judgedAt.y - from.y) <=
        Math.hypot(to.x - from.x, to.y - from.y) + 0.01,
    );
  }
  for (const by of playback.run.world.fighters.keys()) assert.ok(shots.of(by).length <= 5, "bounded");
});

test("kills are gone to one after the other, in both directions", () => {
  const { kills } = scanAll(MATCH);
  const [first, second] = kills;
  assert.ok(first && second);
  assert.equal(nextKill(kills, 0, 1), first);
  assert.equal(nextKill(kills, first.tick, 1)?.tick, kills.find(({ tick }) => tick > first.tick)?.tick);
  assert.equal(nextKill(kills, first.tick, -1), undefined);
  assert.equal(nextKill(kills, MATCH.ticks + 1, -1), kills.at(-1));
});

test("keys do what they say, and the browser's own are left alone", () => {
  const press = (code: string, held: object = {}) =>
    commandOf({ code, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });
  assert.deepEqual(press("Space"), { kind: "toggle" });
  assert.deepEqual(press("Comma"), { kind: "tick", by: -1 });
  assert.deepEqual(press("ArrowRight"), { kind: "seconds", by: 1 });
  assert.deepEqual(press("ArrowRight", { shiftKey: true }), { kind: "kill", by: 1 });
  assert.equal(press("KeyF", { ctrlKey: true }), undefined);
  assert.equal(press("ArrowLeft", { altKey: true }), undefined);
  assert.equal(press("KeyZ"), undefined);
});

test("moments, shares and directions read well", () => {
  assert.equal(clockTime(65.35, true), "1:05.3");
  assert.equal(clockTime(59.999), "0:59");
  assert.equal(clockTime(0.3, true), "0:00.3");
  assert.equal(percentOf(50, 200), "25%");
  assert.equal(percentOf(5, 0), "100%");
  assert.equal(percentOf(-5, 10), "0%");
  assert.equal(degrees(-Math.PI / 2), 270);
  assert.equal(degrees(2 * Math.PI), 0);
  assert.equal(nextSpeed(1, 1), 2);
  assert.equal(nextSpeed(8, 1), 8);
  assert.equal(nextSpeed(0.5, -1), 0.5);
});

test("a replay has an address, and what is no match's name asks for a file", () => {
  const route = { page: "replay", matchId: "0198f2b1-7a40-7c11" } as const;
  assert.deepEqual(parseRoute(routeHash(route)), route);
  assert.deepEqual(parseRoute("#/replay"), { page: "replay" });
  assert.deepEqual(parseRoute("#/replay/..%2F..%2Fetc"), { page: "replay" });
  assert.equal(routeHash({ page: "replay" }), "#/replay");
});

function freePlace(random: Random, radius: number): Point {
  for (;;) {
    const at = {
      x: radius + random.next() * (MAP.width - 2 * radius),
      y: radius + random.next() * (MAP.height - 2 * radius),
    };
    const free = MAP.solids.every(
      ({ x, y, width, height }) =>
        at.x < x - radius || at.x > x + width + radius || at.y < y - radius || at.y > y + height + radius,
    );
    if (free) return at;
  }
}

function holds(area: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  area.forEach((one, place) => {
    const other = area[(place + 1) % area.length] as Point;
    if (one.y > y === other.y > y) return;
    if (x < one.x + ((y - one.y) / (other.y - one.y)) * (other.x - one.x)) inside = !inside;
  });
  return inside;
}

function distanceToEdge(area: readonly Point[], { x, y }: Point): number {
  return Math.min(
    ...area.map((one, place) => {
      const other = area[(place + 1) % area.length] as Point;
      const dx = other.x - one.x;
      const dy = other.y - one.y;
      const along = Math.min(
        1,
        Math.max(0, ((x - one.x) * dx + (y - one.y) * dy) / (dx * dx + dy * dy || 1)),
      );
      return Math.hypot(x - one.x - dx * along, y - one.y - dy * along);
    }),
  );
}
