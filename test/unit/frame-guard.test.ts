import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol, ProtocolModifier } from "@colyseus/core";
import { encode, type Iterator } from "@colyseus/schema";
import { InputDecoder, InputEncoder } from "@colyseus/schema/input";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { isWellFormedFrame } from "../../src/transport/frame-guard.ts";
import type { InputWire } from "../../src/transport/input-frame.ts";

const WIRE: InputWire = { fieldTypes: ["int8", "int8", "uint16", "uint8"], stampsBoth: false };
const BOTH: InputWire = { ...WIRE, stampsBoth: true };

/** Bytes of `[code] number…`, each as Colyseus writes it. */
function frameOf(code: number, ...numbers: number[]): Uint8Array {
  const bytes = new Uint8Array(512);
  const at: Iterator = { offset: 0 };
  bytes[at.offset++] = code;
  for (const value of numbers) encode.number(bytes, value, at);
  return bytes.subarray(0, at.offset);
}

const RING = Protocol.ROOM_INPUT_UNRELIABLE;

test("frames that the SDK writes are let through", () => {
  const input = new SkirmishInput();
  const ring = new InputEncoder(input, { mode: "unreliable", historySize: 4 });
  for (let step = 0; step < 10; step += 1) {
    input.moveX = (step % 3) - 1;
    const body = ring.encode();
    assert.ok(isWellFormedFrame(Uint8Array.from([RING, ...body]), WIRE), `step ${step}`);
  }
  const reliable = new InputEncoder(input, { mode: "reliable" });
  assert.ok(isWellFormedFrame(Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE, ...reliable.encode()]), WIRE));
  assert.ok(isWellFormedFrame(Uint8Array.of(Protocol.JOIN_ROOM), WIRE));
  assert.ok(isWellFormedFrame(Uint8Array.of(Protocol.LEAVE_ROOM), WIRE));
});

test("lengths and counts that lie are refused", () => {
  const lies: [string, Uint8Array][] = [
    ["nothing at all", new Uint8Array()],
    ["a negative length", frameOf(RING, 1, -1)],
    ["a length beyond the frame", frameOf(RING, 1, 100)],
    ["a length that is no number", Uint8Array.of(RING, 1, 0xc1)],
    ["a length that is infinite", frameOf(RING, 1, Number.POSITIVE_INFINITY)],
    ["a length with a fraction", frameOf(RING, 1, 0.5)],
    ["no base sequence", Uint8Array.of(RING)],
    ["more inputs than a ring holds", frameOf(RING, 1, ...Array<number>(33).fill(0))],
    ["a huge count of stamps", frameOf(RING | ProtocolModifier.TIMED, 2 ** 31, 1, 1)],
    ["a negative count of stamps", frameOf(RING | ProtocolModifier.TIMED, -1, 1, 1)],
    [
      "another count of stamps than of inputs",
      Uint8Array.of(RING | ProtocolModifier.TIMED, 1, 0, 0, 0, 0, 1, 0, 0),
    ],
    ["a code that only servers send", Uint8Array.of(Protocol.ROOM_STATE, 0)],
    ["a field that the schema does not have", Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x84, 1)],
    ["an operation that is no plain value", Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x40)],
    ["another structure", Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 255, 0)],
    ["a value that is cut off", Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x82, 1)],
    ["a value that is missing", Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x80)],
    ["a value that reaches into the next input", Uint8Array.of(RING, 1, 2, 0x82, 1, 0)],
    ["a message without a type", Uint8Array.of(Protocol.ROOM_DATA)],
  ];
  for (const [what, frame] of lies) assert.equal(isWellFormedFrame(frame, WIRE), false, what);
});

test("stamped rings are read in both layouts", () => {
  const one = [RING | ProtocolModifier.TIMED, 1, 9, 0, 0, 0];
  assert.ok(isWellFormedFrame(Uint8Array.of(...one, 5, 0), WIRE));
  assert.ok(isWellFormedFrame(Uint8Array.of(...one, 7, 0, 5, 0), BOTH));
  assert.equal(isWellFormedFrame(Uint8Array.of(...one, 5, 0), BOTH), false);
});

test("a room without inputs takes none", () => {
  assert.equal(isWellFormedFrame(Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE), undefined), false);
  assert.equal(isWellFormedFrame(Uint8Array.of(RING, 1), undefined), false);
});

test("numbers and strings in inputs are measured, not believed", () => {
  const wire: InputWire = { fieldTypes: ["number", "string", "float32"], stampsBoth: false };
  const body = (...bytes: number[]) =>
    isWellFormedFrame(Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, ...bytes), wire);
  assert.ok(body(0x80, 0xca, 0, 0, 192, 63, 0x81, 0xa2, 104, 105, 0x82, 0, 0, 0, 0));
  assert.ok(body(0x81, 0xd9, 2, 104, 105));
  assert.equal(body(0x80, 0xca, 0, 0), false);
  assert.equal(body(0x81, 0xa5, 104, 105), false);
  assert.equal(body(0x81, 0xdb, 255, 255, 255, 255, 1), false);
  assert.equal(body(0x81, 0x01), false);
});

test("a ring that is let through never hangs or warns in Colyseus' decoder", (context) => {
  const warned = context.mock.method(console, "warn", () => undefined);
  const random = createRandom(1);
  let passed = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const body = Uint8Array.from({ length: random.below(40) }, () =>
      random.next() < 0.6 ? random.below(6) : random.below(256),
    );
    const frame = Uint8Array.from([RING, ...body]);
    if (!isWellFormedFrame(frame, WIRE)) continue;
    passed += 1;
    const decoder = new InputDecoder(new SkirmishInput());
    assert.ok(decoder.decodeAll(frame.subarray(1), () => undefined) <= 32);
  }
  assert.equal(warned.mock.callCount(), 0);
  assert.ok(passed > 300, `only ${passed} frames passed`);
});

test("a message's type is text of any length, and none that Colyseus' own handlers stand under", () => {
  const typed = (...type: number[]) => isWellFormedFrame(Uint8Array.of(Protocol.ROOM_DATA, ...type), WIRE);
  assert.ok(typed(0xa1, 0x61));
  assert.ok(typed(0xd9, 0xc8, ...Array<number>(200).fill(0x61)));
  assert.ok(typed(0xda, 0, 1, ...Array<number>(256).fill(0x61)));
  assert.equal(typed(0xd9, 1, 0xff), false, "no UTF-8");
  assert.equal(typed(0xa1, 0x2a), false, "*");
  assert.equal(typed(0xd9, 1, 0x2a), false, "* in a longer form");
  assert.equal(typed(0xa4, 0x5f, 0x24, 0x62, 0x61), false, "_$ba");
  assert.ok(typed(0xa3, 0x5f, 0x24, 0x61));
});
