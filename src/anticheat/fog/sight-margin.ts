/**
 * How far the eye of a client may be ahead of where the server has it: what it predicted since its latest input that is
 * here, which is one round trip and one tick. Rounded up to tenths of a metre, so that a decision can be kept while the
 * measurement trembles. Pure.
 */
export interface MarginLimits {
  tickMs: number;
  /** A round trip that is longer, or that somebody pretends, counts as this. */
  mostRoundTripMs: number;
  mostMarginMetres: number;
}

/** @returns metres. */
export function sightMargin(metresPerSecond: number, roundTripMs: number, limits: MarginLimits): number {
  const { tickMs, mostRoundTripMs, mostMarginMetres } = limits;
  const ahead = Math.min(Math.max(0, roundTripMs), mostRoundTripMs) + tickMs;
  return Math.min(Math.ceil((metresPerSecond * ahead) / 100) / 10, mostMarginMetres);
}
