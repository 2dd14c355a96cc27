/**
 * Who might see whom, worked out once for a map: the floor in cells of a metre, and for each cell the set of cells that
 * somebody in it might see a fighter in. It errs on one side only: what `canSee` of `arena-map.ts` lets anybody see is never
 * called hidden, and some of what stands a metre or two behind a corner is called visible.
 *
 * How: where a fighter's middle can be in a cell is a rectangle, as is that rectangle and a fighter's width around it. One
 * box hides all of one convex area from all of another exactly when it cuts every line between their corners, because the
 * shadow of a convex box is convex. Where no single box does, areas are quartered, so that boxes that meet hide what none
 * does alone. How far somebody gets meanwhile is steps from cell to cell over the floor, never through a wall: in `metres`
 * nobody gets farther than ⌊metres⌋ + 1 cells.
 *
 * Pure. Foundry takes about half a second and 1.5 MB. What flies over cover is seen as well as what stands beside it.
 */
import type { ArenaMap, Box } from "./arena-map.ts";
import { FIGHTER_RADIUS } from "./constants.ts";

const CELL_METRES = 1;
/** Steps that a viewer may be ahead. */
const MOST_STEPS = 6;
/** A viewer is not looked for farther ahead than this. */
export const FARTHEST_AHEAD_METRES = MOST_STEPS - 1;
/** Quarterings of a pair of areas. Without one it builds twice as fast, and hides a fifth less. */
const DEPTH = 1;
/** A line that only grazes a box is not stopped for sure. */
const GRAZE = 1e-6;
/** Positions are rounded after walls have pushed them out. */
const ROUNDING = 1 / 512;

export interface SightGrid {
  /** The cell that a point lies in; of one outside the map, the nearest. */
  cellOf(x: number, y: number): number;
  /**
   * Whether somebody in a cell might see any of a fighter whose middle is in another.
   * @param aheadMetres how far the viewer may have got since.
   */
  mightSee(from: number, to: number, aheadMetres: number): boolean;
}

/** A rectangle by its sides. */
interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function buildSightGrid(map: ArenaMap): SightGrid {
  const columns = Math.ceil(map.width / CELL_METRES);
  const rows = Math.ceil(map.height / CELL_METRES);
  const cells = Array.from({ length: columns * rows }, (_, cell) => cellArea(cell, columns));
  const words = Math.ceil(cells.length / 32);
  const middles = cells.map((cell) => middlesIn(map, cell));
  const bodies = cells.map((cell, at) => bodiesIn(map, cell, middles[at]));
  const around = cells.map((_, cell) =>
    neighboursOf(cell, columns, rows).filter((near) => middles[near] !== undefined),
  );
  const direct = seenFromCells(middles, bodies, map.solids, words);
  // Whoever stands where nobody can sees what those beside see.
  const rings = [direct.slice()];
  widen(rings[0] as Uint32Array, direct, around, words, (cell) => middles[cell] === undefined);
  for (let step = 1; step <= MOST_STEPS; step += 1) {
    const ring = new Uint32Array(direct.length);
    widen(ring, rings[step - 1] as Uint32Array, around, words, () => true);
    rings.push(ring);
  }
  return {
    cellOf: (x, y) =>
      clampCell(Math.floor(y / CELL_METRES), rows) * columns +
      clampCell(Math.floor(x / CELL_METRES), columns),
    mightSee: (from, to, aheadMetres) => {
      const steps = aheadMetres > 0 ? Math.min(MOST_STEPS, Math.floor(aheadMetres / CELL_METRES) + 1) : 0;
      const word = (rings[steps] as Uint32Array)[from * words + (to >>> 5)] as number;
      return ((word >>> (to & 31)) & 1) === 1;
    },
  };
}

function clampCell(at: number, count: number): number {
  return at < 0 ? 0 : at >= count ? count - 1 : at;
}

function cellArea(cell: number, columns: number): Area {
  const left = (cell % columns) * CELL_METRES;
  const top = Math.floor(cell / columns) * CELL_METRES;
  return { left, top, right: left + CELL_METRES, bottom: top + CELL_METRES };
}

/** Where in a cell the middle of a fighter can be, at the most; undefined for nowhere. */
function middlesIn({ width, height, solids }: ArenaMap, cell: Area): Area | undefined {
  const reach = FIGHTER_RADIUS - ROUNDING;
  const area = {
    left: Math.max(cell.left, reach),
    top: Math.max(cell.top, reach),
    right: Math.min(cell.right, width - reach),
    bottom: Math.min(cell.bottom, height - reach),
  };
  // What one box cuts off may let another cut, too.
  for (let round = 0; round < 3; round += 1)
    for (const box of solids) {
      cutOff(area, box, reach, 0);
      cutOff(area, box, 0, reach);
    }
  return area.left <= area.right && area.top <= area.bottom ? area : undefined;
}

/** Takes the side of an area off that a widened box covers from edge to edge. */
function cutOff(area: Area, box: Box, wider: number, higher: number): void {
  const left = box.x - wider;
  const right = box.x + box.width + wider;
  const top = box.y - higher;
  const bottom = box.y + box.height + higher;
  if (top <= area.top && bottom >= area.bottom) {
    if (left <= area.left) area.left = Math.max(area.left, right);
    if (right >= area.right) area.right = Math.min(area.right, left);
  }
  if (left <= area.left && right >= area.right) {
    if (top <= area.top) area.top = Math.max(area.top, bottom);
    if (bottom >= area.bottom) area.bottom = Math.min(area.bottom, top);
  }
}

/** All that can be seen of who stands in a cell, or flies through it. */
function bodiesIn({ solids }: ArenaMap, cell: Area, middles: Area | undefined): Area | undefined {
  if (middles === undefined) return solids.some((box) => covers(box, cell)) ? undefined : cell;
  return {
    left: middles.left - FIGHTER_RADIUS,
    top: middles.top - FIGHTER_RADIUS,
    right: middles.right + FIGHTER_RADIUS,
    bottom: middles.bottom + FIGHTER_RADIUS,
  };
}

function covers(box: Box, { left, top, right, bottom }: Area): boolean {
  return box.x <= left && box.y <= top && box.x + box.width >= right && box.y + box.height >= bottom;
}

function neighboursOf(cell: number, columns: number, rows: number): number[] {
  const column = cell % columns;
  const row = Math.floor(cell / columns);
  const found: number[] = [];
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1)
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x += 1)
      found.push(y * columns + x);
  return found;
}

/** As bits: one row of words for each cell that looks. */
function seenFromCells(
  middles: readonly (Area | undefined)[],
  bodies: readonly (Area | undefined)[],
  solids: readonly Box[],
  words: number,
): Uint32Array {
  const occlusion = new Occlusion(solids);
  const bits = new Uint32Array(middles.length * words);
  middles.forEach((from, cell) => {
    if (from === undefined) return;
    bodies.forEach((to, other) => {
      if (to === undefined || occlusion.hides(from, to)) return;
      const at = cell * words + (other >>> 5);
      bits[at] = (bits[at] as number) | (1 << (other & 31));
    });
  });
  return bits;
}

/** Flat numbers, because a map asks millions of times. */
class Occlusion {
  readonly #boxes: Float64Array;
  readonly #all: Int32Array;
  /** Boxes that stand between two areas, deeper levels behind each other. */
  readonly #found: Int32Array;
  /** What hid the areas before, and which of their quarters saw each other: often it is so for those beside. */
  #lately = 0;
  #pair = 0;

  constructor(solids: readonly Box[]) {
    this.#boxes = Float64Array.from(
      solids.flatMap(({ x, y, width, height }) => [
        x + GRAZE,
        y + GRAZE,
        x + width - GRAZE,
        y + height - GRAZE,
      ]),
    );
    this.#all = Int32Array.from(solids, (_, at) => at * 4);
    this.#found = new Int32Array(solids.length * (DEPTH + 1));
  }

  /** Whether nothing of one area can see anything of the other, for sure. */
  hides(from: Area, to: Area): boolean {
    if (this.#all.length === 0) return false;
    if (
      hidesAll(
        this.#boxes,
        this.#lately,
        from.left,
        from.top,
        from.right,
        from.bottom,
        to.left,
        to.top,
        to.right,
        to.bottom,
      )
    )
      return true;
    return this.#isHidden(
      from.left,
      from.top,
      from.right,
      from.bottom,
      to.left,
      to.top,
      to.right,
      to.bottom,
      this.#all,
      0,
      this.#all.length,
      0,
    );
  }

  #isHidden(
    left: number,
    top: number,
    right: number,
    bottom: number,
    toLeft: number,
    toTop: number,
    toRight: number,
    toBottom: number,
    list: Int32Array,
    start: number,
    end: number,
    depth: number,
  ): boolean {
    const x = (left + right) / 2;
    const y = (top + bottom) / 2;
    const toX = (toLeft + toRight) / 2;
    const toY = (toTop + toBottom) / 2;
    const boxes = this.#boxes;
    let blocked = false;
    for (let at = start; at < end; at += 1) {
      const box = list[at] as number;
      if (!cuts(boxes, box, x, y, toX, toY)) continue;
      blocked = true;
      if (!hidesAll(boxes, box, left, top, right, bottom, toLeft, toTop, toRight, toBottom)) continue;
      this.#lately = box;
      return true;
    }
    // Where the middles see each other there is nothing to look for.
    if (!blocked || depth === DEPTH) return false;
    const found = this.#found;
    const first = depth * this.#all.length;
    let last = first;
    for (let at = start; at < end; at += 1) {
      const box = list[at] as number;
      if ((boxes[box] as number) > Math.max(right, toRight)) continue;
      if ((boxes[box + 1] as number) > Math.max(bottom, toBottom)) continue;
      if ((boxes[box + 2] as number) < Math.min(left, toLeft)) continue;
      if ((boxes[box + 3] as number) < Math.min(top, toTop)) continue;
      found[last] = box;
      last += 1;
    }
    const firstPair = this.#pair;
    for (let turn = 0; turn < 16; turn += 1) {
      const pair = (firstPair + turn * 7) & 15;
      const one = pair & 3;
      const other = pair >> 2;
      this.#pair = pair;
      if (
        !this.#isHidden(
          (one & 1) === 0 ? left : x,
          one < 2 ? top : y,
          (one & 1) === 0 ? x : right,
          one < 2 ? y : bottom,
          (other & 1) === 0 ? toLeft : toX,
          other < 2 ? toTop : toY,
          (other & 1) === 0 ? toX : toRight,
          other < 2 ? toY : toBottom,
          found,
          first,
          last,
          depth + 1,
        )
      )
        return false;
    }
    return true;
  }
}

/** Whether a box stands in every line between two areas: then it does between their corners. */
function hidesAll(
  boxes: Float64Array,
  box: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
  toLeft: number,
  toTop: number,
  toRight: number,
  toBottom: number,
): boolean {
  for (let corner = 0; corner < 4; corner += 1) {
    const x = (corner & 1) === 0 ? left : right;
    const y = corner < 2 ? top : bottom;
    if (!cuts(boxes, box, x, y, toLeft, toTop) || !cuts(boxes, box, x, y, toRight, toTop)) return false;
    if (!cuts(boxes, box, x, y, toLeft, toBottom) || !cuts(boxes, box, x, y, toRight, toBottom)) return false;
  }
  return true;
}

/** Whether a line from one point to another meets the box whose sides stand at `box` (separating axes). */
function cuts(
  boxes: Float64Array,
  box: number,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): boolean {
  const left = boxes[box] as number;
  const top = boxes[box + 1] as number;
  const right = boxes[box + 2] as number;
  const bottom = boxes[box + 3] as number;
  if (fromX < left ? toX < left : fromX > right && toX > right) return false;
  if (fromY < top ? toY < top : fromY > bottom && toY > bottom) return false;
  // Both sides of the line: of a box that it misses all corners lie on one.
  const dx = toX - fromX;
  const dy = toY - fromY;
  const a = dx * (top - fromY) - dy * (left - fromX);
  const b = dx * (top - fromY) - dy * (right - fromX);
  const c = dx * (bottom - fromY) - dy * (left - fromX);
  const d = dx * (bottom - fromY) - dy * (right - fromX);
  return !((a > 0 && b > 0 && c > 0 && d > 0) || (a < 0 && b < 0 && c < 0 && d < 0));
}

/** What is seen from wherever one step leads. */
function widen(
  into: Uint32Array,
  bits: Uint32Array,
  around: readonly number[][],
  words: number,
  counts: (cell: number) => boolean,
): void {
  around.forEach((near, cell) => {
    if (!counts(cell)) return;
    for (const other of near)
      for (let word = 0; word < words; word += 1)
        into[cell * words + word] =
          (into[cell * words + word] as number) | (bits[other * words + word] as number);
  });
}
