/** Reads Colyseus' self-describing values without believing them: nothing here throws, loops or allocates. Pure. */
import { decode, type Iterator } from "@colyseus/schema";

/** Steps over a string, whose head is msgpack's: fixstr, str8, str16 or str32. @returns false when there is none. */
export function skipString(body: Uint8Array, at: Iterator): boolean {
  const head = body[at.offset++] ?? 0;
  let length = head & 0x1f;
  if (head >= 0xd9 && head <= 0xdb) {
    const headBytes = 1 << (head - 0xd9);
    length = 0;
    for (let index = 0; index < headBytes; index += 1) length += (body[at.offset++] ?? 0) * 256 ** index;
  } else if (head < 0xa0 || head > 0xbf) {
    return false;
  }
  at.offset += length;
  return true;
}

/** NaN at the frame's end and for bytes that are no number. */
export function readNumber(frame: Uint8Array, at: Iterator): number {
  if (at.offset >= frame.length) return Number.NaN;
  const value = decode.number(frame, at) as number | undefined;
  return at.offset <= frame.length && value !== undefined ? value : Number.NaN;
}

export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Whether a string's head stands here. */
export function isStringNext(frame: Uint8Array, at: Iterator): boolean {
  const head = frame[at.offset] ?? 0;
  return (head >= 0xa0 && head <= 0xbf) || (head >= 0xd9 && head <= 0xdb);
}

/** Bytes before a string's text, of the string whose head stands here. */
export function stringHeadBytes(frame: Uint8Array, at: Iterator): number {
  const head = frame[at.offset] ?? 0;
  return head >= 0xd9 && head <= 0xdb ? 1 + (1 << (head - 0xd9)) : 1;
}
