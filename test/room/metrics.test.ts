/** What /metrics tells while an unmodified client plays, is refused and misbehaves, and whom it tells. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Protocol } from "@colyseus/core";
import { Client } from "@colyseus/sdk";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";

const PASSWORD = "a password for tests";
const authorization = (name: string) => ({ Authorization: `Basic ${btoa(`${name}:${PASSWORD}`)}` });

/** By name and labels, as they are written. */
async function read(arena: TestArena, headers: Record<string, string> = {}): Promise<Map<string, number>> {
  const response = await fetch(`${arena.url}/metrics`, { headers });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("players, rooms, ticks, bytes, joins, refusals, closes, inputs, queues and the database are measured", async (context) => {
  const arena = await startTestArena({
    settings: { countdownSeconds: 60 },
    config: {
      rooms: {
        skirmish: { room: SkirmishRoom, options: { settings: { countdownSeconds: 60 } } },
        queue: { room: QueueRoom, filterBy: ["queue", "region"] },
      },
      matchmaking: { queues: { duel: { name: "Duel", room: "skirmish", teams: [1, 1], filters: [] } } },
    },
  });
  context.after(() => arena.close());
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  const client = new Client(arena.url);
  client.auth.token = "none";
  await assert.rejects(client.joinOrCreate("skirmish"), /auth_token_invalid/);
  client.auth.token = (await signInGuest(arena.url)).token;
  await assert.rejects(client.joinOrCreate("nowhere"));
  const queue = await client.joinOrCreate("queue", { queue: "duel" });
  queue.onMessage("*", () => undefined);
  // More than a tick takes wait at once.
  const input = room.input({ mode: "reliable" });
  for (let sent = 0; sent < 20; sent += 1) input.send();
  const bad = await joinSkirmish(arena.url, await signInGuest(arena.url));
  bad.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => bad.onLeave((code) => resolve(code)));
  bad.connection.send(Uint8Array.of(Protocol.ROOM_STATE));
  assert.equal(await closed, 4400);

  let figures = new Map<string, number>();
  const is = (name: string) => figures.get(name) ?? 0;
  const QUEUED = 'arena_queue_waiting_players{queue="duel",region=""}';
  const SENT = 'arena_room_sent_bytes_total{room="skirmish",way="websocket"}';
  for (let tries = 0; tries < 100 && (is(SENT) < 2000 || is(QUEUED) < 1); tries += 1) {
    await sleep(100);
    figures = await read(arena);
  }
  assert.equal(is('arena_players{room="skirmish"}'), 1);
  assert.equal(is('arena_rooms{room="skirmish"}'), 1);
  assert.equal(is(QUEUED), 1);
  assert.equal(is('arena_joins_total{room="skirmish"}'), 2);
  assert.equal(is('arena_join_refusals_total{code="auth_token_invalid"}'), 1);
  assert.equal(is('arena_join_refusals_total{code="colyseus_520"}'), 1);
  assert.equal(is('arena_closes_total{code="frame_malformed"}'), 1);
  assert.ok(is('arena_inputs_dropped_total{reason="backlog"}') >= 10);
  assert.ok(is('arena_tick_duration_seconds_count{room="skirmish"}') > 20);
  assert.ok(is('arena_tick_duration_seconds_sum{room="skirmish"}') > 0);
  assert.ok(is('arena_tick_lateness_seconds_count{room="skirmish"}') > 20);
  assert.ok(is(SENT) >= 2000);
  assert.ok(is('arena_storage_command_duration_seconds_count{command="find",outcome="ok"}') > 0);
  assert.equal(is("arena_outbox_results"), 0);
  assert.ok(is("nodejs_eventloop_lag_p99_seconds") > 0 && is("process_resident_memory_bytes") > 1e7);
  for (const name of figures.keys())
    for (const secret of [guest.playerId, guest.token, room.roomId, room.sessionId])
      assert.ok(!name.includes(secret), name);
  await queue.leave();
  await room.leave();
});

test("where there are operators, they and who may read metrics alone are told", async (context) => {
  const accounts = {
    prometheus: { password: PASSWORD, role: "metrics" },
    rev: { password: PASSWORD, role: "reviewer" },
  } as const;
  const arena = await startTestArena({ config: { operators: { password: PASSWORD, accounts } } });
  context.after(() => arena.close());
  const status = async (path: string, headers = {}): Promise<number> =>
    (await fetch(arena.url + path, { headers })).status;
  assert.equal(await status("/metrics"), 401);
  for (const name of ["prometheus", "rev", "operator"])
    assert.equal(await status("/metrics", authorization(name)), 200);
  assert.equal(await status("/monitor/api", authorization("prometheus")), 403);
  assert.equal(await status("/api/operator/cases", authorization("prometheus")), 403);
});
