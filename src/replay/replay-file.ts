/**
 * A recorded match as a file: what it is of, and the compressed body that the game's `ReplayRun` reads. The same code
 * reads it on the server, on the command line and in the browser. Pure.
 *
 * Layout, whole numbers little-endian:
 * ```
 * 0   "ARPL"
 * 4   u8   version, 1
 * 5   u32  bytes of the header
 * 9   u32  bytes of the compressed body
 * 13  u32  bytes of the body before compression
 * 17  u32  CRC-32 of the 17 bytes before it and of the header
 * 21  the header: a JSON object in UTF-8 (`ReplayHeader`)
 *     the body: one gzip member, up to the file's end
 * ```
 * Every damage is noticed: the checksum covers the header, gzip's own the body, and the lengths must come to the
 * file's. Bounded: a reader refuses a header over `MOST_HEADER_BYTES`, and a body over what it is told to take before it
 * unpacks it and while it does.
 */
import type { ErrorCode } from "../errors.ts";

export const REPLAY_VERSION = 1;
export const MOST_HEADER_BYTES = 65_536;
const PREFIX_BYTES = 21;
const CHECKSUM_AT = 17;
/** The most that DEFLATE can make of one byte. */
const MOST_RATIO = 1032;

const MAGIC = [0x41, 0x52, 0x50, 0x4c] as const;

/** What a recording is of. `about` and `setup` are the game's own. */
export interface ReplayHeader {
  /** The room's name in the configuration. */
  game: string;
  /** The server's build: another one may simulate differently. */
  build: string;
  /** Fingerprint of the game's schemas; "" where the game gives none. */
  schema: string;
  matchId: string;
  map: string;
  mode: string;
  /** ISO 8601. */
  startedAt: string;
  /** Ticks a second. */
  tickRate: number;
  /** For whoever lists or shows it: who played, for instance. */
  about: unknown;
  /** What the game's run begins with. */
  setup: unknown;
}

type Refusal = { ok: false; code: ErrorCode; detail: string };

/** A file whose header was read and whose body is still packed. */
export type DecodedReplay = { ok: true; header: ReplayHeader; packed: Uint8Array; bodyBytes: number };

export type OpenedReplay = { ok: true; header: ReplayHeader; body: Uint8Array };

/**
 * @param packed the body as one gzip member.
 * @param bodyBytes how long it is unpacked.
 * @returns undefined when the header is longer than a reader takes, or no JSON.
 */
export function encodeReplay(
  header: ReplayHeader,
  packed: Uint8Array,
  bodyBytes: number,
): Uint8Array | undefined {
  const headerBytes = encodeHeader(header);
  if (!headerBytes) return undefined;
  const bytes = new Uint8Array(PREFIX_BYTES + headerBytes.length + packed.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint8(4, REPLAY_VERSION);
  view.setUint32(5, headerBytes.length, true);
  view.setUint32(9, packed.length, true);
  view.setUint32(13, bodyBytes, true);
  view.setUint32(CHECKSUM_AT, crc32(headerBytes, crc32(bytes.subarray(0, CHECKSUM_AT))), true);
  bytes.set(headerBytes, PREFIX_BYTES);
  bytes.set(packed, PREFIX_BYTES + headerBytes.length);
  return bytes;
}

/** @returns undefined when it is longer than a reader takes, or no JSON. */
export function encodeHeader(header: ReplayHeader): Uint8Array | undefined {
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(header));
    return bytes.length > MOST_HEADER_BYTES ? undefined : bytes;
  } catch {
    return undefined;
  }
}

/** Reads all but the body. */
export function decodeReplay(bytes: Uint8Array): DecodedReplay | Refusal {
  if (bytes.length < PREFIX_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte))
    return malformed("It does not begin as one.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(4);
  if (version !== REPLAY_VERSION) {
    const detail = `It is of version ${version}, this build reads ${REPLAY_VERSION}.`;
    return { ok: false, code: "replay_version_unknown", detail };
  }
  const headerBytes = view.getUint32(5, true);
  const packedBytes = view.getUint32(9, true);
  const bodyBytes = view.getUint32(13, true);
  if (headerBytes > MOST_HEADER_BYTES) return malformed("Its header is too long.");
  if (PREFIX_BYTES + headerBytes + packedBytes !== bytes.length)
    return malformed("It is not as long as it says.");
  const text = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  if (crc32(text, crc32(bytes.subarray(0, CHECKSUM_AT))) !== view.getUint32(CHECKSUM_AT, true))
    return malformed("Its header is damaged.");
  const header = parseHeader(text);
  if (!header) return malformed("Its header is not one.");
  return { ok: true, header, packed: bytes.subarray(PREFIX_BYTES + headerBytes), bodyBytes };
}

/**
 * Reads a whole file.
 * @param mostBodyBytes a longer body is refused without being unpacked.
 */
export async function openReplay(bytes: Uint8Array, mostBodyBytes: number): Promise<OpenedReplay | Refusal> {
  const decoded = decodeReplay(bytes);
  if (!decoded.ok) return decoded;
  const { header, packed, bodyBytes } = decoded;
  if (bodyBytes > mostBodyBytes) {
    const detail = `Its body is ${bodyBytes} bytes long, ${mostBodyBytes} are taken.`;
    return { ok: false, code: "replay_too_large", detail };
  }
  if (bodyBytes > packed.length * MOST_RATIO) return malformed("Its body cannot be as long as it says.");
  const body = await unpack(packed, bodyBytes);
  return body ? { ok: true, header, body } : malformed("Its body is damaged.");
}

function malformed(detail: string): Refusal {
  return { ok: false, code: "replay_malformed", detail };
}

function parseHeader(text: Uint8Array): ReplayHeader | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { game, build, schema, matchId, map, mode, startedAt, tickRate, about, setup } = parsed as Record<
    string,
    unknown
  >;
  const texts = { game, build, schema, matchId, map, mode, startedAt };
  if (Object.values(texts).some((value) => typeof value !== "string")) return undefined;
  if (typeof tickRate !== "number" || !(tickRate > 0) || tickRate > 1000) return undefined;
  return { ...(texts as Record<keyof typeof texts, string>), tickRate, about, setup };
}

/** @returns undefined for what is no gzip member of exactly that length. */
async function unpack(packed: Uint8Array, bodyBytes: number): Promise<Uint8Array | undefined> {
  const body = new Uint8Array(bodyBytes);
  // A copy: what reads it may be done with the file's bytes before the stream is.
  const source = new Blob([new Uint8Array(packed)]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return length === bodyBytes ? body : undefined;
      if (length + value.length > bodyBytes) {
        await reader.cancel();
        return undefined;
      }
      body.set(value, length);
      length += value.length;
    }
  } catch {
    return undefined;
  }
}

const CRC_TABLE = new Uint32Array(256).map((_entry, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 as gzip and PNG have it (ISO 3309).
 * @param before of the bytes that come first, to go on from there.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
