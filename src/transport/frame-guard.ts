/**
 * Judges a client's frame before Colyseus decodes it: only codes that clients send, messages only with a
 * type, and inputs only if they follow the grammar in `input-frame.ts`. Pure.
 */
import { isUtf8 } from "node:buffer";
import { Protocol } from "@colyseus/core";
import type { Iterator } from "@colyseus/schema";
import { type InputWire, isWellFormedReliableInput, isWellFormedRing } from "./input-frame.ts";
import { isCount, isStringNext, readNumber, skipString, stringHeadBytes } from "./wire-values.ts";

const CODE_MASK = 0x1f;
const STAR = 0x2a;
/** "_$b" */
const BYTES_PREFIX = [0x5f, 0x24, 0x62] as const;

/** @param wire how inputs look in this room; undefined for a room that takes none. */
export function isWellFormedFrame(frame: Uint8Array, wire: InputWire | undefined): boolean {
  const head = frame[0];
  if (head === undefined) return false;
  switch (head & CODE_MASK) {
    case Protocol.JOIN_ROOM:
    case Protocol.LEAVE_ROOM:
    case Protocol.PING:
      return true;
    case Protocol.ROOM_DATA:
    case Protocol.ROOM_DATA_BYTES:
      return startsWithType(frame, { offset: 1 });
    case Protocol.ROOM_REQUEST: {
      const at: Iterator = { offset: 1 };
      return isCount(readNumber(frame, at)) && startsWithType(frame, at);
    }
    case Protocol.ROOM_INPUT_RELIABLE:
      return wire !== undefined && isWellFormedReliableInput(frame, wire);
    case Protocol.ROOM_INPUT_UNRELIABLE:
      return wire !== undefined && isWellFormedRing(frame, wire);
    default:
      return false;
  }
}

/** A message's type must follow, a number or a name: Colyseus reads it unchecked. */
function startsWithType(frame: Uint8Array, at: Iterator): boolean {
  if (!isStringNext(frame, at)) return Number.isFinite(readNumber(frame, at));
  const start = at.offset + stringHeadBytes(frame, at);
  if (!skipString(frame, at) || at.offset > frame.length) return false;
  return isUtf8(frame.subarray(start, at.offset)) && !isHandlersOwn(frame, start, at.offset);
}

/**
 * Colyseus keeps handlers of other kinds under such names: "*" hears what nobody else does, with other arguments, and
 * "_$b" stands before those that take bytes. A message by these names would reach them in a shape they do not expect.
 */
function isHandlersOwn(frame: Uint8Array, start: number, end: number): boolean {
  if (end - start === 1) return frame[start] === STAR;
  return BYTES_PREFIX.every((byte, index) => frame[start + index] === byte);
}
