/**
 * Paths for bots: a grid of the map's free cells, 1 m wide, and a breadth-first flow field towards a goal. A field
 * costs one pass over the grid (1,320 cells on `foundry`) and is kept: a grid holds at most one for each of its cells.
 */
import { type ArenaMap, isFree, type Point } from "./arena-map.ts";
import { FIGHTER_RADIUS } from "./constants.ts";

export interface NavGrid {
  columns: number;
  rows: number;
  free: readonly boolean[];
  /** Fields that were asked for, by goal. */
  readonly fields: Map<number, FlowField>;
}

/** Steps to the goal by cell; −1 where it cannot be reached. */
export type FlowField = Int16Array;

export function buildNavGrid(map: ArenaMap): NavGrid {
  const columns = Math.floor(map.width);
  const rows = Math.floor(map.height);
  const free: boolean[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      free.push(isFree(map.solids, map, column + 0.5, row + 0.5, FIGHTER_RADIUS * 0.98));
    }
  }
  return { columns, rows, free, fields: new Map() };
}

export function cellOf(grid: NavGrid, point: Point): number {
  const column = Math.min(grid.columns - 1, Math.max(0, Math.floor(point.x)));
  const row = Math.min(grid.rows - 1, Math.max(0, Math.floor(point.y)));
  return row * grid.columns + column;
}

/** Breadth-first distances from every cell to `goal`, over the four straight neighbours. */
export function flowTo(grid: NavGrid, goal: number): FlowField {
  const known = grid.fields.get(goal);
  if (known !== undefined) return known;
  const field = new Int16Array(grid.free.length).fill(-1);
  grid.fields.set(goal, field);
  const queue = [goal];
  field[goal] = 0;
  for (let head = 0; head < queue.length; head += 1) {
    const cell = queue[head] as number;
    for (const next of straightNeighbours(grid, cell)) {
      if (field[next] !== -1 || !grid.free[next]) continue;
      field[next] = (field[cell] as number) + 1;
      queue.push(next);
    }
  }
  return field;
}

/** The centre of the neighbouring cell that is nearest to the field's goal, or undefined at the goal. */
export function nextWaypoint(grid: NavGrid, field: FlowField, from: Point): Point | undefined {
  const cell = cellOf(grid, from);
  const here = field[cell] as number;
  let best: number | undefined;
  let bestSteps = here === -1 ? Number.POSITIVE_INFINITY : here;
  for (const next of straightNeighbours(grid, cell)) {
    const steps = field[next] as number;
    if (steps !== -1 && steps < bestSteps) {
      best = next;
      bestSteps = steps;
    }
  }
  if (best === undefined) return undefined;
  return { x: (best % grid.columns) + 0.5, y: Math.floor(best / grid.columns) + 0.5 };
}

function straightNeighbours(grid: NavGrid, cell: number): number[] {
  const column = cell % grid.columns;
  const neighbours: number[] = [];
  if (column > 0) neighbours.push(cell - 1);
  if (column < grid.columns - 1) neighbours.push(cell + 1);
  if (cell >= grid.columns) neighbours.push(cell - grid.columns);
  if (cell < grid.free.length - grid.columns) neighbours.push(cell + grid.columns);
  return neighbours;
}
