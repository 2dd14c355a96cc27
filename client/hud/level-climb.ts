/**
 * The way of a level bar from what was before to what is now, over as many level edges as lie between. Pure: the
 * share of the way comes in.
 */

export interface Progress {
  level: number;
  /** Inside the level, 0–1. */
  levelProgress: number;
}

const SHORTEST_MS = 900;
const MS_A_LEVEL = 650;
const LONGEST_MS = 3600;

/** A level more takes a little longer; many levels do not take for ever. */
export function climbDuration(from: Progress, to: Progress): number {
  return Math.min(LONGEST_MS, SHORTEST_MS + Math.max(0, to.level - from.level) * MS_A_LEVEL);
}

/** @param share of the way, 0–1. */
export function climbAt(from: Progress, to: Progress, share: number): Progress {
  if (share >= 1) return to;
  const start = from.level + from.levelProgress;
  const end = to.level + to.levelProgress;
  // A progress that fell (rules changed in between) is shown as it is now.
  if (end <= start) return to;
  const place = start + (end - start) * Math.max(0, share);
  const level = Math.min(to.level, Math.floor(place));
  return { level, levelProgress: Math.min(1, place - level) };
}
