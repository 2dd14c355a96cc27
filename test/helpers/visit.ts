/** A player in a lobby, a party or a custom game, as an unmodified SDK client is one: keeps what it was told. */
import { Client, type Room } from "@colyseus/sdk";
import { type Guest, until } from "./test-arena.ts";

interface Told {
  type: string;
  message: unknown;
}

export class Visit<State = unknown> {
  readonly guest: Guest;
  readonly client: Client;
  readonly room: Room<unknown, State>;
  readonly told: Told[] = [];
  /** The close code, once the connection is gone. */
  closedWith: number | undefined;

  /** @throws what the join was refused with. */
  static async enter<State>(
    url: string,
    guest: Guest,
    how: (client: Client) => Promise<unknown>,
  ): Promise<Visit<State>> {
    const client = new Client(url);
    client.auth.token = guest.token;
    return new Visit(guest, client, (await how(client)) as Room<unknown, State>);
  }

  private constructor(guest: Guest, client: Client, room: Room<unknown, State>) {
    this.guest = guest;
    this.client = client;
    this.room = room;
    room.reconnection.enabled = false;
    room.onMessage("*", (type, message) => this.told.push({ type: String(type), message }));
    room.onLeave((code) => {
      this.closedWith = code;
    });
    room.onError(() => undefined);
  }

  /** Of the process that holds the room. */
  get address(): string {
    const { url } = (this.room.connection.transport as unknown as { ws: { url: string } }).ws;
    return new URL(url).host;
  }

  all<Message>(type: string): Message[] {
    return this.told.filter((told) => told.type === type).map(({ message }) => message as Message);
  }

  async next<Message>(
    type: string,
    fits: (message: Message) => boolean = () => true,
    timeoutMs = 15_000,
  ): Promise<Message> {
    const find = (): Message | undefined => this.all<Message>(type).find(fits);
    return until(find, `${this.guest.name} to be told ${type}`, timeoutMs).catch((error: unknown) => {
      throw new Error(`heard: ${JSON.stringify(this.told)}`, { cause: error });
    });
  }

  async refused(code: string): Promise<void> {
    await this.next<{ code: string }>("refused", (refusal) => refusal.code === code);
  }

  /** The connection is lost; the server may keep the place. */
  async drop(): Promise<string> {
    const { reconnectionToken } = this.room;
    this.room.connection.close(3000);
    await until(() => this.closedWith !== undefined, "the connection to be lost");
    return reconnectionToken;
  }

  async back(reconnectionToken: string): Promise<Visit<State>> {
    return new Visit(
      this.guest,
      this.client,
      (await this.client.reconnect<State>(reconnectionToken)) as never,
    );
  }

  async closed(): Promise<number> {
    return until(() => this.closedWith, `${this.guest.name}'s connection to be closed`);
  }
}
