/** Reports and commendations over HTTP, of matches that players have just played. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { definePlugins, Room } from "@colyseus/core";
import { Client, type Room as SdkRoom } from "@colyseus/sdk";
import {
  type ArenaServer,
  MatchPlugin,
  type MatchReportsAnswer,
  type OwnReportsAnswer,
  requirePlayer,
} from "../../src/index.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

/** Plays a match of whoever is in it when somebody says so. */
class MatchRoom extends Room {
  static override onAuth = requirePlayer;
  override plugins = definePlugins({ match: new MatchPlugin() });
  override messages = {
    play: async () => {
      this.plugins.match.begin({ mode: "ffa", map: "m", queue: "" });
      const standings = [...this.clients].map(({ sessionId }, index) => ({
        sessionId,
        team: index,
        score: 0,
        kills: 0,
        deaths: 0,
        placement: index + 1,
        won: index === 0,
      }));
      await this.plugins.match.finish(standings, standings.length, []);
    },
  };
}

let arena: TestArena;

before(async () => {
  arena = await startTestArena({
    config: { rooms: { duel: { room: MatchRoom } }, anticheat: { reports: { perMatch: 2, perDay: 3 } } },
  });
});
after(() => arena?.close());

async function play(...guests: Guest[]): Promise<string> {
  let matchId = "";
  let stored = 0;
  const rooms: SdkRoom[] = [];
  for (const guest of guests) {
    const client = new Client(arena.url);
    client.auth.token = guest.token;
    const [first] = rooms;
    const room = first ? await client.joinById(first.roomId) : await client.create("duel");
    room.onMessage("*", () => undefined);
    room.onMessage("saved", (message: { matchId: string }) => {
      matchId = message.matchId;
      stored += 1;
    });
    rooms.push(room);
  }
  rooms[0]?.send("play");
  await until(() => stored === guests.length, "the match to be stored");
  for (const room of rooms) await room.leave();
  return matchId;
}

const signIn = (count: number): Promise<Guest[]> =>
  Promise.all(Array.from({ length: count }, () => signInGuest(arena.url)));

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function call(method: string, path: string, guest?: Guest, body?: unknown): Promise<Answer> {
  const response = await fetch(arena.url + path, {
    method,
    headers: {
      ...(guest ? { Authorization: `Bearer ${guest.token}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

const report = (guest: Guest | undefined, matchId: string, body: unknown): Promise<Answer> =>
  call("POST", `/api/matches/${matchId}/reports`, guest, body);
const of = (other: Guest | undefined) => ({ kind: "report", reason: "aim", playerId: other?.playerId });

test("players of a match see each other's ids there, strangers do not", async () => {
  const [one, two, stranger] = await signIn(3);
  assert.ok(one && two && stranger);
  const matchId = await play(one, two);
  const path = `/api/matches/${matchId}/reports`;
  const { body } = (await call("GET", path, one)) as unknown as { body: MatchReportsAnswer };
  assert.deepEqual([body.matchId, body.open], [matchId, true]);
  assert.deepEqual(body.players, [{ playerId: two.playerId, name: two.name, team: 1 }]);
  for (const [guest, code] of [
    [stranger, "match_unknown"],
    [undefined, "auth_token_missing"],
  ] as const)
    assert.equal((await call("GET", path, guest)).body["code"], code);
});

test("a report is taken, shown to its author alone, and changed by the next", async () => {
  const [one, two] = await signIn(2);
  assert.ok(one && two);
  const matchId = await play(one, two);
  const first = await report(one, matchId, { ...of(two), text: "  through\u0000 the \u202ewall " });
  assert.deepEqual([first.status, first.body["kind"], first.body["reason"]], [200, "report", "aim"]);
  const second = await report(one, matchId, { kind: "commend", reason: "skilled", playerId: two.playerId });
  assert.deepEqual([second.status, second.body["at"]], [200, first.body["at"]]);
  await report(one, matchId, { ...of(two), text: " through\u0000 the \u202ewall " });
  const listed = (await call("GET", `/api/matches/${matchId}/reports`, one)).body as MatchReportsAnswer;
  assert.equal(listed.players[0]?.given?.reason, "aim");
  const own = (await call("GET", "/api/me/reports", one)).body as unknown as OwnReportsAnswer;
  assert.deepEqual(own.reports, [
    {
      kind: "report",
      reason: "aim",
      at: first.body["at"],
      matchId,
      playerId: two.playerId,
      name: two.name,
      text: "through the wall",
      lookedAt: false,
    },
  ]);
  assert.deepEqual((await call("GET", "/api/me/reports", two)).body["reports"], []);
  const seen = (await call("GET", `/api/matches/${matchId}/reports`, two)).body as MatchReportsAnswer;
  assert.equal(seen.players[0]?.given, undefined);
});

test("who was not in the match, is oneself, or is nobody, is refused by code", async () => {
  const [one, two, stranger] = await signIn(3);
  assert.ok(one && two && stranger);
  const matchId = await play(one, two);
  const codeOf = async (answer: Promise<Answer>) => (await answer).body["code"];
  assert.equal(await codeOf(report(stranger, matchId, of(one))), "match_unknown");
  assert.equal(await codeOf(report(one, randomUUID(), of(two))), "match_unknown");
  assert.equal(await codeOf(report(one, matchId, of(stranger))), "report_target_unknown");
  assert.equal(await codeOf(report(one, matchId, of(one))), "report_target_unknown");
  assert.equal(await codeOf(report(undefined, matchId, of(two))), "auth_token_missing");
});

test("what is no report is refused, and nothing of it is kept", async () => {
  const [one, two] = await signIn(2);
  assert.ok(one && two);
  const matchId = await play(one, two);
  const good = { ...of(two), text: "x" };
  for (const body of [
    [],
    {},
    { ...good, kind: "ban" },
    { ...good, kind: "commend" },
    { ...good, kind: "commend", reason: "friendly" },
    { ...good, reason: "friendly" },
    { ...good, reason: "constructor" },
    { ...good, reason: { $ne: null } },
    { ...good, playerId: { $gt: "" } },
    { ...good, playerId: "$where" },
    { ...good, text: "x".repeat(301) },
    { ...good, text: { $gt: "" } },
    { ...good, weight: 1000 },
    { ...good, at: "2020-01-01T00:00:00Z" },
  ]) {
    const { status } = await report(one, matchId, body);
    assert.equal(status, 400, JSON.stringify(body));
  }
  assert.deepEqual((await call("GET", "/api/me/reports", one)).body["reports"], []);
});

test("limits are a code and a sentence", async () => {
  const guests = await signIn(4);
  const [one, ...others] = guests;
  assert.ok(one);
  const matchId = await play(...guests);
  const statuses = [];
  for (const other of others) statuses.push((await report(one, matchId, of(other))).status);
  assert.deepEqual(statuses, [200, 200, 429]);
  const again = await play(...guests);
  assert.equal((await report(one, again, of(others[0]))).status, 200);
  const { status, body } = await report(one, again, of(others[1]));
  assert.deepEqual([status, body["code"]], [429, "reports_full"]);
  assert.match(String(body["message"]), /\.$/);
});

test("the SDK knows the routes' types", async () => {
  const [one, two] = await signIn(2);
  assert.ok(one && two);
  const matchId = await play(one, two);
  const client = new Client<ArenaServer>(arena.url);
  client.auth.token = one.token;
  const { data } = await client.http.post("/api/matches/:matchId/reports", {
    params: { matchId },
    body: { kind: "commend", reason: "leader", playerId: two.playerId },
  });
  const reason: string = data.reason;
  assert.equal(reason, "leader");
});

test("an export holds one's reports, and a deleted account leaves none", async () => {
  const [one, two] = await signIn(2);
  assert.ok(one && two);
  const matchId = await play(one, two);
  await report(one, matchId, { ...of(two), text: "words" });
  await report(two, matchId, of(one));
  const { body } = await call("GET", "/api/me/export", one);
  const [kept, ...more] = body["reports"] as Record<string, unknown>[];
  assert.deepEqual([kept?.["matchId"], kept?.["text"], kept?.["targetId"]], [matchId, "words", two.playerId]);
  assert.deepEqual([more, "verdict" in (kept ?? {}), "friends" in (kept ?? {})], [[], false, false]);
  assert.equal((await call("DELETE", "/api/me", one, { confirm: one.playerId })).status, 200);
  assert.deepEqual((await call("GET", "/api/me/reports", two)).body["reports"], []);
  assert.deepEqual((await call("GET", "/api/me/reports", one)).body["reports"], []);
  assert.equal((await report(one, matchId, of(two))).body["code"], "match_unknown");
  const left = (await call("GET", `/api/matches/${matchId}/reports`, two)).body as MatchReportsAnswer;
  assert.deepEqual(left.players, []);
});
