/**
 * Cuts off clients that do not read: what is sent to them waits in this process' memory. Looked at about once a second, so
 * what waits may be over the limit by what a room sends in that time. A client that was merely slow comes back as anybody
 * whose connection dropped.
 */
import type { Room } from "@colyseus/core";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { cutOff, sentTo } from "./colyseus-internals.ts";

export class SlowReaders {
  readonly #mostBytes: number;
  readonly #log: Logger;

  constructor(mostBytes: number, log: Logger) {
    this.#mostBytes = mostBytes;
    this.#log = log;
  }

  look(rooms: Iterable<Room>): void {
    for (const { clients, roomId } of rooms) {
      for (const client of clients) {
        const { waiting } = sentTo(client);
        if (waiting <= this.#mostBytes) continue;
        const { sessionId } = client;
        this.#log.warn(
          { code: "reader_too_slow", roomId, sessionId, waiting },
          ERRORS.reader_too_slow.message,
        );
        cutOff(client);
      }
    }
  }
}
