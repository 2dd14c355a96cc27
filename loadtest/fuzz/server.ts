/**
 * The server of the fuzz: an arena in a process of its own. Told to, it gives frames to a running room as if its hostile
 * clients had sent them, in slices, so that the event loop shows what a single frame can hold up. A frame that the guard
 * refuses closes its client, so of those only every so-many-th goes all the way; the guard judges all of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Client, matchMaker, type Room } from "@colyseus/core";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { startArena } from "../../src/index.ts";
import { deliverFrame, inputWireOf } from "../../src/transport/colyseus-internals.ts";
import { isWellFormedFrame } from "../../src/transport/frame-guard.ts";
import { FrameSource } from "./frames.ts";

const SLICE_MS = 4;
/** Of refused frames, those that are delivered all the same. */
const REFUSED_DELIVERED = 20_000;

/** A room that counts no frames of one second, so that they can come at full speed. */
class FuzzRoom extends SkirmishRoom {
  override maxMessagesPerSecond = 1e12;
  override maxClients = 16;
}

export interface FuzzOrder {
  seed: number;
  frames: number;
  roomId: string;
  /** Only this one, by its number. */
  only?: number;
}

export type FuzzNews =
  | { kind: "ready"; port: number }
  | { kind: "progress"; frames: number }
  | {
      kind: "done";
      frames: number;
      wellFormed: number;
      longestGapMs: number;
      heapGrowthMegabytes: number;
      slowest: { index: number; ms: number; hex: string };
    };

const tell = (news: FuzzNews): void => void process.send?.(news);

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-fuzz-"));
  const settings = { countdownSeconds: 0, matchSeconds: 3600, reconnectionSeconds: 0 };
  const arena = await startArena(
    {
      logLevel: "silent",
      transport: { host: "127.0.0.1", port: 0 },
      storage: { dataDir },
      rooms: { skirmish: { room: FuzzRoom, options: { settings } } },
      limits: {
        guestsPerMinute: 100_000,
        matchmakesPerMinute: 1_000_000,
        matchmakesPerMinutePerPlayer: 1_000_000,
        socketsPerAddress: 1000,
        messagesPerSecond: 10_000,
        messageBurst: 10_000,
        bytesPerSecond: 100_000_000,
      },
    },
    {},
  );
  process.on("message", (order: FuzzOrder) => void fuzz(order));
  process.once("disconnect", () => {
    void arena.stop().then(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(0);
    });
  });
  tell({ kind: "ready", port: arena.port });
}

async function fuzz({ seed, frames, roomId, only }: FuzzOrder): Promise<void> {
  const room = matchMaker.getLocalRoomById(roomId);
  const wire = inputWireOf(room);
  const source = new FrameSource(seed);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const heapBefore = process.memoryUsage().heapUsed;
  let wellFormed = 0;
  let refused = 0;
  const slowest = { index: -1, ms: 0, hex: "" };
  delay.enable();
  let toldAt = performance.now();
  const run = { index: 0 };
  const slice = (hostile: Client, ends: number): void => {
    while (run.index < frames && performance.now() < ends) {
      const frame = source.next();
      const number = run.index;
      run.index += 1;
      if (only !== undefined && number !== only) continue;
      const startedAt = performance.now();
      const good = isWellFormedFrame(frame, wire);
      if (good) wellFormed += 1;
      else refused += 1;
      if (good || refused % REFUSED_DELIVERED === 0) deliverFrame(room, hostile, frame);
      const ms = performance.now() - startedAt;
      if (ms > slowest.ms)
        Object.assign(slowest, { index: number, ms, hex: frame.toString("hex").slice(0, 400) });
    }
  };
  while (run.index < frames) {
    const hostile = hostileOf(room);
    if (hostile) slice(hostile, performance.now() + SLICE_MS);
    // Timers and sockets have their turn, and hostile clients who were closed come back.
    await new Promise((resolve) => setTimeout(resolve, hostile ? 0 : 5));
    if (performance.now() - toldAt < 1000) continue;
    toldAt = performance.now();
    tell({ kind: "progress", frames: run.index });
  }
  delay.disable();
  globalThis.gc?.();
  const heapGrowthMegabytes = Math.round((process.memoryUsage().heapUsed - heapBefore) / 1e5) / 10;
  tell({
    kind: "done",
    frames,
    wellFormed,
    longestGapMs: Math.round(delay.max / 1e5) / 10,
    heapGrowthMegabytes,
    slowest,
  });
}

/** The first client of the room is the honest one. */
function hostileOf(room: Room): Client | undefined {
  return room.clients.find((client, index) => index > 0 && client.state === 1);
}

void main();
