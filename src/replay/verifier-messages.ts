/** What the verifier and its worker thread say to each other. Types only. */
import type { ReplayReport } from "./verify-replay.ts";

/** To the worker: run this file again. */
export interface VerifyRequest {
  id: number;
  /** URL of the module whose `replayGame` runs it. */
  game: string;
  bytes: Uint8Array;
  matchId: string;
  build: string;
  mostBodyBytes: number;
}

/**
 * Why it is not known whether a result is right. "unreadable": the file is damaged, too long or another match's;
 * "game_unavailable": the game's module cannot be loaded; "busy": too many wait, or it did not come to its turn in time;
 * "timeout": it ran too long; "worker_died": its thread ended.
 */
export type UnknownReason =
  | "other_build"
  | "unreadable"
  | "game_unavailable"
  | "busy"
  | "timeout"
  | "worker_died";

export type VerifyOutcome =
  | { kind: "same"; report: ReplayReport }
  | { kind: "differs"; report: ReplayReport }
  /** The game refuses a recording that its own build is said to have written. */
  | { kind: "broken"; error: string }
  | { kind: "unknown"; reason: UnknownReason; detail?: string };

/** From the worker. */
export interface VerifyAnswer {
  id: number;
  outcome: VerifyOutcome;
}
