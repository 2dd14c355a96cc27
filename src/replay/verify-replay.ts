/** Runs a recorded match again, up to its end or to the first tick that differs. Pure. */
import type { ReplayMismatch, ReplayRun } from "./replay-game.ts";

const TICKS_BETWEEN_PROGRESS = 1000;

export interface ReplayReport {
  /** Simulated ticks. */
  ticks: number;
  /** Simulated time. */
  seconds: number;
  tookMs: number;
  /** Simulated seconds in a second. */
  speed: number;
  mismatch: ReplayMismatch | undefined;
}

export interface VerifyOptions {
  /** A clock in milliseconds. */
  now: () => number;
  /** Told now and then how far the run is. */
  progress?: (ticks: number) => void;
}

/** @throws what the run throws: the body is not well-formed. */
export function verifyReplay(run: ReplayRun, { now, progress }: VerifyOptions): ReplayReport {
  const startedAt = now();
  let ticks = 0;
  while (!run.mismatch && run.advance()) {
    ticks += 1;
    if (ticks % TICKS_BETWEEN_PROGRESS === 0) progress?.(ticks);
  }
  const tookMs = now() - startedAt;
  const seconds = ticks / run.tickRate;
  return { ticks, seconds, tookMs, speed: seconds / Math.max(tookMs / 1000, 1e-6), mismatch: run.mismatch };
}
