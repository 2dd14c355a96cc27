/** Whether any part of a fighter can be seen, and so hit, from a point: looked at from side to side. Pure. */
import { type ArenaMap, canSee, type Point } from "../../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../../rooms/skirmish/shared/constants.ts";

/** In radii; the sides just inside the edge, which may lean against a wall. */
const PARTS = [0, 0.5, -0.5, 0.97, -0.97];

export function isInSight(map: ArenaMap, from: Point, body: Point): boolean {
  const dx = body.x - from.x;
  const dy = body.y - from.y;
  const distance = Math.hypot(dx, dy) || 1;
  return PARTS.some((part) => {
    const across = (part * FIGHTER_RADIUS) / distance;
    return canSee(map, from, { x: body.x - dy * across, y: body.y + dx * across });
  });
}
