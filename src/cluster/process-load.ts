/**
 * How loaded this process is, over the last `WINDOW` looks: what its room placement and its refusals go by.
 *
 * Busy is the share of time in which the event loop ran (Node's event-loop utilization: what one Colyseus process has of a
 * core), so it holds ticks, patches, inputs and joins alike, and rises when other programs take the core away.
 */
import { type EventLoopUtilization, performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";

const WINDOW = 5;

export interface ProcessLoad {
  /** 0 to 1; 0 until the window is full: a start keeps a process busy, too. */
  busy: number;
  /** Of what the heap may grow to, 0 to 1. */
  memory: number;
  players: number;
  rooms: number;
}

export class LoadMeter {
  #looks: EventLoopUtilization[] = [];

  /** Call it regularly. */
  look(counts: Pick<ProcessLoad, "players" | "rooms">): ProcessLoad {
    const now = performance.eventLoopUtilization();
    this.#looks = [...this.#looks.slice(-WINDOW), now];
    const [oldest] = this.#looks;
    const isWhole = this.#looks.length > WINDOW;
    const busy = isWhole ? performance.eventLoopUtilization(now, oldest).utilization : 0;
    const heap = getHeapStatistics();
    return { busy, memory: heap.used_heap_size / heap.heap_size_limit, ...counts };
  }
}
