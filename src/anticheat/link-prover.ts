/**
 * Random numbers that a client has to echo, and what the echoes prove: that the client lived after each was sent, and how
 * long the way there and back takes. They travel as WebSocket pings, which every client answers without knowing of it,
 * in the order of the messages around them. Pure; one for each connection.
 *
 * Bounded: of more than `MOST_PENDING` that are not answered the oldest are forgotten. An echo of what was not sent, or
 * was answered before, proves nothing.
 */
import type { LinkProof } from "./validator.ts";

/** As many as a stall of most of a minute holds up. */
const MOST_PENDING = 128;

export class LinkProver {
  readonly #pending = new Map<number, number>();

  /** @param nonce random: one that can be guessed proves nothing. */
  sent(nonce: number, at: number): void {
    this.#pending.set(nonce, at);
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MOST_PENDING) break;
      this.#pending.delete(oldest);
    }
  }

  echoed(nonce: number, at: number): LinkProof | undefined {
    const sentAt = this.#pending.get(nonce);
    if (sentAt === undefined) return undefined;
    // Echoes keep their order: what was sent before is not coming any more.
    for (const older of this.#pending.keys()) {
      this.#pending.delete(older);
      if (older === nonce) break;
    }
    return { sentAt, at };
  }
}
