/** Frames that are cut, lie, nest or mean something to JavaScript, over the wire to a room that keeps what it is told. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { matchMaker, Protocol, ProtocolModifier, type Client as ServerClient } from "@colyseus/core";
import { InputEncoder } from "@colyseus/schema/input";
import { Client, type Room } from "@colyseus/sdk";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { ERRORS } from "../../src/index.ts";
import { dataFrame, ProbeRoom, pack, requestFrame } from "../helpers/probe-room.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const CODE_MASK = 0x1f;
const MALFORMED = ERRORS.frame_malformed.close;

let arena: TestArena;
let honest: Room;
let guest: Guest;
let server: ProbeRoom;

before(async () => {
  arena = await startTestArena({ config: { rooms: { probe: ProbeRoom } } });
  guest = await signInGuest(arena.url);
  const client = new Client(arena.url);
  client.auth.token = guest.token;
  honest = await client.create("probe");
  server = matchMaker.getLocalRoomById(honest.roomId) as ProbeRoom;
});
after(async () => {
  assert.ok(honest.connection.isOpen, "the honest client was never disturbed");
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  await honest.leave();
  await arena.close();
});

/** @returns the close code, or undefined for a connection that stands and is answered. */
async function outcomeOf(...frames: Uint8Array[]): Promise<number | undefined> {
  const client = new Client(arena.url);
  client.auth.token = guest.token;
  const room: Room = await client.joinById(honest.roomId);
  room.reconnection.enabled = false;
  room.onMessage("*", () => undefined);
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  for (const frame of frames) room.connection.send(frame);
  const answered = new Promise<undefined>((resolve) => room.ping(() => resolve(undefined)));
  const outcome = await Promise.race([closed, answered]);
  if (outcome === undefined) await room.leave();
  return outcome;
}

async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

test("each of the 256 first bytes, alone, is a frame of the protocol or ends its own connection", async () => {
  const legal = new Set<number>([Protocol.JOIN_ROOM, Protocol.PING, Protocol.ROOM_INPUT_RELIABLE]);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  await inTurns(bytes, 12, async (byte) => {
    const outcome = await outcomeOf(Uint8Array.of(byte));
    const code = byte & CODE_MASK;
    const lacksStamp = code === Protocol.ROOM_INPUT_RELIABLE && (byte & ProtocolModifier.TIMED) !== 0;
    if (code === Protocol.LEAVE_ROOM) assert.equal(outcome, 4000, `${byte}`);
    else assert.equal(outcome, legal.has(code) && !lacksStamp ? undefined : MALFORMED, `${byte}`);
  });
  assert.deepEqual(server.heard, []);
});

test("a frame that is cut off anywhere is refused, or says less; it never says something else", async () => {
  const input = new SkirmishInput();
  const ring = new InputEncoder(input, { mode: "unreliable", historySize: 4 });
  const reliable = new InputEncoder(input, { mode: "reliable" });
  const bodies: Uint8Array[] = [];
  for (let step = 1; step <= 4; step += 1) {
    Object.assign(input, { moveX: 1, moveY: -1, aim: step, buttons: 3 });
    bodies.push(Uint8Array.from(ring.encode()));
  }
  const message = { name: "a longer name than thirty-two bytes hold", list: [1, 2, 3], deep: { x: 1.5 } };
  const body = pack.map(
    ["name", pack.text(message.name)],
    ["list", Buffer.of(0x93, 1, 2, 3)],
    ["deep", pack.map(["x", pack.float(1.5)])],
  );
  const whole: Buffer[] = [
    Buffer.from([Protocol.ROOM_INPUT_UNRELIABLE, ...(bodies.at(-1) ?? [])]),
    Buffer.from([Protocol.ROOM_INPUT_RELIABLE, ...reliable.encode()]),
    Buffer.from([Protocol.ROOM_INPUT_RELIABLE | ProtocolModifier.TIMED, 0xcd, 1, 2, ...reliable.encode()]),
    dataFrame("say", body),
    requestFrame(1, "say", body),
  ];
  const cut = whole.flatMap((frame) =>
    frame
      .subarray(1)
      .toJSON()
      .data.map((_, at) => frame.subarray(0, at + 1)),
  );
  assert.ok(cut.length > 150);
  server.heard.length = 0;
  await inTurns(cut, 12, async (frame) => {
    const outcome = await outcomeOf(frame);
    assert.ok(
      outcome === undefined || outcome === MALFORMED || outcome === 4002,
      `${frame.toString("hex")}: ${outcome}`,
    );
  });
  // The type alone, once by a message and once by a request, is a message without a body.
  assert.deepEqual(
    server.heard.filter((heard) => heard !== undefined),
    [],
  );
  assert.equal(await outcomeOf(dataFrame("say", body)), undefined);
  assert.deepEqual(server.heard.at(-1), message);
});

test("bodies whose lengths and counts lie, negative, 2³¹ or more than there is, end their own connection", async () => {
  const before = process.memoryUsage().rss;
  const heads: Record<string, number[]> = {
    "a text of 2³²−1": [0xdb, 0xff, 0xff, 0xff, 0xff],
    "a text of 2³¹": [0xdb, 0x80, 0, 0, 0],
    "bytes of 2³¹": [0xc6, 0x80, 0, 0, 0],
    "a list of 2³²−1": [0xdd, 0xff, 0xff, 0xff, 0xff],
    "a list of 2³¹": [0xdd, 0x80, 0, 0, 0],
    "a map of 2³²−1": [0xdf, 0xff, 0xff, 0xff, 0xff],
    "a map of 2³¹": [0xdf, 0x80, 0, 0, 0],
    "an extension of 2³²−1": [0xc9, 0xff, 0xff, 0xff, 0xff, 1],
    "an extension nobody knows": [0xc7, 1, 0x77, 0],
    "a reference to nothing": [0xd6, 0x70, 0, 0, 0, 9],
    "a structure nobody knows": [0xd4, 0x72, 0x40],
    "a byte that is no type": [0xc1],
    "two values": [1, 2],
  };
  server.heard.length = 0;
  await inTurns(Object.entries(heads), 4, async ([what, head]) => {
    const outcome = await outcomeOf(dataFrame("say", Buffer.from(head)));
    assert.ok(outcome === undefined || outcome === 4002 || outcome === 4500, `${what}: ${outcome}`);
  });
  const readable = (value: unknown): boolean => JSON.stringify(value ?? null).length < 200;
  assert.ok(server.heard.every(readable), "nothing large came of few bytes");
  assert.ok(process.memoryUsage().rss - before < 200e6, "nor was memory set aside for it");
});

test("numbers before a message's type that are no count are refused", async () => {
  const wrong = [
    [0xff],
    [0xd2, 0, 0, 0, 0x80],
    [0xca, 0, 0, 0xc0, 0x7f],
    [0xcb, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  ];
  for (const number of wrong) {
    const request = Buffer.from([Protocol.ROOM_REQUEST, ...number, 0xa3, 0x73, 0x61, 0x79]);
    assert.equal(await outcomeOf(request), MALFORMED, number.join());
  }
  for (const code of [Protocol.ROOM_DATA, Protocol.ROOM_DATA_BYTES])
    assert.equal(await outcomeOf(Buffer.from([code, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61])), MALFORMED);
});

test("4,000 levels of lists or maps in each other reach the room or end their own connection, and stall nobody", async () => {
  const maps = Buffer.concat([
    ...Array.from({ length: 1300 }, () => pack.map(["a", pack.one]).subarray(0, 3)),
    pack.one,
  ]);
  const startedAt = performance.now();
  for (const body of [pack.deep(4000), Buffer.alloc(4000, 0x91), maps, Buffer.alloc(4000, 0x81)]) {
    for (const frame of [dataFrame("say", body), requestFrame(1, "echo", body)]) {
      const outcome = await outcomeOf(frame);
      assert.ok(outcome === undefined || outcome === 4002 || outcome === 4500, `${outcome}`);
    }
  }
  assert.ok(performance.now() - startedAt < 5000);
});

test("types and keys that mean something to JavaScript or MongoDB are names like any other", async () => {
  for (const name of ["*", "_$bsay"])
    assert.equal(await outcomeOf(dataFrame(name, pack.one)), MALFORMED, `${name} is a handler's own name`);
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "$ne", "$where"];
  for (const name of names) {
    // Nobody handles such a type: Colyseus tells so, or closes; the process and the room go on.
    await outcomeOf(dataFrame(name, pack.map([name, pack.map(["polluted", pack.one])])));
    await outcomeOf(requestFrame(1, name, pack.one));
    const evil = pack.map([
      name,
      pack.map(["polluted", pack.one], ["prototype", pack.map(["polluted", pack.one])]),
    ]);
    server.heard.length = 0;
    assert.equal(await outcomeOf(dataFrame("say", evil)), undefined, name);
    const [heard] = server.heard as [object];
    assert.equal(Object.getPrototypeOf(heard), Object.prototype, `${name} is no prototype`);
    assert.equal((heard as Record<string, unknown>)["polluted"], undefined);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("NUL, right-to-left, half characters and numbers at their ends come through as what they are", async () => {
  const texts = ["\u0000", "\u202egnp.exe", "\u2066\u2069", "a".repeat(3900)];
  for (const text of texts) {
    server.heard.length = 0;
    assert.equal(await outcomeOf(dataFrame("say", pack.text(text))), undefined);
    assert.deepEqual(server.heard, [text]);
  }
  // No UTF-8 has them: lone surrogates, an overlong NUL, a byte that begins nothing.
  for (const bytes of [[0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xc0, 0x80], [0xff]]) {
    server.heard.length = 0;
    const outcome = await outcomeOf(dataFrame("say", pack.text(Uint8Array.from(bytes))));
    assert.ok(outcome === undefined || outcome === 4002, `${outcome}`);
    assert.ok(server.heard.every((heard) => typeof heard === "string"));
    const type = Buffer.from([Protocol.ROOM_DATA, 0xa0 | bytes.length, ...bytes]);
    assert.equal(await outcomeOf(type), MALFORMED, "a type must be text");
  }
  for (const number of [Infinity, -Infinity, Number.NaN, -0, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, 5e-324]) {
    server.heard.length = 0;
    assert.equal(await outcomeOf(dataFrame("say", pack.float(number))), undefined);
    assert.ok(Object.is(server.heard[0], number), `${number}`);
  }
});

test("a frame of a megabyte is not read", async () => {
  assert.equal(await outcomeOf(new Uint8Array(1_048_576).fill(0x61)), 1009);
});

test("one message frame that costs the most there is to decode holds nobody up", async () => {
  const client = [...server.clients].find(({ sessionId }) => sessionId === honest.sessionId) as ServerClient;
  assert.ok(client);
  const bodies = [
    Buffer.concat([Buffer.of(0xdc, 0x0f, 0x00), Buffer.alloc(3840, 0xc0)]),
    Buffer.concat([Buffer.of(0xde, 0x07, 0x80), Buffer.alloc(3840, 0xa0)]),
    Buffer.concat([Buffer.of(0xde, 0x03, 0xc0), Buffer.from("\u00a1a\u00c0\u00c0".repeat(800), "latin1")]),
  ];
  for (const body of bodies) {
    const startedAt = performance.now();
    await outcomeOf(dataFrame("say", body.subarray(0, 4000)));
    assert.ok(performance.now() - startedAt < 2000);
  }
  await until(() => server.clients.length === 1, "the others to be gone");
});
