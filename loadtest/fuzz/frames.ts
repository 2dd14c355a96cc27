/**
 * Frames that a client might send, most of them wrong: first each of the 256 first bytes and every good frame cut off at
 * every place, then, for ever, good ones with things broken, frames by the grammar of Colyseus' protocol with lengths,
 * counts and bodies that lie, and bytes at random. The frame at an index depends on the seed and the index alone. Pure.
 */
import { Protocol, ProtocolModifier } from "@colyseus/core";
import { InputEncoder } from "@colyseus/schema/input";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";

/** As `limits.frameBytes` has it. */
const LONGEST_BYTES = 4096;
/** What the rooms of a game take, by name, and one name that none of them knows. */
const TYPES =
  `rematch __lane webrtc:join webrtc:offer webrtc:ice-candidate webrtc:answer chat ready invite kick promote
  enter_queue leave_queue setup list_rooms quick_play accept decline unknown`.split(/\s+/);
const FIELDS = `text ready playerId queue checkId kind sdp candidate mid mode map
  __proto__ constructor prototype $where $ne toString then `.split(/\s+/);
/** Lengths and counts that decoders trip over, as Colyseus' self-describing numbers: int8, uint16, int32, uint32, floats. */
const NUMBERS: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0xff],
  [0xd0, 0x80],
  [0xcd, 0xff, 0xff],
  [0xd2, 0, 0, 0, 0x80],
  [0xce, 0, 0, 0, 0x80],
  [0xce, 0xff, 0xff, 0xff, 0xff],
  [0xca, 0, 0, 0xc0, 0x7f],
  [0xcb, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  [0xcb, 0, 0, 0, 0, 0, 0, 0, 0x80],
  [0xcb, 0, 0, 0, 0, 0, 0, 0x40, 0x43],
  [0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
];
/** NUL, right to left, half a character, an overlong NUL, what looks like HTML. */
const TEXTS = ["\u0000", "\u202eabc", "\u2066", "<b>", "$where", "__proto__", ".."].map((text) =>
  Buffer.from(text),
);
const HALVES = [Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xc0, 0x80), Buffer.of(0xff)];

export class FrameSource {
  readonly #seed: number;
  readonly #good: readonly Buffer[];
  readonly #first: readonly Buffer[];
  #random: Random = createRandom(0);
  #next = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#good = recordGood();
    const heads = Array.from({ length: 256 }, (_, head) => Buffer.of(head));
    const body = this.#good.at(-1) as Buffer;
    this.#first = [
      ...heads,
      ...heads.map((head) => Buffer.concat([head, body.subarray(1)])),
      ...this.#good.flatMap((frame) => Array.from(frame, (_, at) => frame.subarray(0, at))),
    ];
  }

  next(): Buffer {
    this.#next += 1;
    return this.at(this.#next - 1);
  }

  at(index: number): Buffer {
    const first = this.#first[index];
    if (first) return Buffer.from(first);
    this.#random = createRandom(Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(this.#seed + 1, 0x85ebca6b));
    // What is longer never arrives.
    return this.#any().subarray(0, LONGEST_BYTES);
  }

  #any(): Buffer {
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

  /** A message, bytes or a request of a known type, with a body of msgpack that may lie, nest or be none. */
  #message(): Buffer {
    const { ROOM_DATA, ROOM_DATA_BYTES, ROOM_REQUEST } = Protocol;
    const code = this.#pick([ROOM_DATA, ROOM_DATA, ROOM_DATA_BYTES, ROOM_REQUEST]);
    const type = Buffer.from(this.#pick(TYPES));
    const head = code === ROOM_REQUEST ? Buffer.of(code, this.#random.below(128)) : Buffer.of(code);
    return Buffer.concat([head, Buffer.of(0xa0 | type.length), type, this.#body()]);
  }

  #body(): Buffer {
    const kind = this.#random.below(8);
    // Deep: thousands of arrays or maps in each other, with and without an end.
    if (kind === 0)
      return Buffer.concat([
        Buffer.alloc(
          1 + this.#random.below(this.#random.below(8) === 0 ? 4000 : 60),
          this.#pick([0x91, 0x81]),
        ),
        Buffer.of(1),
      ]);
    if (kind === 1)
      return Buffer.concat([
        Buffer.of(this.#pick([0xdd, 0xdf, 0xdb, 0xc6, 0xc9, 0xdc, 0xde])),
        this.#bytes(4),
      ]);
    if (kind === 2) return Buffer.alloc(0);
    if (kind === 3) return this.#bytes(this.#random.below(60));
    return this.#map(2);
  }

  #map(levels: number): Buffer {
    const size = this.#random.below(4);
    const parts: Buffer[] = [Buffer.of(0x80 | size)];
    for (let entry = 0; entry < size; entry += 1)
      parts.push(text(Buffer.from(this.#pick(FIELDS))), this.#value(levels));
    return Buffer.concat(parts);
  }

  #value(levels: number): Buffer {
    const kind = this.#random.below(9);
    if (kind === 0) return text(this.#pick(TEXTS));
    if (kind === 1) return text(this.#pick(HALVES));
    if (kind === 2) return Buffer.concat([Buffer.of(0xda, 0x08, 0x00), Buffer.alloc(2048, 0x61)]);
    if (kind === 3) return Buffer.concat([Buffer.of(0xcb), this.#bytes(8)]);
    if (kind === 4) return Buffer.of(0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0);
    if (kind === 5) return Buffer.of(this.#pick([0xc0, 0xc2, 0xc3, 0x00, 0xff, 0x90]));
    if (kind === 6) return text(Buffer.from(this.#pick(["offer", "candidate", "answer", "big", "chat"])));
    return levels > 0 ? this.#map(levels - 1) : Buffer.of(1);
  }
}

/** As msgpack has it, of at most 31 bytes. */
function text(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xa0 | bytes.length), bytes]);
}

/** As the SDK writes them; the last one is a message with a body. */
function recordGood(): Buffer[] {
  const input = new SkirmishInput();
  const frames: Buffer[] = [Buffer.of(Protocol.PING), Buffer.of(Protocol.JOIN_ROOM)];
  const reliable = new InputEncoder(input, { mode: "reliable" });
  const ring = new InputEncoder(input, { mode: "unreliable", historySize: 8 });
  for (let step = 0; step < 40; step += 1) {
    Object.assign(input, { moveX: (step % 3) - 1, moveY: 0, aim: (step * 997) % 65_536, buttons: step % 2 });
    frames.push(Buffer.from([Protocol.ROOM_INPUT_RELIABLE, ...reliable.encode()]));
    frames.push(Buffer.from([Protocol.ROOM_INPUT_UNRELIABLE, ...ring.encode()]));
    const stamp = [0xcd, step * 33, (step * 33) >> 8];
    frames.push(
      Buffer.from([Protocol.ROOM_INPUT_RELIABLE | ProtocolModifier.TIMED, ...stamp, ...reliable.encode()]),
    );
  }
  for (const type of TYPES) {
    frames.push(Buffer.concat([Buffer.of(Protocol.ROOM_DATA), text(Buffer.from(type)), Buffer.of(0x80)]));
    frames.push(
      Buffer.concat([Buffer.of(Protocol.ROOM_REQUEST, 1), text(Buffer.from(type)), Buffer.of(0xc0)]),
    );
  }
  const body = [
    Buffer.of(0x82),
    text(Buffer.from("text")),
    text(Buffer.from("hello")),
    text(Buffer.from("ready")),
  ];
  frames.push(
    Buffer.concat([Buffer.of(Protocol.ROOM_DATA), text(Buffer.from("chat")), ...body, Buffer.of(0xc3)]),
  );
  return frames;
}
