/** What a hostile client can send, over the wire to a real server, while an honest one plays in the same room. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { JWT } from "@colyseus/auth";
import { Protocol } from "@colyseus/core";
import type { Room } from "@colyseus/sdk";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { ERRORS } from "../../src/index.ts";
import {
  type Guest,
  joinSkirmish,
  signInGuest,
  startTestArena,
  type TestArena,
  until,
} from "../helpers/test-arena.ts";

let arena: TestArena;
let honest: Room<unknown, SkirmishState>;
let honestClosed: number | undefined;

before(async () => {
  arena = await startTestArena({
    settings: { countdownSeconds: 0, matchSeconds: 600, reconnectionSeconds: 1 },
    limits: { bodyTimeoutMs: 300 },
  });
  honest = await joinSkirmish(arena.url, await signInGuest(arena.url));
  honest.onLeave((code) => {
    honestClosed = code;
  });
  await until(() => honest.state.phase === "live", "the match to start");
});
after(async () => {
  await honest.leave();
  await arena.close();
});

/** The honest client's match goes on: new ticks arrive, the connection stands. */
async function assertMatchGoesOn(): Promise<void> {
  const tick = honest.state.tick;
  await until(() => honest.state.tick > tick + 5, "the honest client's match to go on");
  assert.equal(honestClosed, undefined);
}

async function joinHostile(): Promise<{ room: Room<unknown, SkirmishState>; closed: Promise<number> }> {
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  room.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  return { room, closed };
}

/** Ends a connection that everything before it left standing. */
const MALFORMED = [Protocol.ROOM_STATE];

function send(room: Room<unknown, SkirmishState>, bytes: Iterable<number>): void {
  room.connection.send(Uint8Array.from(bytes));
}

test("no other player's id or token is in what a client decodes", async () => {
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  await until(() => honest.state.fighters.get(room.sessionId), "the newcomer to be seen");
  const seen = JSON.stringify(honest.state.toJSON());
  assert.ok(seen.includes(guest.name));
  assert.ok(!seen.includes(guest.playerId) && !seen.includes(guest.token));
  await room.leave();
});

test("5,000 frames of random bytes end that one connection and nobody else's match", async () => {
  const random = createRandom(2026);
  const heads = [
    undefined,
    Protocol.ROOM_INPUT_UNRELIABLE,
    Protocol.ROOM_INPUT_RELIABLE,
    Protocol.ROOM_DATA,
    Protocol.ROOM_REQUEST,
  ];
  for (let frames = 0; frames < 5000; ) {
    const { room, closed } = await joinHostile();
    const head = heads[(frames / 100) % heads.length];
    for (let sent = 0; sent < 100; sent += 1, frames += 1) {
      const bytes = Array.from({ length: 1 + random.below(64) }, () => random.below(256));
      if (head !== undefined) bytes[0] = head | (random.below(2) << 5);
      send(room, bytes);
    }
    send(room, MALFORMED);
    await closed;
  }
  await assertMatchGoesOn();
});

test("every first byte alone is survived", async () => {
  for (let first = 0; first < 256; first += 16) {
    const { room, closed } = await joinHostile();
    for (let byte = first; byte < first + 16; byte += 1) send(room, [byte]);
    send(room, MALFORMED);
    await closed;
  }
  await assertMatchGoesOn();
});

test("a malformed frame closes the connection with the code for it", async () => {
  const lies: Record<string, number[]> = {
    "a negative length": [Protocol.ROOM_INPUT_UNRELIABLE, 1, 0xff],
    "a huge length": [Protocol.ROOM_INPUT_UNRELIABLE, 1, 0xce, 0xff, 0xff, 0xff, 0x7f],
    "a field that is not there": [Protocol.ROOM_INPUT_RELIABLE, 0xbf, 1],
    "an empty frame": [],
  };
  for (const [what, bytes] of Object.entries(lies)) {
    const { room, closed } = await joinHostile();
    send(room, bytes);
    assert.equal(await closed, 4400, what);
  }
  await assertMatchGoesOn();
});

test("inputs outside their range are played as legal ones", async () => {
  const { room } = await joinHostile();
  const own = await until(() => room.state.fighters.get(room.sessionId), "the own fighter");
  const from = { x: own.x, y: own.y };
  // moveX 127, moveY −128, every bit set: on the wire they are plain int8 and uint8.
  send(room, [Protocol.ROOM_INPUT_RELIABLE, 0x80, 127, 0x81, 0x80, 0x83, 255]);
  await until(
    () => room.clock.serverNow() > 0 && (own.x !== from.x || own.y !== from.y || own.health === 0),
    "a step",
  );
  assert.ok(
    Math.hypot(own.x - from.x, own.y - from.y) < 1,
    `one input moved ${Math.hypot(own.x - from.x, own.y - from.y)} m`,
  );
  await room.leave();
  await assertMatchGoesOn();
});

test("inputs that are NaN or infinite hold nothing", async () => {
  const { room } = await joinHostile();
  const own = await until(() => room.state.fighters.get(room.sessionId), "the own fighter");
  const input = room.input({ mode: "reliable" });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const from = { x: own.x, y: own.y, deaths: own.deaths };
    Object.assign(input.data, { moveX: value, moveY: value, aim: value, buttons: value });
    const sequence = input.send();
    await until(() => input.lastProcessed >= sequence, "the input to be consumed");
    assert.ok([own.x, own.y, own.angle].every(Number.isFinite), `${own.x}, ${own.y}, ${own.angle}`);
    if (own.deaths === from.deaths && own.health > 0)
      assert.deepEqual([own.x, own.y], [from.x, from.y], String(value));
  }
  await room.leave();
  await assertMatchGoesOn();
});

test("a flood of inputs, and one of other frames, is closed", async () => {
  const { room, closed } = await joinHostile();
  for (let sent = 0; sent < 2000; sent += 1) send(room, [Protocol.ROOM_INPUT_RELIABLE, 0x80, 1]);
  assert.equal(await closed, ERRORS.input_illegal.close);
  const other = await joinHostile();
  for (let sent = 0; sent < 2000; sent += 1) send(other.room, [Protocol.PING]);
  assert.equal(await other.closed, ERRORS.frames_too_many.close);
  await assertMatchGoesOn();
});

test("frames larger than the limit are not read", async () => {
  const { room, closed } = await joinHostile();
  send(room, new Uint8Array(5000));
  assert.equal(await closed, 1009);
  await assertMatchGoesOn();
});

async function matchmake(
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(`${arena.url}/matchmake/joinOrCreate/skirmish`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

test("tokens that are missing, forged, expired or for something else do not join", async () => {
  const good: Guest = await signInGuest(arena.url);
  const claims = { name: "x", sub: good.playerId, iss: "colyseus-arena", aud: "player" };
  const [head, body] = good.token.split(".");
  const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${body}.`;
  const tokens: Record<string, string | undefined> = {
    missing: undefined,
    nonsense: "nonsense",
    "signed by nobody": none,
    "with another signature": `${head}.${body}.AAAA`,
    expired: await JWT.sign({ ...claims, exp: 1_600_000_000 }),
    "from another issuer": await JWT.sign({ ...claims, iss: "else", exp: 4_000_000_000 }),
    "for another audience": await JWT.sign({ ...claims, aud: "operator", exp: 4_000_000_000 }),
    "with another algorithm": await JWT.sign({ ...claims, exp: 4_000_000_000 }, { algorithm: "HS512" }),
    "without expiry": await JWT.sign(claims),
    "whose subject is an object": await JWT.sign({ ...claims, exp: 4_000_000_000, name: { $ne: null } }),
  };
  for (const [what, token] of Object.entries(tokens)) {
    const { status, answer } = await matchmake(
      "{}",
      token === undefined ? {} : { Authorization: `Bearer ${token}` },
    );
    assert.ok(status >= 400, `${what}: status ${status}`);
    assert.match(
      String(answer["error"]),
      token === undefined ? /^auth_token_missing: / : /^auth_token_invalid: /,
      what,
    );
  }
});

test("bodies that are too large, too slow or no JSON object are refused with their codes", async () => {
  const large = await matchmake(JSON.stringify({ padding: "x".repeat(10_000_000) }));
  assert.deepEqual([large.status, large.answer["code"]], [413, "body_too_large"]);
  for (const body of ["{", "[]", "null", '"text"', "7"]) {
    const { status, answer } = await matchmake(body);
    assert.deepEqual([status, answer["code"]], [400, "body_malformed"], body);
  }
  const slow = await raw(
    "POST /matchmake/joinOrCreate/skirmish HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
  );
  assert.match(slow, /^HTTP\/1\.1 408 [\s\S]*request_timeout/);
  const chunked = `POST /auth/guest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${"2000\r\n" + "x".repeat(8192) + "\r\n"}1\r\nx\r\n`;
  assert.match(await raw(chunked), /^HTTP\/1\.1 413 [\s\S]*body_too_large/);
  await assertMatchGoesOn();
});

/** Sends bytes as they are and answers what came back until the server closed. */
function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(arena.port, "127.0.0.1", () => socket.write(request));
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

test("join options that mean something to JavaScript or MongoDB mean nothing here", async () => {
  const { token } = await signInGuest(arena.url);
  const bodies = [
    '{"__proto__":{"settings":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"settings":{"matchSeconds":5}}',
    '{"arena":null}',
    '{"hasOwnProperty":1}',
    '{"playerId":{"$ne":null}}',
    '{"sessionId":"x","processId":"y","roomId":{"$where":"1"}}',
  ];
  for (const body of bodies) {
    const { status } = await matchmake(body, { Authorization: `Bearer ${token}` });
    assert.ok(status === 200 || status >= 400, `${body}: ${status}`);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  await assertMatchGoesOn();
});

test("a page of another origin may neither call nor connect", async () => {
  const { status, answer } = await matchmake("{}", { Origin: "https://evil.example" });
  assert.deepEqual([status, answer["code"]], [403, "origin_refused"]);
  const upgrade =
    `GET /x/y?sessionId=z HTTP/1.1\r\nHost: 127.0.0.1:${arena.port}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\n` +
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  assert.match(await raw(upgrade), /^HTTP\/1\.1 403 /);
});

test("addresses and methods that do not exist, and ids that are none, get coded answers", async () => {
  const cases: [path: string, status: number, code: string][] = [
    ["/api/players/$where", 400, "input_invalid"],
    ["/api/me/", 404, "route_unknown"],
    ["/api/players/00000000-0000-4000-8000-000000000000", 404, "player_unknown"],
    ["/nowhere", 404, "route_unknown"],
    ["/api/players/%E0%A4%A", 400, "input_invalid"],
    ["/monitor/%E0%A4%A", 404, "route_unknown"],
    ["/..%2f..%2fetc/passwd", 404, "route_unknown"],
  ];
  for (const [path, status, code] of cases) {
    const response = await fetch(`${arena.url}${path}`);
    const answer = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([response.status, answer["code"]], [status, code], path);
  }
});

test("a request whose head is no valid HTTP gets an answer", async () => {
  for (const host of ["[", "a b", "a:b:c"]) {
    const request = `POST /matchmake/join/skirmish HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`;
    assert.match(await raw(request), /^HTTP\/1\.1 400 [\s\S]*request_malformed/, host);
  }
});

test("a probe that speaks HTTP/1.0 and names no host is answered", async () => {
  assert.match(await raw("GET /health/live HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 /);
});

test("a page that may call can read why it was refused", async () => {
  const origin = "http://localhost:5173";
  const response = await fetch(`${arena.url}/auth/guest`, {
    method: "POST",
    headers: { Origin: origin },
    body: "{",
  });
  assert.deepEqual([response.status, response.headers.get("access-control-allow-origin")], [400, origin]);
});

test("open operator pages answer this machine under its own name only", async () => {
  const ask = (host: string) => raw(`GET /monitor/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  assert.match(await ask("rebound.example"), /^HTTP\/1\.1 403 [\s\S]*operator_page_local/);
  assert.match(await ask(`127.0.0.1:${arena.port}`), /^HTTP\/1\.1 200 /);
});
