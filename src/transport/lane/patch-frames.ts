/**
 * Frames of state, taken apart and put together. Pure. As Colyseus 0.18 writes them:
 *
 *   reliable patch:    code | TIMED?      [uint32 server time, uint32 acknowledged input]  body
 *   unreliable patch:  code | UNRELIABLE  uint16 sequence                                  body
 *   lane patch (ours): code | UNRELIABLE | TIMED   uint32 time, uint32 input, uint16 sequence   body
 *
 * A body is a list of structures, each "255, reference, changes"; only the root's may stand first without its head.
 */
import { Protocol, ProtocolModifier } from "@colyseus/core";

const CODE_MASK = 0x1f;
const TIMED_BYTES = 8;
const SEQUENCE_BYTES = 2;
const STRUCTURE = 255;
const ROOT = 0;

export function codeOf(frame: Uint8Array): number {
  return (frame[0] ?? 0) & CODE_MASK;
}

export function isTimed(frame: Uint8Array): boolean {
  return ((frame[0] ?? 0) & ProtocolModifier.TIMED) !== 0;
}

function timingOf(frame: Uint8Array): Uint8Array {
  return isTimed(frame) ? frame.subarray(1, 1 + TIMED_BYTES) : frame.subarray(0, 0);
}

function bodyOf(frame: Uint8Array): Uint8Array {
  const isUnreliable = ((frame[0] ?? 0) & ProtocolModifier.UNRELIABLE) !== 0;
  return frame.subarray(1 + timingOf(frame).length + (isUnreliable ? SEQUENCE_BYTES : 0));
}

/** One patch of both, as a client without a lane gets it: what Colyseus sends when no field is unreliable. */
export function mergePatches(reliable: Uint8Array, unreliable: Uint8Array): Buffer {
  const first = bodyOf(reliable);
  const second = bodyOf(unreliable);
  const headless = first.length > 0 && second.length > 0 && second[0] !== STRUCTURE;
  return Buffer.concat([reliable, headless ? Uint8Array.of(STRUCTURE, ROOT) : new Uint8Array(), second]);
}

/** The reliable patch for a client whose lane carries the timing; undefined when nothing else is in it. */
export function withoutTiming(reliable: Uint8Array): Buffer | undefined {
  const body = bodyOf(reliable);
  return body.length === 0 ? undefined : Buffer.concat([Uint8Array.of(Protocol.ROOM_STATE_PATCH), body]);
}

/** @param sequence this client's own count of lane patches since its last full state. */
export function lanePatch(reliable: Uint8Array, unreliable: Uint8Array, sequence: number): Buffer {
  const timing = timingOf(reliable);
  const modifiers = ProtocolModifier.UNRELIABLE | (timing.length > 0 ? ProtocolModifier.TIMED : 0);
  const head = Buffer.alloc(1 + timing.length + SEQUENCE_BYTES);
  head[0] = Protocol.ROOM_STATE_PATCH | modifiers;
  head.set(timing, 1);
  head.writeUInt16LE(sequence & 0xffff, 1 + timing.length);
  return Buffer.concat([head, bodyOf(unreliable)]);
}
