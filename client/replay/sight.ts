/**
 * What somebody in the arena can see: the area that no wall or cover hides from a point, and whether a fighter stands in
 * it. Geometry only, in all directions and at any distance: what a screen's edge hides is not known. Pure.
 */
import { type ArenaMap, canSee, castRay, type Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../rooms/skirmish/shared/constants.ts";

/** A corner is looked at, and a little past it on either side, radians. */
const PAST_CORNER = 1e-4;
/** Somebody is seen by their edge, a little inside it. */
const EDGE = FIGHTER_RADIUS * 0.9;

/**
 * The polygon that is visible from a point, going round by angle; every point of it can be seen in a straight line.
 * @param from inside the map and outside its solids.
 */
export function visibleArea(map: ArenaMap, from: Point): Point[] {
  const { width, height } = map;
  const farthest = Math.hypot(width, height);
  const angles: number[] = [];
  const lookAt = (x: number, y: number): void => {
    const angle = Math.atan2(y - from.y, x - from.x);
    angles.push(angle - PAST_CORNER, angle, angle + PAST_CORNER);
  };
  for (const box of [...map.solids, { x: 0, y: 0, width, height }])
    for (const right of [0, box.width])
      for (const down of [0, box.height]) lookAt(box.x + right, box.y + down);
  angles.sort((one, other) => one - other);
  return angles.map((angle) => {
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    const distance = castRay(map, map.solids, from.x, from.y, dx, dy, farthest);
    return { x: from.x + dx * distance, y: from.y + dy * distance };
  });
}

/** Whether any of a fighter can be seen: its middle, or one of its sides. */
export function seesFighter(map: ArenaMap, from: Point, target: Point): boolean {
  const dx = target.x - from.x;
  const dy = target.y - from.y;
  const distance = Math.hypot(dx, dy);
  if (distance < FIGHTER_RADIUS) return true;
  const acrossX = (-dy / distance) * EDGE;
  const acrossY = (dx / distance) * EDGE;
  return (
    canSee(map, from, target) ||
    canSee(map, from, { x: target.x + acrossX, y: target.y + acrossY }) ||
    canSee(map, from, { x: target.x - acrossX, y: target.y - acrossY })
  );
}
