/** Samples in a few figures. */

export interface Distribution {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** The smallest sample that at least `share` of all are not above; NaN of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @param digits after the point. Figures of no samples are 0, and so is the count. */
export function distributionOf(samples: readonly number[], digits: number): Distribution {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => (sorted.length === 0 ? 0 : round(percentile(sorted, share), digits));
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

/** A part of a whole, 0 of nothing. */
export function shareOf(part: number, whole: number, digits = 4): number {
  return whole === 0 ? 0 : round(part / whole, digits);
}
