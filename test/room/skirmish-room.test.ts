/** Skirmish's room, played over the wire by unmodified SDK clients against a real server and database. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { matchMaker } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import type { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { SavedMessage, SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import type { HistoryAnswer, HistoryEntry, RatingHistoryAnswer } from "../../src/index.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

let arena: TestArena;
before(async () => {
  arena = await startTestArena({
    settings: { matchSeconds: 5, countdownSeconds: 1, overSeconds: 2, fighters: 4 },
    config: { progression: { queues: { ffa: {} } } },
  });
});
after(() => arena.close());

async function profileOf(playerId: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${arena.url}/api/players/${playerId}`)).json()) as Record<string, unknown>;
}

async function matchesOf(playerId: string): Promise<HistoryEntry[]> {
  const response = await fetch(`${arena.url}/api/players/${playerId}/matches`);
  return ((await response.json()) as HistoryAnswer).matches;
}

async function untilProfile(
  playerId: string,
  wanted: (profile: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 100; tries += 1) {
    const profile = await profileOf(playerId);
    if (wanted(profile)) return profile;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`the profile never became so: ${JSON.stringify(await profileOf(playerId))}`);
}

/** Waits for the fight and sends one input: whoever sends none takes no part. */
async function takePart(room: Room<unknown, SkirmishState>): Promise<void> {
  await until(() => room.state.phase === "live", "the match to start");
  const input = room.input({ mode: "reliable" });
  const sequence = input.send();
  await until(() => input.lastProcessed >= sequence, "the input to be consumed");
}

test("a finished match is stored, paid once, and shown by the profile", async () => {
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  let saved: SavedMessage | undefined;
  room.onMessage("saved", (message: SavedMessage) => {
    saved = message;
  });
  await takePart(room);
  const message = await until(() => saved, "the result to be stored", 15_000);
  assert.equal(message.games, 1);
  assert.ok(message.earned >= 50);
  const profile = await profileOf(guest.playerId);
  assert.equal(profile["games"], 1);
  assert.equal(profile["experience"], message.earned);
  const [match] = await matchesOf(guest.playerId);
  assert.equal(match?.matchId, message.matchId);
  assert.equal(match?.players, 4);
  await until(() => room.state.phase === "countdown", "the next match");
  assert.notEqual(room.state.matchId, message.matchId);
  await room.leave();
});

test("a player who leaves for good in mid-match is recorded as having left, and earns nothing", async () => {
  const [stayer, leaver] = [await signInGuest(arena.url), await signInGuest(arena.url)];
  const room = await joinSkirmish(arena.url, stayer);
  const other = await joinSkirmish(arena.url, leaver);
  assert.equal(other.roomId, room.roomId);
  await takePart(other);
  await other.leave();
  await until(() => room.state.phase === "over", "the match to end");
  const profile = await untilProfile(leaver.playerId, (found) => found["games"] === 1);
  const [match] = await matchesOf(leaver.playerId);
  assert.deepEqual([profile["experience"], match?.won, match?.earned], [0, false, 0]);
  await room.leave();
});

test("when everybody leaves a running match it still counts for them", async () => {
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  await takePart(room);
  await room.leave();
  await untilProfile(guest.playerId, (found) => found["games"] === 1);
});

test("a seat whose player sends nothing takes no part in the match", async () => {
  const [player, absent] = [await signInGuest(arena.url), await signInGuest(arena.url)];
  const room = await joinSkirmish(arena.url, player);
  const other = await joinSkirmish(arena.url, absent);
  await takePart(room);
  await other.leave();
  await until(() => room.state.phase === "over", "the match to end");
  await untilProfile(player.playerId, (found) => found["games"] === 1);
  assert.equal((await profileOf(absent.playerId))["games"], 0);
  await room.leave();
});

test("who leaves a match and comes back has the old score and waits like the dead", async () => {
  const guest = await signInGuest(arena.url);
  const stayer = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const room = await joinSkirmish(arena.url, guest);
  await takePart(room);
  const server = matchMaker.getLocalRoomById(room.roomId) as SkirmishRoom;
  const before = server.state.fighters.get(room.sessionId);
  assert.ok(before);
  Object.assign(before, { score: -3, deaths: 5, health: 1 });
  await room.leave();
  const again = await joinSkirmish(arena.url, guest);
  assert.equal(again.roomId, stayer.roomId);
  const after = server.state.fighters.get(again.sessionId);
  assert.ok(after);
  assert.deepEqual([after.score, after.deaths], [-3, 5]);
  assert.ok(
    after.health === 0 && after.respawnAt > room.state.tick + 30,
    `health ${after.health}, until tick ${after.respawnAt}`,
  );
  await again.leave();
  await stayer.leave();
});

test("the last player to leave a match against bots is rated as who came last", async () => {
  const leaver = await signInGuest(arena.url);
  const client = new Client(arena.url);
  client.auth.token = leaver.token;
  const room = (await client.create<SkirmishState>("skirmish")) as Room<unknown, SkirmishState>;
  room.onMessage("*", () => undefined);
  await new Promise<void>((resolve) => room.onStateChange.once(() => resolve()));
  await takePart(room);
  await room.leave();
  await untilProfile(leaver.playerId, (found) => found["games"] === 1);
  const history = await fetch(`${arena.url}/api/players/${leaver.playerId}/ratings/ffa`);
  const [point] = ((await history.json()) as RatingHistoryAnswer).points;
  assert.ok(point && point.mu < 25, JSON.stringify(point));
});

test("bots fill the empty places and make room for people", async () => {
  const rooms = [await joinSkirmish(arena.url, await signInGuest(arena.url))];
  const [first] = rooms;
  assert.ok(first);
  const count = () => {
    let bots = 0;
    first.state.fighters.forEach((fighter) => {
      bots += fighter.bot ? 1 : 0;
    });
    return [first.state.fighters.size, bots].join();
  };
  await until(() => count() === "4,3", "three bots");
  for (let joined = 1; joined < 6; joined += 1)
    rooms.push(await joinSkirmish(arena.url, await signInGuest(arena.url)));
  await until(() => count() === "6,0", "six people and no bot");
  const slots = new Set<number>();
  first.state.fighters.forEach((fighter) => slots.add(fighter.slot));
  assert.equal(slots.size, 6);
  for (const room of rooms.slice(1)) await room.leave();
  await until(() => count() === "4,3", "bots to take the places again");
  await first.leave();
});

test("a dropped connection keeps its seat, and reconnecting resumes in the same place", async () => {
  const watcher = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const seen = () => watcher.state.fighters.get(room.sessionId);
  await until(seen, "the fighter to be seen");
  const slot = seen()?.slot;
  const token = room.reconnectionToken;
  room.reconnection.enabled = false;
  room.connection.close(4010);
  await until(() => seen()?.connected === false, "the fighter to be shown as away");
  const back = await new Client(arena.url).reconnect<SkirmishState>(token);
  back.onMessage("*", () => undefined);
  await until(() => seen()?.connected === true, "the fighter to be back");
  assert.equal(seen()?.slot, slot);
  await back.leave();
  await watcher.leave();
});

test("a player who joins twice takes over the fighter, and the older connection is told", async () => {
  const guest = await signInGuest(arena.url);
  const older = await joinSkirmish(arena.url, guest);
  older.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => older.onLeave((code) => resolve(code)));
  await until(() => older.state.fighters.get(older.sessionId), "the fighter");
  const slot = older.state.fighters.get(older.sessionId)?.slot;
  const newer = await joinSkirmish(arena.url, guest);
  assert.equal(await closed, 4409);
  assert.equal(newer.roomId, older.roomId);
  const own = await until(
    () => newer.state.fighters.get(newer.sessionId),
    "the fighter under the new session",
  );
  assert.equal(own.slot, slot);
  assert.equal(newer.state.fighters.get(older.sessionId), undefined);
  await newer.leave();
});

test("a player has one fighter, however many connections do not end when they are closed", async () => {
  const guest = await signInGuest(arena.url);
  const rooms: Room<unknown, SkirmishState>[] = [];
  for (let joined = 0; joined < 4; joined += 1) {
    const room = await joinSkirmish(arena.url, guest);
    room.reconnection.enabled = false;
    const server = matchMaker.getLocalRoomById(room.roomId) as SkirmishRoom;
    // A client that never answers the closing handshake keeps its connection for half a minute.
    server.clients.get(room.sessionId)?.ref.removeAllListeners("close");
    rooms.push(room);
    let fighters = 0;
    server.state.fighters.forEach(({ name }) => {
      fighters += name === guest.name ? 1 : 0;
    });
    assert.equal(fighters, 1, `after join ${joined + 1}`);
  }
  const server = matchMaker.getLocalRoomById(rooms[0]?.roomId ?? "") as SkirmishRoom;
  await server.disconnect();
});

test("events reach the clients, and name fighters by slot", async () => {
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const kinds = new Set<string>();
  room.onMessage("events", (events: SkirmishEvent[]) => {
    for (const [kind, slot] of events) {
      kinds.add(kind);
      // Who cannot be seen is nobody.
      const least = kind === "hit" || kind === "burst" ? -1 : 0;
      assert.ok(Number.isInteger(slot) && slot >= least && slot < 16, `${kind} ${slot}`);
    }
  });
  await until(
    () => kinds.has("shot") && kinds.has("hit") && kinds.has("spawn"),
    "shots, hits and spawns",
    15_000,
  );
  await room.leave();
});
