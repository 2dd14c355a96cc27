/**
 * A seeded person at the controls: plays on what its screen shows, as `thinkBot` thinks, mostly with the rifle, seeks
 * fights, and runs behind the nearest cover now and then when it is hit. One call is one step.
 */
import { type ArenaMap, canSee, type Point, pushOut } from "../../../rooms/skirmish/shared/arena-map.ts";
import { type BotMemory, createBotMemory, thinkBot } from "../../../rooms/skirmish/shared/bot-brain.ts";
import { isShielded } from "../../../rooms/skirmish/shared/combat.ts";
import {
  BUTTON_ALTERNATE,
  BUTTON_FIRE,
  FIGHTER_RADIUS,
  RUN_SPEED,
  TICK_RATE,
} from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { MatchFighter, MatchWorld } from "../../../rooms/skirmish/shared/match-world.ts";
import type { NavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { createRandom, type Random } from "../../../rooms/skirmish/shared/random.ts";

const LAUNCHER_SHARE = 0.15;
const COVER_SHARE = 0.35;
/** The hand wanders about the target: how its pull changes in a step, radians, and how much of each is left after it. */
const AIM_PULL = 0.006;
const AIM_KEEPS = 0.85;
/** Nobody presses other keys 30 times a second. */
const KEYS_HELD_STEPS = 4;
const LONGEST_WAY_TO_COVER_STEPS = 20;

export class PlayerHands {
  readonly #map: ArenaMap;
  readonly #grid: NavGrid;
  readonly #random: Random;
  readonly #memory: BotMemory;
  #launcher = false;
  #aimOff = 0;
  #aimPull = 0;
  #keys = { moveX: 0, moveY: 0, heldFor: 0 };
  #healthBefore = 0;
  #toCover: { moveX: number; moveY: number; steps: number } | undefined;

  constructor(seed: number, map: ArenaMap, grid: NavGrid) {
    this.#map = map;
    this.#grid = grid;
    this.#random = createRandom(seed);
    this.#memory = createBotMemory(this.#random);
    // Steady hands: what is measured are shots that hit.
    this.#memory.skill = 0.8 + this.#random.next() * 0.2;
  }

  /** @param screen the world as drawn; `key` is the own fighter. */
  step(key: string, screen: MatchWorld): FighterInput {
    const input = this.#wish(key, screen);
    const keys = this.#keys;
    keys.heldFor += 1;
    if (keys.heldFor >= KEYS_HELD_STEPS && (keys.moveX !== input.moveX || keys.moveY !== input.moveY))
      this.#keys = { moveX: input.moveX, moveY: input.moveY, heldFor: 0 };
    return { ...input, moveX: this.#keys.moveX, moveY: this.#keys.moveY };
  }

  #wish(key: string, screen: MatchWorld): FighterInput {
    const memory = this.#memory;
    const lookIn = memory.lookIn;
    this.#hunt(key, screen);
    const input = thinkBot(key, screen, memory, this.#map, this.#grid, this.#random);
    if (memory.lookIn > lookIn - 1) this.#launcher = this.#random.next() < LAUNCHER_SHARE;
    if (!this.#launcher && memory.useLauncher) {
      memory.useLauncher = false;
      input.buttons &= ~(BUTTON_ALTERNATE | BUTTON_FIRE);
    }
    const self = screen.fighters.get(key);
    if (!self) return input;
    const target = screen.fighters.get(memory.target);
    if (!this.#launcher && target && self.health > 0 && target.health > 0)
      this.#aimAt(self, target, screen, input);
    const hit = self.health < this.#healthBefore && self.health > 0;
    this.#healthBefore = self.health;
    if (hit && target && this.#random.next() < COVER_SHARE)
      this.#toCover = nearestCover(this.#map, self, target);
    if (!this.#toCover) return input;
    const { moveX, moveY } = this.#toCover;
    this.#toCover.steps -= 1;
    if (this.#toCover.steps <= 0) this.#toCover = undefined;
    return { ...input, moveX, moveY };
  }

  /** Straight at what is drawn, as well as a hand can. */
  #aimAt(self: MatchFighter, target: MatchFighter, screen: MatchWorld, input: FighterInput): void {
    if (isShielded(screen, target) || !canSee(this.#map, self, target)) return;
    this.#aimPull = this.#aimPull * AIM_KEEPS + (this.#random.next() * 2 - 1) * AIM_PULL;
    this.#aimOff = this.#aimOff * AIM_KEEPS + this.#aimPull;
    input.aim = Math.atan2(target.y - self.y, target.x - self.x) + this.#aimOff;
    input.buttons |= BUTTON_FIRE;
  }

  /** Whoever sees nobody goes where the nearest one is: what is measured are fights. */
  #hunt(key: string, screen: MatchWorld): void {
    const self = screen.fighters.get(key);
    if (!self) return;
    let nearest = Number.POSITIVE_INFINITY;
    screen.fighters.forEach((other) => {
      const distance = Math.hypot(other.x - self.x, other.y - self.y);
      if (other === self || other.health === 0 || distance >= nearest) return;
      nearest = distance;
      this.#memory.goal = { x: other.x, y: other.y };
    });
  }
}

/** The direction that gets out of somebody's sight first; undefined when none does soon. */
export function nearestCover(
  map: ArenaMap,
  from: Point,
  enemy: Point,
): { moveX: number; moveY: number; steps: number } | undefined {
  let best: { moveX: number; moveY: number; steps: number } | undefined;
  for (const moveX of [-1, 0, 1]) {
    for (const moveY of [-1, 0, 1]) {
      if (moveX === 0 && moveY === 0) continue;
      const steps = stepsToCover(map, from, enemy, moveX, moveY);
      // Two steps more, so that all of the body is behind it.
      if (steps !== undefined && steps + 2 < (best?.steps ?? Number.POSITIVE_INFINITY))
        best = { moveX, moveY, steps: steps + 2 };
    }
  }
  return best;
}

function stepsToCover(
  map: ArenaMap,
  from: Point,
  enemy: Point,
  moveX: number,
  moveY: number,
): number | undefined {
  const body = { x: from.x, y: from.y };
  const reach = RUN_SPEED / TICK_RATE / Math.hypot(moveX, moveY);
  for (let step = 1; step <= LONGEST_WAY_TO_COVER_STEPS; step += 1) {
    body.x += moveX * reach;
    body.y += moveY * reach;
    pushOut(map, body, FIGHTER_RADIUS);
    if (!canSee(map, body, enemy)) return step;
  }
  return undefined;
}
