/**
 * Tries a piece of work until it succeeds, is not worth another try, or is told to stop: outages are waited for,
 * however long; a hopeless failure ends it at once, and so do `mostTries` failures that are not understood, outages
 * between them not counted. Work that is under way when the signal comes is let finish. Never throws.
 */
import { classifyFailure, type DeliveryFailure, retryDelayMs } from "./delivery-failure.ts";

export interface TryOptions {
  /** Tries of work that fails for a reason we do not know. */
  mostTries: number;
  signal: AbortSignal;
  /** Waits; ends early, without throwing, when the signal comes. */
  pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** 0–1, for the jitter of the waits. */
  random: () => number;
  /** Told of every failure that is followed by another try. */
  onRetry: (error: unknown, failure: DeliveryFailure, delayMs: number) => void;
}

export type TryOutcome<T> =
  | { kind: "done"; value: T }
  | { kind: "failed"; error: unknown }
  | { kind: "stopped" };

export async function tryThroughOutages<T>(
  work: () => Promise<T>,
  { mostTries, signal, pause, random, onRetry }: TryOptions,
): Promise<TryOutcome<T>> {
  let unknown = 0;
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return { kind: "done", value: await work() };
    } catch (error) {
      // Whatever closes on the way down fails in ways that say nothing about the work.
      if (signal.aborted) break;
      const failure = classifyFailure(error);
      if (failure === "unknown") unknown += 1;
      if (failure === "hopeless" || unknown >= mostTries) return { kind: "failed", error };
      const delayMs = retryDelayMs(failures, random());
      onRetry(error, failure, delayMs);
      await pause(delayMs, signal);
    }
  }
  return { kind: "stopped" };
}
