/**
 * How long the event loop stood still, and how much of that this process' own work was: on a machine that others use, a
 * gap may be time in which nothing of ours ran.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const LOOK_MS = 2;

export interface LoopGaps {
  /** By the clock. */
  longestGapMs: number;
  /** Processor time of the loop's own thread between two looks. */
  longestBusyMs: number;
}

export function watchLoop(): { end: () => LoopGaps } {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = cpu();
  let longestBusyMs = 0;
  const look = setInterval(() => {
    const now = cpu();
    longestBusyMs = Math.max(longestBusyMs, now - last);
    last = now;
  }, LOOK_MS);
  delay.enable();
  return {
    end: () => {
      clearInterval(look);
      delay.disable();
      const round = (value: number): number => Math.round(value * 10) / 10;
      return { longestGapMs: round(delay.max / 1e6), longestBusyMs: round(longestBusyMs) };
    },
  };
}
