/**
 * One live session a player, over all rooms that say so and all processes: who joins a second one is let in, and the older
 * one is told and closed. Each join draws a number that only grows (the presence counts it, so it is the cluster's), and
 * announces it on the player's channel; whoever holds a smaller number closes. Of two joins at once exactly one stays.
 *
 * A place that is held for a reconnection elsewhere is given up, too. A join within the same room is that room's own
 * business. While the presence is away nothing is announced, and both sessions stay. Nothing here throws into a room.
 */
import type { Client, Presence, RegisteredHandler, Room } from "@colyseus/core";

const FENCE_KEY = "arena:live-sessions";
const ANNOUNCED = "live_session";

interface LiveSession {
  room: Room;
  sessionId: string;
  playerId: string;
  /** 0 until it is drawn. */
  fence: number;
  /** The largest that was announced elsewhere. */
  heard: number;
  superseded: boolean;
  end: () => void;
}

export interface LiveSessionsOptions {
  presence: Pick<Presence, "incr">;
  tell: (playerId: string, type: string, message: object) => void;
  listen: (playerId: string, told: (type: string, message: unknown) => void) => () => void;
  /** What the older one is closed with. */
  close: { code: number; reason: string };
  failed: (error: unknown) => void;
}

export class LiveSessions {
  readonly #options: LiveSessionsOptions;
  readonly #sessions = new Map<string, LiveSession>();

  constructor(options: LiveSessionsOptions) {
    this.#options = options;
  }

  watchRooms(handler: RegisteredHandler): void {
    handler.on("create", (room) => this.#guardReconnections(room));
    handler.on("join", (room, client) => void this.#joined(room, client));
    handler.on("leave", (_room, client) => this.#left(client.sessionId));
    handler.on("dispose", (room) => {
      for (const { room: its, sessionId } of this.#sessions.values()) if (its === room) this.#left(sessionId);
    });
  }

  async #joined(room: Room, client: Client): Promise<void> {
    const { playerId } = (client.auth ?? {}) as { playerId?: string };
    if (playerId === undefined || this.#sessions.has(client.sessionId)) return;
    const { sessionId } = client;
    const session: LiveSession = {
      room,
      sessionId,
      playerId,
      fence: 0,
      heard: 0,
      superseded: false,
      end: () => undefined,
    };
    session.end = this.#options.listen(playerId, (type, message) => {
      if (type === ANNOUNCED) this.#heard(session, message as { fence?: unknown; roomId?: unknown });
    });
    this.#sessions.set(sessionId, session);
    try {
      const fence = await this.#options.presence.incr(FENCE_KEY);
      session.fence = fence;
      this.#compare(session);
      // It may have gone meanwhile.
      if (this.#sessions.get(sessionId) === session)
        this.#options.tell(playerId, ANNOUNCED, { fence, roomId: room.roomId });
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #heard(session: LiveSession, { fence, roomId }: { fence?: unknown; roomId?: unknown }): void {
    if (typeof fence !== "number" || roomId === session.room.roomId) return;
    session.heard = Math.max(session.heard, fence);
    this.#compare(session);
  }

  #compare(session: LiveSession): void {
    if (session.fence === 0 || session.heard <= session.fence) return;
    session.superseded = true;
    const { code, reason } = this.#options.close;
    session.room.clients.get(session.sessionId)?.leave(code, reason);
  }

  #left(sessionId: string): void {
    this.#sessions.get(sessionId)?.end();
    this.#sessions.delete(sessionId);
  }

  #guardReconnections(room: Room): void {
    const hasReservedSeat = room.hasReservedSeat.bind(room);
    room.hasReservedSeat = (sessionId, reconnectionToken) =>
      this.#sessions.get(sessionId)?.superseded !== true && hasReservedSeat(sessionId, reconnectionToken);
  }
}
