/**
 * So many events a minute for each key. Fixed windows: at a window's edge up to twice the limit may pass.
 * Bounded: it remembers `MAX_KEYS` keys; when there are more, all of them start a new window. Pure.
 */
const WINDOW_MS = 60_000;
const MAX_KEYS = 10_000;

/** @param limit events admitted in each window of one minute. */
export function createRateLimiter(limit: number): { admit(key: string, now: number): boolean } {
  const counts = new Map<string, number>();
  let windowEnds = 0;
  return {
    admit(key, now) {
      if (now >= windowEnds || counts.size >= MAX_KEYS) {
        counts.clear();
        windowEnds = now + WINDOW_MS;
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= limit;
    },
  };
}
