/** A limit that grows (or shrinks) with waiting. */
import type { Relaxing } from "./queue-rules.ts";

/**
 * The limit after so many seconds: straight lines between the steps, level before the first and after the last. A step
 * to `Infinity` is a jump.
 */
export function relaxedTo(limit: Relaxing, waitedSeconds: number): number {
  if (typeof limit === "number") return limit;
  let before: readonly [number, number] | undefined;
  for (const step of limit) {
    if (waitedSeconds < step[0]) {
      if (!before) return step[1];
      if (!Number.isFinite(step[1]) || !Number.isFinite(before[1])) return before[1];
      const share = (waitedSeconds - before[0]) / (step[0] - before[0]);
      return before[1] + (step[1] - before[1]) * share;
    }
    before = step;
  }
  return before?.[1] ?? Number.POSITIVE_INFINITY;
}
