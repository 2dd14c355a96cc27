/** `arena start --processes 2` on a real Redis: both take rooms, one that is killed comes back, a stop ends all. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Client, type Room } from "@colyseus/sdk";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import { signInGuest, until } from "../helpers/test-arena.ts";

const root = join(import.meta.dirname, "../..");
const CLI = join(root, "src/arena/cli.ts");
const CONFIG = "test/helpers/cluster.config.ts";

/** Of the processes that it started. */
function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => line.includes("cli.ts start"));
  return lines.map((line) => Number.parseInt(line, 10));
}

test("two processes share a game; one that is killed is started again; a stop ends both in order", {
  skip: hasRedisServer() ? false : "redis-server is not installed",
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-test-processes-"));
  const redis = await startRedisProcess();
  const args = [CLI, "start", "--processes", "2", "--config", CONFIG];
  const own = { REDIS_URL: redis.url, ARENA_DATA_DIR: dataDir, HOST: "127.0.0.1", PORT: "0" };
  const env = { ...process.env, ...own, ARENA_LOG_LEVEL: "info", ARENA_PUBLIC_ADDRESS: "127.0.0.1:{port}" };
  const main = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(main, "exit");
  let output = "";
  main.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  try {
    await until(() => output.includes("2 processes are up"), "both to be up", 40_000);
    const urls = [...new Set(output.match(/http:\/\/127\.0\.0\.1:\d+/g))];
    assert.equal(urls.length, 2);
    // One account is good in both: they share secret and database.
    const guest = await signInGuest(urls[0] as string);
    const rooms: Room[] = [];
    const addresses = new Set<string>();
    for (let made = 0; made < 20 && addresses.size < 2; made += 1) {
      const client = new Client(urls[made % 2]);
      client.auth.token = guest.token;
      const room = await client.create("skirmish");
      room.reconnection.enabled = false;
      room.onMessage("*", () => undefined);
      room.onMessage("events", () => undefined);
      rooms.push(room);
      addresses.add((room.connection.transport as unknown as { ws: WebSocket }).ws.url.split("/")[2] ?? "");
    }
    assert.equal(addresses.size, 2, "rooms were made in both");
    const me = await fetch(`${urls[1]}/api/me`, { headers: { Authorization: `Bearer ${guest.token}` } });
    assert.equal(((await me.json()) as { playerId: string }).playerId, guest.playerId);

    const [victim = 0, other = 0] = childrenOf(main.pid ?? 0);
    assert.ok(victim > 0 && other > 0);
    process.kill(victim, "SIGKILL");
    await until(() => output.includes("a process ended by itself"), "it to be missed");
    const again = await until(
      () => childrenOf(main.pid ?? 0).find((pid) => pid !== other && pid !== victim),
      "another one in its place",
    );
    await until(() => output.match(/is up: http/g)?.length === 3, "it to be up", 40_000);
    assert.ok(childrenOf(main.pid ?? 0).includes(other), "the other one was left alone");
    for (const room of rooms) if (room.connection.isOpen) await room.leave();

    main.kill("SIGTERM");
    const [code] = (await ended) as [number | null];
    assert.equal(code, 0);
    for (const pid of [other, again]) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  } finally {
    for (const pid of childrenOf(main.pid ?? 0)) process.kill(pid, "SIGKILL");
    if (main.exitCode === null) main.kill("SIGKILL");
    await redis.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("several processes want a Redis, addresses of their own, and a number", () => {
  const refusal = (args: string[], env: Record<string, string> = {}): string => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, "start", ...args, "--config", CONFIG], {
      cwd: root,
      env: { ...process.env, PORT: "0", ...env },
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.equal(status, 1);
    return stderr;
  };
  assert.match(refusal(["--processes", "2"]), /^processes_apart: .*REDIS_URL/);
  assert.match(refusal([], { ARENA_PROCESSES: "2" }), /^processes_apart: /);
  assert.match(refusal(["--processes", "many"]), /^config_invalid: .*many/);
  assert.match(refusal([], { ARENA_PROCESSES: "0" }), /^config_invalid: .*ARENA_PROCESSES/);
  const fixed = { REDIS_URL: "redis://127.0.0.1:1", ARENA_PUBLIC_ADDRESS: "game.example" };
  assert.match(refusal(["--processes", "2"], { ...fixed, MONGODB_URI: "mongodb://127.0.0.1:1" }), /\{port\}/);
});
