/** A room that keeps what it is told, for tests of what reaches a room at all, and frames for it by the grammar. */
import { type Client, Protocol, Room } from "@colyseus/core";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { requirePlayer } from "../../src/index.ts";

export class ProbeRoom extends Room {
  static override onAuth = requirePlayer;
  override maxClients = 500;
  override inputs = this.defineInput(SkirmishInput);
  /** By everybody. */
  readonly heard: unknown[] = [];
  /** How many inputs were decoded. */
  decoded = 0;

  override messages = {
    say: (_client: Client, message: unknown): void => void this.heard.push(message),
    echo: (_client: Client, message: unknown): unknown => message,
  };
}

/** msgpack, as far as tests need it; the caller may lie about lengths by writing heads itself. */
export const pack = {
  text(value: string | Uint8Array): Buffer {
    const bytes = Buffer.from(value as string);
    if (bytes.length < 32) return Buffer.concat([Buffer.of(0xa0 | bytes.length), bytes]);
    return Buffer.concat([Buffer.of(0xda, bytes.length >> 8, bytes.length & 0xff), bytes]);
  },
  map(...entries: [key: string, value: Uint8Array][]): Buffer {
    const parts = entries.flatMap(([key, value]) => [pack.text(key), value]);
    return Buffer.concat([Buffer.of(0x80 | entries.length), ...parts]);
  },
  float(value: number): Buffer {
    const bytes = Buffer.alloc(9, 0xcb);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  },
  /** Arrays in arrays. */
  deep(levels: number): Buffer {
    return Buffer.concat([Buffer.alloc(levels, 0x91), Buffer.of(1)]);
  },
  one: Buffer.of(1),
};

export function dataFrame(type: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.of(Protocol.ROOM_DATA), pack.text(type), body]);
}

export function requestFrame(id: number, type: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(Protocol.ROOM_REQUEST, id), pack.text(type), body]);
}
