/**
 * The connection to a room of Skirmish: joins, predicts the own fighter with the shared step, interpolates everybody
 * else, and says when the connection drops, comes back or is over. The SDK does the predicting and the reconnecting;
 * this file only wires it.
 *
 * Frame order matters: `pump` first (it reconciles, then sends the steps that are due), positions are read after it.
 */
import { Client, type Room } from "@colyseus/sdk";
import type { ArenaMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { fromWire } from "../../rooms/skirmish/shared/event-wire.ts";
import { PROTOCOL } from "../../schemas/protocol.ts";
import type {
  SavedMessage,
  SaveFailedMessage,
  SavingMessage,
  SkirmishEvent,
} from "../../schemas/skirmish-messages.ts";
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";
import { openLane, type UnreliableLane } from "../../sdk/unreliable-lane.ts";
import type { ControlState } from "../input/control-state.ts";
import type { MatchEntry } from "./match-entry.ts";
import { MatchPrediction, type PredictionListeners } from "./match-prediction.ts";
import type { NetworkReading } from "./network-history.ts";

const FIRST_STATE_TIMEOUT_MS = 10_000;
const PING_INTERVAL_MS = 1000;
const PING_TIMEOUT_MS = 10_000;

export interface MatchListeners extends PredictionListeners {
  events(events: readonly SkirmishEvent[]): void;
  /** What becomes of a finished match's result: "saving" may be skipped, and either of the others ends it. */
  saving(message: SavingMessage): void;
  saved(message: SavedMessage): void;
  saveFailed(message: SaveFailedMessage): void;
  rematchVotes(message: { votes: number; needed: number }): void;
  draining(): void;
  /** @param attempt 1 when the connection was just lost, then counting up. */
  dropped(attempt: number): void;
  reconnected(): void;
  /** The seat is gone for good. */
  left(code: number): void;
}

export class MatchConnection {
  readonly room: Room<unknown, SkirmishState>;
  readonly prediction: MatchPrediction;
  readonly lane: UnreliableLane;
  /** Round trip of a bare frame, milliseconds; 0 before the first. */
  pingMs = 0;
  /** Of the ping that is under way. */
  #pingedAt: number | undefined;
  listeners: MatchListeners | undefined;
  /** The close code, once the seat is gone: it can go before anybody listens. */
  closedWith: number | undefined;
  /** By the WebSocket, without the heads of its frames. */
  #bytes = 0;
  #pingTimer: ReturnType<typeof setInterval>;

  /**
   * @param origin the server's, like "https://game.example".
   * @throws whatever the join was refused with; `describeFailure` puts it into words.
   */
  static async join(
    origin: string,
    token: string,
    map: ArenaMap,
    entry: MatchEntry,
  ): Promise<MatchConnection> {
    const client = new Client(origin);
    client.auth.token = token;
    const room = (await enterRoom(client, entry)) as Room<unknown, SkirmishState>;
    const connection = new MatchConnection(room, map);
    await connection.#firstState();
    return connection;
  }

  private constructor(room: Room<unknown, SkirmishState>, map: ArenaMap) {
    this.room = room;
    this.lane = openLane(room);
    this.prediction = new MatchPrediction(room, map, {
      unreliableInputs: typeof RTCPeerConnection !== "undefined",
      listeners: () => this.listeners,
    });
    // Attempts go on for about as long as the server keeps the seat: 0.2 + 0.4 + 0.8 + 1.6 + 19 × 3 s.
    Object.assign(room.reconnection, { minUptime: 0, maxDelay: 3000, maxRetries: 23 });
    room.onMessage("events", (events: SkirmishEvent[]) => this.listeners?.events(events.map(fromWire)));
    room.onMessage("saving", (message: SavingMessage) => this.listeners?.saving(message));
    room.onMessage("saved", (message: SavedMessage) => this.listeners?.saved(message));
    room.onMessage("save_failed", (message: SaveFailedMessage) => this.listeners?.saveFailed(message));
    room.onMessage("draining", () => this.listeners?.draining());
    room.onMessage("rematch_votes", (message: { votes: number; needed: number }) =>
      this.listeners?.rematchVotes(message),
    );
    room.onDrop(() => this.listeners?.dropped(room.reconnection.retryCount + 1));
    room.onReconnect(() => this.listeners?.reconnected());
    room.onLeave((code) => {
      clearInterval(this.#pingTimer);
      this.closedWith = code;
      this.listeners?.left(code);
    });
    const { events } = room.connection;
    const { onmessage } = events;
    Object.assign(events, {
      onmessage: (event: { data: ArrayBuffer }) => {
        // What the lane brings comes by here, too, and is counted there.
        if (event instanceof MessageEvent) this.#bytes += event.data.byteLength;
        onmessage?.(event);
      },
    });
    // An error that does not close the connection is the server's to log.
    room.onError(() => undefined);
    this.#pingTimer = setInterval(() => this.#ping(), PING_INTERVAL_MS);
  }

  /** For the network panel. */
  get reading(): NetworkReading {
    const { lane, prediction, room } = this;
    const { statistics } = lane;
    const away = !room.connection.isOpen || room.reconnection.isReconnecting;
    return {
      way: away ? "reconnecting" : lane.state === "open" ? "channel" : "websocket",
      roundTripMs: this.pingMs === 0 ? Number.NaN : this.pingMs,
      answerMs: room.clock.smoothedRtt(),
      jitterMs: room.clock.jitter(),
      drawnAgeMs: room.clock.serverNow() - prediction.drawnAt,
      datagrams: statistics.patches + statistics.lost,
      datagramsMissing: statistics.recovered + statistics.lost,
      patchesLost: statistics.lost,
      bytes: this.#bytes + statistics.bytesReceived,
      patches: prediction.gauge.patches,
      corrections: prediction.gauge.corrections,
      corrected: prediction.gauge.corrected,
    };
  }

  get state(): SkirmishState {
    return this.room.state;
  }

  /** The own fighter as the server last told; undefined before it is seated. */
  get self(): Fighter | undefined {
    return this.prediction.self;
  }

  /** Advances prediction by one frame and sends the input steps that are due. */
  pump(now: number, controls: ControlState): void {
    this.prediction.pump(now, (input) => controls.writeStep(input));
  }

  /** Votes for another match with the same people. */
  askRematch(): void {
    this.room.send("rematch", {});
  }

  async leave(): Promise<void> {
    this.listeners = undefined;
    clearInterval(this.#pingTimer);
    this.lane.close();
    this.prediction.dispose();
    this.room.reconnection.enabled = false;
    if (this.room.connection.isOpen) await this.room.leave();
    // An attempt to reconnect may be under way; a seat that it wins back is given up at once.
    else this.room.onReconnect(() => void this.room.leave());
  }

  /** The SDK times its latest ping only, so there is one at a time. */
  #ping(): void {
    const now = performance.now();
    if (this.#pingedAt !== undefined && now - this.#pingedAt < PING_TIMEOUT_MS) return;
    this.#pingedAt = now;
    this.room.ping((ms) => {
      this.#pingedAt = undefined;
      // Nothing is faster than the clock can tell.
      this.pingMs = Math.max(1, ms);
    });
  }

  async #firstState(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("The room did not answer in time.")),
        FIRST_STATE_TIMEOUT_MS,
      );
      this.room.onStateChange.once(() => {
        clearTimeout(timer);
        resolve();
      });
      this.room.onLeave.once((code) => {
        clearTimeout(timer);
        reject(new Error(`The room closed the connection (${code}).`));
      });
    });
    this.prediction.begin();
  }
}

function enterRoom(client: Client, entry: MatchEntry): Promise<Room> {
  switch (entry.kind) {
    case "seat":
      return client.consumeSeatReservation(entry.reservation);
    case "room":
      return client.joinById(entry.roomId, { protocol: PROTOCOL });
    default:
      return client.joinOrCreate("skirmish", { protocol: PROTOCOL });
  }
}
