/**
 * The connections of each player in this process, over all rooms, fed by the rooms' own joins and leaves. It closes all
 * of a player's at once, whatever room they are in, and keeps those out who must not come: a join that was under way is
 * closed as it arrives, and a place that is held for a reconnection is refused, also where a room's `onDrop` holds one
 * for everybody.
 *
 * A client that is told to go and does not answer is cut off by the transport's own closing timeout. The room's `onLeave`
 * runs as for anybody who leaves.
 */
import type { Client, RegisteredHandler, Room } from "@colyseus/core";

export interface PlayerConnectionsOptions {
  /** Whether the player must not be here; asked at every join and reconnection, so answered from memory. */
  isRefused: (playerId: string) => boolean;
  /** What such a client is closed with. */
  close: { code: number; reason: string };
}

export class PlayerConnections {
  readonly #options: PlayerConnectionsOptions;
  /** By player: the room of each session. A session that waits for a reconnection is among them. */
  readonly #rooms = new Map<string, Map<string, Room>>();
  /** By room: the player of each session. */
  readonly #players = new WeakMap<Room, Map<string, string>>();

  constructor(options: PlayerConnectionsOptions) {
    this.#options = options;
  }

  watchRooms(handler: RegisteredHandler): void {
    handler.on("create", (room) => this.#guardReconnections(room));
    handler.on("join", (room, client) => this.#joined(room, client));
    handler.on("leave", (room, client) => this.#left(room, client));
  }

  /** Who has a connection here, or a place that is held. */
  playerIds(): string[] {
    return [...this.#rooms.keys()];
  }

  /** @returns how many connections were closed. */
  closeAll(playerId: string): number {
    let closed = 0;
    for (const [sessionId, room] of this.#rooms.get(playerId) ?? []) {
      const client = room.clients.get(sessionId);
      if (!client) continue;
      client.leave(this.#options.close.code, this.#options.close.reason);
      closed += 1;
    }
    return closed;
  }

  #joined(room: Room, client: Client): void {
    const { playerId } = (client.auth ?? {}) as { playerId?: string };
    if (playerId === undefined) return;
    const sessions = this.#rooms.get(playerId) ?? new Map<string, Room>();
    this.#rooms.set(playerId, sessions.set(client.sessionId, room));
    const players = this.#players.get(room) ?? new Map<string, string>();
    this.#players.set(room, players.set(client.sessionId, playerId));
    // Came in while the ban was imposed.
    if (this.#options.isRefused(playerId)) client.leave(this.#options.close.code, this.#options.close.reason);
  }

  #left(room: Room, { sessionId, auth }: Client): void {
    const playerId = this.#players.get(room)?.get(sessionId) ?? (auth as { playerId?: string })?.playerId;
    this.#players.get(room)?.delete(sessionId);
    const sessions = playerId === undefined ? undefined : this.#rooms.get(playerId);
    if (playerId === undefined || !sessions) return;
    sessions.delete(sessionId);
    if (sessions.size === 0) this.#rooms.delete(playerId);
  }

  #guardReconnections(room: Room): void {
    const hasReservedSeat = room.hasReservedSeat.bind(room);
    room.hasReservedSeat = (sessionId, reconnectionToken) => {
      const playerId = this.#players.get(room)?.get(sessionId);
      if (playerId !== undefined && this.#options.isRefused(playerId)) return false;
      return hasReservedSeat(sessionId, reconnectionToken);
    };
  }
}
