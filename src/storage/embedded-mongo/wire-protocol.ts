/**
 * MongoDB's wire protocol as far as the driver needs it: OP_MSG, and OP_QUERY / OP_REPLY for its first handshake.
 * Pure: bytes in, messages out.
 *
 * A frame over 48,000,000 bytes, an unknown opcode, compression, a checksum or a malformed section throws
 * `ProtocolError`; the caller then closes that one connection, as the position in the stream is lost.
 */
import { type Doc, decode } from "./bson-values.ts";

export const maxMessageBytes = 48_000_000;

const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
const moreToCome = 2;

export class ProtocolError extends Error {}

export interface Message {
  requestId: number;
  opcode: number;
  /** The client wants no reply (an unacknowledged write). */
  silent: boolean;
  /** In typed form, with `$db` and with the document sequences as arrays. */
  command: Doc;
}

/** Cuts a byte stream into frames; holds at most one unfinished frame and one chunk. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  next(): Buffer | undefined {
    if (this.#length < 16) return undefined;
    if ((this.#chunks[0]?.length ?? 0) < 4) this.#chunks = [Buffer.concat(this.#chunks)];
    const size = this.#chunks[0]?.readInt32LE(0) ?? 0;
    if (size < 16 || size > maxMessageBytes) throw new ProtocolError(`frame of ${size} bytes`);
    if (this.#length < size) return undefined;
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#length -= size;
    this.#chunks = this.#length === 0 ? [] : [all.subarray(size)];
    return all.subarray(0, size);
  }
}

export function decodeMessage(frame: Buffer): Message {
  const [requestId, opcode] = [frame.readInt32LE(4), frame.readInt32LE(12)];
  try {
    if (opcode === opQuery) return { requestId, opcode, silent: false, command: decodeOpQuery(frame) };
    if (opcode !== opMsg) throw new Error(`unsupported opcode ${opcode}`);
    const flags = frame.readUInt32LE(16);
    if ((flags & 0xffff & ~moreToCome) !== 0) throw new Error(`unsupported flags ${flags}`);
    return { requestId, opcode, silent: (flags & moreToCome) !== 0, command: decodeOpMsg(frame) };
  } catch (error) {
    throw new ProtocolError(`malformed message: ${String(error)}`);
  }
}

function decodeOpMsg(frame: Buffer): Doc {
  let body: Doc | undefined;
  const sequences: Doc = {};
  for (let at = 20; at < frame.length; ) {
    const kind = frame.readUInt8(at);
    const section = cut(frame, at + 1);
    if (kind === 0 && !body) body = decode(section);
    else if (kind === 1) {
      const nameEnd = section.indexOf(0, 4);
      const documents: Doc[] = [];
      for (let next = nameEnd + 1; next < section.length; next += section.readInt32LE(next))
        documents.push(decode(cut(section, next)));
      sequences[section.toString("utf8", 4, nameEnd)] = documents;
    } else throw new Error(`unexpected section of kind ${kind}`);
    at += 1 + section.length;
  }
  if (!body) throw new Error("no body section");
  return { ...body, ...sequences };
}

/** The part that starts at `at` with its own length. */
function cut(bytes: Buffer, at: number): Buffer {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new Error("a section goes beyond its frame");
  return bytes.subarray(at, at + size);
}

function decodeOpQuery(frame: Buffer): Doc {
  const nameEnd = frame.indexOf(0, 20);
  const namespace = frame.toString("utf8", 20, nameEnd);
  if (nameEnd < 0 || !namespace.endsWith(".$cmd")) throw new Error("OP_QUERY on a collection");
  return { ...decode(cut(frame, nameEnd + 9)), $db: namespace.slice(0, -".$cmd".length) };
}

export function encodeMessage({ requestId, opcode }: Message, document: Uint8Array, replyId: number): Buffer {
  const head = Buffer.alloc(opcode === opMsg ? 21 : 36);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(replyId, 4);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(opcode === opMsg ? opMsg : opReply, 12);
  if (opcode === opQuery) head.writeInt32LE(1, 32);
  return Buffer.concat([head, document]);
}
