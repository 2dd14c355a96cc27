import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Client, Room } from "@colyseus/core";
import { type FinalStanding, MatchPlugin, type MatchServices } from "../../src/match/match-plugin.ts";
import type { MatchResult, PlayerProgress } from "../../src/match/match-result.ts";
import { progressOf } from "../helpers/match-results.ts";

type Message = [type: string, message: Record<string, unknown>];

/** The plugin's hooks as Colyseus calls them. */
interface Hooks {
  onCreate(options: object): void;
  onJoin(client: Client): void;
  onLeave(client: Client): void;
  onDispose(): void;
}

interface Seat {
  client: Client;
  messages: Message[];
}

/** A room with two seats, and a recorder whose answers the test gives. */
function setUp(services: Partial<MatchServices> = {}) {
  const plugin = new MatchPlugin();
  const hooks = plugin as unknown as Hooks;
  const recorded: MatchResult[] = [];
  const kept = Promise.withResolvers<boolean>();
  const saved = Promise.withResolvers<PlayerProgress[] | undefined>();
  const clients = new Map<string, Client>();
  const arena: MatchServices = {
    recordMatch: async (result) => {
      recorded.push(result);
      return { kept: await kept.promise, saved: saved.promise };
    },
    build: "b7",
    options: {},
    ...services,
  };
  Object.assign(plugin, { room: { roomName: "skirmish", clients } as unknown as Room });
  hooks.onCreate({ arena });
  const join = (sessionId: string, playerId: string): Seat => {
    const messages: Message[] = [];
    const client = {
      sessionId,
      auth: { playerId, name: `name of ${playerId}` },
      send: (...message: Message) => messages.push(message),
    } as unknown as Client;
    clients.set(sessionId, client);
    hooks.onJoin(client);
    return { client, messages };
  };
  const leave = ({ client }: Seat): void => {
    clients.delete(client.sessionId);
    hooks.onLeave(client);
  };
  return { plugin, hooks, recorded, kept, saved, join, leave };
}

function standing(sessionId: string, placement: number): FinalStanding {
  return { sessionId, team: 1, score: 2, kills: 3, deaths: 4, placement, won: placement === 1 };
}

test("a result says what the match was, who played and who was a bot, and nothing else of the room's objects", async () => {
  const { plugin, recorded, kept, join } = setUp();
  join("s1", "ada");
  const { matchId, seed } = plugin.begin({ mode: "teams", map: "foundry", queue: "ranked", teamGame: true });
  kept.resolve(true);
  const bot = { team: 2, placement: 2, brain: "of the room" };
  const crowded = { ...standing("s1", 1), secret: "of the room" };
  await plugin.finish([crowded], 3, [bot]);
  const { startedAt, endedAt, ...rest } = recorded[0] as MatchResult;
  assert.ok(startedAt <= endedAt);
  assert.deepEqual(rest, {
    matchId,
    seed,
    room: "skirmish",
    queue: "ranked",
    mode: "teams",
    map: "foundry",
    build: "b7",
    teamGame: true,
    fighters: 3,
    players: [
      {
        playerId: "ada",
        name: "name of ada",
        team: 1,
        score: 2,
        kills: 3,
        deaths: 4,
        placement: 1,
        won: true,
        left: false,
      },
    ],
    bots: [{ team: 2, placement: 2 }],
  });
});

test("a result waits for its recording, as the match stood when it ended, and does without one that is not kept", async () => {
  const { plugin, recorded, kept, join, leave } = setUp();
  kept.resolve(true);
  const ada = join("s1", "ada");
  for (const replay of [{ replay: "m1" }, undefined]) {
    const recording = Promise.withResolvers<{ replay: string } | undefined>();
    plugin.begin({ mode: "ffa", map: "m" });
    const finished = plugin.finish([standing("s1", 1)], 1, [], recording.promise);
    if (!replay) leave(ada);
    await nextTurn();
    assert.equal(recorded.length, replay ? 0 : 1);
    recording.resolve(replay);
    await finished;
    const result = recorded.at(-1);
    assert.deepEqual([result?.replay, result?.players.map(({ left }) => left)], [replay?.replay, [false]]);
  }
});

test("a match counts for the room's own queue, everybody for himself, when nothing else is said", async () => {
  const { plugin, recorded, kept, join } = setUp();
  join("s1", "ada");
  plugin.begin({ mode: "ffa", map: "m" });
  kept.resolve(true);
  await plugin.finish([standing("s1", 1)], 1);
  assert.deepEqual([recorded[0]?.queue, recorded[0]?.teamGame, recorded[0]?.bots], ["skirmish", false, []]);
});

test("who left for good stays in the result, behind everybody", async () => {
  const { plugin, recorded, kept, join, leave } = setUp();
  join("s1", "ada");
  const bob = join("s2", "bob");
  plugin.begin({ mode: "ffa", map: "m" });
  plugin.noteLeft(bob.client, { team: 0, score: 9, kills: 9, deaths: 0 });
  leave(bob);
  kept.resolve(true);
  await plugin.finish([standing("s1", 1)], 4);
  const left = recorded[0]?.players.find(({ playerId }) => playerId === "bob");
  assert.deepEqual([left?.left, left?.placement, left?.won, left?.score], [true, 4, false, 9]);
});

test("finish resolves when the result is safe: saving at once, saved when it is stored, to each his own", async () => {
  const { plugin, recorded, kept, saved, join, leave } = setUp();
  const ada = join("s1", "ada");
  const bob = join("s2", "bob");
  const watcher = join("s3", "eve");
  const { matchId } = plugin.begin({ mode: "ffa", map: "m" });
  const finished = plugin.finish([standing("s1", 1), standing("s2", 2)], 2);
  await nextTurn();
  assert.deepEqual(ada.messages, [], "nothing is promised before it is safe");
  kept.resolve(true);
  await finished;
  assert.deepEqual(ada.messages, [["saving", { matchId }]]);
  assert.deepEqual(bob.messages, [["saving", { matchId }]]);
  leave(bob);
  saved.resolve(progressOf(recorded[0] as MatchResult));
  await nextTurn();
  const [type, message] = ada.messages[1] ?? [];
  assert.deepEqual(
    [type, message?.["matchId"], message?.["earned"], message?.["playerId"]],
    ["saved", matchId, 1, undefined],
  );
  assert.equal(bob.messages.length, 1, "who has gone is not told");
  assert.deepEqual(watcher.messages, []);
});

test("a result that could not be taken or stored is said to have failed", async () => {
  for (const isKept of [false, true]) {
    const { plugin, kept, saved, join } = setUp();
    const ada = join("s1", "ada");
    const { matchId } = plugin.begin({ mode: "ffa", map: "m" });
    kept.resolve(isKept);
    saved.resolve(undefined);
    await plugin.finish([standing("s1", 1)], 1);
    await nextTurn();
    assert.deepEqual(
      ada.messages.map(([type, message]) => [type, message["code"], message["matchId"]]),
      isKept
        ? [
            ["saving", undefined, matchId],
            ["save_failed", "internal_error", matchId],
          ]
        : [["save_failed", "match_queue_full", matchId]],
    );
  }
});

test("a room that is gone is not touched when the database comes back", async () => {
  const { plugin, hooks, recorded, kept, saved, join } = setUp();
  const ada = join("s1", "ada");
  plugin.begin({ mode: "ffa", map: "m" });
  kept.resolve(true);
  await plugin.finish([standing("s1", 1)], 1);
  hooks.onDispose();
  saved.resolve(progressOf(recorded[0] as MatchResult));
  await nextTurn();
  assert.equal(ada.messages.length, 1);
});

test("a client that cannot be sent to brings nothing down", async () => {
  const { plugin, recorded, kept, saved, join } = setUp();
  const ada = join("s1", "ada");
  plugin.begin({ mode: "ffa", map: "m" });
  kept.resolve(true);
  await plugin.finish([standing("s1", 1)], 1);
  Object.assign(ada.client, {
    send: () => {
      throw new Error("the connection is closing");
    },
  });
  saved.resolve(progressOf(recorded[0] as MatchResult));
  await nextTurn();
});

test("a loadout is what the player has equipped, and nothing when that cannot be read", async () => {
  const asked: string[] = [];
  const loadoutOf = async (playerId: string): Promise<Record<string, string>> => {
    asked.push(playerId);
    if (playerId === "bob") throw new Error("the database is away");
    return { skin: "red" };
  };
  const { plugin, join } = setUp({ loadoutOf });
  assert.deepEqual(await plugin.loadoutOf(join("s1", "ada").client), { skin: "red" });
  assert.deepEqual(await plugin.loadoutOf(join("s2", "bob").client), {});
  assert.deepEqual(asked, ["ada", "bob"]);
  const bare = setUp();
  assert.deepEqual(await bare.plugin.loadoutOf(bare.join("s1", "ada").client), {});
});
