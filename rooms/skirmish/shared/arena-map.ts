/**
 * The map: walls and cover as axis-aligned boxes, and the questions the simulation asks of it. A wall stops
 * everything; cover stops fighters and rifle shots, and shells fly over it. Maps are JSON files in `maps/`.
 */
import { FIGHTER_RADIUS } from "./constants.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface ArenaMap {
  name: string;
  width: number;
  height: number;
  walls: readonly Box[];
  cover: readonly Box[];
  spawns: readonly Point[];
  /** Walls and cover together: what stops a fighter or a rifle shot. */
  solids: readonly Box[];
}

/** A map file as it stands on disk. */
export type MapFile = Omit<ArenaMap, "solids">;

/**
 * Checks a map file and prepares it.
 * @throws Error naming the map and what is wrong: a map is the developer's, never a player's.
 */
export function loadMap(file: MapFile): ArenaMap {
  const solids = [...file.walls, ...file.cover];
  for (const box of solids) {
    const inside =
      box.x >= 0 && box.y >= 0 && box.x + box.width <= file.width && box.y + box.height <= file.height;
    if (!(box.width > 0 && box.height > 0 && inside)) {
      throw new Error(
        `map ${file.name}: box ${JSON.stringify(box)} is empty or leaves the ${file.width}×${file.height} map`,
      );
    }
  }
  if (file.spawns.length < 2) throw new Error(`map ${file.name}: needs at least 2 spawns`);
  for (const spawn of file.spawns) {
    if (!isFree(solids, file, spawn.x, spawn.y, FIGHTER_RADIUS)) {
      throw new Error(`map ${file.name}: spawn ${JSON.stringify(spawn)} stands in a wall`);
    }
  }
  return { ...file, solids };
}

/** Whether a circle stands inside the map and touches none of the boxes. */
export function isFree(
  boxes: readonly Box[],
  bounds: { width: number; height: number },
  x: number,
  y: number,
  radius: number,
): boolean {
  if (x < radius || y < radius || x > bounds.width - radius || y > bounds.height - radius) return false;
  return !boxes.some((box) => touches(box, x, y, radius));
}

/** Whether a circle touches a box. */
export function touches(box: Box, x: number, y: number, radius: number): boolean {
  const dx = x - clamp(x, box.x, box.x + box.width);
  const dy = y - clamp(y, box.y, box.y + box.height);
  return dx * dx + dy * dy < radius * radius;
}

/** Moves `body` out of the map's solids and back inside its bounds. Changes `body` in place. */
export function pushOut(map: ArenaMap, body: Point, radius: number): void {
  for (const box of map.solids) {
    const nearestX = clamp(body.x, box.x, box.x + box.width);
    const nearestY = clamp(body.y, box.y, box.y + box.height);
    const dx = body.x - nearestX;
    const dy = body.y - nearestY;
    const squared = dx * dx + dy * dy;
    if (squared >= radius * radius) continue;
    if (squared > 0) {
      const distance = Math.sqrt(squared);
      body.x = nearestX + (dx / distance) * radius;
      body.y = nearestY + (dy / distance) * radius;
    } else {
      leaveBox(box, body, radius);
    }
  }
  body.x = clamp(body.x, radius, map.width - radius);
  body.y = clamp(body.y, radius, map.height - radius);
}

/** The centre is inside the box: out by the nearest side. */
function leaveBox(box: Box, body: Point, radius: number): void {
  const left = body.x - box.x;
  const right = box.x + box.width - body.x;
  const up = body.y - box.y;
  const down = box.y + box.height - body.y;
  const nearest = Math.min(left, right, up, down);
  if (nearest === left) body.x = box.x - radius;
  else if (nearest === right) body.x = box.x + box.width + radius;
  else if (nearest === up) body.y = box.y - radius;
  else body.y = box.y + box.height + radius;
}

/**
 * How far a ray flies before it meets a box or the map's edge (slab method).
 * @param dx,dy the ray's direction, length 1.
 * @returns the distance, at most `range`.
 */
export function castRay(
  map: ArenaMap,
  boxes: readonly Box[],
  x: number,
  y: number,
  dx: number,
  dy: number,
  range: number,
): number {
  let distance = Math.min(range, edgeDistance(x, dx, map.width), edgeDistance(y, dy, map.height));
  for (const box of boxes) {
    const hit = rayIntoBox(box, x, y, dx, dy);
    if (hit < distance) distance = hit;
  }
  return distance;
}

function edgeDistance(position: number, direction: number, size: number): number {
  if (direction > 0) return Math.max(0, (size - position) / direction);
  if (direction < 0) return Math.max(0, -position / direction);
  return Number.POSITIVE_INFINITY;
}

function rayIntoBox(box: Box, x: number, y: number, dx: number, dy: number): number {
  let near = 0;
  let far = Number.POSITIVE_INFINITY;
  if (dx === 0) {
    if (x < box.x || x > box.x + box.width) return Number.POSITIVE_INFINITY;
  } else {
    const a = (box.x - x) / dx;
    const b = (box.x + box.width - x) / dx;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  if (dy === 0) {
    if (y < box.y || y > box.y + box.height) return Number.POSITIVE_INFINITY;
  } else {
    const a = (box.y - y) / dy;
    const b = (box.y + box.height - y) / dy;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near <= far ? near : Number.POSITIVE_INFINITY;
}

/** The distance at which a ray meets a circle, or Infinity. A ray that starts inside meets it at 0. */
export function rayIntoCircle(
  x: number,
  y: number,
  dx: number,
  dy: number,
  centre: Point,
  radius: number,
): number {
  const toX = centre.x - x;
  const toY = centre.y - y;
  const along = toX * dx + toY * dy;
  const offSquared = toX * toX + toY * toY - along * along;
  const reach = radius * radius - offSquared;
  if (reach < 0) return Number.POSITIVE_INFINITY;
  const half = Math.sqrt(reach);
  if (along + half < 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, along - half);
}

/** Whether nothing solid stands between two points. */
export function canSee(map: ArenaMap, from: Point, to: Point): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  if (distance === 0) return true;
  const directionX = dx / distance;
  const directionY = dy / distance;
  const left = Math.min(from.x, to.x);
  const right = Math.max(from.x, to.x);
  const top = Math.min(from.y, to.y);
  const bottom = Math.max(from.y, to.y);
  for (const box of map.solids) {
    // Most boxes are nowhere near.
    if (box.x > right || box.y > bottom || box.x + box.width < left || box.y + box.height < top) continue;
    if (rayIntoBox(box, from.x, from.y, directionX, directionY) < distance) return false;
  }
  return true;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
