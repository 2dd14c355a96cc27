/**
 * What a failed delivery of a match result means for the next try. Pure.
 *
 * "outage": the database or what stands before it is away, full or misconfigured; the result is fine and is tried for
 * as long as it takes. "hopeless": the result itself is refused, trying again cannot help. "unknown": anything else,
 * most often a bug; it may pass, so it is tried some times, but not for ever.
 */
import { isOutage } from "../outage.ts";

export type DeliveryFailure = "outage" | "hopeless" | "unknown";

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;

/** Errors of Mongoose and the BSON library about the result itself. */
const HOPELESS: ReadonlySet<string> = new Set([
  "ValidationError",
  "CastError",
  "StrictModeError",
  "BSONError",
]);

export function classifyFailure(error: unknown): DeliveryFailure {
  if (error instanceof Error && HOPELESS.has(error.name)) return "hopeless";
  return isOutage(error) ? "outage" : "unknown";
}

/**
 * How long to wait before the next try: doubled each time, with jitter so that many do not come back at once.
 * @param failures so far, at least 1.
 * @param random 0–1.
 */
export function retryDelayMs(failures: number, random: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS) * (0.5 + random / 2);
}
