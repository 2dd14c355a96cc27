/**
 * The grammar of input frames, as `@colyseus/schema`'s InputEncoder and the SDK write them and `@colyseus/core`
 * 0.18.17 reads them. Checked before decoding because the decoders believe what they read: a negative length loops
 * for ever, a huge count allocates without bound, an unknown field prints to the console each time. Pure.
 *
 *   reliable:    code | [stamp] | body                       stamp: number, and a uint16 in a room that rewinds on
 *   unreliable:  code | [stamps] | base seq | (length, body)*   both of Colyseus' timelines
 *   stamps:      count | uint32 | count−1 numbers, and in such a room uint16 | count−1 numbers
 *   body:        (0x80 + field index, value)*
 *
 * "number" is Colyseus' self-describing one. Stamps stand where the code's TIMED bit is set.
 */
import { ProtocolModifier } from "@colyseus/core";
import type { Iterator } from "@colyseus/schema";
import { isCount, readNumber, skipString } from "./wire-values.ts";

/** How a room's inputs look on the wire. */
export interface InputWire {
  /** Wire types of the input schema's fields by index: "int8", "number", "string", … */
  fieldTypes: readonly string[];
  /** Whether the room rewinds on both of Colyseus' timelines. */
  stampsBoth: boolean;
}

/** Inputs that one unreliable frame may carry; the SDK's ring is far smaller. */
const MAX_INPUTS = 32;
const ADD_FIELD = 0x80;
const FIELD_INDEX_MASK = 0x3f;

const FIXED_BYTES: Readonly<Record<string, number>> = {
  boolean: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
  bigint64: 8,
  biguint64: 8,
};

export function isWellFormedReliableInput(frame: Uint8Array, wire: InputWire): boolean {
  const at: Iterator = { offset: 1 };
  if (isTimed(frame)) {
    if (!Number.isFinite(readNumber(frame, at))) return false;
    if (wire.stampsBoth) at.offset += 2;
  }
  return isWellFormedBody(frame, at.offset, frame.length, wire);
}

export function isWellFormedRing(frame: Uint8Array, wire: InputWire): boolean {
  const at: Iterator = { offset: 1 };
  const stamps = isTimed(frame) ? readStamps(frame, at, wire.stampsBoth) : undefined;
  if (isTimed(frame) && stamps === undefined) return false;
  if (!isCount(readNumber(frame, at))) return false;
  let inputs = 0;
  while (at.offset < frame.length) {
    const length = readNumber(frame, at);
    if (!isCount(length) || !isWellFormedBody(frame, at.offset, at.offset + length, wire)) return false;
    at.offset += length;
    inputs += 1;
    if (inputs > MAX_INPUTS) return false;
  }
  return stamps === undefined || stamps === inputs;
}

function isTimed(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & ProtocolModifier.TIMED) !== 0;
}

/** @returns how many stamps there were, or undefined for a block that lies. */
function readStamps(frame: Uint8Array, at: Iterator, both: boolean): number | undefined {
  const count = readNumber(frame, at);
  if (!isCount(count) || count < 1 || count > MAX_INPUTS) return undefined;
  for (const headBytes of both ? [4, 2] : [4]) {
    at.offset += headBytes;
    for (let delta = 1; delta < count; delta += 1) {
      if (!Number.isFinite(readNumber(frame, at))) return undefined;
    }
  }
  return at.offset <= frame.length ? count : undefined;
}

function isWellFormedBody(frame: Uint8Array, start: number, end: number, wire: InputWire): boolean {
  if (start > end || end > frame.length) return false;
  const body = frame.subarray(0, end);
  const at: Iterator = { offset: start };
  while (at.offset < end) {
    const operation = body[at.offset++] as number;
    const type = wire.fieldTypes[operation & FIELD_INDEX_MASK];
    if (type === undefined || (operation & ~FIELD_INDEX_MASK) !== ADD_FIELD) return false;
    if (!skipValue(body, at, type) || at.offset > end) return false;
  }
  return true;
}

function skipValue(body: Uint8Array, at: Iterator, type: string): boolean {
  if (type === "number") return Number.isFinite(readNumber(body, at));
  if (type === "string") return skipString(body, at);
  const bytes = FIXED_BYTES[type];
  at.offset += bytes ?? 0;
  return bytes !== undefined;
}
