/**
 * Trade-off curves: fairer teams for longer waits. Two matchers are compared where both have the same 95th percentile
 * of waits: on the straight line between two settings of ours that were run. The curves sag, so such a line is above
 * what a setting in between would give, to our disadvantage.
 */
import type { DayFigures } from "./measure-day.ts";

export interface CurvePoint {
  /** What was varied, as a person would say it. */
  readonly setting: string;
  readonly figures: DayFigures;
}

export interface EqualWait {
  /** Of ours. */
  readonly setting: string;
  /** Ours waits no longer; less when our strictest setting waits less than theirs. */
  readonly p95Seconds: number;
  readonly theirP95Seconds: number;
  readonly spread: number;
  readonly theirSpread: number;
  /** Ours divided by theirs: below 1 is better. */
  readonly spreadRatio: number;
  /** The same, had they made the fairest teams of each of their groups. */
  readonly spreadRatioToFairest: number;
}

/** @returns undefined when every setting of ours waits longer. */
export function atEqualWait(ours: readonly CurvePoint[], theirs: DayFigures): EqualWait | undefined {
  const limit = theirs.waitSeconds.p95;
  const curve = ours.toSorted((a, b) => p95Of(a) - p95Of(b));
  const before = curve.findLast((point) => p95Of(point) <= limit);
  if (!before) return undefined;
  const after = curve.find((point) => p95Of(point) > limit);
  const share = after ? (limit - p95Of(before)) / (p95Of(after) - p95Of(before)) : 0;
  const [from, to] = [before.figures.spread, after?.figures.spread ?? before.figures.spread];
  const spread = Math.round((from + (to - from) * share) * 1e5) / 1e5;
  return {
    setting: after && share > 0 ? `between ${before.setting} and ${after.setting}` : before.setting,
    p95Seconds: after ? limit : p95Of(before),
    theirP95Seconds: limit,
    spread,
    theirSpread: theirs.spread,
    spreadRatio: ratio(spread, theirs.spread),
    spreadRatioToFairest: ratio(spread, theirs.spreadFairest),
  };
}

function p95Of({ figures }: CurvePoint): number {
  return figures.waitSeconds.p95;
}

export function ratio(ours: number, theirs: number): number {
  return Math.round((ours / theirs) * 1000) / 1000;
}
