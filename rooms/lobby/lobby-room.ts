/**
 * Where players are between matches; `schemas/lobby-messages.ts` is the contract. Says which friends are online and what
 * they do, hands over invitations from every process, tells who waits in the queues, lists rooms to join, and finds a
 * running match. Keeps nothing of its own that another lobby room would not show alike.
 *
 * What the lists show is read once every `LIST_MS` for all of the room, however many watch, and sent to whom it changed
 * for. Invitations are not kept: who is offline is not invited. A dropped connection may come back for a moment, so
 * that friends do not see every short loss; what was said meanwhile is lost, but for what friends do.
 */
import { type Client, CloseCode, type IRoomCache, logger, matchMaker, Room } from "@colyseus/core";
import {
  type FriendLine,
  type InvitationMessage,
  LobbyState,
  type QueueLine,
  type RoomLine,
} from "../../schemas/lobby-messages.ts";
import {
  ERRORS,
  type ErrorCode,
  type PlayerIdentity,
  type RoomServices,
  requirePlayer,
} from "../../src/index.ts";
import * as commands from "./commands.ts";
import { fitsWish, type RoomWish, roomLine } from "./room-list.ts";
import { TokenBucket } from "./token-bucket.ts";

const LIST_MS = 2000;
const COMMANDS_AT_ONCE = 10;
const COMMAND_REFILL_MS = 500;
/** More than commands, so that who sends too many is told so. */
const ANSWERS_AT_ONCE = 15;
const MOST_LINES = 100;
const RECONNECTION_SECONDS = 15;
/** What one player is shown, whoever asks. */
const INVITATIONS_AT_ONCE = 10;
const INVITATION_REFILL_MS = 3000;
/** Each takes a seat, which is kept for a while even if nobody comes. */
const QUICK_PLAYS_AT_ONCE = 3;
const QUICK_PLAY_REFILL_MS = 5000;

interface Visitor {
  client: Client;
  player: PlayerIdentity;
  readonly commands: TokenBucket;
  readonly answers: TokenBucket;
  readonly invitations: TokenBucket;
  readonly quickPlays: TokenBucket;
  /** Ends what was subscribed for this client. */
  ends: (() => void)[];
  friendEnds: (() => void)[];
  wish: RoomWish | undefined;
  sentRooms: string;
}

export class LobbyRoom extends Room<{ state: LobbyState }> {
  static override onAuth = requirePlayer;

  override state = new LobbyState();
  override maxClients = 500;
  override messages = {
    list_rooms: (client: Client, message: unknown) => this.#listRooms(client, message),
    quick_play: (client: Client, message: unknown) => void this.#quickPlay(client, message),
    refresh_friends: (client: Client) => void this.#refreshFriends(client),
    "*": (client: Client) => this.#commander(client) && this.#refuse(client, "command_invalid"),
  };

  #services!: RoomServices;
  #rooms: RoomLine[] = [];
  /** Players who wait, by queue. */
  #waiting: ReadonlyMap<string, number> = new Map();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading = false;
  #away = false;
  readonly #visitors = new Map<string, Visitor>();

  override onCreate({ arena }: { arena: RoomServices }): void {
    this.#services = arena;
    this.clock.setInterval(() => void this.#refresh(), LIST_MS);
  }

  /** Waits for nothing: neither the database nor Redis holds up who comes in. */
  override onJoin(client: Client): void {
    const player = client.auth as PlayerIdentity;
    const { social, matchmaking } = this.#services;
    const now = Date.now();
    const visitor: Visitor = {
      client,
      player,
      commands: new TokenBucket(COMMANDS_AT_ONCE, COMMAND_REFILL_MS, now),
      answers: new TokenBucket(ANSWERS_AT_ONCE, COMMAND_REFILL_MS, now),
      invitations: new TokenBucket(INVITATIONS_AT_ONCE, INVITATION_REFILL_MS, now),
      quickPlays: new TokenBucket(QUICK_PLAYS_AT_ONCE, QUICK_PLAY_REFILL_MS, now),
      ends: [],
      friendEnds: [],
      wish: undefined,
      sentRooms: "",
    };
    this.#visitors.set(client.sessionId, visitor);
    visitor.ends.push(
      social.listen(player.playerId, (type, message) => {
        if (type === "invitation") this.#invite(visitor, message as InvitationMessage);
      }),
    );
    client.send("regions", matchmaking.regions);
    client.send("queues", this.#queueLines());
    void this.#sendFriends(visitor);
    if (this.#isStale()) void this.#refresh();
  }

  override onDrop(client: Client, code?: number): void {
    const onPurpose = code !== undefined && code >= 4000 && code !== CloseCode.MAY_TRY_RECONNECT;
    if (!onPurpose) void this.allowReconnection(client, RECONNECTION_SECONDS).catch(() => undefined);
  }

  override onReconnect(client: Client): void {
    const visitor = this.#visitors.get(client.sessionId);
    if (!visitor) return;
    visitor.client = client;
    void this.#sendFriends(visitor);
  }

  override onLeave(client: Client): void {
    const visitor = this.#visitors.get(client.sessionId);
    this.#visitors.delete(client.sessionId);
    for (const end of [...(visitor?.ends ?? []), ...(visitor?.friendEnds ?? [])]) end();
  }

  #listRooms(client: Client, message: unknown): void {
    const visitor = this.#commander(client);
    if (!visitor) return;
    const wish = commands.listRooms.safeParse(message ?? {});
    if (!wish.success) return this.#refuse(client, "command_invalid");
    visitor.wish = wish.data.stop === true ? undefined : wish.data;
    visitor.sentRooms = "";
    if (this.#isStale()) void this.#refresh();
    else this.#sendRooms(visitor);
  }

  async #quickPlay(client: Client, message: unknown): Promise<void> {
    const visitor = this.#commander(client);
    if (!visitor) return;
    const wish = commands.quickPlay.safeParse(message ?? {});
    if (!wish.success) return this.#refuse(client, "command_invalid");
    if (!visitor.quickPlays.take(Date.now())) return this.#refuse(client, "command_too_fast");
    const { mode, latencies = {}, input = "keyboard" } = wish.data;
    const { playerId, name } = visitor.player;
    try {
      const seated = await this.#services.matchmaking.quickPlay?.({ playerId, name, mode, latencies, input });
      const reservation = seated?.ok ? seated.reservations.get(playerId) : undefined;
      if (reservation) client.send("seat", { reservation, team: 0, teams: [] });
      else this.#refuse(client, seated?.ok === false ? seated.code : "match_not_created");
    } catch (error) {
      logger.warn({ err: error }, "quick play failed");
      this.#refuse(client, "not_ready");
    }
  }

  #invite({ client, invitations }: Visitor, invitation: InvitationMessage): void {
    const now = Date.now();
    if (invitation.expiresAt > now && invitations.take(now)) client.send("invitation", invitation);
  }

  async #refreshFriends(client: Client): Promise<void> {
    const visitor = this.#commander(client);
    if (visitor) await this.#sendFriends(visitor);
  }

  /** All friends with what they do, and from then on each change. */
  async #sendFriends(visitor: Visitor): Promise<void> {
    const { social } = this.#services;
    try {
      const friends = await social.friendsOf(visitor.player.playerId);
      const activities = await social.activitiesOf(friends.map(({ playerId }) => playerId));
      if (!this.#visitors.has(visitor.client.sessionId)) return;
      for (const end of visitor.friendEnds) end();
      visitor.friendEnds = friends.map(({ playerId, name }) =>
        social.watchActivity(playerId, (activity) =>
          visitor.client.send("friend", { playerId, name, activity } satisfies FriendLine),
        ),
      );
      const lines = friends.map(({ playerId, name }): FriendLine => {
        return { playerId, name, activity: activities.get(playerId) ?? "" };
      });
      visitor.client.send("friends", lines);
    } catch (error) {
      logger.warn({ err: error }, "friends cannot be read");
      this.#refuse(visitor.client, "not_ready");
    }
  }

  #isStale(): boolean {
    return Date.now() > this.#readAt + LIST_MS;
  }

  /** Where one is under way already, it serves this caller too. */
  async #refresh(): Promise<void> {
    if (this.#visitors.size === 0 || this.#reading) return;
    this.#reading = true;
    try {
      const [rooms, counts, waiting] = await Promise.all([
        this.#readRooms(),
        this.#services.social.counts(),
        this.#readWaiting(),
      ]);
      const before = JSON.stringify(this.#queueLines());
      this.#rooms = rooms;
      this.#waiting = waiting;
      Object.assign(this.state, counts);
      const queues = this.#queueLines();
      if (JSON.stringify(queues) !== before) this.broadcast("queues", queues);
      this.#away = false;
    } catch (error) {
      if (!this.#away) logger.warn({ err: error }, "the lobby's lists cannot be read");
      this.#away = true;
    }
    this.#readAt = Date.now();
    this.#reading = false;
    for (const visitor of this.#visitors.values()) this.#sendRooms(visitor);
  }

  #sendRooms(visitor: Visitor): void {
    const { wish } = visitor;
    if (!wish) return;
    const lines = this.#rooms.filter((line) => fitsWish(line, wish)).slice(0, MOST_LINES);
    const text = JSON.stringify(lines);
    if (text === visitor.sentRooms) return;
    visitor.sentRooms = text;
    visitor.client.send("rooms", lines);
  }

  /** Open matches and custom games. */
  async #readRooms(): Promise<RoomLine[]> {
    const [matches, customs] = await Promise.all([
      matchMaker.query({ kind: "match", locked: false, private: false } as never),
      matchMaker.query({ kind: "custom", locked: false } as never),
    ]);
    return [...matches, ...customs].flatMap((room: IRoomCache) => roomLine(room) ?? []);
  }

  async #readWaiting(): Promise<Map<string, number>> {
    const rooms = await matchMaker.query({ name: "queue" });
    const waiting = new Map<string, number>();
    for (const { metadata } of rooms) {
      const { queue = "", players = 0 } = (metadata ?? {}) as { queue?: string; players?: number };
      waiting.set(queue, (waiting.get(queue) ?? 0) + players);
    }
    return waiting;
  }

  #queueLines(): QueueLine[] {
    return Object.entries(this.#services.matchmaking.queues).map(([id, queue]) => ({
      id,
      name: queue.name,
      description: queue.description,
      teams: [...queue.teams],
      largestParty: queue.largestParty,
      waiting: this.#waiting.get(id) ?? 0,
    }));
  }

  /** Who sent a command, unless it comes too fast. */
  #commander(client: Client): Visitor | undefined {
    const visitor = this.#visitors.get(client.sessionId);
    if (visitor?.commands.take(Date.now())) return visitor;
    this.#refuse(client, "command_too_fast");
    return undefined;
  }

  #refuse(client: Client, code: ErrorCode): void {
    const answers = this.#visitors.get(client.sessionId)?.answers;
    // A flood of commands is not worth a flood of answers.
    if (answers?.take(Date.now())) client.send("refused", { code, message: ERRORS[code].message });
  }
}
