/** What a server writes when everything goes well and wrong, at its most talkative: never a token, password or secret. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "@colyseus/sdk";
import { type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { signInGuest, until } from "../helpers/test-arena.ts";

const JWT_SECRET = "a-secret-of-tests-that-nobody-may-see";
const PASSWORD = "a-password-of-tests";
const root = join(import.meta.dirname, "../..");
let folder: string;
let server: ServerProcess;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "arena-test-log-"));
  const env = { ARENA_LOG_LEVEL: "debug", ARENA_JWT_SECRET: JWT_SECRET, ARENA_OPERATOR_PASSWORD: PASSWORD };
  server = await startServerProcess({ dataDir: folder, env });
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("signing in, playing, being refused and operating leave no token, password or secret in the log", async () => {
  const guest = await signInGuest(server.url);
  const bearer = { Authorization: `Bearer ${guest.token}` };
  const client = new Client(server.url);
  client.auth.token = guest.token;
  const room = await client.joinOrCreate("lobby");
  room.onMessage("*", () => undefined);
  const secrets = [JWT_SECRET, PASSWORD, guest.token, guest.token.split(".")[2] ?? ""];
  const [, reconnection = ""] = room.reconnectionToken.split(":");
  secrets.push(reconnection);

  const forged = `${guest.token.slice(0, -4)}AAAA`;
  secrets.push(forged);
  const other = new Client(server.url);
  other.auth.token = forged;
  await assert.rejects(other.joinOrCreate("lobby"), /auth_token_invalid/);
  await assert.rejects(client.reconnect(`${room.roomId}:${reconnection}x`));
  const query = `token=${guest.token}&_authToken=${guest.token}&reconnectionToken=${reconnection}`;
  const requests: [path: string, init?: RequestInit][] = [
    ["/auth/guest", { method: "POST", headers: bearer }],
    ["/api/me", { headers: bearer }],
    ["/api/me", { headers: { Authorization: `Bearer ${forged}` } }],
    [`/nowhere?${query}`],
    [`/matchmake/create/nothing?${query}`, { method: "POST", headers: bearer, body: "{}" }],
    ["/matchmake/create/lobby", { method: "POST", headers: bearer, body: `{"token":"${guest.token}"` }],
    ["/api/me", { method: "PATCH", headers: bearer, body: `{"token":"${guest.token}"}` }],
    ["/monitor/api", { headers: { Authorization: `Basic ${btoa(`operator:${PASSWORD}`)}` } }],
    ["/monitor/api", { headers: { Authorization: `Basic ${btoa(`operator:not-${PASSWORD}`)}` } }],
  ];
  for (const [path, init] of requests) await (await fetch(server.url + path, init)).arrayBuffer();
  for (const path of [`/x/y?sessionId=z&${query}`, `/?${query}`]) {
    const socket = new WebSocket(server.url.replace("http", "ws") + path);
    await new Promise<void>((resolve) => {
      socket.addEventListener("close", () => resolve());
      socket.addEventListener("error", () => resolve());
      socket.addEventListener("open", () => socket.close());
    });
  }
  room.send("chat", { token: guest.token });
  await room.leave();
  secrets.push(btoa(`operator:${PASSWORD}`));

  const marker = await signInGuest(server.url);
  await until(() => server.output().length > 0, "a line");
  const written = server.output();
  assert.match(written, /127\.0\.0\.1/, "the server wrote what it does");
  for (const secret of [...secrets, marker.token])
    assert.ok(!written.includes(secret), `${secret} stands in the log:\n${written}`);
});

test("a database or Redis that is away is complained of without the password of its address", () => {
  const addresses = {
    MONGODB_URI: "mongodb://user:hunter2hunter2@127.0.0.1:1/arena",
    REDIS_URL: "redis://user:hunter2hunter2@127.0.0.1:1",
  };
  for (const [name, address] of Object.entries(addresses)) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["src/arena/cli.ts", "start"], {
      cwd: root,
      env: { ...process.env, PORT: "0", ARENA_DATA_DIR: join(folder, "other"), [name]: address },
      encoding: "utf8",
      timeout: 40_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, /_unavailable: /);
    assert.ok(!(stdout + stderr).includes("hunter2"), stdout + stderr);
  }
});
