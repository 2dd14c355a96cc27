/**
 * Lines of sight on a map, remembered by cells of a metre: most pairs of cells see each other wholly or not at all, and
 * only the rest needs rays. Exact: cells see each other wholly when no box meets the hull of the two, and not at all
 * when one box stands in the way of all lines between their corners (a convex box casts a convex shadow). Filled as it
 * is asked for.
 */
import { type ArenaMap, type Box, canSee, type Point } from "../../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../../rooms/skirmish/shared/constants.ts";

const UNKNOWN = 0;
const NOTHING = 1;
const SOME = 2;
const ALL = 3;

export class SightMemo {
  readonly #map: ArenaMap;
  readonly #columns: number;
  readonly #rows: number;
  /** Point to point, and point to any of a body. */
  readonly #points: Uint8Array;
  readonly #bodies: Uint8Array;
  readonly #from: Point = { x: 0, y: 0 };
  readonly #to: Point = { x: 0, y: 0 };

  constructor(map: ArenaMap) {
    this.#map = map;
    this.#columns = Math.ceil(map.width);
    this.#rows = Math.ceil(map.height);
    const pairs = (this.#columns * this.#rows) ** 2;
    this.#points = new Uint8Array(pairs);
    this.#bodies = new Uint8Array(pairs);
  }

  /** False only when nobody at `from` sees any of a body at `to`. */
  mightSee(fromX: number, fromY: number, toX: number, toY: number): boolean {
    return this.#bodySight(this.#cell(fromX, fromY), this.#cell(toX, toY)) !== NOTHING;
  }

  /** Whether any of a body is seen: its middle, or either side. The rule of Skirmish's `engagement-feed.ts`. */
  sees(fromX: number, fromY: number, toX: number, toY: number): boolean {
    const from = this.#cell(fromX, fromY);
    const to = this.#cell(toX, toY);
    if (this.#bodySight(from, to) === NOTHING) return false;
    const middle = this.#pointSight(from, to);
    if (middle === ALL) return true;
    if (middle === SOME && this.#ray(fromX, fromY, toX, toY)) return true;
    const dx = toX - fromX;
    const dy = toY - fromY;
    const scale = FIGHTER_RADIUS / (Math.sqrt(dx * dx + dy * dy) || 1);
    return (
      this.#ray(fromX, fromY, toX - dy * scale, toY + dx * scale) ||
      this.#ray(fromX, fromY, toX + dy * scale, toY - dx * scale)
    );
  }

  #ray(fromX: number, fromY: number, toX: number, toY: number): boolean {
    this.#from.x = fromX;
    this.#from.y = fromY;
    this.#to.x = toX;
    this.#to.y = toY;
    return canSee(this.#map, this.#from, this.#to);
  }

  #cell(x: number, y: number): number {
    const column = Math.min(this.#columns - 1, Math.max(0, Math.floor(x)));
    return Math.min(this.#rows - 1, Math.max(0, Math.floor(y))) * this.#columns + column;
  }

  #pointSight(from: number, to: number): number {
    const pair = from * this.#columns * this.#rows + to;
    const known = this.#points[pair] as number;
    if (known !== UNKNOWN) return known;
    const sight = this.#judge(from, to, 0);
    this.#points[pair] = sight;
    return sight;
  }

  #bodySight(from: number, to: number): number {
    const pair = from * this.#columns * this.#rows + to;
    const known = this.#bodies[pair] as number;
    if (known !== UNKNOWN) return known;
    const sight = this.#judge(from, to, FIGHTER_RADIUS);
    this.#bodies[pair] = sight;
    return sight;
  }

  #judge(from: number, to: number, grownBy: number): number {
    const ax = from % this.#columns;
    const ay = Math.floor(from / this.#columns);
    const bx = (to % this.#columns) - grownBy;
    const by = Math.floor(to / this.#columns) - grownBy;
    const size = 1 + 2 * grownBy;
    const left = Math.min(ax, bx);
    const right = Math.max(ax + 1, bx + size);
    const top = Math.min(ay, by);
    const bottom = Math.max(ay + 1, by + size);
    let met = false;
    for (const box of this.#map.solids) {
      if (box.x >= right || box.x + box.width <= left || box.y >= bottom || box.y + box.height <= top)
        continue;
      let blocked = 0;
      for (let corner = 0; corner < 16; corner += 1) {
        const x = ax + (corner & 1);
        const y = ay + ((corner >> 1) & 1);
        const toX = bx + ((corner >> 2) & 1) * size;
        const toY = by + ((corner >> 3) & 1) * size;
        if (segmentMeets(box, x, y, toX, toY)) blocked += 1;
      }
      if (blocked === 16) return NOTHING;
      met ||= blocked > 0 || !isApart(box, ax, ay, bx, by, size);
    }
    return met ? SOME : ALL;
  }
}

/** Whether the segment passes through the inside of the box. */
function segmentMeets(
  { x, y, width, height }: Box,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): boolean {
  const dx = toX - fromX;
  const dy = toY - fromY;
  let near = 0;
  let far = 1;
  if (dx === 0) {
    if (fromX <= x || fromX >= x + width) return false;
  } else {
    const one = (x - fromX) / dx;
    const other = (x + width - fromX) / dx;
    near = Math.max(near, Math.min(one, other));
    far = Math.min(far, Math.max(one, other));
  }
  if (dy === 0) {
    if (fromY <= y || fromY >= y + height) return false;
  } else {
    const one = (y - fromY) / dy;
    const other = (y + height - fromY) / dy;
    near = Math.max(near, Math.min(one, other));
    far = Math.min(far, Math.max(one, other));
  }
  return near < far;
}

/** Whether a line along an edge of the two cells' hull keeps the box out of it. The axes were looked at before. */
function isApart(box: Box, ax: number, ay: number, bx: number, by: number, size: number): boolean {
  for (let corner = 0; corner < 16; corner += 1) {
    const px = ax + (corner & 1);
    const py = ay + ((corner >> 1) & 1);
    const normalX = by + ((corner >> 3) & 1) * size - py;
    const normalY = px - (bx + ((corner >> 2) & 1) * size);
    const boxLow = lowest(box.x, box.y, box.width, box.height, normalX, normalY);
    const boxHigh = -lowest(box.x, box.y, box.width, box.height, -normalX, -normalY);
    const hullLow = Math.min(
      lowest(ax, ay, 1, 1, normalX, normalY),
      lowest(bx, by, size, size, normalX, normalY),
    );
    const hullHigh = -Math.min(
      lowest(ax, ay, 1, 1, -normalX, -normalY),
      lowest(bx, by, size, size, -normalX, -normalY),
    );
    if (boxHigh <= hullLow || hullHigh <= boxLow) return true;
  }
  return false;
}

/** Of a rectangle's corners the least along a direction. */
function lowest(x: number, y: number, width: number, height: number, alongX: number, alongY: number): number {
  return (alongX > 0 ? x : x + width) * alongX + (alongY > 0 ? y : y + height) * alongY;
}
