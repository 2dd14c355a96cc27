/** Players who meet across two processes on a real Redis, and what their friends see when one of them is killed. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import { freePort, type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { FriendLine, InvitationMessage, RoomLine } from "../../schemas/lobby-messages.ts";
import type { ChatLine, CustomGameState, PartyState } from "../../schemas/party-state.ts";
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import { type Guest, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";
import { Visit } from "../helpers/visit.ts";

const skip = hasRedisServer() ? false : "redis-server is not installed";
const SECRET = "one secret for all processes of this cluster";
const MOST_TRIES = 30;

test("friends, invitations, codes and games reach over processes; who was in a killed one is offline", {
  skip,
  timeout: 110_000,
}, async () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "lobby-cluster-")));
  const redis = await startRedisProcess();
  const servers: ServerProcess[] = [];
  try {
    for (const dataDir of folders) {
      const port = await freePort();
      const env = {
        REDIS_URL: redis.url,
        ARENA_JWT_SECRET: SECRET,
        ARENA_PUBLIC_ADDRESS: `127.0.0.1:${port}`,
      };
      const config = "test/helpers/lobby-cluster.config.ts";
      servers.push(await startServerProcess({ dataDir, port, config, env }));
    }
    const [first, second] = servers as [ServerProcess, ServerProcess];
    // All in the first one's database: each has a database of its own here.
    const [host, friend] = (await Promise.all([0, 1].map(() => signInGuest(first.url)))) as [Guest, Guest];
    await befriend(first.url, host, friend);

    const watcher = await createIn(first, "lobby", host);
    const lines = await watcher.next<FriendLine[]>("friends");
    assert.deepEqual(lines, [{ playerId: friend.playerId, name: friend.name, activity: "" }]);
    const visitor = await createIn(second, "lobby", friend);
    await watcher.next<FriendLine>("friend", ({ activity }) => activity === "lobby");

    const party = await createIn<PartyState>(first, "party", host);
    party.room.send("invite", { playerId: friend.playerId });
    const invitation = await visitor.next<InvitationMessage>("invitation");
    assert.deepEqual(invitation.from, { playerId: host.playerId, name: host.name });
    const code = invitation.code;
    const member = await Visit.enter<PartyState>(second.url, friend, (client) => client.joinById(code));
    await until(() => party.room.state.members?.size === 2, "the friend to be in the party");
    member.room.send("chat", { text: "from elsewhere" });
    await party.next<ChatLine>("chat", ({ text }) => text === "from elsewhere");

    visitor.room.send("list_rooms", { kind: "custom" });
    const game = await createIn<CustomGameState>(first, "custom", host, { name: "Over there" });
    const listed = await visitor.next<RoomLine[]>("rooms", (rooms) =>
      rooms.some(({ roomId }) => roomId === game.room.roomId),
    );
    assert.ok(listed.some(({ name }) => name === "Over there"));
    const player = await Visit.enter<CustomGameState>(second.url, friend, (client) =>
      client.joinById(game.room.roomId),
    );
    player.room.send("ready", { ready: true });
    await until(() => game.room.state.members?.get(friend.playerId)?.ready, "the friend to be ready");
    game.room.send("start", {});
    const seats = await Promise.all([game, player].map((visit) => visit.next<SeatMessage>("seat")));
    const match = await player.client.consumeSeatReservation(seats[1]?.reservation as never);
    match.onMessage("*", () => undefined);
    await watcher.next<FriendLine>("friend", ({ activity }) => activity === "match");
    await until(
      () => party.room.state.members.get(friend.playerId)?.activity === "match",
      "the party to see that its member plays",
    );
    match.reconnection.enabled = false;
    for (const { room } of [player, member]) await room.leave();
    await match.leave();
    watcher.told.length = 0;

    await second.kill(true);
    await watcher.next<FriendLine>("friend", ({ activity }) => activity === "", 40_000);
    game.room.send("invite", { playerId: friend.playerId });
    await game.refused("invite_refused");
  } finally {
    for (const server of servers) await server.kill(true);
    await redis.kill();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});

test("while Redis is away parties go on, and when it is back, empty, everybody is online again", {
  skip,
  timeout: 60_000,
}, async () => {
  let redis = await startRedisProcess();
  const arena = await startTestArena({
    config: {
      cluster: { redisUrl: redis.url },
      rooms: { skirmish: SkirmishRoom, lobby: LobbyRoom, party: PartyRoom },
      matchmaking: { queues: { pairs: { name: "Pairs", room: "skirmish", teams: [2, 2], filters: [] } } },
    },
  });
  try {
    const [one, two] = (await Promise.all([0, 1].map(() => signInGuest(arena.url)))) as [Guest, Guest];
    await befriend(arena.url, one, two);
    const watcher = await Visit.enter(arena.url, one, (client) => client.joinOrCreate("lobby"));
    const party = await Visit.enter<PartyState>(arena.url, one, (client) => client.create("party"));
    const other = await Visit.enter<PartyState>(arena.url, two, (client) =>
      client.joinById(party.room.roomId),
    );
    await watcher.next<FriendLine>("friend", ({ activity }) => activity === "party");
    await redis.kill();
    other.room.send("chat", { text: "still here" });
    await party.next<ChatLine>("chat", ({ text }) => text === "still here");
    watcher.room.send("refresh_friends", {});
    await until(() => watcher.all("friends").length === 2, "friends to be told without Redis");
    assert.deepEqual(watcher.all("friends")[1], [
      { playerId: two.playerId, name: two.name, activity: "party" },
    ]);
    redis = await startRedisProcess(redis.port);
    let entries: string[] = [];
    for (let tries = 0; tries < 200 && entries.length < 2; tries += 1) {
      await sleep(200);
      entries = Object.values(await matchMaker.presence.hgetall("arena:online").catch(() => ({})));
    }
    assert.deepEqual(entries.sort(), ["party", "party"]);
    assert.equal(watcher.closedWith ?? party.closedWith ?? other.closedWith, undefined);
  } finally {
    await arena.close();
    await redis.kill();
  }
});

/** Colyseus creates rooms where it knows of fewest: so until one is where it is wanted; the others are left then. */
async function createIn<State>(
  server: ServerProcess,
  room: string,
  guest: Guest,
  options: object = {},
): Promise<Visit<State>> {
  const elsewhere: Visit<State>[] = [];
  try {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const visit = await Visit.enter<State>(server.url, guest, (client) => client.create(room, options));
      if (visit.address === new URL(server.url).host) return visit;
      elsewhere.push(visit);
      // What processes say of their rooms is a second old at most.
      await sleep(200);
    }
    throw new Error(`no ${room} was created in ${server.url}`);
  } finally {
    for (const visit of elsewhere) await visit.room.leave();
  }
}

async function befriend(url: string, one: Guest, other: Guest): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const headers = { authorization: `Bearer ${from.token}` };
    const response = await fetch(`${url}/api/me/friends/${to.playerId}`, { method: "PUT", headers });
    assert.equal(response.status, 200, await response.text());
  }
}
