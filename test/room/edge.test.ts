/** The edge over real sockets: who sends too much, reads too little, comes too often, or plays twice. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { matchMaker, Protocol, Room as ServerRoom } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { ERRORS, requirePlayer } from "../../src/index.ts";
import { RawSocket, reserveSeat } from "../helpers/raw-socket.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

class TalkRoom extends ServerRoom {
  static override onAuth = requirePlayer;
  override messages = { say: (): void => undefined };

  /** More than anybody can read at once. */
  pour(): void {
    const bytes = "x".repeat(100_000);
    for (let count = 0; count < 30; count += 1) this.broadcast("poured", bytes);
  }
}

let arena: TestArena;
before(async () => {
  arena = await startTestArena({
    config: {
      rooms: { talk: TalkRoom, duel: { room: SkirmishRoom, onePerPlayer: true } },
    },
    limits: {
      messagesPerSecond: 20,
      messageBurst: 40,
      bytesPerSecond: 20_000,
      bufferedBytes: 500_000,
      matchmakesPerMinutePerPlayer: 12,
      framesPerSecond: 1000,
      socketsPerAddress: 12,
    },
  });
});
after(() => arena.close());

function clientOf({ token }: Guest): Client {
  const client = new Client(arena.url);
  client.auth.token = token;
  return client;
}

async function join(name: string, guest?: Guest): Promise<{ room: Room; closed: Promise<number> }> {
  const room: Room = await clientOf(guest ?? (await signInGuest(arena.url))).create(name);
  room.reconnection.enabled = false;
  room.onMessage("*", () => undefined);
  return { room, closed: new Promise((resolve) => room.onLeave((code) => resolve(code))) };
}

test("a burst of messages is taken, more of them close the connection", async () => {
  const { room, closed } = await join("talk");
  for (let count = 0; count < 35; count += 1) room.send("say");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(room.connection.isOpen);
  for (let count = 0; count < 60; count += 1) room.send("say");
  assert.equal(await closed, ERRORS.frames_too_many.close);
});

test("few messages with many bytes close the connection, too", async () => {
  const { room, closed } = await join("talk");
  for (let count = 0; count < 20; count += 1) room.send("say", "x".repeat(3500));
  assert.equal(await closed, ERRORS.frames_too_many.close);
});

test("a connection that does not read is cut off, and the others of its room go on", async () => {
  const honest = await join("talk");
  const guest = await signInGuest(arena.url);
  const raw = await RawSocket.join(
    arena.port,
    await reserveSeat(arena.url, guest, `joinById/${honest.room.roomId}`),
  );
  const server = matchMaker.getLocalRoomById(honest.room.roomId) as TalkRoom;
  await until(() => server.clients.length === 2, "the one who does not read to be in");
  // A client that has joined: the same byte that the SDK answers with.
  raw.send(Buffer.of(Protocol.JOIN_ROOM));
  raw.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 100));
  let poured = 0;
  honest.room.onMessage("poured", () => (poured += 1));
  const pouring = setInterval(() => server.pour(), 50);
  try {
    await until(() => server.clients.length === 1, "it to be cut off", 15_000);
  } finally {
    clearInterval(pouring);
    raw.end();
  }
  assert.ok(poured > 0);
  assert.ok(honest.room.connection.isOpen);
  await honest.room.leave();
});

test("a seat is taken once: whoever comes second with the same session id is refused", async () => {
  const { room } = await join("talk");
  const guest = await signInGuest(arena.url);
  const seat = await reserveSeat(arena.url, guest, `joinById/${room.roomId}`);
  const first = await RawSocket.join(arena.port, seat);
  const server = matchMaker.getLocalRoomById(room.roomId);
  await until(() => server.clients.length === 2, "the first to be in");
  const second = await RawSocket.join(arena.port, seat);
  await second.closed();
  assert.equal(server.clients.length, 2);
  // The session id of somebody who plays is worth nothing either.
  const thief = await RawSocket.join(arena.port, { ...seat, sessionId: room.sessionId });
  await thief.closed();
  assert.ok(room.connection.isOpen);
  for (const raw of [first, second, thief]) raw.end();
  await room.leave();
});

test("one player may ask the matchmaker so often, and others go on", async () => {
  const guest = await signInGuest(arena.url);
  const refusals: string[] = [];
  for (let count = 0; count < 14; count += 1) {
    try {
      const room = await clientOf(guest).create("talk");
      await room.leave();
    } catch (error) {
      refusals.push((error as Error).message);
    }
  }
  assert.equal(refusals.length, 2);
  assert.match(refusals[0] ?? "", /^rate_limited/);
  const { room } = await join("talk");
  await room.leave();
});

test("an address has so many sockets; the next is refused before it is one", async () => {
  const rooms: Room[] = [];
  await assert.rejects(async () => {
    for (let count = 0; count < 30; count += 1) rooms.push((await join("talk")).room);
  });
  assert.ok(rooms.length >= 8 && rooms.length <= 12, `${rooms.length} sockets`);
  await Promise.all(rooms.map((room) => room.leave()));
  await until(async () => true, "a moment");
  const { room } = await join("talk");
  await room.leave();
});

test("a player who joins another game leaves the older one, told why; of two at once one stays", async () => {
  const guest = await signInGuest(arena.url);
  const older = await join("duel", guest);
  const newer = await join("duel", guest);
  assert.equal(await older.closed, ERRORS.session_replaced.close);
  assert.ok(newer.room.connection.isOpen);
  await newer.room.leave();
  const both = await Promise.all([join("duel", guest), join("duel", guest)]);
  await until(() => both.some(({ room }) => !room.connection.isOpen), "one of them to be closed");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(both.filter(({ room }) => room.connection.isOpen).length, 1);
  await Promise.all(both.filter(({ room }) => room.connection.isOpen).map(({ room }) => room.leave()));
});
