/** Matches that are recorded, verified and watched, through a whole server. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "@colyseus/sdk";
import {
  type HistoryEntry,
  openReplay,
  type PlayerProgress,
  type RunningArena,
  startArena,
} from "../../src/index.ts";
import { type PlayRequest, RecordedRoom } from "../helpers/recorded-room.ts";
import { TALLY_GAME, tallyBody } from "../helpers/tally-game.ts";
import { type Guest, signInGuest, until } from "../helpers/test-arena.ts";

const dataDir = mkdtempSync(join(tmpdir(), "arena-replays-"));
let arena: RunningArena;
let url: string;

before(async () => {
  arena = await startArena(
    {
      name: "test",
      build: "b7",
      logLevel: "silent",
      transport: { host: "127.0.0.1", port: 0 },
      storage: { dataDir, mongodbUri: process.env["MONGODB_URI"] || undefined },
      rooms: { tally: { room: RecordedRoom, replay: TALLY_GAME } },
      limits: { guestsPerMinute: 1000, matchmakesPerMinute: 1000, apiRequestsPerMinute: 10_000 },
      replays: { mostMatchBytes: 2000 },
      progression: {
        queues: { duel: { placementMatches: 0 } },
        boards: { ladder: { name: "Ladder", by: { rating: "duel" } } },
      },
    },
    {},
  );
  url = `http://127.0.0.1:${arena.port}`;
});
after(async () => {
  await arena?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Played {
  guest: Guest;
  matchId: string;
  progress: PlayerProgress;
}

/** A guest's match, from the room's word to what the player is told when it is stored. */
async function play(request: PlayRequest): Promise<Played> {
  const guest = await signInGuest(url);
  const client = new Client(url);
  client.auth.token = guest.token;
  const room = await client.joinOrCreate("tally");
  let saved: (PlayerProgress & { matchId: string }) | undefined;
  room.onMessage("*", () => undefined);
  room.onMessage("saved", (message: PlayerProgress & { matchId: string }) => {
    saved = message;
  });
  room.send("play", request);
  const progress = await until(() => saved, "the result to be stored");
  await room.leave();
  return { guest, matchId: progress.matchId, progress };
}

async function historyOf({ playerId }: Guest): Promise<HistoryEntry[]> {
  const response = await fetch(`${url}/api/players/${playerId}/matches`);
  return ((await response.json()) as { matches: HistoryEntry[] }).matches;
}

const get = (path: string, token?: string): Promise<Response> =>
  fetch(url + path, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });

test("a match is recorded, verified, listed with its recording, and the recording can be had", async () => {
  const { guest, matchId, progress } = await play({ ticks: 100 });
  assert.ok(progress.rating);
  const [entry] = await historyOf(guest);
  assert.deepEqual([entry?.replay, entry?.verified], [`/api/replays/${matchId}`, "yes"]);

  const response = await get(entry?.replay ?? "", guest.token);
  assert.deepEqual(
    [response.status, response.headers.get("content-type"), response.headers.get("cache-control")],
    [200, "application/octet-stream", "private, max-age=31536000, immutable"],
  );
  const opened = await openReplay(new Uint8Array(await response.arrayBuffer()), 10_000);
  assert.ok(opened.ok);
  assert.deepEqual(opened.body, tallyBody(100));
  const { game, build, matchId: named, tickRate, setup } = opened.header;
  assert.deepEqual(
    { game, build, named, tickRate, setup },
    { game: "tally", build: "b7", named: matchId, tickRate: 30, setup: { start: 5 } },
  );
});

test("a recording that comes to something else keeps its match off the board", async () => {
  const { guest, progress } = await play({ ticks: 100, wrongAt: 50 });
  assert.equal(progress.rating, undefined);
  assert.ok(progress.earned > 0);
  const [entry] = await historyOf(guest);
  assert.equal(entry?.verified, "no");
  const board = (await (await get("/api/leaderboards/ladder")).json()) as { entries: { playerId: string }[] };
  assert.ok(board.entries.every(({ playerId }) => playerId !== guest.playerId));
});

test("a match that is too long to be recorded counts, and offers nothing to watch", async () => {
  const { guest, progress, matchId } = await play({ ticks: 2000 });
  assert.ok(progress.rating);
  const [entry] = await historyOf(guest);
  assert.deepEqual([entry?.matchId, entry?.replay, entry?.verified], [matchId, undefined, "unknown"]);
});

test("only signed-in players get recordings, and what is none is not found", async () => {
  const { guest, matchId } = await play({ ticks: 8 });
  const codeOf = async (response: Response): Promise<unknown[]> => [
    response.status,
    ((await response.json()) as { code: string }).code,
    response.headers.get("cache-control"),
  ];
  const path = `/api/replays/${matchId}`;
  assert.deepEqual(await codeOf(await get(path)), [401, "auth_token_missing", "no-store"]);
  assert.deepEqual(await codeOf(await get(path, "x.y.z")), [401, "auth_token_invalid", "no-store"]);
  for (const name of ["none", "..%2f..%2fsecret", "a%00b", `${matchId}.arpl`, "x".repeat(300)])
    assert.deepEqual(
      await codeOf(await get(`/api/replays/${name}`, guest.token)),
      [404, "replay_unknown", "no-store"],
      name,
    );
});

test("who asks for deletion takes the own matches' recordings along", async () => {
  const { guest, matchId } = await play({ ticks: 8 });
  const kept = (): boolean => readdirSync(join(dataDir, "replays")).includes(`${matchId}.arpl`);
  assert.equal(kept(), true);
  const headers = { Authorization: `Bearer ${guest.token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ confirm: guest.playerId });
  assert.equal((await fetch(`${url}/api/me`, { method: "DELETE", headers, body })).status, 200);
  assert.equal(kept(), false);
});
