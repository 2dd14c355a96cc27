/** A player in a queue as an unmodified SDK client is one: keeps what it was told, and answers ready checks. */
import { Client, type Room } from "@colyseus/sdk";
import type { QueueJoinOptions, QueueMessages, QueueState } from "../../schemas/queue-messages.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { type Guest, until } from "./test-arena.ts";

type Told = {
  [Type in keyof QueueMessages]: { type: Type; message: QueueMessages[Type] };
}[keyof QueueMessages];

const TYPES = [
  "queued",
  "pass",
  "status",
  "ready_check",
  "ready_progress",
  "ready_failed",
  "seat",
  "refused",
];

export class QueueGuest {
  readonly guest: Guest;
  readonly room: Room<unknown, QueueState>;
  readonly told: Told[] = [];
  /** The close code, once the connection is gone for good. */
  closedWith: number | undefined;
  readonly #client: Client;

  /** @throws what the join was refused with. */
  static async join(url: string, guest: Guest, options: QueueJoinOptions): Promise<QueueGuest> {
    const client = new Client(url);
    client.auth.token = guest.token;
    const room = (await client.joinOrCreate<QueueState>("queue", options)) as Room<unknown, QueueState>;
    return new QueueGuest(guest, client, room);
  }

  private constructor(guest: Guest, client: Client, room: Room<unknown, QueueState>) {
    this.guest = guest;
    this.#client = client;
    this.room = room;
    room.reconnection.enabled = false;
    for (const type of TYPES)
      room.onMessage(type, (message: never) => this.told.push({ type, message } as unknown as Told));
    room.onLeave((code) => {
      this.closedWith = code;
    });
    room.onError(() => undefined);
  }

  /** Of the process that holds the queue. */
  get address(): string {
    return (this.room.connection.transport as unknown as { ws: { url: string } }).ws.url;
  }

  latest<Type extends keyof QueueMessages>(type: Type): QueueMessages[Type] | undefined {
    return this.told.findLast((told) => told.type === type)?.message as QueueMessages[Type] | undefined;
  }

  async next<Type extends keyof QueueMessages>(
    type: Type,
    fits: (message: QueueMessages[Type]) => boolean = () => true,
    timeoutMs = 15_000,
  ): Promise<QueueMessages[Type]> {
    const find = (): QueueMessages[Type] | undefined =>
      this.told.find((told) => told.type === type && fits(told.message as QueueMessages[Type]))
        ?.message as QueueMessages[Type];
    return until(find, `${this.guest.name} to be told ${type}, after ${this.#summary()}`, timeoutMs);
  }

  async accept(): Promise<void> {
    const { checkId } = await this.next("ready_check");
    this.room.send("accept", { checkId });
  }

  async decline(): Promise<void> {
    const { checkId } = await this.next("ready_check");
    this.room.send("decline", { checkId });
  }

  async closed(timeoutMs = 15_000): Promise<number> {
    return until(() => this.closedWith, `${this.guest.name}'s connection to be closed`, timeoutMs);
  }

  /** Takes the seat and leaves the queue, as a game's client does. */
  async takeSeat(): Promise<Room<unknown, SkirmishState>> {
    const { reservation } = await this.next("seat");
    const room = await this.#client.consumeSeatReservation<SkirmishState>(reservation);
    room.onMessage("*", () => undefined);
    room.reconnection.enabled = false;
    await this.room.leave();
    return room as Room<unknown, SkirmishState>;
  }

  #summary(): string {
    return JSON.stringify(this.told.map(({ type }) => type));
  }
}
