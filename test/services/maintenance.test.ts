/** What an operator does to the stores: the layout, the indexes, the leaderboards. The command itself, run for real. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Connection, Mongoose } from "mongoose";
import { startServerProcess } from "../../loadtest/server-process.ts";
import {
  type EmbeddedMongo,
  launchEmbeddedMongo,
} from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "arena-maintenance-"));
const config = join(folder, "arena.config.ts");
let database: EmbeddedMongo;
let connection: Connection;
let production: Record<string, string>;

before(async () => {
  writeFileSync(
    config,
    `import { Room } from "${root}/node_modules/@colyseus/core/build/index.mjs";
     class Empty extends Room {}
     export default {
       rooms: { empty: Empty },
       progression: { boards: { veterans: { name: "Veterans", by: { statistic: "experience" } } } },
     };`,
  );
  database = await launchEmbeddedMongo({ dataDir: join(folder, "mongo") });
  connection = await new Mongoose().createConnection(database.uri).asPromise();
  production = {
    NODE_ENV: "production",
    MONGODB_URI: database.uri,
    ARENA_JWT_SECRET: "a secret of thirty-two characters",
    ARENA_OPERATOR_PASSWORD: "an operator's password",
  };
  // As the first version of the layout left it.
  const profiles = Array.from({ length: 250 }, (_, index) => ({
    _id: randomUUID(),
    name: `Veteran ${index}`,
    createdAt: new Date("2026-02-01"),
    experience: 100 + index,
    games: 2,
    wins: 1,
    kills: 5,
    deaths: 4,
    appliedMatches: [`old-${index}-1`, `old-${index}-2`],
  }));
  await connection.collection<{ _id: string }>("profiles").insertMany(profiles);
});
after(async () => {
  await connection.close();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

function arena(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, ARENA_DATA_DIR: join(folder, "data"), PORT: "0", ...production };
  const command = [join(root, "src/arena/cli.ts"), ...args, "--config", config];
  return spawnSync(process.execPath, command, { cwd: folder, env, encoding: "utf8", timeout: 30_000 });
}

const lastLine = (text: string): unknown => JSON.parse(text.trim().split("\n").at(-1) ?? "");

test("a production start on an older layout is refused, and `arena migrate` brings it up", async () => {
  const refused = arena("start");
  assert.deepEqual([refused.status, refused.stderr.split(":")[0]], [1, "migration_needed"]);
  assert.match(refused.stderr, /0001-players/);
  const migrated = arena("migrate");
  assert.equal(migrated.status, 0, migrated.stderr);
  assert.match(migrated.stderr, /0001-players: 250 of 250/);
  assert.match(migrated.stderr, /leaderboards: \{"entries":250,"changed":250,"withdrawn":0\}/);
  assert.equal(await connection.collection("players").countDocuments(), 250);
  assert.equal(arena("migrate").status, 0, "again, with nothing left to do");
  assert.equal(await connection.collection("players").countDocuments(), 250);
  const server = await startServerProcess({ dataDir: join(folder, "data"), config, env: production });
  assert.equal(await server.stop(), 0);
});

test("an index that is missing is named and keeps a production server from starting", async () => {
  await connection.collection("ledger").dropIndex("playerId_1_seq_1");
  const refused = arena("start");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^migration_needed: .*ledger: .*playerId/);
  assert.equal(arena("migrate").status, 0);
});

test("`arena leaderboards check` says how far boards are off, and `rebuild` mends them", async () => {
  assert.deepEqual(lastLine(arena("leaderboards", "rebuild").stdout), {
    entries: 250,
    changed: 0,
    withdrawn: 0,
  });
  assert.equal(arena("leaderboards", "check").status, 0);
  const board = connection.collection("leaderboard");
  const some = await board.find().limit(3).toArray();
  await board.updateOne({ _id: some[0]?._id ?? assert.fail() }, { $set: { score: 1 } });
  await board.deleteOne({ _id: some[1]?._id ?? assert.fail() });
  const stranger = { board: "veterans@all", playerId: "nobody", score: 7, at: new Date(), version: 1 };
  await board.insertOne({ _id: "veterans@all/nobody" as never, ...stranger });
  const check = arena("leaderboards", "check");
  assert.deepEqual([check.status, lastLine(check.stdout)], [1, { entries: 250, changed: 2, withdrawn: 1 }]);
  const mended = arena("leaderboards", "rebuild");
  assert.deepEqual([mended.status, lastLine(mended.stdout)], [0, { entries: 250, changed: 2, withdrawn: 1 }]);
});
