/** The command `arena` as an operator meets it: starts, refusals, stops, pages behind a password. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { launchEmbeddedMongo } from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import { TALLY_GAME, THROW, tallyBody, tallyFile } from "../helpers/tally-game.ts";
import { until } from "../helpers/test-arena.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "arena-cli-"));
const config = join(folder, "arena.config.ts");
const PASSWORD = "an operator's password";
let database: Awaited<ReturnType<typeof launchEmbeddedMongo>>;

before(async () => {
  writeFileSync(
    config,
    `import { Room } from "${root}/node_modules/@colyseus/core/build/index.mjs";
     class Empty extends Room {}
     export default { rooms: { empty: Empty } };`,
  );
  database = await launchEmbeddedMongo({ dataDir: join(folder, "mongo") });
});
after(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

function runArena(
  args: string[],
  env: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "src/arena/cli.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, ARENA_DATA_DIR: join(folder, "data"), PORT: "0", ...env },
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

test("a call that is none is answered with the usage", () => {
  const { status, stderr } = runArena(["dance"]);
  assert.deepEqual(
    [status, stderr.trim()],
    [
      2,
      "usage: arena start [--processes N|auto] [--stop-with-parent] | dev [--net RTT/JITTER/LOSS] | migrate | leaderboards check|rebuild | replay verify FILE [--json]  [--config FILE]",
    ],
  );
});

test("a recording is run again: 0 for the same, 1 for the first tick that differs, 2 for a call that is wrong", () => {
  writeFileSync(
    join(folder, "replays.ts"),
    `import definition from "./arena.config.ts";
     export default { ...definition, rooms: {
       tally: { room: definition.rooms.empty, replay: new URL("${TALLY_GAME.href}") }, empty: definition.rooms.empty,
     } };`,
  );
  const verify = (name: string, bytes: Uint8Array | undefined, ...more: string[]) => {
    if (bytes) writeFileSync(join(folder, name), bytes);
    return runArena(["replay", "verify", name, "--config", "replays.ts", ...more]);
  };
  const same = verify("same.arpl", tallyFile("m1", tallyBody(300), { build: "dev" }));
  assert.equal(same.status, 0, same.stderr);
  assert.match(same.stdout, /^match m1: the same, 300 ticks \(10 s\) at \d+ times real time\n$/);
  assert.equal(same.stderr, "");

  const differing = verify("other.arpl", tallyFile("m2", tallyBody(300, 120)), "--json");
  assert.equal(differing.status, 1);
  assert.match(differing.stderr, /^replay_other_build: .*"test", this is "dev"/);
  const { same: isSame, otherBuild, matchId, mismatch } = JSON.parse(differing.stdout);
  assert.deepEqual([isSame, otherBuild, matchId, mismatch.tick], [false, true, "m2", 120]);

  const refusals: [string, Uint8Array, RegExp][] = [
    ["damaged.arpl", tallyFile("m3", tallyBody(8)).subarray(0, 80), /^replay_malformed: /],
    ["broken.arpl", tallyFile("m4", THROW, { build: "dev" }), /^replay_malformed: .*no such input/],
    ["empty.arpl", tallyFile("m5", tallyBody(8), { game: "empty", build: "dev" }), /^replay_game_unknown: /],
  ];
  for (const [name, bytes, expected] of refusals) {
    const { status, stderr } = verify(name, bytes);
    assert.equal(status, 1, name);
    assert.match(stderr, expected);
  }
  assert.match(verify("nowhere.arpl", undefined).stderr, /^nowhere\.arpl: there is no such file\nusage: /);
  assert.deepEqual(
    [
      verify("nowhere.arpl", undefined).status,
      runArena(["replay", "verify"]).status,
      runArena(["replay"]).status,
    ],
    [2, 2, 2],
  );
});

test("a room whose replay module is not there stops the start", () => {
  writeFileSync(
    join(folder, "no-module.ts"),
    `import definition from "./arena.config.ts";
     export default { ...definition, rooms: { tally: { room: definition.rooms.empty, replay: new URL("./no.ts", import.meta.url) } } };`,
  );
  const { status, stderr } = runArena(["start", "--config", "no-module.ts"], { MONGODB_URI: database.uri });
  assert.equal(status, 1);
  assert.match(stderr, /^config_invalid: .*rooms\.tally\.replay: there is no .*no\.ts/m);
});

test("a wrong setting stops the start with its code, key, value and what was expected", () => {
  const { status, stderr } = runArena(["start", "--config", config], { PORT: "many" });
  assert.equal(status, 1);
  assert.match(stderr, /^config_invalid: .*transport\.port \(from PORT\): got "many", expected/);
});

test("a missing configuration is said", () => {
  const { status, stderr } = runArena(["start", "--config", "nowhere.ts"]);
  assert.equal(status, 1);
  assert.match(stderr, /^config_missing: .*nowhere\.ts/);
});

test("a production start refuses development settings, naming each", () => {
  const { status, stderr } = runArena(["start", "--config", config], { NODE_ENV: "production" });
  assert.equal(status, 1);
  assert.match(stderr, /^production_refused: .*MONGODB_URI.*ARENA_JWT_SECRET.*ARENA_OPERATOR_PASSWORD/);
});

test("a database that is not there stops the start", () => {
  writeFileSync(
    join(folder, "no-database.ts"),
    `import definition from "./arena.config.ts"; export default { ...definition, storage: { connectTimeoutMs: 500 } };`,
  );
  const { status, stderr } = runArena(["start", "--config", "no-database.ts"], {
    MONGODB_URI: "mongodb://127.0.0.1:1/x",
  });
  assert.equal(status, 1);
  assert.match(stderr, /^storage_unavailable: /m);
});

test("a worse network is for development only, and one that is none stops the start", () => {
  const misplaced = runArena(["start", "--net", "200/50/5", "--config", config]);
  assert.equal(misplaced.status, 2);
  assert.match(misplaced.stderr, /^usage: /);
  const wrong = runArena(["dev", "--net", "slow", "--config", config]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /^config_invalid: .*transport\.conditions: got "slow", expected "200\/50\/5"/);
  const production = {
    NODE_ENV: "production",
    MONGODB_URI: database.uri,
    ARENA_JWT_SECRET: "0123456789abcdef0123456789abcdef",
    ARENA_OPERATOR_PASSWORD: PASSWORD,
  };
  const refused = runArena(["dev", "--net", "200/50/5", "--config", config], production);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^production_refused: .*transport\.conditions/);
});

test("a development server says how it makes the network worse, and tells who asks", async () => {
  const server = spawn(
    process.execPath,
    [join(root, "src/arena/cli.ts"), "dev", "--net", "200/50/5", "--config", config],
    {
      cwd: folder,
      env: { ...process.env, PORT: "0", HOST: "127.0.0.1", MONGODB_URI: database.uri },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  server.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  try {
    const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0], "the server to be up");
    assert.match(output, /the network is made worse: 200 ms round trip, ±50 ms, 5 % lost each way/);
    assert.deepEqual(await (await fetch(`${url}/api/network`)).json(), {
      conditions: { roundTripMs: 200, jitterMs: 50, lossPercent: 5 },
    });
  } finally {
    server.kill("SIGTERM");
    await until(() => server.exitCode !== null || server.signalCode !== null, "the server to stop");
  }
});

test("a port that is taken stops the start", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = taken.address() as { port: number };
  const env = { PORT: String(address.port), HOST: "127.0.0.1", MONGODB_URI: database.uri };
  const { status, stderr } = runArena(["start", "--config", config], env);
  taken.close();
  assert.equal(status, 1);
  assert.match(stderr, /^port_unavailable: .*EADDRINUSE/m);
});

async function startProduction(): Promise<ServerProcess> {
  const env = {
    NODE_ENV: "production",
    MONGODB_URI: database.uri,
    ARENA_JWT_SECRET: "0123456789abcdef0123456789abcdef",
    ARENA_OPERATOR_PASSWORD: PASSWORD,
  };
  return startServerProcess({ dataDir: join(folder, "unused"), config, env });
}

test("in production the operator's pages want the password, and SIGTERM ends with 0", async () => {
  const server = await startProduction();
  const status = async (path: string, password?: string): Promise<number> => {
    const headers = password === undefined ? {} : { Authorization: `Basic ${btoa(`operator:${password}`)}` };
    return (await fetch(`${server.url}${path}`, { headers, redirect: "manual" })).status;
  };
  for (const path of ["/monitor/", "/monitor/api", "/playground/", "/playground/rooms"]) {
    assert.equal(await status(path), 401, path);
    assert.equal(await status(path, "wrong"), 401, path);
    assert.ok((await status(path, PASSWORD)) < 400, path);
  }
  const headers = { Authorization: `Basic ${btoa(`operator:${PASSWORD}`)}`, "Sec-Fetch-Site": "cross-site" };
  const embedded = await fetch(`${server.url}/monitor/api`, { headers });
  assert.equal(embedded.status, 403, "another site's page may not use an operator's browser");
  assert.deepEqual([await status("/health/live"), await status("/health/ready")], [200, 200]);
  assert.equal(await server.stop(), 0);
});

test("a server without its database is alive but not ready", async () => {
  const own = await launchEmbeddedMongo({ dataDir: join(folder, "own") });
  const server = await startServerProcess({
    dataDir: join(folder, "data"),
    config,
    env: { MONGODB_URI: own.uri },
  });
  await own.stop();
  const readiness = async (): Promise<string> => {
    const response = await fetch(`${server.url}/health/ready`);
    return `${response.status} ${((await response.json()) as { code?: string }).code}`;
  };
  let answer = await readiness();
  for (let tries = 0; tries < 100 && answer !== "503 not_ready"; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await readiness();
  }
  assert.equal(answer, "503 not_ready");
  assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
  assert.equal(await server.stop(), 0);
});

test("a server that an npm script started stops when the script's shell is ended", async (context) => {
  const arena = [
    process.execPath,
    join(root, "src/arena/cli.ts"),
    "start",
    "--config",
    config,
    "--stop-with-parent",
  ];
  const shell = spawn("sh", ["-c", `"${arena.join('" "')}"; true`], {
    cwd: folder,
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", MONGODB_URI: database.uri },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  let output = "";
  shell.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0], "the server to be up");
  context.after(() => {
    if (!output.includes("stopping") && shell.pid !== undefined) process.kill(-shell.pid, "SIGKILL");
  });
  shell.kill("SIGTERM");
  await until(() => output.includes("the process that started this one is gone"), "the server to notice");
  let answers = true;
  for (let tries = 0; answers && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answers = await fetch(url).then(
      () => true,
      () => false,
    );
  }
  assert.equal(answers, false);
});
