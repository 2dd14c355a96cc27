/** Connections that come at the wrong time, with what was for another, or that no library would make. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { JWT } from "@colyseus/auth";
import { matchMaker, Protocol } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import { LinkProver } from "../../src/anticheat/link-prover.ts";
import { dataFrame, ProbeRoom, pack } from "../helpers/probe-room.ts";
import { OPCODE, RawSocket, reserveSeat } from "../helpers/raw-socket.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const ISSUER = { iss: "colyseus-arena", aud: "player" };
const FAR = 4_000_000_000;

let arena: TestArena;
let guest: Guest;
let honest: Room;
let server: ProbeRoom;

before(async () => {
  arena = await startTestArena({
    config: { rooms: { probe: ProbeRoom } },
    limits: { guestsPerMinute: 20, bodyTimeoutMs: 1000, framesPerSecond: 200 },
  });
  guest = await signInGuest(arena.url);
  honest = await clientOf(guest).create("probe");
  server = matchMaker.getLocalRoomById(honest.roomId) as ProbeRoom;
});
after(async () => {
  await assertServed();
  await honest.leave();
  await arena.close();
});

function clientOf({ token }: { token: string }): Client {
  const client = new Client(arena.url);
  client.auth.token = token;
  return client;
}

/** The honest client is answered, soon. */
async function assertServed(): Promise<void> {
  assert.ok(honest.connection.isOpen);
  const startedAt = performance.now();
  await new Promise<void>((resolve) => honest.ping(() => resolve()));
  assert.ok(performance.now() - startedAt < 1000);
}

const seatHere = () => reserveSeat(arena.url, guest, `joinById/${honest.roomId}`);

test("frames before the join is confirmed are taken or refused as any, and the join goes on", async () => {
  const raw = await RawSocket.join(arena.port, await seatHere());
  // With the upgrade's own packet, before the room knows of the client, and after it does.
  server.heard.length = 0;
  raw.send(dataFrame("say", pack.text("early")));
  raw.send(Buffer.of(Protocol.ROOM_INPUT_RELIABLE, 0x80, 1));
  await until(() => raw.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  raw.send(dataFrame("say", pack.text("between")));
  raw.send(Buffer.of(Protocol.JOIN_ROOM));
  raw.send(Buffer.of(Protocol.JOIN_ROOM));
  raw.send(dataFrame("say", pack.text("after")));
  await until(() => server.heard.includes("after"), "what was said after it");
  assert.equal(raw.ended, false);
  const malformed = await RawSocket.join(arena.port, await seatHere());
  await until(() => malformed.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  malformed.send(Buffer.of(Protocol.ROOM_STATE));
  assert.equal(await malformed.closed(), 4400);
  raw.end();
  malformed.end();
});

test("frames after a goodbye reach nobody, however they come", async () => {
  const raw = await RawSocket.join(arena.port, await seatHere());
  await until(() => raw.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  raw.send(Buffer.of(Protocol.JOIN_ROOM));
  server.heard.length = 0;
  raw.send(Buffer.of(Protocol.LEAVE_ROOM));
  for (let count = 0; count < 50; count += 1) raw.send(dataFrame("say", pack.text("late")));
  raw.send(Buffer.of(Protocol.LEAVE_ROOM));
  await raw.closed();
  for (let count = 0; count < 50; count += 1) raw.send(dataFrame("say", pack.text("later")));
  raw.sendFrame(0x80 | OPCODE.close, Buffer.of(0x03, 0xe8));
  await until(() => raw.ended, "the connection to end");
  assert.deepEqual(server.heard, []);
});

test("a seat, and a reconnection token, of one room opens no other", async () => {
  const other = await clientOf(guest).create("probe");
  const { roomId, processId } = await reserveSeat(arena.url, guest, `joinById/${other.roomId}`);
  const seat = await seatHere();
  const thief = await RawSocket.join(arena.port, { ...seat, roomId });
  await thief.closed();
  assert.equal(matchMaker.getLocalRoomById(other.roomId).clients.length, 1);
  const [, secret] = honest.reconnectionToken.split(":");
  const path = `/${processId}/${roomId}?sessionId=${honest.sessionId}&reconnectionToken=${secret}`;
  const revenant = await RawSocket.open(arena.port, path);
  await revenant.closed();
  await assert.rejects(clientOf(guest).reconnect(`${other.roomId}:${secret}`));
  assert.ok(other.connection.isOpen);
  await assertServed();
  for (const raw of [thief, revenant]) raw.end();
  await other.leave();
});

test("tokens that are not valid yet, or whose times are no times, do not join", async () => {
  const claims = { name: "x", sub: guest.playerId, ...ISSUER };
  const tokens: Record<string, string> = {
    "not valid yet": await JWT.sign({ ...claims, nbf: FAR, exp: FAR + 1 }),
    "whose expiry is over before it begins": await JWT.sign({ ...claims, nbf: FAR, exp: 1 }),
    "for several audiences, not ours": await JWT.sign({ ...claims, aud: ["operator", "x"], exp: FAR }),
    "without a player": await JWT.sign({ name: "x", ...ISSUER, exp: FAR }),
    "whose player is too long": await JWT.sign({ ...claims, sub: "x".repeat(65), exp: FAR }),
    "whose name is too long": await JWT.sign({ ...claims, name: "x".repeat(65), exp: FAR }),
  };
  for (const [what, token] of Object.entries(tokens)) {
    await assert.rejects(clientOf({ token }).create("probe"), /auth_token_invalid/, what);
    const response = await fetch(`${arena.url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(response.status, 401, what);
  }
});

test("an address that is made up in X-Forwarded-For is no new address", async () => {
  let refused = 0;
  for (let count = 0; count < 40; count += 1) {
    const headers = {
      "X-Forwarded-For": `10.0.${count}.1`,
      "X-Real-IP": `10.1.${count}.1`,
      Forwarded: "for=1.1.1.1",
    };
    const response = await fetch(`${arena.url}/auth/guest`, { method: "POST", headers });
    if (response.status === 429) refused += 1;
  }
  assert.ok(refused >= 15, `${refused} of 40 refused`);
});

test("an origin that is no origin, or only looks like ours, opens no socket", async () => {
  const { processId, roomId, sessionId } = await seatHere();
  const path = `/${processId}/${roomId}?sessionId=${sessionId}`;
  for (const origin of [
    "null",
    "",
    "https://127.0.0.1.evil.example",
    "http://localhost@evil.example",
    "file://",
  ]) {
    const raw = await RawSocket.open(arena.port, path, `Origin: ${origin}\r\n`);
    assert.equal(raw.status, 403, origin);
    raw.end();
  }
  const own = await RawSocket.open(arena.port, path, "Origin: http://localhost:9\r\n");
  assert.equal(own.status, 101);
  own.end();
});

test("compressed frames end the connection that was never told it may compress", async () => {
  const raw = await RawSocket.join(
    arena.port,
    await seatHere(),
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
  );
  await until(() => raw.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  const bomb = gzipSync(Buffer.alloc(3_000_000)).subarray(10, 4000);
  raw.sendFrame(0x80 | 0x40 | OPCODE.binary, bomb);
  assert.equal(await raw.closed(), 1002);
  raw.end();
  const response = await fetch(`${arena.url}/matchmake/create/probe`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${guest.token}`,
      "Content-Type": "application/json",
      "Content-Encoding": "gzip",
    },
    body: gzipSync(Buffer.alloc(5_000_000, 0x20)),
  });
  assert.equal(response.status, 400);
});

test("WebSocket frames that break its own rules end their connection", async () => {
  const frames: Record<string, [first: number, payload: Buffer]> = {
    "a continuation of nothing": [0x80, Buffer.of(1)],
    "an opcode that is none": [0x83, Buffer.of(1)],
    "a reserved bit": [0x80 | 0x20 | OPCODE.binary, Buffer.of(1)],
    "a ping in two parts": [OPCODE.ping, Buffer.of(1)],
    "a ping that is too long": [0x80 | OPCODE.ping, Buffer.alloc(126)],
    "text that is none": [0x80 | OPCODE.text, Buffer.of(0xff, 0xfe)],
    "a close code that is none": [0x80 | OPCODE.close, Buffer.of(0, 1)],
  };
  for (const [what, frame] of Object.entries(frames)) {
    const raw = await RawSocket.join(arena.port, await seatHere());
    raw.sendFrame(...frame);
    const code = await raw.closed();
    assert.ok(code === 1002 || code === 1007, `${what}: ${code}`);
    raw.end();
  }
});

test("a message in thousands of parts ends its connection, or is read as one", async () => {
  const raw = await RawSocket.join(arena.port, await seatHere());
  await until(() => raw.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  raw.sendFrame(OPCODE.binary, Buffer.of(Protocol.ROOM_DATA));
  for (let part = 0; part < 20_000; part += 1) raw.sendFrame(0, Buffer.alloc(0));
  for (let part = 0; part < 5000; part += 1) raw.sendFrame(0, Buffer.of(0xff));
  assert.ok([1008, 1009].includes((await raw.closed()) ?? 0), `${raw.closedWith}`);
  raw.end();
});

test("a flood of WebSocket pings ends its connection", async () => {
  const raw = await RawSocket.join(arena.port, await seatHere());
  await until(() => raw.codes.includes(Protocol.JOIN_ROOM), "the room's hello");
  raw.send(Buffer.of(Protocol.JOIN_ROOM));
  for (let sent = 0; sent < 20_000 && !raw.ended; sent += 1)
    raw.sendFrame(0x80 | OPCODE.ping, Buffer.alloc(125));
  await until(() => raw.ended, "the connection to end");
  const pongs = raw.received.filter(({ opcode }) => opcode === OPCODE.pong).length;
  assert.ok(pongs < 1000, `${pongs} were answered`);
  // Nor do as many in small portions go on for ever.
  const patient = await RawSocket.join(arena.port, await seatHere());
  const portions = setInterval(() => {
    for (let sent = 0; sent < 20; sent += 1) patient.sendFrame(0x80 | OPCODE.ping, Buffer.of(sent));
    for (let sent = 0; sent < 20; sent += 1) patient.sendFrame(0x80 | OPCODE.pong, Buffer.of(sent));
  }, 20);
  await until(() => patient.ended, "the connection to end").finally(() => clearInterval(portions));
  // A few are nothing.
  const calm = await RawSocket.join(arena.port, await seatHere());
  for (let sent = 0; sent < 20; sent += 1) calm.sendFrame(0x80 | OPCODE.ping, Buffer.of(sent));
  await until(() => calm.received.filter(({ opcode }) => opcode === OPCODE.pong).length === 20, "all pongs");
  assert.equal(calm.ended, false);
  calm.end();
});

test("a socket without a seat sends a few frames, not a flood", async () => {
  const raw = await RawSocket.open(arena.port, "/");
  assert.equal(raw.status, 101);
  for (let sent = 0; sent < 5000 && !raw.ended; sent += 1) raw.send(Buffer.of(Protocol.PING));
  await until(() => raw.ended || raw.closedWith !== undefined, "the connection to end", 5000);
  assert.ok(raw.received.length < 1000, `${raw.received.length} answers`);
  raw.end();
});

test("upgrades whose heads arrive slowly are ended in time, and keep nobody out", async () => {
  const slow: Socket[] = [];
  const answers: string[] = [];
  for (let count = 0; count < 100; count += 1) {
    const socket = connect(arena.port, "127.0.0.1", () => {
      socket.write(
        "GET /x/y?sessionId=z HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
      );
    });
    socket.on("data", (data) => answers.push(data.toString()));
    socket.on("error", () => undefined);
    slow.push(socket);
  }
  const dripping = setInterval(() => {
    for (const socket of slow) if (!socket.destroyed) socket.write("X-Drip: 1\r\n");
  }, 100);
  try {
    const room = await clientOf(guest).joinById(honest.roomId);
    await room.leave();
    await until(
      () => slow.every(({ destroyed, readyState }) => destroyed || readyState !== "open"),
      "all to be ended",
      6000,
    );
  } finally {
    clearInterval(dripping);
    for (const socket of slow) socket.destroy();
  }
  assert.ok(
    answers.every((answer) => answer.startsWith("HTTP/1.1 408 ")),
    answers[0],
  );
});

test("a nonce proves a link once, whether it is sent again or guessed", () => {
  const prover = new LinkProver();
  prover.sent(7, 1000);
  prover.sent(8, 1200);
  assert.deepEqual(prover.echoed(8, 1260), { sentAt: 1200, at: 1260 });
  assert.equal(prover.echoed(8, 1261), undefined, "again");
  assert.equal(prover.echoed(7, 1262), undefined, "one from before it");
  for (const guess of [0, -1, 9, 2 ** 32, Number.NaN, Infinity])
    assert.equal(prover.echoed(guess, 1263), undefined);
});
