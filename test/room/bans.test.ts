/** Bans on a real server with the published client: live connections, joins, reconnections, appeals, operators' API. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Room, type Client as ServerClient } from "@colyseus/core";
import { Client, type Room as SdkRoom } from "@colyseus/sdk";
import { hasRedisServer, startRedisProcess } from "../../loadtest/redis-process.ts";
import { type ServerProcess, startServerProcess } from "../../loadtest/server-process.ts";
import { CaseStore } from "../../src/anticheat/review/case-store.ts";
import type { CaseAnswer, CasesAnswer, StandingAnswer } from "../../src/anticheat/review/review-answers.ts";
import type { TrustLevel } from "../../src/anticheat/trust/trust-services.ts";
import { ERRORS, type RoomServices, requirePlayer } from "../../src/index.ts";
import { openStorage } from "../../src/storage/connection-store.ts";
import { launchEmbeddedMongo } from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import { type Guest, signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";
import { silentLog } from "../helpers/test-storage.ts";

const PASSWORD = "a long operator password";
const REVIEWER = "a long reviewer password";

/** A suspicious room that keeps everybody's place for a reconnection, whatever the connection was closed with. */
class HallRoom extends Room {
  static override onAuth = requirePlayer;
  #arena!: RoomServices;
  override onCreate({ arena }: { arena: RoomServices }): void {
    this.#arena = arena;
    this.autoDispose = false;
  }
  override messages = {
    cheat: (client: ServerClient, level: TrustLevel) => {
      const { playerId } = client.auth as { playerId: string };
      this.#arena.trust.decide({
        playerId,
        level,
        kicked: false,
        reason: "aim snap",
        logEvidence: 14,
        room: "hall",
        matchId: "match",
        at: new Date().toISOString(),
        evidence: [],
      });
    },
  };
  override onDrop(client: ServerClient): void {
    void this.allowReconnection(client, 20).catch(() => undefined);
  }
}

let arena: TestArena;

before(async () => {
  arena = await startTestArena({
    config: {
      rooms: { hall: HallRoom, other: HallRoom },
      operators: { password: PASSWORD, accounts: { rev: { password: REVIEWER, role: "reviewer" } } },
    },
  });
});
after(() => arena?.close());

async function enter(url: string, guest: Guest, name = "hall"): Promise<SdkRoom> {
  const client = new Client(url);
  client.auth.token = guest.token;
  const room = await client.joinOrCreate(name);
  room.reconnection.enabled = false;
  room.onMessage("*", () => undefined);
  return room;
}

function closeOf(room: SdkRoom): Promise<number> {
  return new Promise((resolve) => room.onLeave((code) => resolve(code)));
}

interface Answer<T> {
  status: number;
  body: T & { code?: string };
}

async function call<T = object>(
  method: "GET" | "POST",
  address: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer<T>> {
  const response = await fetch(address, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer<T>["body"] };
}

const basic = (name: string, password: string) => ({ Authorization: `Basic ${btoa(`${name}:${password}`)}` });
const OPERATOR = basic("operator", PASSWORD);
const AS_REVIEWER = basic("rev", REVIEWER);
const bearer = ({ token }: Guest) => ({ Authorization: `Bearer ${token}` });
const api = (path: string): string => `${arena.url}/api/${path}`;

/** A player in two rooms, with a case against them. */
async function caught(): Promise<{ guest: Guest; rooms: SdkRoom[]; caseId: string }> {
  const guest = await signInGuest(arena.url);
  const rooms = [await enter(arena.url, guest), await enter(arena.url, guest, "other")];
  rooms[0]?.send("cheat", "review");
  for (;;) {
    const { body } = await call<CasesAnswer>("GET", api("operator/cases?status=open"), AS_REVIEWER);
    const found = body.cases.find(({ playerId }) => playerId === guest.playerId);
    if (found) return { guest, rooms, caseId: found.caseId };
  }
}

async function joinRefusalOf(guest: Guest): Promise<string> {
  try {
    await (await enter(arena.url, guest)).leave();
    return "";
  } catch (error) {
    return (error as Error).message.split(":")[0] ?? "";
  }
}

test("a ban closes all connections within a second, refuses the player until it is cleared after an appeal", async () => {
  const { guest, rooms, caseId } = await caught();
  const token = rooms[0]?.reconnectionToken ?? "";
  const closed = Promise.all(rooms.map(closeOf));
  const started = performance.now();
  const path = `operator/cases/${caseId}/confirm`;
  const confirmed = await call<CaseAnswer>("POST", api(path), AS_REVIEWER, { banDays: 30, note: "clear" });
  assert.equal(confirmed.status, 200);
  assert.deepEqual([confirmed.body.status, confirmed.body.verdicts[0]?.by], ["confirmed", "rev"]);
  assert.deepEqual(await closed, [ERRORS.player_banned.close, ERRORS.player_banned.close]);
  assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);

  assert.equal(await joinRefusalOf(guest), "player_banned");
  await assert.rejects(new Client(arena.url).reconnect(token), "the kept place is not given back");
  const renewal = await call("POST", `${arena.url}/auth/guest`, bearer(guest));
  assert.deepEqual([renewal.status, renewal.body.code], [403, "player_banned"]);
  for (const forbidden of ["me/export", "me/reports"]) {
    const { status, body } = await call("GET", api(forbidden), bearer(guest));
    assert.deepEqual([status, body.code], [403, "player_banned"], forbidden);
  }

  const standing = await call<StandingAnswer>("GET", api("me/standing"), bearer(guest));
  const [ban] = standing.body.bans;
  assert.deepEqual(
    [ban?.caseId, ban?.reason, ban?.appealed, Object.keys(ban ?? {}).length],
    [caseId, "cheating", false, 5],
  );
  const appeal = () => call("POST", api("me/appeals"), bearer(guest), { caseId, text: "It was my cat." });
  assert.equal((await appeal()).status, 200);
  assert.deepEqual((await appeal()).body.code, "appeal_refused");

  const cleared = await call<CaseAnswer>("POST", api(`operator/cases/${caseId}/clear`), OPERATOR, {
    note: "",
  });
  assert.deepEqual([cleared.body.status, cleared.body.appeal?.text], ["cleared", "It was my cat."]);
  assert.equal(await joinRefusalOf(guest), "");
  assert.deepEqual((await call("GET", api("me/standing"), bearer(guest))).body, { bans: [] });
  const { body: data } = await call<{ cases: { status: string }[] }>("GET", api("me/export"), bearer(guest));
  assert.deepEqual(
    data.cases.map(({ status }) => status),
    ["cleared"],
  );
});

test("two operators who confirm and clear at once leave one verdict, and a door that agrees with it", async () => {
  const { guest, caseId } = await caught();
  const seen = { note: "", verdictsSeen: 0 };
  const answers = await Promise.all([
    call("POST", api(`operator/cases/${caseId}/confirm`), OPERATOR, { ...seen, banDays: 0 }),
    call("POST", api(`operator/cases/${caseId}/clear`), AS_REVIEWER, seen),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
  const { body } = await call<CaseAnswer>("GET", api(`operator/cases/${caseId}`), OPERATOR);
  assert.equal(body.verdicts.length, 1);
  assert.equal(await joinRefusalOf(guest), body.status === "confirmed" ? "player_banned" : "");
});

test("a deleted account leaves no case", async () => {
  const { guest, caseId } = await caught();
  const response = await fetch(api("me"), {
    method: "DELETE",
    headers: { ...bearer(guest), "Content-Type": "application/json" },
    body: JSON.stringify({ confirm: guest.playerId }),
  });
  assert.equal(response.status, 200);
  assert.equal((await call("GET", api(`operator/cases/${caseId}`), OPERATOR)).status, 404);
});

test("the operators' API lets in whom it knows, by role, and nothing that another site caused", async () => {
  const cases = api("operator/cases");
  const codeOf = async (headers: Record<string, string>, path = cases) => {
    const response = await fetch(path, { headers });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  assert.deepEqual(await codeOf({}), [401, "operator_unknown"]);
  assert.deepEqual(await codeOf(basic("rev", PASSWORD)), [401, "operator_unknown"]);
  assert.deepEqual(await codeOf(basic("constructor", "")), [401, "operator_unknown"]);
  assert.deepEqual(await codeOf({ Authorization: "Basic ====" }), [401, "operator_unknown"]);
  assert.deepEqual(await codeOf({ ...OPERATOR, "Sec-Fetch-Site": "cross-site" }), [403, "origin_refused"]);
  assert.deepEqual(await codeOf(AS_REVIEWER, `${arena.url}/monitor/api`), [403, "operator_role"]);
  assert.equal((await fetch(`${arena.url}/monitor/api`, { headers: OPERATOR })).status, 200);
  assert.deepEqual((await call("GET", api("operator/me"), AS_REVIEWER)).body, {
    name: "rev",
    role: "reviewer",
  });

  const path = api(`operator/cases/${randomUUID()}/clear`);
  const form = await fetch(path, {
    method: "POST",
    headers: { ...OPERATOR, "Content-Type": "text/plain" },
    body: JSON.stringify({ note: "" }),
  });
  assert.equal(form.status, 415);
  assert.equal((await call("POST", path, OPERATOR, { note: "" })).status, 404);
  for (const body of [{}, { note: { $ne: null } }, { note: "", extra: 1 }, { note: "x".repeat(2001) }])
    assert.equal((await call("POST", path, OPERATOR, body)).body.code, "input_invalid", JSON.stringify(body));
  for (const query of ["status[$ne]=open", "status=no", "before=a&before=b", "least=x"])
    assert.equal((await call("GET", `${cases}?${query}`, OPERATOR)).body.code, "input_invalid", query);
  assert.equal((await call("GET", api("operator/cases/%7B%7D"), OPERATOR)).status, 404);
});

test("a ban by one process closes connections in another one, and clearing lets in there, at once", {
  skip: hasRedisServer() ? false : "redis-server is not installed",
  timeout: 90_000,
}, async () => {
  const folders = [0, 1, 2].map(() => mkdtempSync(join(tmpdir(), "bans-")));
  const [mongoDir = "", ...dataDirs] = folders;
  const mongo = await launchEmbeddedMongo({ dataDir: mongoDir });
  const redis = await startRedisProcess();
  const servers: ServerProcess[] = [];
  const limits = { connectTimeoutMs: 10_000, operationTimeoutMs: 10_000 };
  const storage = await openStorage({ mongodbUri: mongo.uri, dataDir: mongoDir, ...limits }, silentLog);
  try {
    const env = {
      REDIS_URL: redis.url,
      MONGODB_URI: mongo.uri,
      ARENA_JWT_SECRET: "one secret for all processes of this cluster",
      ARENA_OPERATOR_PASSWORD: PASSWORD,
    };
    for (const dataDir of dataDirs)
      servers.push(await startServerProcess({ dataDir, config: "test/helpers/cluster.config.ts", env }));
    const [first, second] = servers as [ServerProcess, ServerProcess];
    const guest = await signInGuest(first.url);
    const enterSecond = async (): Promise<SdkRoom> => {
      const client = new Client(second.url);
      client.auth.token = guest.token;
      return client.create("skirmish");
    };
    const room = await enterSecond();
    room.reconnection.enabled = false;
    room.onMessage("*", () => undefined);
    const cases = new CaseStore(storage.connection);
    const { playerId } = guest;
    const about = { playerId, kicked: false, reason: "aim snap", logEvidence: 14, room: "r", matchId: "m" };
    const decision = { ...about, level: "review", at: new Date().toISOString(), evidence: [] } as const;
    await cases.add(decision, randomUUID(), new Date());
    const [found] = await cases.ofPlayer(playerId, 1);
    const address = `${first.url}/api/operator/cases/${found?._id}`;

    const closed = closeOf(room);
    const started = performance.now();
    const confirmed = await call("POST", `${address}/confirm`, OPERATOR, { banDays: 1, note: "" });
    assert.equal(confirmed.status, 200);
    assert.equal(await closed, ERRORS.player_banned.close);
    assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);
    await assert.rejects(enterSecond(), /player_banned/);
    assert.equal((await call("POST", `${address}/clear`, OPERATOR, { note: "" })).status, 200);
    await (await enterSecond()).leave();
  } finally {
    await storage.close();
    await Promise.all(servers.map((server) => server.kill(false)));
    await redis.kill();
    await mongo.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});

test("guessing operators' passwords is stopped, also for a right guess", async () => {
  let refused = 0;
  for (let tries = 0; tries < 40; tries += 1) {
    const { status } = await call("GET", api("operator/me"), basic("operator", `guess ${tries}`));
    if (status === 429) refused += 1;
  }
  assert.ok(refused >= 15, `${refused} refused`);
  assert.equal((await call("GET", api("operator/me"), OPERATOR)).status, 429);
});
