/**
 * One fighter's share of a step: aim, weapon, dash, movement. The server runs it for each consumed input, the
 * browser predicts its own fighter with it, bots are moved by it. Pure but for `fighter`, which it changes.
 *
 * Positions and angles are put on the wire's grids at the end of each step, so that what the wire carries is exactly
 * what was simulated and a client's prediction can be equal, not near.
 */
import { type ArenaMap, pushOut } from "./arena-map.ts";
import {
  BUTTON_ALTERNATE,
  BUTTON_DASH,
  BUTTON_FIRE,
  DASH_COOLDOWN_TICKS,
  DASH_SPEED,
  DASH_TICKS,
  DIAGONAL,
  FIGHTER_RADIUS,
  LAUNCHER,
  LAUNCHER_COOLDOWN_TICKS,
  RIFLE,
  RIFLE_COOLDOWN_TICKS,
  RUN_SPEED,
} from "./constants.ts";
import { cosine, direction, sine, snapAim, snapAngle, snapPosition } from "./fixed-math.ts";

/** What a player (or a bot) wants in one step. See `schemas/skirmish-input.ts` for the fields' domains. */
export interface FighterInput {
  moveX: number;
  moveY: number;
  aim: number;
  buttons: number;
  /**
   * What the player's screen showed when the trigger was pulled: a past tick, which may lie between two. Absent: the
   * world as it is.
   */
  seenTick?: number | undefined;
}

/** The fields the step reads and writes: exactly these are predicted by the browser. */
export interface FighterBody {
  x: number;
  y: number;
  angle: number;
  health: number;
  weapon: number;
  weaponCooldown: number;
  dashTicks: number;
  dashAngle: number;
  dashCooldown: number;
}

/** The names of `FighterBody`'s fields, for whoever mirrors them. */
export const FIGHTER_BODY_FIELDS = [
  "x",
  "y",
  "angle",
  "health",
  "weapon",
  "weaponCooldown",
  "dashTicks",
  "dashAngle",
  "dashCooldown",
] as const satisfies readonly (keyof FighterBody)[];

/** What the fighter did in the step, for those who must act on it. */
export interface FighterActions {
  /** The trigger was pulled and the weapon was ready. */
  fired: boolean;
  dashed: boolean;
}

/**
 * @param dt step length, seconds.
 * @param weaponsHot false outside the live phase: triggers then do nothing.
 */
export function stepFighter(
  fighter: FighterBody,
  input: FighterInput,
  dt: number,
  map: ArenaMap,
  weaponsHot: boolean,
): FighterActions {
  if (fighter.health <= 0) return { fired: false, dashed: false };
  fighter.angle = snapAim(input.aim, (input.buttons & BUTTON_FIRE) !== 0);
  const dashed = stepDash(fighter, input);
  stepMovement(fighter, input, dt, map);
  return { fired: stepWeapon(fighter, input, weaponsHot), dashed };
}

function stepDash(fighter: FighterBody, input: FighterInput): boolean {
  if (fighter.dashTicks > 0) fighter.dashTicks -= 1;
  if (fighter.dashCooldown > 0) fighter.dashCooldown -= 1;
  if ((input.buttons & BUTTON_DASH) === 0 || fighter.dashCooldown > 0) return false;
  const standing = input.moveX === 0 && input.moveY === 0;
  fighter.dashAngle = standing ? fighter.angle : snapAngle(direction(input.moveY, input.moveX));
  fighter.dashTicks = DASH_TICKS;
  fighter.dashCooldown = DASH_COOLDOWN_TICKS;
  return true;
}

function stepMovement(fighter: FighterBody, input: FighterInput, dt: number, map: ArenaMap): void {
  let dx = 0;
  let dy = 0;
  if (fighter.dashTicks > 0) {
    dx = cosine(fighter.dashAngle) * DASH_SPEED * dt;
    dy = sine(fighter.dashAngle) * DASH_SPEED * dt;
  } else {
    const scale = RUN_SPEED * dt * (input.moveX !== 0 && input.moveY !== 0 ? DIAGONAL : 1);
    dx = input.moveX * scale;
    dy = input.moveY * scale;
  }
  const body = { x: fighter.x + dx, y: fighter.y + dy };
  pushOut(map, body, FIGHTER_RADIUS);
  fighter.x = snapPosition(body.x);
  fighter.y = snapPosition(body.y);
}

function stepWeapon(fighter: FighterBody, input: FighterInput, weaponsHot: boolean): boolean {
  fighter.weapon = (input.buttons & BUTTON_ALTERNATE) === 0 ? RIFLE : LAUNCHER;
  if (fighter.weaponCooldown > 0) {
    fighter.weaponCooldown -= 1;
    return false;
  }
  if (!weaponsHot || (input.buttons & BUTTON_FIRE) === 0) return false;
  fighter.weaponCooldown = fighter.weapon === LAUNCHER ? LAUNCHER_COOLDOWN_TICKS : RIFLE_COOLDOWN_TICKS;
  return true;
}
