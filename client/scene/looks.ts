/** What items look like, in numbers: the match and the shop's preview draw from the same ones. */

/** A comet's trail: points of light left behind, a white core in the fighter's own colour. */
export const COMET = {
  /** Seconds until a point is gone. */
  life: 0.75,
  /** Metres between two points of the core; every second one has the coloured light around it. */
  spacing: 0.12,
  metres: 1.05,
  coreMetres: 0.44,
  /** Size at the end, as a factor. */
  grow: 0.35,
  alpha: 0.6,
} as const;

export const EMBER_PLATING = {
  /** The light around the body, metres. */
  glowMetres: 2.3,
  glowColour: "#ff7a1f",
} as const;

/** How strong ember glows, 0–1: it breathes. */
export function emberPulse(seconds: number): number {
  return 0.46 + 0.14 * Math.sin(seconds * 3.1) + 0.05 * Math.sin(seconds * 7.7);
}
