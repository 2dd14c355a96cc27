/** The private parts of Colyseus that `src/transport/colyseus-internals.ts` relies on are where it expects them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as core from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import * as umbrella from "colyseus";
import { hastenDisposal, inputWireOf, interceptFrames } from "../../src/transport/colyseus-internals.ts";

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
