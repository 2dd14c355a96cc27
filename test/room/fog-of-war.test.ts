/** The fog of war of Skirmish as unmodified SDK clients meet it: what they decode, and the bytes that reach them. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import { Callbacks, Client, type Room } from "@colyseus/sdk";
import { seesFighter } from "../../client/replay/sight.ts";
import type { SkirmishSettingsInput } from "../../rooms/skirmish/room-settings.ts";
import { isFree, loadMap, type Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { BUTTON_FIRE, FIGHTER_RADIUS, RUN_SPEED, TICK_RATE } from "../../rooms/skirmish/shared/constants.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { buildSightGrid } from "../../rooms/skirmish/shared/sight-grid.ts";
import type { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";

import { Cable, enterRoom, isPatch } from "../helpers/lane-room.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const MAP = loadMap(foundry);
const GRID = buildSightGrid(MAP);
const HIDDEN_FIELDS = [
  "x",
  "y",
  "angle",
  "health",
  "weapon",
  "weaponCooldown",
  "dashTicks",
  "dashAngle",
  "dashCooldown",
  "respawnAt",
  "shieldUntil",
] as const;
/** More than the margin of any link here. */
const FAR_AHEAD = 5;

type Visitor = Room<unknown, SkirmishState>;

interface Meeting {
  arena: TestArena;
  server: SkirmishRoom;
  rooms: Visitor[];
}

function mightSee(from: Point, to: Point, ahead: number): boolean {
  return GRID.mightSee(GRID.cellOf(from.x, from.y), GRID.cellOf(to.x, to.y), ahead);
}

/** Two places that nobody gets from one to see the other in a while, and a third that the first one sees. */
function places(): { here: Point; hidden: Point; beside: Point } {
  const free: Point[] = [];
  for (let x = 1.5; x < MAP.width; x += 1)
    for (let y = 1.5; y < MAP.height; y += 1)
      if (isFree(MAP.solids, MAP, x, y, FIGHTER_RADIUS + 0.1)) free.push({ x, y });
  for (const here of free)
    for (const hidden of free) {
      const beside = { x: hidden.x + 1, y: hidden.y };
      const open = free.find(
        (place) => Math.hypot(place.x - here.x, place.y - here.y) > 3 && seesFighter(MAP, here, place),
      );
      if (!open || !isFree(MAP.solids, MAP, beside.x, beside.y, FIGHTER_RADIUS)) continue;
      if (mightSee(here, hidden, FAR_AHEAD) || mightSee(here, beside, FAR_AHEAD)) continue;
      return { here, hidden, beside: open };
    }
  throw new Error("the map has no such places");
}

const { here: HERE, hidden: HIDDEN, beside: BESIDE } = places();

async function meet(
  context: TestContext,
  players: number,
  settings: SkirmishSettingsInput = {},
): Promise<Meeting> {
  const arena = await startTestArena({
    settings: { countdownSeconds: 60, matchSeconds: 600, fighters: players, ...settings },
  });
  context.after(() => arena.close());
  const rooms: Visitor[] = [];
  for (let player = 0; player < players; player += 1)
    rooms.push(await joinSkirmish(arena.url, await signInGuest(arena.url)));
  const server = matchMaker.getLocalRoomById((rooms[0] as Visitor).roomId) as SkirmishRoom;
  return { arena, server, rooms };
}

function put(server: SkirmishRoom, key: string, place: Point): Fighter {
  const fighter = server.state.fighters.get(key) as Fighter;
  fighter.x = place.x;
  fighter.y = place.y;
  return fighter;
}

/** Everything that is decoded of somebody's hidden fields. */
function listen(room: Visitor, key: string): { values: unknown[] } {
  const heard = { values: [] as unknown[] };
  const callbacks = Callbacks.get(room as never) as unknown as {
    listen(fighter: Fighter, field: string, changed: (value: unknown) => void): void;
  };
  const fighter = room.state.fighters.get(key) as Fighter;
  for (const field of HIDDEN_FIELDS)
    callbacks.listen(fighter, field, (value) => {
      if (value !== undefined) heard.values.push([field, value]);
    });
  return heard;
}

/** Frames of the state that come by the WebSocket. */
function patchesOf(room: Visitor): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const { events } = room.connection;
  const take = events.onmessage;
  const look = (event: { data: ArrayBuffer | Uint8Array }): void => {
    const frame = new Uint8Array(event.data);
    if (isPatch(frame)) frames.push(frame.slice());
    take?.(event);
  };
  Object.assign(events, { onmessage: look });
  return frames;
}

function seen(room: Visitor, key: string): Fighter | undefined {
  const fighter = room.state.fighters.get(key);
  return fighter?.x === undefined || fighter.health === undefined ? undefined : fighter;
}

function isUnknown(room: Visitor, key: string): boolean {
  const fighter = room.state.fighters.get(key);
  return fighter !== undefined && HIDDEN_FIELDS.every((field) => fighter[field] === undefined);
}

test("of an enemy out of sight nothing is decoded, and no byte changes when only it moves", async (context) => {
  const { server, rooms } = await meet(context, 2);
  const [own, other] = rooms as [Visitor, Visitor];
  put(server, own.sessionId, HERE);
  const enemy = put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  assert.equal(own.state.fighters.get(other.sessionId)?.name, enemy.name, "who it is, everybody knows");
  const heard = listen(own, other.sessionId);
  const frames = patchesOf(own);
  await until(() => frames.length >= 45, "patches while nobody moves");
  // A patch between two ticks holds its head alone.
  const still = new Set([9, ...frames.splice(0).map((frame) => frame.length)]);
  const before = server.state.tick;
  while (server.state.tick < before + 45) {
    enemy.x = HIDDEN.x + (server.state.tick % 10) / 20;
    enemy.angle = (server.state.tick % 50) / 10;
    enemy.health = 50 + (server.state.tick % 50);
    enemy.dashCooldown = server.state.tick % 40;
    await sleep(5);
  }
  assert.deepEqual(heard.values, []);
  for (const frame of frames) assert.ok(still.has(frame.length), `a frame of ${frame.length} bytes`);
  assert.ok(frames.length > 30);
  const itself = seen(other, other.sessionId);
  assert.ok(itself && Math.abs(itself.x - HIDDEN.x) < 1, "whoever is hidden from others sees itself");
});

test("an enemy is there before it can be seen, whole, and goes a little after it no longer can", async (context) => {
  const { server, rooms } = await meet(context, 2);
  const [own, other] = rooms as [Visitor, Visitor];
  put(server, own.sessionId, HERE);
  const enemy = put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  // What the tick's patch has to show.
  const inSight = new Map<number, boolean>();
  const broadcastPatch = server.broadcastPatch.bind(server);
  const stride = RUN_SPEED / TICK_RATE;
  let heading = 1;
  server.broadcastPatch = () => {
    const goal = heading > 0 ? BESIDE : HIDDEN;
    const way = Math.hypot(goal.x - enemy.x, goal.y - enemy.y);
    if (way > stride) {
      // Straight on, through walls: what is seen of it there does not count.
      enemy.x += ((goal.x - enemy.x) / way) * stride;
      enemy.y += ((goal.y - enemy.y) / way) * stride;
    }
    const stands = isFree(MAP.solids, MAP, enemy.x, enemy.y, FIGHTER_RADIUS);
    inSight.set(server.state.tick, stands && seesFighter(MAP, HERE, enemy));
    return broadcastPatch();
  };
  let checked = 0;
  own.onStateChange((state) => {
    if (inSight.get(state.tick) !== true) return;
    checked += 1;
    assert.ok(seen(own, other.sessionId), `in sight at tick ${state.tick}, and not told of`);
  });
  await until(() => checked > 5 && seen(own, other.sessionId), "the enemy to come into sight", 20_000);
  const there = seen(own, other.sessionId) as Fighter;
  for (const field of HIDDEN_FIELDS) assert.notEqual(there[field], undefined, field);
  heading = -1;
  await until(() => isUnknown(own, other.sessionId), "the enemy to be gone", 20_000);
});

test("somebody who is put elsewhere out of sight is gone at once", async (context) => {
  const { server, rooms } = await meet(context, 2);
  const [own, other] = rooms as [Visitor, Visitor];
  put(server, own.sessionId, HERE);
  put(server, other.sessionId, BESIDE);
  await until(() => seen(own, other.sessionId)?.x === BESIDE.x, "the enemy");
  const heard = listen(own, other.sessionId);
  heard.values.length = 0;
  put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  assert.deepEqual(heard.values, [], "not even the new place");
});

test("a newcomer's first state holds nothing of who is hidden", async (context) => {
  const { arena, server, rooms } = await meet(context, 2);
  const [first, other] = rooms as [Visitor, Visitor];
  await other.leave();
  let hidden = 0;
  for (let tries = 0; tries < 20 && hidden < 3; tries += 1) {
    const place = MAP.spawns[tries % MAP.spawns.length] as Point;
    put(server, first.sessionId, place);
    const client = new Client(arena.url);
    client.auth.token = (await signInGuest(arena.url)).token;
    const room = (await client.joinOrCreate<SkirmishState>("skirmish")) as Visitor;
    room.onMessage("*", () => undefined);
    room.onMessage("events", () => undefined);
    await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
    const own = seen(room, room.sessionId);
    assert.ok(own, "the own fighter is there");
    if (isUnknown(room, first.sessionId)) hidden += 1;
    else assert.ok(mightSee(own, place, FAR_AHEAD), `${JSON.stringify(place)} was told of`);
    await room.leave();
  }
  assert.ok(hidden >= 3, `hidden ${hidden} times`);
});

test("a connection that comes back is told no more than before", async (context) => {
  const { arena, server, rooms } = await meet(context, 2);
  const [own, other] = rooms as [Visitor, Visitor];
  put(server, own.sessionId, HERE);
  put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  own.reconnection.enabled = false;
  const socket = server.clients.get(own.sessionId)?.ref as unknown as { terminate(): void };
  socket.terminate();
  await until(() => server.state.fighters.get(own.sessionId)?.connected === false, "the drop");
  const back = (await new Client(arena.url).reconnect<SkirmishState>(own.reconnectionToken)) as Visitor;
  back.onMessage("*", () => undefined);
  await until(() => back.state?.fighters?.get(own.sessionId)?.connected, "the own fighter");
  // A bot stood in, and walked.
  put(server, own.sessionId, HERE);
  await until(() => seen(back, own.sessionId)?.x === HERE.x, "the own place");
  await until(() => isUnknown(back, other.sessionId), "the enemy to be hidden");
  put(server, other.sessionId, BESIDE);
  await until(() => seen(back, other.sessionId)?.x === BESIDE.x, "the enemy to appear");
});

test("who takes a seat over sees what the seat saw", async (context) => {
  const arena = await startTestArena({ settings: { countdownSeconds: 60, fighters: 2 } });
  context.after(() => arena.close());
  const guest = await signInGuest(arena.url);
  const older = await joinSkirmish(arena.url, guest);
  const other = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const server = matchMaker.getLocalRoomById(older.roomId) as SkirmishRoom;
  put(server, older.sessionId, HERE);
  put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(older, other.sessionId), "the enemy to be hidden");
  const newer = await joinSkirmish(arena.url, guest);
  assert.ok(isUnknown(newer, other.sessionId));
  assert.equal(seen(newer, newer.sessionId)?.x, HERE.x);
  await until(() => !newer.state.fighters.has(older.sessionId), "the older to be gone");
  put(server, other.sessionId, BESIDE);
  await until(() => seen(newer, other.sessionId)?.x === BESIDE.x, "the enemy to appear");
  assert.equal(seen(other, newer.sessionId)?.x, HERE.x, "and the other way round");
});

test("whoever has no fighter any more sees everybody", async (context) => {
  const { arena, server, rooms } = await meet(context, 2);
  const [own, other] = rooms as [Visitor, Visitor];
  const spectator = await joinSkirmish(arena.url, await signInGuest(arena.url));
  server.state.fighters.delete(spectator.sessionId);
  put(server, own.sessionId, HERE);
  put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  await until(() => seen(spectator, other.sessionId)?.x === HIDDEN.x, "the spectator's sight");
  assert.equal(seen(spectator, own.sessionId)?.x, HERE.x);
});

test("everybody sees everybody where the fog is switched off", async (context) => {
  const { server, rooms } = await meet(context, 2, { fogOfWar: false });
  const [one, two] = rooms as [Visitor, Visitor];
  put(server, one.sessionId, HERE);
  put(server, two.sessionId, HIDDEN);
  await until(() => seen(one, two.sessionId)?.x === HIDDEN.x, "the enemy");
  assert.equal(one.state.fog, false);
});

test("a team sees together, and is told of changes all at once", async (context) => {
  const { server, rooms } = await meet(context, 4, { mode: "teams" });
  const teamOf = (room: Visitor): number => server.state.fighters.get(room.sessionId)?.team ?? -1;
  const [lookout, mate] = rooms.filter((room) => teamOf(room) === 0) as [Visitor, Visitor];
  const [enemy, second] = rooms.filter((room) => teamOf(room) === 1) as [Visitor, Visitor];
  put(server, lookout.sessionId, HERE);
  put(server, mate.sessionId, HERE);
  put(server, enemy.sessionId, HIDDEN);
  put(server, second.sessionId, HIDDEN);
  await until(() => [lookout, mate].every((room) => isUnknown(room, enemy.sessionId)), "the enemy to hide");
  assert.ok(seen(lookout, mate.sessionId));
  for (let round = 0; round < 3; round += 1) {
    put(server, mate.sessionId, HIDDEN);
    await until(() => [lookout, mate].every((room) => seen(room, enemy.sessionId)), "the team's sight");
    put(server, mate.sessionId, HERE);
    await until(() => [lookout, mate].every((room) => isUnknown(room, enemy.sessionId)), "the enemy to hide");
  }
  // The dead see what their team sees.
  const fallen = put(server, mate.sessionId, HIDDEN);
  fallen.health = 0;
  fallen.respawnAt = server.state.tick + 600;
  await sleep(700);
  assert.ok(isUnknown(mate, enemy.sessionId));
});

test("shots of who is out of sight are not told of, nor are their shells", async (context) => {
  const { server, rooms } = await meet(context, 2, { countdownSeconds: 0 });
  const [own, other] = rooms as [Visitor, Visitor];
  const [mine, theirs]: [SkirmishEvent[], SkirmishEvent[]] = [[], []];
  own.onMessage("events", (events: SkirmishEvent[]) => mine.push(...events));
  other.onMessage("events", (events: SkirmishEvent[]) => theirs.push(...events));
  await until(() => own.state.phase === "live", "the match");
  put(server, own.sessionId, HERE);
  put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(own, other.sessionId), "the enemy to be hidden");
  mine.length = 0;
  theirs.length = 0;
  const { slot } = server.state.fighters.get(other.sessionId) as Fighter;
  const input = other.input({ mode: "reliable" });
  let shells = 0;
  for (let shot = 0; shot < 45; shot += 1) {
    Object.assign(input.data, { buttons: BUTTON_FIRE | (shot % 2 === 0 ? 4 : 0) });
    input.send();
    put(server, other.sessionId, HIDDEN);
    shells = Math.max(shells, server.state.projectiles.size);
    for (const shell of own.state.projectiles.values())
      assert.ok(mightSee(HERE, shell, FAR_AHEAD), `a shell at ${shell.x}, ${shell.y}`);
    await sleep(1000 / TICK_RATE);
  }
  assert.ok(shells > 0);
  assert.ok(
    theirs.some(([kind, by]) => kind === "shot" && by === slot),
    "there were shots",
  );
  assert.deepEqual(
    mine.filter(([kind, by]) => kind !== "kill" && by === slot),
    [],
  );
});

test("a lane hides as much as a WebSocket", async (context) => {
  const { arena, server, rooms } = await meet(context, 2, { fighters: 3 });
  const [, other] = rooms as [Visitor, Visitor];
  const client = new Client(arena.url);
  client.auth.token = (await signInGuest(arena.url)).token;
  const cable = new Cable();
  const joined = await client.joinOrCreate("skirmish");
  joined.onMessage("*", () => undefined);
  const visit = await enterRoom<SkirmishState>(joined, cable);
  const { room, lane } = visit;
  await until(() => lane?.state === "open", "the lane to open");
  put(server, room.sessionId, HERE);
  const enemy = put(server, other.sessionId, HIDDEN);
  await until(() => isUnknown(room, other.sessionId), "the enemy to be hidden");
  const heard = listen(room, other.sessionId);
  const datagrams = cable.received.length;
  for (let step = 0; step < 30; step += 1) {
    enemy.x = HIDDEN.x + (step % 10) / 20;
    await sleep(1000 / TICK_RATE);
  }
  assert.ok(cable.received.length - datagrams > 20, "patches came by the lane");
  assert.deepEqual(heard.values, []);
  put(server, other.sessionId, BESIDE);
  await until(() => seen(room, other.sessionId)?.x === BESIDE.x, "the enemy to appear");
  // Before the server goes: without it nobody answers.
  await visit.leave();
});
