/**
 * Gives a room an unreliable lane: a WebRTC data channel beside each client's WebSocket, for what is worth nothing
 * when it comes late. The state's unreliable fields go by it (`client.rawUnreliable`), and the client's unreliable
 * inputs come by it; all else, and everything of clients without one, goes by the WebSocket (`route-patches.ts`).
 *
 * ```ts
 * plugins = definePlugins({ lane: new UnreliableLanePlugin() });      // in the room
 * const lane = openLane(room);                                        // in the client, right after it joined
 * ```
 * The client side is `colyseus-arena/sdk/unreliable-lane`. They find each other by messages "__lane" over the room's own
 * connection, which an SDK that knows nothing of them ignores. A lane belongs to a session: it outlives a WebSocket
 * that drops, serves the connection that comes back, and ends when the client leaves for good or the room is disposed.
 *
 * Bounded: offers by `OFFERS_A_MINUTE`, candidates by `MOST_CANDIDATES` an offer, peers of the process by
 * `lane.mostPeers`. Without the native library, or with `lane.enabled` off, all clients simply stay on their WebSockets.
 */
import { type Client, ClientState, logger, RoomPlugin } from "@colyseus/core";
import { deliverFrame } from "../colyseus-internals.ts";
import { LanePeer, type LaneSignal } from "./lane-peer.ts";
import type { LaneServices } from "./lane-services.ts";
import { type ClientSignal, ownCandidate, readSignal } from "./lane-signals.ts";
import { routePatches } from "./route-patches.ts";

const MESSAGE = "__lane";
const OFFERS_A_MINUTE = 12;
const MOST_CANDIDATES = 8;
/** A limit of its own for a room that set none to its frames. */
const MOST_DATAGRAMS_A_SECOND = 150;

interface Seat {
  peer: LanePeer | undefined;
  /** Of the current minute. */
  offers: number;
  minute: number;
  /** Of the current offer. */
  candidates: number;
  epoch: number;
  /** Whoever sent what is no protocol of ours gets no other peer. */
  refused: boolean;
}

export class UnreliableLanePlugin extends RoomPlugin {
  override readonly pluginName = "lane" as const;
  override readonly messages = {
    [MESSAGE]: (client: Client, message: unknown): void => this.#hear(client, readSignal(message)),
  };
  #services: LaneServices | undefined;
  readonly #seats = new Map<string, Seat>();

  /** Clients that a lane is open to, now. */
  get open(): number {
    let open = 0;
    for (const { peer } of this.#seats.values()) if (peer?.alive) open += 1;
    return open;
  }

  /** Whether this client's lane carries something, now. */
  isOpenTo(sessionId: string): boolean {
    return this.#seats.get(sessionId)?.peer?.alive === true;
  }

  /** What this client was sent by its lane; less than before when the lane was opened anew. */
  bytesSentTo(sessionId: string): number {
    return this.#seats.get(sessionId)?.peer?.bytesSent ?? 0;
  }

  protected override onCreate({ arena }: { arena?: { lanes?: LaneServices | undefined } }): void {
    this.#services = arena?.lanes;
    routePatches(
      this.room,
      ({ sessionId }) => this.#seats.get(sessionId)?.peer,
      (client) => this.#offerLane(client),
    );
  }

  protected override onLeave(client: Client): void {
    const seat = this.#seats.get(client.sessionId);
    this.#seats.delete(client.sessionId);
    seat?.peer?.close("the client left");
  }

  protected override onDispose(): void {
    for (const { peer } of this.#seats.values()) peer?.close("the room was disposed of");
    this.#seats.clear();
  }

  #offerLane(client: Client): void {
    if (!this.#services) return;
    const { iceServersForClients: iceServers, usesCandidates: candidates } = this.#services;
    if (!this.#seats.has(client.sessionId)) {
      const seat = { peer: undefined, offers: 0, minute: 0, candidates: 0, epoch: 0, refused: false };
      this.#seats.set(client.sessionId, seat);
    }
    client.send(MESSAGE, { kind: "available", iceServers, candidates });
  }

  #hear(client: Client, signal: ClientSignal | undefined): void {
    const seat = this.#seats.get(client.sessionId);
    if (!seat || !signal) return;
    try {
      if (signal.kind === "offer") this.#answer(client, seat, signal.sdp);
      else if (signal.kind === "candidate") this.#addCandidate(seat, signal.candidate, signal.mid);
      else seat.peer?.close("the client hung up");
    } catch (error) {
      logger.debug({ err: error, roomId: this.room.roomId }, "a lane's signal was refused");
      seat.peer?.close("a signal was refused");
    }
  }

  #answer(client: Client, seat: Seat, sdp: string): void {
    const services = this.#services;
    if (!services || seat.refused || client.state !== ClientState.JOINED) return;
    const minute = Math.floor(services.now() / 60_000);
    if (minute !== seat.minute) Object.assign(seat, { minute, offers: 0 });
    seat.offers += 1;
    if (seat.offers > OFFERS_A_MINUTE) return;
    seat.peer?.close("another offer came");
    const connection = services.openPeer();
    if (!connection) return;
    seat.candidates = 0;
    const { sessionId } = client;
    const { roomId, maxMessagesPerSecond } = this.room;
    const peer = new LanePeer({
      connection,
      nextEpoch: () => (seat.epoch += 1),
      now: services.now,
      mostASecond: Math.min(maxMessagesPerSecond, MOST_DATAGRAMS_A_SECOND),
      shape: services.shape?.(),
      received: (frame) => this.#receive(sessionId, frame),
      signal: (message) => this.#signal(sessionId, message),
      failed: (error) => logger.error({ err: error, roomId, sessionId }, "a lane's callback threw"),
      closed: (reason, misbehaved) => {
        services.closed();
        seat.refused ||= misbehaved;
        if (misbehaved) logger.warn({ roomId, sessionId, reason }, "a lane was closed for good");
        if (seat.peer === peer) seat.peer = undefined;
      },
    });
    seat.peer = peer;
    peer.offer(sdp);
  }

  /** A server that every client reaches needs none: it is spoken to first, and sends nothing to where it was not. */
  #addCandidate(seat: Seat, candidate: string, mid: string): void {
    seat.candidates += 1;
    if (this.#services?.usesCandidates && seat.candidates <= MOST_CANDIDATES)
      seat.peer?.candidate(candidate, mid);
  }

  #signal(sessionId: string, message: LaneSignal): void {
    const told =
      message.kind === "candidate"
        ? { ...message, candidate: ownCandidate(message.candidate, this.#services?.publicIp) }
        : message;
    this.room.clients.get(sessionId)?.send(MESSAGE, told);
  }

  /** As if it had come by the WebSocket: through the frame guard and the room's own rate limit. */
  #receive(sessionId: string, frame: Buffer): void {
    const client = this.room.clients.get(sessionId);
    if (client?.state === ClientState.JOINED) deliverFrame(this.room, client, frame);
  }
}
