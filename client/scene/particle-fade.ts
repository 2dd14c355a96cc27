/** How a particle changes while it lives: the match's pools and the shop's previews fade alike. Pure. */

/** @param grow size at death, as a factor. @param share of the life that is over, 0–1. */
export function particleSize(grow: number, share: number): number {
  return 1 + (grow - 1) * (1 - (1 - share) * (1 - share));
}

/** As a factor of the alpha at birth. */
export function particleAlpha(share: number): number {
  return (1 - share) ** 1.3;
}
