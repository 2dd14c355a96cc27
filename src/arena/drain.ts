/**
 * Empties a process before it stops: no new rooms and no newcomers here, matches that run come to their end, and the rooms
 * of everything else (queues, lobbies, parties) close at once where another process takes their players, else at the end.
 *
 * A room lets its match end by having a method `onDrain(seconds)`: it tells its players, and disconnects when it is over.
 * Rooms without one are closed. What is not over in time is left to the stop that follows.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Room } from "@colyseus/core";
import type { ProcessBoard } from "../cluster/process-board.ts";
import type { Logger } from "../observability/logger.ts";

const LOOK_MS = 200;

interface DrainableRoom extends Room {
  onDrain?: (seconds: number) => void;
}

export async function drain(
  rooms: ReadonlySet<Room>,
  board: Pick<ProcessBoard, "drain" | "beat" | "loads">,
  timeoutMs: number,
  log: Logger,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  board.drain();
  await board.beat();
  const isAlone = board.loads().size === 1;
  const playing = new Set<Room>();
  const told = new Set<Room>();
  const look = async (): Promise<void> => {
    for (const room of rooms as ReadonlySet<DrainableRoom>) {
      if (told.has(room)) continue;
      told.add(room);
      try {
        await room.lock();
        if (room.onDrain) {
          playing.add(room);
          room.onDrain(Math.max(0, Math.round((deadline - performance.now()) / 1000)));
        } else if (!isAlone) room.onBeforeShutdown();
      } catch (error) {
        log.error({ err: error, roomId: room.roomId }, "a room could not be drained");
      }
    }
    for (const room of playing) if (!rooms.has(room)) playing.delete(room);
  };
  await look();
  log.info({ matches: playing.size, seconds: Math.round(timeoutMs / 1000) }, "draining: matches may end");
  while (playing.size > 0 && performance.now() < deadline) {
    await sleep(LOOK_MS);
    // Some were being made meanwhile.
    await look();
  }
  log.info({ matches: playing.size }, playing.size === 0 ? "drained" : "drained as far as there was time");
}
