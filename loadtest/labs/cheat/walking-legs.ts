/**
 * Where a player walks: along the flow field of the room's own bots (`shared/nav-grid.ts`) to where fights are heard,
 * and in a fight at a rifle's distance, strafing. Keys are held for at least a tenth of a second. Pure.
 */
import type { ArenaMap, Point } from "../../../rooms/skirmish/shared/arena-map.ts";
import {
  cellOf,
  type FlowField,
  flowTo,
  type NavGrid,
  nextWaypoint,
} from "../../../rooms/skirmish/shared/nav-grid.ts";
import type { LabRandom } from "./lab-random.ts";
import type { Screen } from "./screen.ts";
import { SLOTS } from "./world-tape.ts";

const KEYS_HELD_STEPS = 4;
const KEEP_DISTANCE = 7;
/** Gunfire tells about where others are, metres. */
const HEARD_METRES = 4;
const NEAR_METRES = 1.5;

export class WalkingLegs {
  moveX = 0;
  moveY = 0;
  readonly #map: ArenaMap;
  readonly #grid: NavGrid;
  readonly #random: LabRandom;
  #heldFor = 0;
  #strafe = 0;
  #strafeIn = 0;
  readonly #goal: Point = { x: 0, y: 0 };
  #field: FlowField | undefined;
  #walksIn = 0;

  constructor(map: ArenaMap, grid: NavGrid, random: LabRandom) {
    this.#map = map;
    this.#grid = grid;
    this.#random = random;
  }

  fight(dx: number, dy: number): void {
    this.#heldFor += 1;
    this.#strafeIn -= 1;
    if (this.#strafeIn <= 0) {
      this.#strafe = this.#random.below(3) - 1;
      this.#strafeIn = 8 + this.#random.below(24);
    }
    if (this.#heldFor < KEYS_HELD_STEPS) return;
    const distance = Math.sqrt(dx * dx + dy * dy) || 1;
    const closeIn = distance > KEEP_DISTANCE + 1 ? 1 : distance < KEEP_DISTANCE - 2 ? -1 : 0;
    this.#field = undefined;
    this.#press(
      (dx * closeIn - dy * this.#strafe) / distance,
      (dy * closeIn + dx * this.#strafe) / distance,
      0.38,
    );
  }

  walk(screen: Screen): void {
    this.#heldFor += 1;
    this.#walksIn -= 1;
    if (this.#heldFor < KEYS_HELD_STEPS || this.#walksIn > 0) return;
    this.#walksIn = KEYS_HELD_STEPS;
    const { self } = screen;
    const near = Math.abs(self.x - this.#goal.x) + Math.abs(self.y - this.#goal.y) < NEAR_METRES;
    if (this.#field === undefined || near || this.#random.next() < 0.02) this.#choose(screen);
    const waypoint = this.#field && nextWaypoint(this.#grid, this.#field, self);
    if (waypoint) this.#press(waypoint.x - self.x, waypoint.y - self.y, 0.2);
    else {
      this.#field = undefined;
      this.#press(0, 0, 1);
    }
  }

  /** Towards somewhere: a place where somebody is to be expected. */
  seek(x: number, y: number): void {
    this.#goal.x = x;
    this.#goal.y = y;
    this.#field = flowTo(this.#grid, cellOf(this.#grid, this.#goal));
  }

  stop(): void {
    this.moveX = 0;
    this.moveY = 0;
  }

  #choose(screen: Screen): void {
    const random = this.#random;
    const slot = random.below(SLOTS);
    if (random.next() < 0.65 && slot !== screen.slot && screen.isAlive[slot] === 1) {
      this.#goal.x = (screen.x[slot] as number) + random.normal() * HEARD_METRES;
      this.#goal.y = (screen.y[slot] as number) + random.normal() * HEARD_METRES;
    } else {
      const spawn = this.#map.spawns[random.below(this.#map.spawns.length)] as Point;
      this.#goal.x = spawn.x;
      this.#goal.y = spawn.y;
    }
    this.#field = flowTo(this.#grid, cellOf(this.#grid, this.#goal));
  }

  #press(x: number, y: number, threshold: number): void {
    const moveX = Math.abs(x) < threshold ? 0 : Math.sign(x);
    const moveY = Math.abs(y) < threshold ? 0 : Math.sign(y);
    if (moveX === this.moveX && moveY === this.moveY) return;
    this.moveX = moveX;
    this.moveY = moveY;
    this.#heldFor = 0;
  }
}
