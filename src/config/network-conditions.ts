/** How bad a network is made, as text and in figures. Pure. */

export interface NetworkConditions {
  roundTripMs: number;
  /** The round trip is longer or shorter by up to so much. */
  jitterMs: number;
  /** Of packets, in each direction. */
  lossPercent: number;
}

/**
 * @param text "round trip ms/jitter ms/loss %", as "200/50/5"; jitter and loss may be left out.
 * @returns undefined for what is none.
 */
export function parseConditions(text: string): NetworkConditions | undefined {
  const parts = text.split("/");
  if (parts.length > 3 || parts.some((part) => !/^\d{1,5}(\.\d{1,3})?$/.test(part))) return undefined;
  const [roundTripMs = 0, jitterMs = 0, lossPercent = 0] = parts.map(Number);
  if (roundTripMs > 10_000 || jitterMs > roundTripMs || lossPercent > 90) return undefined;
  return { roundTripMs, jitterMs, lossPercent };
}
