/**
 * What travels on a data channel. Pure.
 *
 *   server → client:  1, epoch, (uint16 length, lane patch)+   oldest first, the last is new; the others are repeats
 *                     2                                        an answer to a ping
 *   client → server:  2                                        a ping of a client that hears the server
 *                     3                                        a ping of one that does not, for a second now
 *                     a frame of unreliable inputs, as Colyseus writes them
 *
 * The epoch, a number from 0 to 255, is another one each time patches begin to go by the channel; the client is told of
 * it by its ordinary connection, so that it knows what of the two ways is the newer.
 */
import { Protocol } from "@colyseus/core";
import { codeOf } from "./patch-frames.ts";

export const PATCHES = 1;
export const PING = 2;
export const DEAF_PING = 3;
/** What fits into one packet on nearly every path, with the heads of SCTP, DTLS, UDP and IPv6 (RFC 8831, RFC 8200). */
export const MOST_BYTES = 1150;
const REPEATS = 1;
const HEAD_BYTES = 2;
const LENGTH_BYTES = 2;

/** Repeats the patch before, so that one that is lost is only late. */
export class DatagramWriter {
  readonly #epoch: number;
  #latest: Uint8Array[] = [];

  constructor(epoch: number) {
    this.#epoch = epoch & 0xff;
  }

  /** @param patch kept: it must not change any more. At most 65,535 bytes; a large one goes alone. */
  write(patch: Uint8Array): Buffer {
    this.#latest = [...this.#latest.slice(-REPEATS), patch];
    let bytes = HEAD_BYTES;
    let first = this.#latest.length;
    for (let index = this.#latest.length - 1; index >= 0; index -= 1) {
      bytes += LENGTH_BYTES + (this.#latest[index] as Uint8Array).length;
      if (bytes > MOST_BYTES && index < this.#latest.length - 1) break;
      first = index;
    }
    const parts: Uint8Array[] = [Uint8Array.of(PATCHES, this.#epoch)];
    for (const frame of this.#latest.slice(first))
      parts.push(Uint8Array.of(frame.length & 0xff, frame.length >> 8), frame);
    return Buffer.concat(parts);
  }
}

export type ClientDatagram = "ping" | "deaf ping" | "inputs" | undefined;

/** Nothing but pings and inputs may come by the channel; whether inputs are well-formed the frame guard says. */
export function kindOf(datagram: Uint8Array): ClientDatagram {
  if (datagram.length === 1 && datagram[0] === PING) return "ping";
  if (datagram.length === 1 && datagram[0] === DEAF_PING) return "deaf ping";
  return codeOf(datagram) === Protocol.ROOM_INPUT_UNRELIABLE ? "inputs" : undefined;
}
