/**
 * The promise of the embedded database: what it acknowledged is there after kill -9, once; and no client, however
 * broken or slow, takes it down.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import mongoose from "mongoose";
import {
  type EmbeddedMongo,
  launchEmbeddedMongo,
} from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import { encodeCommand, openSocket, sendCommand } from "./raw-wire-client.ts";

const { Long, MongoClient, UUID } = mongoose.mongo;

const crashes = 6;
const writers = 16;

async function withDataDir(run: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "embedded-mongo-"));
  try {
    await run(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withServer(run: (server: EmbeddedMongo, dataDir: string) => Promise<void>): Promise<void> {
  await withDataDir(async (dataDir) => {
    const server = await launchEmbeddedMongo({ dataDir });
    try {
      await run(server, dataDir);
    } finally {
      await server.stop();
    }
  });
}

/** A fixed sequence, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("the embedded database under kill -9", () => {
  it("keeps every acknowledged write exactly once through repeated kills", { timeout: 60_000 }, () =>
    withDataDir(async (dataDir) => {
      const random = seededRandom(7);
      const acknowledged = Array.from({ length: writers }, () => 0);
      const unknown = Array.from({ length: writers }, () => 0);
      const inserted: string[] = [];

      for (let round = 0; round < crashes; round++) {
        const kill = new AbortController();
        const server = await launchEmbeddedMongo({ dataDir, onExit: () => {} });
        const client = await MongoClient.connect(server.uri, {
          serverSelectionTimeoutMS: 300,
          maxPoolSize: writers,
        });
        const db = client.db("crash");
        if (round === 0)
          await db
            .collection("counters")
            .insertMany(acknowledged.map((_, id) => ({ _id: id as never, n: 0 })));
        const write = async (writer: number) => {
          for (let i = 0; !kill.signal.aborted; i++) {
            const id = `${round}-${writer}-${i}`;
            try {
              await db.collection("events").insertOne({ _id: id as never, writer });
              inserted.push(id);
            } catch {
              return;
            }
            try {
              await db.collection("counters").updateOne({ _id: writer as never }, { $inc: { n: 1 } });
              acknowledged[writer] = (acknowledged[writer] ?? 0) + 1;
            } catch {
              unknown[writer] = (unknown[writer] ?? 0) + 1;
              return;
            }
          }
        };
        const running = Promise.all(acknowledged.map((_, writer) => write(writer)));
        await delay(150 + random() * 500);
        process.kill(server.pid, "SIGKILL");
        kill.abort();
        await running;
        await client.close();
      }

      const server = await launchEmbeddedMongo({ dataDir });
      const client = await MongoClient.connect(server.uri);
      const db = client.db("crash");
      const events = new Set((await db.collection("events").distinct("_id")).map(String));
      assert.ok(inserted.length > 500, `only ${inserted.length} writes were acknowledged`);
      assert.deepEqual(
        inserted.filter((id) => !events.has(id)),
        [],
      );
      assert.equal(new Set(inserted).size, inserted.length);
      for (const { _id, n } of await db.collection("counters").find().toArray()) {
        const least = acknowledged[Number(_id)] ?? 0;
        const most = least + (unknown[Number(_id)] ?? 0);
        assert.ok(n >= least && n <= most, `counter ${String(_id)} is ${n}, expected ${least} to ${most}`);
      }
      await client.close();
      await server.stop();
    }),
  );

  it("answers a retry after kill -9 from memory instead of executing it again", () =>
    withDataDir(async (dataDir) => {
      const command = {
        findAndModify: "counters",
        query: { _id: 1 },
        update: { $inc: { n: 1 } },
        upsert: true,
        new: true,
        lsid: { id: new UUID() },
        txnNumber: Long.ONE,
        $db: "crash",
      };
      const first = await launchEmbeddedMongo({ dataDir, onExit: () => {} });
      assert.deepEqual((await sendCommand(first.uri, command)).value, { _id: 1, n: 1 });
      process.kill(first.pid, "SIGKILL");
      const second = await launchEmbeddedMongo({ dataDir });
      assert.deepEqual((await sendCommand(second.uri, command)).value, { _id: 1, n: 1 });
      const found = await sendCommand(second.uri, { find: "counters", $db: "crash" });
      assert.deepEqual((found.cursor as { firstBatch: unknown }).firstBatch, [{ _id: 1, n: 1 }]);
      await second.stop();
    }));

  it("keeps indexes and the order of insertion over a restart", () =>
    withDataDir(async (dataDir) => {
      for (const round of [1, 2]) {
        const server = await launchEmbeddedMongo({ dataDir });
        const client = await MongoClient.connect(server.uri);
        const items = client.db("crash").collection("items");
        if (round === 1) {
          await items.createIndex({ u: 1 }, { unique: true, partialFilterExpression: { open: true } });
          await items.insertMany([{ u: 3, open: true }, { u: 1 }, { u: 2 }]);
        }
        await assert.rejects(items.insertOne({ u: 3, open: true }), { code: 11000 });
        assert.deepEqual(
          (await items.find().toArray()).map(({ u }) => u),
          [3, 1, 2],
        );
        assert.equal((await items.indexes())[1]?.name, "u_1");
        await client.close();
        await server.stop();
      }
    }));
});

describe("the life of the embedded server's process", () => {
  it("refuses a data directory that another process has open, and says so", { timeout: 20_000 }, () =>
    withServer(async (_server, dataDir) => {
      await assert.rejects(launchEmbeddedMongo({ dataDir }), /another process has .* open/);
    }),
  );

  it("waits for the directory while its former holder is on the way out", () =>
    withDataDir(async (dataDir) => {
      const first = await launchEmbeddedMongo({ dataDir });
      const second = launchEmbeddedMongo({ dataDir });
      await delay(300);
      await first.stop();
      await (await second).stop();
    }));

  it("reports an exit that nobody asked for, and only such", () =>
    withDataDir(async (dataDir) => {
      const exits: unknown[] = [];
      const onExit = (_code: number | null, signal: NodeJS.Signals | null) => exits.push(signal);
      const first = await launchEmbeddedMongo({ dataDir, onExit });
      process.kill(first.pid, "SIGKILL");
      while (exits.length === 0) await delay(10);
      await first.stop();
      const second = await launchEmbeddedMongo({ dataDir, onExit });
      await second.stop();
      assert.deepEqual(exits, ["SIGKILL"]);
    }));

  it("ends when its parent is killed", () =>
    withDataDir(async (dataDir) => {
      const launcher = new URL("../../src/storage/embedded-mongo/launch-embedded-mongo.ts", import.meta.url);
      const script = join(dataDir, "parent.mjs");
      await writeFile(
        script,
        `import { launchEmbeddedMongo } from ${JSON.stringify(launcher.href)};
         const { uri, pid } = await launchEmbeddedMongo({ dataDir: ${JSON.stringify(join(dataDir, "db"))} });
         process.send({ uri, pid });`,
      );
      const parent = fork(script, { execArgv: [] });
      const [{ pid }] = (await once(parent, "message")) as [{ pid: number }];
      parent.kill("SIGKILL");
      const isAlive = () => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      for (let i = 0; i < 100 && isAlive(); i++) await delay(50);
      assert.equal(isAlive(), false);
      const again = await launchEmbeddedMongo({ dataDir: join(dataDir, "db") });
      await again.stop();
    }));
});

describe("the embedded server and broken clients", () => {
  it("survives random bytes and mutated frames, and goes on serving others", { timeout: 30_000 }, () =>
    withServer(async (server) => {
      const random = seededRandom(11);
      const bystander = await MongoClient.connect(server.uri);
      const valid = encodeCommand({
        insert: "fuzz",
        documents: [{ a: [1, { b: "text" }], c: new UUID() }],
        $db: "fuzz",
      });
      const frames = Array.from({ length: 400 }, (_, round) => {
        if (round % 4 === 0) return Buffer.from(Array.from({ length: 64 }, () => random() * 256));
        const frame = Buffer.from(valid);
        if (round % 4 === 1) return frame.subarray(0, random() * frame.length);
        for (let i = 0; i <= random() * 4; i++) frame[4 + random() * (frame.length - 4)] = random() * 256;
        return frame;
      });
      for (const frame of frames) {
        const socket = await openSocket(server.uri);
        socket.on("error", () => {});
        socket.resume();
        socket.end(frame);
        await once(socket, "close");
      }
      assert.equal((await bystander.db("fuzz").command({ ping: 1 })).ok, 1);
      await bystander.close();
    }),
  );

  it("closes only the connection that announces an oversized or unknown frame", () =>
    withServer(async (server) => {
      for (const [at, value] of [
        [0, 48_000_001],
        [0, 3],
        [12, 2012],
      ] as const) {
        const socket = await openSocket(server.uri);
        const frame = encodeCommand({ ping: 1, $db: "x" });
        frame.writeInt32LE(value, at);
        socket.write(frame);
        socket.on("error", () => {});
        socket.resume();
        await once(socket, "close");
      }
      assert.equal((await sendCommand(server.uri, { ping: 1, $db: "x" })).ok, 1);
    }));

  it("answers pipelined and split requests in order", () =>
    withServer(async (server) => {
      const socket = await openSocket(server.uri);
      const requests = Buffer.concat(
        Array.from({ length: 20 }, (_, i) => encodeCommand({ ping: 1, $db: "x" }, i + 1)),
      );
      const answered: number[] = [];
      let rest = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
          answered.push(rest.readInt32LE(8));
          rest = rest.subarray(rest.readInt32LE(0));
        }
      });
      for (let at = 0; at < requests.length; at += 7) socket.write(requests.subarray(at, at + 7));
      while (answered.length < 20) await delay(5);
      assert.deepEqual(
        answered,
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      socket.destroy();
    }));

  it(
    "stops reading from a client that does not read its replies, and resumes when it does",
    { timeout: 30_000 },
    () =>
      withServer(async (server) => {
        const text = "x".repeat(4_000_000);
        await sendCommand(server.uri, { insert: "big", documents: [{ text }], $db: "x" });
        const socket = await openSocket(server.uri);
        socket.pause();
        const asked = 60;
        for (let i = 1; i <= asked; i++) socket.write(encodeCommand({ find: "big", $db: "x" }, i));
        await delay(500);
        const status = await readFile(`/proc/${server.pid}/status`, "utf8").catch(() => "");
        const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
        assert.ok(
          peakKb < 350_000,
          `peak of ${peakKb} KB for ${asked} replies of 4 MB to a client that reads none`,
        );
        let received = 0;
        socket.on("data", (chunk) => {
          received += chunk.length;
        });
        socket.resume();
        for (let i = 0; i < 400 && received < asked * text.length; i++) await delay(25);
        assert.ok(received >= asked * text.length);
        socket.destroy();
      }),
  );
});
