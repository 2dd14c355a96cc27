/** A server that is told to stop while a match runs in it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "@colyseus/sdk";
import { startServerProcess } from "../../loadtest/server-process.ts";
import type { DrainingMessage, SavedMessage } from "../../schemas/skirmish-messages.ts";
import { joinSkirmish, signInGuest, until } from "../helpers/test-arena.ts";

async function playing(drainTimeoutMs: number, matchSeconds: number) {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-test-drain-"));
  const env = {
    ARENA_DRAIN_TIMEOUT_MS: String(drainTimeoutMs),
    SKIRMISH_MATCH_SECONDS: String(matchSeconds),
    SKIRMISH_COUNTDOWN_SECONDS: "0",
    SKIRMISH_OVER_SECONDS: "1",
  };
  const server = await startServerProcess({ dataDir, env });
  const exited = once(server.child, "exit");
  const guest = await signInGuest(server.url);
  const room = await joinSkirmish(server.url, guest);
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  const told: DrainingMessage[] = [];
  const saved: SavedMessage[] = [];
  room.onMessage("draining", (message: DrainingMessage) => told.push(message));
  room.onMessage("saved", (message: SavedMessage) => saved.push(message));
  const input = room.input({ mode: "reliable" });
  const walking = setInterval(() => room.connection.isOpen && input.send(), 33);
  await until(() => room.state.phase === "live", "the match");
  const end = async (): Promise<void> => {
    clearInterval(walking);
    if (server.child.exitCode === null) await server.kill(true);
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { server, exited, guest, room, closed, told, saved, end };
}

test("a match that runs comes to its end and is stored, nothing new begins, and the server exits with 0", async () => {
  const { server, exited, guest, closed, told, saved, end } = await playing(30_000, 6);
  try {
    server.child.kill("SIGTERM");
    await until(() => told.length > 0, "the players to be told");
    assert.ok((told[0]?.seconds ?? 0) >= 29);
    assert.equal((await fetch(`${server.url}/health/ready`)).status, 503);
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    const client = new Client(server.url);
    client.auth.token = guest.token;
    await assert.rejects(client.create("skirmish"), /servers_full/);
    await assert.rejects(client.joinOrCreate("skirmish"), /servers_full/);
    await until(() => saved.length > 0, "the result");
    assert.equal(saved[0]?.games, 1);
    assert.equal(await closed, 4001);
    assert.deepEqual(await exited, [0, null]);
  } finally {
    await end();
  }
});

test("a match that is longer than the time that is left is ended, and so it is when somebody asks twice", async () => {
  for (const twice of [false, true]) {
    const { server, exited, closed, told, end } = await playing(twice ? 60_000 : 1500, 60);
    try {
      const startedAt = performance.now();
      server.child.kill("SIGTERM");
      await until(() => told.length > 0, "the players to be told");
      if (twice) server.child.kill("SIGTERM");
      assert.equal(await closed, 4001);
      assert.deepEqual(await exited, [0, null]);
      const seconds = (performance.now() - startedAt) / 1000;
      assert.ok(twice ? seconds < 10 : seconds > 1.4 && seconds < 15, `${seconds} s`);
    } finally {
      await end();
    }
  }
});
