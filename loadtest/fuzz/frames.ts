/**
 * Frames that a client might send, most of them wrong: by the grammar of Colyseus' protocol with single things broken, as
 * mutations of good ones, and at random. The same seed gives the same frames, whatever is done with them. Pure.
 */
import { Protocol, ProtocolModifier } from "@colyseus/core";
import { InputEncoder } from "@colyseus/schema/input";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";

const TYPES = [
  "rematch",
  "__lane",
  "webrtc:join",
  "webrtc:offer",
  "webrtc:ice-candidate",
  "chat",
  "ready",
  "settings",
];
/** Lengths and counts that decoders trip over, as Colyseus' self-describing numbers: int8, uint16, int32, uint32, floats. */
const NUMBERS: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0xff],
  [0xd0, 0x80],
  [0xcd, 0xff, 0xff],
  [0xd2, 0, 0, 0, 0x80],
  [0xce, 0xff, 0xff, 0xff, 0xff],
  [0xca, 0, 0, 0xc0, 0x7f],
  [0xcb, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  [0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
];

export class FrameSource {
  readonly #random: Random;
  readonly #good: Uint8Array[];

  constructor(seed: number) {
    this.#random = createRandom(seed);
    this.#good = recordGood();
  }

  next(): Buffer {
    const kind = this.#random.below(10);
    if (kind < 3) return this.#mutate();
    if (kind < 5) return this.#input();
    if (kind < 8) return this.#message();
    return this.#bytes(1 + this.#random.below(kind === 8 ? 12 : 200));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T;
  }

  #bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < length; index += 1) bytes[index] = this.#random.below(256);
    return bytes;
  }

  /** A good frame with bytes flipped, cut off, doubled, or numbers put in. */
  #mutate(): Buffer {
    let frame = Buffer.from(this.#pick(this.#good));
    for (let changes = this.#random.below(4); changes > 0; changes -= 1) {
      const at = this.#random.below(Math.max(1, frame.length));
      const what = this.#random.below(4);
      if (what === 0) frame[at] = this.#random.below(256);
      else if (what === 1) frame = frame.subarray(0, at);
      else if (what === 2)
        frame = Buffer.concat([frame.subarray(0, at), frame.subarray(Math.max(0, at - 8))]);
      else
        frame = Buffer.concat([frame.subarray(0, at), Buffer.from(this.#pick(NUMBERS)), frame.subarray(at)]);
    }
    return frame;
  }

  /** By the grammar of inputs, with lengths, counts and stamps of any kind. */
  #input(): Buffer {
    const reliable = this.#random.below(2) === 0;
    const timed = this.#random.below(2) === 0 ? ProtocolModifier.TIMED : 0;
    const parts: Buffer[] = [
      Buffer.of((reliable ? Protocol.ROOM_INPUT_RELIABLE : Protocol.ROOM_INPUT_UNRELIABLE) | timed),
    ];
    if (timed) parts.push(Buffer.from(this.#pick(NUMBERS)), this.#bytes(this.#random.below(5)));
    for (let slots = 1 + this.#random.below(40); slots > 0; slots -= 1) {
      if (!reliable) parts.push(Buffer.from(this.#pick(NUMBERS)));
      for (let fields = this.#random.below(5); fields > 0; fields -= 1)
        parts.push(Buffer.of(0x80 + this.#random.below(6)), this.#bytes(1 + this.#random.below(2)));
    }
    return Buffer.concat(parts);
  }

  /** A message of a known type, and a body of msgpack that may lie, nest or be none. */
  #message(): Buffer {
    const code = this.#pick([
      Protocol.ROOM_DATA,
      Protocol.ROOM_DATA,
      Protocol.ROOM_DATA_BYTES,
      Protocol.ROOM_REQUEST,
    ]);
    const type = Buffer.from(this.#random.below(500) === 0 ? "unknown" : this.#pick(TYPES));
    const head = code === Protocol.ROOM_REQUEST ? Buffer.from([code, 1]) : Buffer.of(code);
    return Buffer.concat([head, Buffer.of(0xa0 | type.length), type, this.#body()]);
  }

  #body(): Buffer {
    const kind = this.#random.below(7);
    // Deep: thousands of arrays or maps in each other.
    if (kind === 0) return Buffer.alloc(1 + this.#random.below(3900), this.#pick([0x91, 0x81]));
    if (kind === 1) return Buffer.concat([Buffer.of(this.#pick([0xdd, 0xdf, 0xdb, 0xc6])), this.#bytes(4)]);
    if (kind === 2)
      return named(this.#pick(["__proto__", "constructor", "$where", "$ne"]), named("x", Buffer.of(1)));
    if (kind === 3)
      return named("text", Buffer.concat([Buffer.of(0xd9, 6), Buffer.from("\u0000\u202e\u0001")]));
    if (kind === 4) return named("n", Buffer.concat([Buffer.of(0xcb), this.#bytes(8)]));
    if (kind === 5) return Buffer.alloc(0);
    return this.#bytes(this.#random.below(60));
  }
}

function named(key: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x81, 0xa0 | key.length), Buffer.from(key), value]);
}

function recordGood(): Uint8Array[] {
  const input = new SkirmishInput();
  const frames: Uint8Array[] = [Uint8Array.of(Protocol.PING)];
  const reliable = new InputEncoder(input, { mode: "reliable" });
  const ring = new InputEncoder(input, { mode: "unreliable", historySize: 8 });
  for (let step = 0; step < 40; step += 1) {
    Object.assign(input, { moveX: (step % 3) - 1, moveY: 0, aim: (step / 7) % 6, buttons: step % 2 });
    frames.push(Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE, ...reliable.encode()]));
    frames.push(Uint8Array.from([Protocol.ROOM_INPUT_UNRELIABLE, ...ring.encode()]));
  }
  for (const type of TYPES)
    frames.push(
      Buffer.concat([Buffer.of(Protocol.ROOM_DATA, 0xa0 | type.length), Buffer.from(type), Buffer.of(0x80)]),
    );
  return frames;
}
