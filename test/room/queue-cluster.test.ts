/** One queue over two processes on a real Redis, and what becomes of it when the process that holds it dies. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import { freePort, type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { QueueGuest } from "../helpers/queue-guest.ts";
import { signInGuest } from "../helpers/test-arena.ts";

const skip = hasRedisServer() ? false : "redis-server is not installed";
const SECRET = "one secret for all processes of this cluster";

test("players of both processes meet in one queue; when its process is killed they go on waiting in the other", {
  skip,
  timeout: 110_000,
}, async () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "queue-cluster-")));
  const redis = await startRedisProcess();
  const servers: ServerProcess[] = [];
  try {
    for (const dataDir of folders) {
      const port = await freePort();
      servers.push(
        await startServerProcess({
          dataDir,
          port,
          config: "test/helpers/cluster.config.ts",
          env: {
            REDIS_URL: redis.url,
            ARENA_JWT_SECRET: SECRET,
            ARENA_PUBLIC_ADDRESS: `127.0.0.1:${port}`,
          },
        }),
      );
    }
    const [first, second] = servers as [ServerProcess, ServerProcess];
    const one = await QueueGuest.join(first.url, await signInGuest(first.url), { queue: "duel" });
    const two = await QueueGuest.join(second.url, await signInGuest(second.url), { queue: "duel" });
    assert.equal(one.room.roomId, two.room.roomId);
    await Promise.all([one.accept(), two.accept()]);
    const seats = await Promise.all([one.next("seat"), two.next("seat")]);
    assert.equal(seats[0].reservation.roomId, seats[1].reservation.roomId);
    await Promise.all([one.takeSeat(), two.takeSeat()]);

    const guest = await signInGuest(second.url);
    const waiting = await QueueGuest.join(second.url, guest, { queue: "duel" });
    const { pass, ticketId } = await waiting.next("queued");
    await sleep(1500);
    const holder = servers.find(({ url }) => waiting.address.startsWith(url.replace("http", "ws")));
    const other = holder === first ? second : first;
    await holder?.kill(true);
    await waiting.closed();
    const killedAt = performance.now();
    const again = await rejoin(other.url, guest, pass);
    const seconds = (performance.now() - killedAt) / 1000;
    const queued = await again.next("queued");
    assert.equal(queued.ticketId, ticketId);
    assert.ok(queued.waitedSeconds >= 1, "the time from before counts");
    assert.ok(seconds < 30, `the other process took over after ${seconds} s`);
    const opponent = await QueueGuest.join(other.url, await signInGuest(other.url), { queue: "duel" });
    await Promise.all([again.accept(), opponent.accept()]);
    await Promise.all([again.next("seat"), opponent.next("seat")]);
    await Promise.all([again.takeSeat(), opponent.takeSeat()]);
  } finally {
    for (const server of servers) await server.kill(true);
    await redis.kill();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});

/** As a client does it: again and again until it is in. */
async function rejoin(
  url: string,
  guest: Parameters<typeof QueueGuest.join>[1],
  pass: string,
): Promise<QueueGuest> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await QueueGuest.join(url, guest, { queue: "duel", pass });
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(500);
    }
  }
}
