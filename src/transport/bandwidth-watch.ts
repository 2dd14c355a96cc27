/**
 * Watches what rooms send: each second, for each room, the bytes that went to its clients by WebSocket and lane, and
 * what waits for clients that do not read. A room over its budget for five seconds is logged once, and once more when it
 * is back. Counts what the sockets count, so that sending itself costs nothing more. Holds nothing back.
 */
import type { Room } from "@colyseus/core";
import type { Logger } from "../observability/logger.ts";
import { pluginsOf, sentTo } from "./colyseus-internals.ts";
import { UnreliableLanePlugin } from "./lane/lane-plugin.ts";

export interface RoomBandwidth {
  clients: number;
  /** On average to each client, over the last five seconds. */
  bytesPerSecondPerClient: number;
  /** Of these, by lanes. */
  laneBytesPerSecondPerClient: number;
  /** Bytes that wait for the slowest reader. */
  mostWaiting: number;
}

interface Sample {
  seconds: number;
  clients: number;
  bytes: number;
  laneBytes: number;
}

interface Watched {
  at: number;
  /** By session: what had been sent. */
  sent: Map<string, { bytes: number; laneBytes: number }>;
  samples: Sample[];
  reading: RoomBandwidth;
  over: boolean;
}

const SAMPLES = 5;

export class BandwidthWatch {
  readonly #budget: number;
  readonly #log: Logger;
  readonly #sent: ((room: Room, bytes: number, laneBytes: number) => void) | undefined;
  readonly #rooms = new Map<Room, Watched>();

  /**
   * @param budget bytes a second to each client.
   * @param sent told of what went out of a room since the last look.
   */
  constructor(budget: number, log: Logger, sent?: (room: Room, bytes: number, laneBytes: number) => void) {
    this.#budget = budget;
    this.#log = log;
    this.#sent = sent;
  }

  /** By room id; rooms that were sampled once have no reading yet. */
  readings(): ReadonlyMap<string, RoomBandwidth> {
    const readings = new Map<string, RoomBandwidth>();
    for (const [room, { reading, samples }] of this.#rooms)
      if (samples.length > 0) readings.set(room.roomId, { ...reading });
    return readings;
  }

  /** About once a second. @param now milliseconds that only go forward. */
  sample(rooms: ReadonlySet<Room>, now: number): void {
    for (const room of this.#rooms.keys()) if (!rooms.has(room)) this.#rooms.delete(room);
    for (const room of rooms) this.#sampleRoom(room, now);
  }

  #sampleRoom(room: Room, now: number): void {
    const before = this.#rooms.get(room);
    const lane = pluginsOf(room).find((plugin) => plugin instanceof UnreliableLanePlugin);
    const sent: Watched["sent"] = new Map();
    let mostWaiting = 0;
    let bytes = 0;
    let laneBytes = 0;
    for (const client of room.clients) {
      const { bytes: written, waiting } = sentTo(client);
      const own = { bytes: written, laneBytes: lane?.bytesSentTo(client.sessionId) ?? 0 };
      const last = before?.sent.get(client.sessionId);
      sent.set(client.sessionId, own);
      mostWaiting = Math.max(mostWaiting, waiting);
      // A connection, or a lane, that is another one than last time has begun at nothing.
      bytes += own.bytes - (last && last.bytes <= own.bytes ? last.bytes : 0);
      laneBytes += own.laneBytes - (last && last.laneBytes <= own.laneBytes ? last.laneBytes : 0);
    }
    this.#sent?.(room, bytes, laneBytes);
    const clients = room.clients.length;
    const seconds = before ? (now - before.at) / 1000 : 0;
    const sample = { seconds, clients, bytes: bytes + laneBytes, laneBytes };
    const samples = before ? [...before.samples.slice(1 - SAMPLES), sample] : [];
    const watched = {
      at: now,
      sent,
      samples,
      reading: readingOf(samples, mostWaiting),
      over: before?.over ?? false,
    };
    this.#rooms.set(room, watched);
    if (samples.length === SAMPLES) this.#judge(room, watched);
  }

  #judge({ roomId, roomName }: Room, watched: Watched): void {
    const over = watched.reading.bytesPerSecondPerClient > this.#budget;
    if (over === watched.over) return;
    watched.over = over;
    const entry = { roomId, room: roomName, budget: this.#budget, ...watched.reading };
    if (over) this.#log.warn(entry, "a room sends more than its budget");
    else this.#log.info(entry, "a room sends no more than its budget again");
  }
}

function readingOf(samples: readonly Sample[], mostWaiting: number): RoomBandwidth {
  const of = (pick: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0);
  const clientSeconds = of(({ clients, seconds }) => clients * seconds);
  const perClient = (total: number): number => (clientSeconds > 0 ? total / clientSeconds : 0);
  return {
    clients: samples.at(-1)?.clients ?? 0,
    bytesPerSecondPerClient: perClient(of(({ bytes }) => bytes)),
    laneBytesPerSecondPerClient: perClient(of(({ laneBytes }) => laneBytes)),
    mostWaiting,
  };
}
