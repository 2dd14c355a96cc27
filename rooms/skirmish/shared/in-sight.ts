/**
 * Whether a client knows where a fighter is and how it fares. Its fields come and go by two ways, so for a moment some may be
 * there without the others. On the server everybody is in sight.
 */
export function isInSight(fighter: { x?: number; y?: number; angle?: number; health?: number }): boolean {
  const { x, y, angle, health } = fighter;
  return x !== undefined && y !== undefined && angle !== undefined && health !== undefined;
}
