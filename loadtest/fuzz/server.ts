/**
 * The server of the fuzz: an arena in a process of its own, which tells by IPC what it measures. Told to, it hands frames to
 * running rooms as if their hostile clients had sent them, in slices, so that the event loop shows what a single frame can
 * hold up. The guard judges all of them. One that it refuses ends its client, so of those only every so-many-th goes all the
 * way. One that it lets through may end its client too; until that connection is closed the room goes on taking its frames.
 *
 * `open` as argument lifts what limits a client, for frames at full speed; without it limits are as they ship, but for
 * those by address, since all come from one.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, matchMaker, type Room } from "@colyseus/core";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { startArena } from "../../src/index.ts";
import { deliverFrame, inputWireOf } from "../../src/transport/colyseus-internals.ts";
import { isWellFormedFrame } from "../../src/transport/frame-guard.ts";
import { FrameSource } from "./frames.ts";
import { type LoopGaps, watchLoop } from "./loop-watch.ts";

export const KINDS = ["skirmish", "lobby", "party", "queue"] as const;
export type Kind = (typeof KINDS)[number];
/** Which room a frame goes to, by its index; another one while nobody hostile is in. */
const TURNS: readonly Kind[] = ["skirmish", "lobby", "skirmish", "party", "skirmish", "queue"];

const SLICE_MS = 4;
/** Of refused frames, those that are delivered all the same. */
const REFUSED_DELIVERED = 5000;
const LIFTED = 1_000_000;

export interface FuzzOrder {
  seed: number;
  frames: number;
  /** Where to go, and who is left alone there. */
  rooms: Record<Kind, { roomId: string; honest: string }>;
  /** Only this one, by its number. */
  only?: number;
}

export interface Done extends LoopGaps {
  kind: "done";
  frames: number;
  wellFormed: number;
  heapGrowthMegabytes: number;
  slowest: { index: number; ms: number; hex: string };
}

export type FuzzNews =
  | { kind: "ready"; port: number }
  /** A slice begins with this frame. */
  | { kind: "progress"; index: number }
  | { kind: "broken"; error: string }
  | { kind: "paces"; intervals: Record<string, number[]>; loop: LoopGaps }
  | Done;

/** What the runner says while frames come over sockets: whose time the patches from now on are; null: nobody's. */
export type PaceOrder = { phase: string | null } | { paces: true };

const tell = (news: FuzzNews): void => void process.send?.(news);
const open = process.argv.includes("open");
const pace: { phase: string | null; at: number; intervals: Record<string, number[]> } = {
  phase: null,
  at: 0,
  intervals: {},
};

/** Room for many, and notes of when its patches go. */
class FuzzRoom extends SkirmishRoom {
  override maxMessagesPerSecond = open ? LIFTED : Number.POSITIVE_INFINITY;
  override maxClients = 16;

  override broadcastPatch(): boolean {
    const now = performance.now();
    if (pace.phase !== null && pace.at > 0) (pace.intervals[pace.phase] ??= []).push(now - pace.at);
    pace.at = now;
    return super.broadcastPatch();
  }
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-fuzz-"));
  const settings = { countdownSeconds: 0, matchSeconds: 3600, reconnectionSeconds: 0 };
  const byAddress = {
    guestsPerMinute: 100_000,
    matchmakesPerMinute: LIFTED,
    socketsPerAddress: 1000,
    apiRequestsPerMinute: LIFTED,
  };
  const byClient = {
    matchmakesPerMinutePerPlayer: LIFTED,
    messagesPerSecond: 10_000,
    messageBurst: 10_000,
    bytesPerSecond: 100_000_000,
    framesPerSecond: 10_000,
  };
  const arena = await startArena(
    {
      logLevel: "silent",
      transport: { host: "127.0.0.1", port: 0 },
      storage: { dataDir },
      cluster: { fullAtBusy: 1 },
      rooms: {
        skirmish: { room: FuzzRoom, options: { settings } },
        lobby: LobbyRoom,
        party: PartyRoom,
        queue: { room: QueueRoom, filterBy: ["queue", "region"] },
      },
      // Of so many that no match comes of it.
      matchmaking: { queues: { big: { name: "Big", room: "skirmish", teams: [8, 8], filters: [] } } },
      limits: open ? { ...byAddress, ...byClient } : byAddress,
    },
    {},
  );
  const broken = (error: unknown): void =>
    tell({ kind: "broken", error: String((error as Error)?.stack ?? error) });
  process.on("uncaughtException", broken);
  process.on("unhandledRejection", broken);
  let loop = watchLoop();
  process.on("message", (order: FuzzOrder | PaceOrder) => {
    if ("paces" in order) {
      tell({ kind: "paces", intervals: pace.intervals, loop: loop.end() });
    } else if ("phase" in order) {
      if (pace.phase === null && Object.keys(pace.intervals).length === 0) {
        loop.end();
        loop = watchLoop();
      }
      Object.assign(pace, { phase: order.phase, at: 0 });
    } else {
      void fuzz(order);
    }
  });
  process.once("disconnect", () => {
    void arena.stop().then(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(0);
    });
  });
  tell({ kind: "ready", port: arena.port });
}

async function fuzz({ seed, frames, rooms, only }: FuzzOrder): Promise<void> {
  const places = KINDS.map((kind) => {
    const room = matchMaker.getLocalRoomById(rooms[kind].roomId);
    return [kind, { room, honest: rooms[kind].honest, wire: inputWireOf(room) }] as const;
  });
  const placeOf = Object.fromEntries(places) as Record<Kind, (typeof places)[number][1]>;
  const source = new FrameSource(seed);
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const loop = watchLoop();
  const slowest = { index: -1, ms: 0, hex: "" };
  let wellFormed = 0;
  let refused = 0;
  let index = only ?? 0;
  const ends = only === undefined ? frames : only + 1;
  while (index < ends) {
    const hostile = Object.fromEntries(
      places.map(([kind, { room, honest }]) => [kind, hostileOf(room, honest)]),
    ) as Record<Kind, Client | undefined>;
    const sliceEnds = performance.now() + SLICE_MS;
    tell({ kind: "progress", index });
    const someone = KINDS.find((kind) => hostile[kind]);
    while (index < ends && performance.now() < sliceEnds) {
      const wanted = TURNS[index % TURNS.length] as Kind;
      const kind = hostile[wanted] ? wanted : someone;
      if (!kind) break;
      const { room, wire } = placeOf[kind];
      const client = hostile[kind] as Client;
      const frame = source.at(index);
      const startedAt = performance.now();
      const good = isWellFormedFrame(frame, wire);
      if (good) wellFormed += 1;
      else refused += 1;
      if (good || only !== undefined || refused % REFUSED_DELIVERED === 0) deliverFrame(room, client, frame);
      const ms = performance.now() - startedAt;
      if (ms > slowest.ms) Object.assign(slowest, { index, ms, hex: frame.toString("hex") });
      index += 1;
    }
    // Timers and sockets have their turn, and hostile clients who were closed come back.
    await new Promise((resolve) => setTimeout(resolve, someone ? 0 : 2));
  }
  const gaps = loop.end();
  // Who is being closed is still in memory.
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc?.();
  const heapGrowthMegabytes = Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e5) / 10;
  tell({
    kind: "done",
    frames: only === undefined ? frames : 1,
    wellFormed,
    ...gaps,
    heapGrowthMegabytes,
    slowest,
  });
}

/** Another one each time, of those who are in. */
const turn = { at: 0 };
function hostileOf(room: Room, honest: string): Client | undefined {
  const joined = [...room.clients].filter(({ sessionId, state }) => sessionId !== honest && state === 1);
  turn.at += 1;
  return joined[turn.at % joined.length];
}

// The runner takes types from here.
if (process.send) void main();
