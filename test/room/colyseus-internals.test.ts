/** The private parts of Colyseus that `src/transport/colyseus-internals.ts` relies on are where it expects them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as core from "@colyseus/core";
import { Decoder, type Encoder, schema, t } from "@colyseus/schema";
import { InputEncoder } from "@colyseus/schema/input";
import * as umbrella from "colyseus";
import { WebRTCPlugin } from "colyseus/plugins/webrtc";
import {
  deliverFrame,
  expectUnreliablePatches,
  hastenDisposal,
  hasUnreliableFields,
  hostPlugin,
  inputWireOf,
  interceptFrames,
  refreshUnreliable,
  watchInputs,
} from "../../src/transport/colyseus-internals.ts";

const AllTypes = schema({
  axis: t.int8(),
  aim: t.angle(),
  slow: t.quantized({ min: 0, max: 1, bits: 8 }),
  any: t.number(),
  text: t.string(),
});

class InputRoom extends core.Room {
  override inputs = this.defineInput(AllTypes);
}
class PlainRoom extends core.Room {}

test("the wire types of an input schema can be read", () => {
  assert.deepEqual(inputWireOf(new InputRoom()), {
    fieldTypes: ["int8", "uint16", "uint8", "number", "string"],
    stampsBoth: false,
  });
  assert.equal(inputWireOf(new PlainRoom()), undefined);
});

test("a room that rewinds on both timelines is seen to", () => {
  const room = new InputRoom();
  const rewind = room.allowRewindState();
  rewind.attachAll(new Map() as never, { fields: ["x"], mode: "snapshot" } as never);
  rewind.attachAll(new Map() as never, { fields: ["x"], mode: "reckon" } as never);
  assert.equal(inputWireOf(room)?.stampsBoth, true);
});

test("frames pass through _onMessage, once, and can be refused there", () => {
  const room = new PlainRoom();
  assert.equal(typeof (room as unknown as Record<string, unknown>)["_onMessage"], "function");
  const seen: string[] = [];
  const inspect = {
    admits: (_client: unknown, frame: Buffer) => frame[0] !== 0,
    failed: () => seen.push("failed"),
  };
  interceptFrames(room, inspect);
  const handle = (room as unknown as { _onMessage(client: unknown, frame: Buffer): void })._onMessage.bind(
    room,
  );
  handle({}, Buffer.from([0]));
  assert.deepEqual(seen, []);
  // A client that is none makes the room's own handling throw, which shows that it was reached.
  handle({}, Buffer.from([core.Protocol.PING]));
  assert.deepEqual(seen, ["failed"]);
});

test("every input is seen once, as it came in, before sanitize and however often it is repeated", () => {
  const Held = schema({ move: t.int8().default(0) }, "Held");
  class HeldRoom extends core.Room {
    override inputs = this.defineInput(Held, {
      sanitize: (input) => {
        input.move = 0;
      },
    });
  }
  const room = new HeldRoom();
  const seen: number[] = [];
  watchInputs(room, (_client, { move }) => seen.push(move as number));
  const controller = (room as unknown as { _inputController: InputController })._inputController;
  const client = {};
  controller.allocate(client);
  const input = new Held();
  const reliable = new InputEncoder(input, { mode: "reliable" });
  for (const move of [7, -3]) {
    input.move = move;
    const frame = Buffer.from([core.Protocol.ROOM_INPUT_RELIABLE, ...reliable.encode()]);
    controller.decodeReliable(client, frame, { offset: 1 }, 0);
  }
  assert.deepEqual(seen, [7, -3]);
  const other = {};
  controller.allocate(other);
  const ring = new InputEncoder(input, { mode: "unreliable", historySize: 4 });
  for (const move of [1, 2, 3]) {
    input.move = move;
    controller.decodeUnreliable(
      other,
      Buffer.from([core.Protocol.ROOM_INPUT_UNRELIABLE, ...ring.encode()]),
      0,
    );
  }
  assert.deepEqual(seen, [7, -3, 1, 2, 3]);
});

interface InputController {
  allocate(client: object): void;
  decodeReliable(client: object, frame: Buffer, at: { offset: number }, modifiers: number): void;
  decodeUnreliable(client: object, frame: Buffer, modifiers: number): void;
}

const Loose = schema({ name: t.string().default(""), x: t.uint8().default(0).unreliable() }, "Loose");
const LooseState = schema({ tick: t.uint8().default(0).unreliable(), all: t.map(Loose) }, "LooseState");

class LooseRoom extends core.Room {
  override state = new LooseState();
}

test("a room's unreliable fields are seen, and its structures take turns in telling them whole", () => {
  const room = new LooseRoom();
  (room as unknown as { __init(): void }).__init();
  assert.equal(hasUnreliableFields(room), true);
  const quiet = new PlainRoom();
  (quiet as unknown as { __init(): void }).__init();
  assert.equal(hasUnreliableFields(quiet), false);
  for (const key of ["a", "b"]) room.state.all.set(key, new Loose());
  const { encoder } = (room as unknown as { _serializer: { encoder: Encoder } })._serializer;
  const decoder = new Decoder(new LooseState());
  decoder.decode(Buffer.from(encoder.encodeAll()));
  assert.equal(refreshUnreliable(room, -1), -1, "nothing was told of these yet");
  encoder.encode();
  encoder.discardChanges();
  decoder.decode(Buffer.from(encoder.encodeAll()));
  for (const key of ["a", "b"]) (room.state.all.get(key) as InstanceType<typeof Loose>).x = 5;
  room.state.tick = 6;
  encoder.discardUnreliableChanges();
  const turns: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    turns.push(refreshUnreliable(room, turns.at(-1) ?? -1));
    const body = Buffer.from(encoder.encodeUnreliable({ offset: 0 }));
    encoder.discardUnreliableChanges();
    assert.ok(body.length > 0 && body.length < 8, `${body.length} bytes for one structure`);
    decoder.decode(body);
  }
  assert.deepEqual(decoder.state.toJSON(), room.state.toJSON());
  assert.equal(new Set(turns).size, 3);
  assert.equal(turns[3], turns[0]);
  for (const some of [room, quiet])
    (some as unknown as { _events: NodeJS.EventEmitter })._events.emit("dispose");
});

test("Colyseus' warning of missing datagrams is where it was", () => {
  const room = new LooseRoom();
  (room as unknown as { __init(): void }).__init();
  const { _serializer: serializer } = room as unknown as { _serializer: Record<string, unknown> };
  assert.equal(serializer["warnedNoUnreliableTransport"], false);
  expectUnreliablePatches(room);
  assert.equal(serializer["warnedNoUnreliableTransport"], true);
  (room as unknown as { _events: NodeJS.EventEmitter })._events.emit("dispose");
});

test("a frame can be handed to the room as if it had come by a connection", () => {
  const room = new PlainRoom();
  const seen: number[] = [];
  interceptFrames(room, {
    admits: (_client, frame) => {
      seen.push(frame[0] as number);
      return false;
    },
    failed: () => undefined,
  });
  deliverFrame(room, {} as core.Client, Buffer.from([core.Protocol.PING]));
  assert.deepEqual(seen, [core.Protocol.PING]);
});

test("seats and timers of a room that closes are where they were", () => {
  const room = new PlainRoom() as unknown as Record<string, object | undefined> & {
    __init(): void;
    _events: NodeJS.EventEmitter;
  };
  room.__init();
  assert.deepEqual(room["_reservedSeats"], {});
  assert.deepEqual(room["_reservedSeatTimeouts"], {});
  assert.notEqual(room["_autoDisposeTimeout"], undefined);
  Object.assign(room["_reservedSeats"], {
    unclaimed: [{}, undefined, false, false],
    taken: [{}, undefined, true, false],
    kept: [{}, undefined, false, true],
  });
  hastenDisposal(room as unknown as core.Room);
  assert.equal(room["_autoDisposeTimeout"], undefined);
  assert.deepEqual(Object.keys(room["_reservedSeats"]), ["taken", "kept"]);
  room._events.emit("dispose");
});

test("a room written against the `colyseus` package extends the same class", () => {
  assert.equal(umbrella.Room, core.Room);
});

test("Colyseus' signalling runs in a room that is only what it is shown", () => {
  const sent: unknown[] = [];
  const client = (sessionId: string) =>
    ({ sessionId, send: (...message: unknown[]) => sent.push([sessionId, ...message]) }) as never;
  const hosted = hostPlugin(new WebRTCPlugin(), {
    clients: { get: (sessionId) => (sessionId === "a" ? client("a") : undefined) },
    broadcast: (...message) => sent.push(message.slice(0, 2)),
  });
  hosted.handle("webrtc:join", client("a"));
  hosted.handle("webrtc:join", client("b"));
  for (const targetId of ["a", "stranger"])
    hosted.handle("webrtc:offer", client("b"), { targetId, sdp: "x" });
  hosted.leave(client("b"));
  assert.deepEqual(sent, [
    ["a", "webrtc:peers", []],
    ["webrtc:peer-joined", "a"],
    ["b", "webrtc:peers", ["a"]],
    ["webrtc:peer-joined", "b"],
    ["a", "webrtc:offer", { peerId: "b", sdp: "x" }],
    ["webrtc:peer-left", "b"],
  ]);
});
