/** Processes on one real Redis: one that is killed, one that hangs, and a Redis that forgets everything. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@colyseus/sdk";
import { Redis } from "ioredis";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import { freePort, type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { signInGuest } from "../helpers/test-arena.ts";

const skip = hasRedisServer() ? false : "redis-server is not installed";
const SECRET = "one secret for all processes of this cluster";
const ROOMS = "roomcaches";

test("rooms of a process that is killed or hangs are gone within seconds; those of one that lives come back", {
  skip,
  timeout: 110_000,
}, async () => {
  const folders = [0, 1, 2].map(() => mkdtempSync(join(tmpdir(), "arena-test-processes-")));
  let redis = await startRedisProcess();
  const servers: ServerProcess[] = [];
  const reading = new Redis(redis.url);
  // It is away for a while.
  reading.on("error", () => undefined);
  const ownersOf = async (): Promise<string[]> => {
    const listed = Object.values(await reading.hgetall(ROOMS));
    return listed.map((room) => (JSON.parse(room) as { publicAddress: string }).publicAddress);
  };
  const addressOf = ({ url }: ServerProcess): string => url.replace("http://", "");
  try {
    await Promise.all(
      folders.map(async (dataDir) => {
        const port = await freePort();
        const env = {
          REDIS_URL: redis.url,
          ARENA_JWT_SECRET: SECRET,
          ARENA_PUBLIC_ADDRESS: `127.0.0.1:${port}`,
        };
        servers.push(
          await startServerProcess({ dataDir, port, config: "test/helpers/cluster.config.ts", env }),
        );
      }),
    );
    const [first, second, third] = servers as [ServerProcess, ServerProcess, ServerProcess];
    const join = async (server: ServerProcess, how: "create" | "joinOrCreate" = "create") => {
      const client = new Client(server.url);
      client.auth.token = (await signInGuest(server.url)).token;
      const room = await client[how]("skirmish");
      room.reconnection.enabled = false;
      room.onMessage("*", () => undefined);
      return room;
    };
    const within = async (seconds: number, what: string, check: (owners: string[]) => boolean) => {
      const deadline = performance.now() + seconds * 1000;
      for (;;) {
        const owners = await ownersOf();
        if (check(owners)) return;
        assert.ok(performance.now() < deadline, `${what}: ${owners.join(", ")}`);
        await sleep(100);
      }
    };
    const everybody = (owners: string[], wanted: readonly ServerProcess[]): boolean =>
      wanted.every((server) => owners.includes(addressOf(server)));

    // Rooms go to where there is least to do: all three have some before long.
    for (let made = 0; made < 30 && !everybody(await ownersOf(), servers); made += 1) await join(first);
    assert.ok(everybody(await ownersOf(), servers), "each process has a room");

    await third.kill(true);
    await within(8, "rooms of the killed one", (owners) => !owners.includes(addressOf(third)));
    const startedAt = performance.now();
    const room = await join(first, "joinOrCreate");
    assert.ok(performance.now() - startedAt < 3000, "and joining is as fast as ever");
    await room.leave();

    second.child.kill("SIGSTOP");
    await within(15, "rooms of the one that hangs", (owners) => !owners.includes(addressOf(second)));
    second.child.kill("SIGCONT");
    await within(15, "rooms of the one that is back", (owners) => everybody(owners, [first, second]));

    await redis.kill();
    await sleep(3000);
    redis = await startRedisProcess(redis.port);
    await within(30, "rooms after Redis forgot them", (owners) => everybody(owners, [first, second]));
    await (await join(second, "joinOrCreate")).leave();
  } finally {
    reading.disconnect();
    for (const server of servers) {
      server.child.kill("SIGCONT");
      await server.kill(true);
    }
    await redis.kill();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});
