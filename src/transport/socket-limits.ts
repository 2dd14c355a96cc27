/**
 * How many WebSockets there may be: from one address, and to this process. An IPv6 address counts by its /64, which is
 * what one household has. Refused before the upgrade, with 429 or 503. Sockets are counted while they are open.
 */
import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { ERRORS } from "../errors.ts";
import { addressKey, clientAddress } from "./client-address.ts";

export interface SocketLimits {
  socketsPerAddress: number;
  sockets: number;
  trustedProxyHops: number;
}

export type SocketRefusal = { status: number; code: "rate_limited" | "overloaded" };

export class SocketCount {
  readonly #limits: SocketLimits;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: SocketLimits) {
    this.#limits = limits;
  }

  /** Counts the server's sockets from now on. */
  watch(server: EventEmitter): void {
    server.on("connection", (socket: EventEmitter, request: IncomingMessage) => {
      const key = this.#keyOf(request);
      this.#open += 1;
      this.#byAddress.set(key, (this.#byAddress.get(key) ?? 0) + 1);
      socket.once("close", () => {
        this.#open -= 1;
        const left = (this.#byAddress.get(key) ?? 1) - 1;
        if (left > 0) this.#byAddress.set(key, left);
        else this.#byAddress.delete(key);
      });
    });
  }

  /** Undefined: one more may come. */
  refusalOf(request: IncomingMessage): SocketRefusal | undefined {
    if (this.#open >= this.#limits.sockets) return { status: ERRORS.overloaded.status, code: "overloaded" };
    if ((this.#byAddress.get(this.#keyOf(request)) ?? 0) < this.#limits.socketsPerAddress) return undefined;
    return { status: ERRORS.rate_limited.status, code: "rate_limited" };
  }

  #keyOf(request: IncomingMessage): string {
    return addressKey(clientAddress(request, this.#limits.trustedProxyHops));
  }
}
