/**
 * A room that is no match: joined in the player's name, with typed messages both ways. A dropped connection is brought
 * back by the SDK for as long as `retrySeconds` allows; `left` comes once, when the seat is gone for good.
 *
 * Messages can arrive before the first state, so listeners are given with the join. `open` resolves with the first
 * state in place.
 */
import type { Client, Room } from "@colyseus/sdk";
import { describeLeave } from "./leave-reason.ts";
import { Refusal } from "./request-json.ts";
import { isOutdated, OUTDATED, toRefusal } from "./room-refusal.ts";

const FIRST_STATE_TIMEOUT_MS = 10_000;
const LONGEST_RETRY_DELAY_MS = 3000;

export interface LinkListeners<Received> {
  messages: { readonly [Type in keyof Received]: (message: Received[Type]) => void };
  /** The state changed. */
  changed(): void;
  dropped?(): void;
  reconnected?(): void;
  /** @param code the close code; 4000 for leaving by choice. */
  left(code: number): void;
}

export interface LinkOptions<State, Received> {
  token: string;
  /** @param protocol to send along: a page that is older than the server is told so, and not sent nonsense. */
  join: (client: Client, protocol: string) => Promise<Room<unknown, State>>;
  /** The room's name as servers define it: a code may be of a room of another kind. */
  kind: string;
  /** About how long the SDK tries to bring a dropped connection back. */
  retrySeconds: number;
  listeners: LinkListeners<Received>;
}

export class RoomLink<State, Received, Sent> {
  readonly room: Room<unknown, State>;
  /** The connection is away and being brought back. */
  away = false;
  #listeners: LinkListeners<Received> | undefined;

  /** @throws Refusal `other_kind` for a code of another kind of room */
  static async open<State, Received, Sent>(
    options: LinkOptions<State, Received>,
  ): Promise<RoomLink<State, Received, Sent>> {
    let room: Room<unknown, State>;
    try {
      // Most of the page's weight but the renderer's: a page that joins nothing does without it.
      const [{ Client }, { PROTOCOL }] = await Promise.all([
        import("@colyseus/sdk"),
        import("../../schemas/protocol.ts"),
      ]);
      const client = new Client(location.origin);
      client.auth.token = options.token;
      room = await options.join(client, PROTOCOL);
    } catch (error) {
      if (isOutdated(error)) window.dispatchEvent(new Event(OUTDATED));
      throw toRefusal(error);
    }
    if (room.name !== options.kind) {
      void room.leave();
      throw new Refusal("other_kind", 0, "This code is not of a room that can be joined here.");
    }
    const link = new RoomLink<State, Received, Sent>(room, options);
    await link.#firstState();
    return link;
  }

  private constructor(room: Room<unknown, State>, { listeners, retrySeconds }: LinkOptions<State, Received>) {
    this.room = room;
    this.#listeners = listeners;
    Object.assign(room.reconnection, {
      minUptime: 0,
      maxDelay: LONGEST_RETRY_DELAY_MS,
      maxRetries: retriesIn(retrySeconds),
    });
    // By name, and not by the types: what a name carries is what the server says it does.
    for (const [type, take] of Object.entries<(message: never) => void>(listeners.messages))
      room.onMessage(type, (message: never) => this.#listeners && take(message));
    // What a newer server says besides is not for this page.
    room.onMessage("*", () => undefined);
    room.onStateChange(() => this.#listeners?.changed());
    room.onDrop(() => {
      if (this.away) return;
      this.away = true;
      this.#listeners?.dropped?.();
    });
    room.onReconnect(() => {
      this.away = false;
      this.#listeners?.reconnected?.();
    });
    room.onLeave((code) => {
      const listeners = this.#listeners;
      this.#listeners = undefined;
      listeners?.left(code);
    });
    // An error that does not close the connection is the server's to log.
    room.onError(() => undefined);
  }

  get state(): State {
    return this.room.state;
  }

  send<Type extends keyof Sent & string>(type: Type, message: Sent[Type]): void {
    this.room.send(type, message);
  }

  /** Nobody is told any more; resolves when the server knows, or cannot be told. */
  async leave(): Promise<void> {
    this.#listeners = undefined;
    this.room.reconnection.enabled = false;
    if (this.room.connection.isOpen) await this.room.leave();
    // An attempt to reconnect may be under way; a seat that it wins back is given up at once.
    else this.room.onReconnect(() => void this.room.leave());
  }

  async #firstState(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = (sentence: string): void => {
        clearTimeout(timer);
        this.#listeners = undefined;
        reject(new Refusal("unreachable", 0, sentence));
      };
      const timer = setTimeout(() => {
        fail("The room did not answer in time.");
        void this.leave();
      }, FIRST_STATE_TIMEOUT_MS);
      this.room.onStateChange.once(() => {
        clearTimeout(timer);
        resolve();
      });
      this.room.onLeave.once((code) => fail(describeLeave(code) ?? "The room closed the connection."));
    });
  }
}

/** How many attempts fit: they wait 0.2, 0.4, 0.8, 1.6 seconds, then three. */
function retriesIn(seconds: number): number {
  return Math.max(1, Math.round(4 + (seconds - 3) / 3));
}
