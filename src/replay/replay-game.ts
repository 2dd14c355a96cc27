/**
 * What a game gives so that its matches can be run again: the server verifies results with it, the command line
 * verifies files, and the browser plays them. A game's module exports it as `replayGame` and imports nothing that only
 * one of them has.
 */

/** A game whose recordings can be run again. */
export interface ReplayGame {
  /**
   * Begins a run at the recording's start.
   * @param setup what the room gave to `begin`, after JSON.
   * @param body what the room appended, in order.
   * @throws Error saying what is wrong, for a setup or a body that no room of this build wrote.
   */
  run(setup: unknown, body: Uint8Array): ReplayRun;
}

/** The first tick at which a run differs from what was recorded. */
export interface ReplayMismatch {
  tick: number;
  recorded: number;
  simulated: number;
}

/** One run of a recorded match. Deterministic: the same build gives the same run on every machine. */
export interface ReplayRun {
  /** Ticks simulated so far. */
  readonly tick: number;
  /** Ticks a second of real time. */
  readonly tickRate: number;
  /** The first difference found so far. */
  readonly mismatch: ReplayMismatch | undefined;
  /**
   * Simulates the next tick.
   * @returns false when there is none left; the run stays where it is.
   * @throws Error for a body that is not well-formed.
   */
  advance(): boolean;
}
