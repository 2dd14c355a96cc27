/** Starting and stopping a server in this process, and what a configuration leaves open. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { matchMaker } from "@colyseus/core";
import { Client } from "@colyseus/sdk";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { ArenaError, startArena } from "../../src/index.ts";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

test("a stop in the middle of a match counts it for nobody, and two stops are one", async () => {
  const arena = await startTestArena({ settings: { countdownSeconds: 0, matchSeconds: 600 } });
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  room.reconnection.enabled = false;
  await until(() => room.state.phase === "live", "the match to start");
  const input = room.input({ mode: "reliable" });
  const sequence = input.send();
  await until(() => input.lastProcessed >= sequence, "the input to be consumed");
  await Promise.all([arena.stop(), arena.stop()]);

  const next = await startTestArena({ dataDir: arena.dataDir });
  const profile = (await (await fetch(`${next.url}/api/players/${guest.playerId}`)).json()) as {
    games: number;
  };
  await next.close();
  assert.equal(profile.games, 0);
});

test("what a client sends is not a room's setting, even where the configuration sets none", async () => {
  const arena = await startTestArena({ config: { rooms: { skirmish: SkirmishRoom } } });
  const client = new Client(arena.url);
  client.auth.token = (await signInGuest(arena.url)).token;
  for (const settings of [{ matchSeconds: 5, fighters: 2 }, { nonsense: true }, 7]) {
    const room = await client.create("skirmish", { settings, arena: { options: { settings } } });
    const server = matchMaker.getLocalRoomById(room.roomId) as SkirmishRoom;
    assert.equal(server.state.fighters.size, 6);
    await room.leave();
  }
  await arena.close();
});

/** Asks the matchmaker as the client that a proxy says it is. */
async function ask(url: string, forwardedFor: string): Promise<number> {
  const headers = { "X-Forwarded-For": forwardedFor };
  return (await fetch(`${url}/matchmake/joinOrCreate/skirmish`, { method: "POST", headers, body: "{}" }))
    .status;
}

test("one address asks the matchmaker so often a minute, and no more, whatever it says of itself", async () => {
  const arena = await startTestArena({ limits: { matchmakesPerMinute: 2 } });
  const answers: boolean[] = [];
  for (let asked = 0; asked < 4; asked += 1) answers.push((await ask(arena.url, `10.0.0.${asked}`)) === 429);
  assert.deepEqual(answers, [false, false, true, true]);
  await arena.close();
});

test("behind a trusted proxy each client counts for itself, by the entry that the proxy wrote", async () => {
  const transport = { host: "127.0.0.1", port: 0, trustedProxyHops: 1 };
  const arena = await startTestArena({ limits: { matchmakesPerMinute: 1 }, config: { transport } });
  const asked = ["10.0.0.1", "10.0.0.2", "10.9.9.9, 10.0.0.1"];
  const answers: boolean[] = [];
  for (const forwardedFor of asked) answers.push((await ask(arena.url, forwardedFor)) === 429);
  assert.deepEqual(answers, [false, false, true]);
  await arena.close();
});

test("a room class of another copy of Colyseus is refused by name", async () => {
  class Foreign {
    readonly roomName = "foreign";
  }
  const refused = startArena(
    { rooms: { foreign: Foreign as never }, logLevel: "silent", transport: { port: 0 } },
    {},
  );
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof ArenaError);
    assert.match(error.message, /rooms\.foreign: expected a class that extends the Room/);
    return true;
  });
});

test("an address may send so many API requests and exports a minute, and then is told when to come back", async () => {
  const arena = await startTestArena({ limits: { apiRequestsPerMinute: 3, exportsPerMinute: 1 } });
  const { token } = await signInGuest(arena.url);
  const ask = async (path: string): Promise<[number, string | null]> => {
    const response = await fetch(`${arena.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return [response.status, response.headers.get("retry-after")];
  };
  assert.deepEqual(
    [await ask("/api/me/export"), await ask("/api/me/export")],
    [
      [200, null],
      [429, "60"],
    ],
  );
  for (let times = 0; times < 3; times += 1) assert.equal((await ask("/api/me"))[0], 200);
  assert.deepEqual(await ask("/api/catalogue"), [429, "60"]);
  await arena.close();
});
