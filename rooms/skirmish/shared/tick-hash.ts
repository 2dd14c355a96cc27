/**
 * A fingerprint of one tick: everything that the next tick depends on, and what the players did. 32 bits, whole numbers
 * only; for telling whether two runs are the same, not against somebody who wants two runs to look the same.
 */
import { BUTTON_FIRE } from "./constants.ts";
import type { FighterInput } from "./fighter-step.ts";
import { aimSteps, angleSteps, positionSteps } from "./fixed-math.ts";
import type { MatchContext, MatchWorld } from "./match-world.ts";

export const EMPTY_HASH = 0x2545f491;

/** Folds one whole number in (the finalising steps of MurmurHash3, public domain). */
export function mix(hash: number, value: number): number {
  let word = Math.imul(hash ^ value, 0x85ebca6b);
  word ^= word >>> 13;
  word = Math.imul(word, 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

export function mixInput(hash: number, { moveX, moveY, aim, buttons, seenTick }: FighterInput): number {
  let mixed = mix(hash, (moveX + 1) | ((moveY + 1) << 2) | (buttons << 4));
  mixed = mix(mixed, aimSteps(aim, (buttons & BUTTON_FIRE) !== 0));
  return seenTick === undefined ? mixed : mix(mixed, Math.round(seenTick * 256));
}

const PHASES = ["waiting", "countdown", "live", "over"];

/** @param hash of the tick's inputs. */
export function hashTick(hash: number, world: MatchWorld, context: MatchContext): number {
  let mixed = mix(hash, world.tick);
  mixed = mix(mixed, (PHASES.indexOf(world.phase) << 24) | context.phaseTicks);
  mixed = mix(mixed, context.random.state);
  world.fighters.forEach((fighter) => {
    mixed = mix(mixed, positionSteps(fighter.x) | (fighter.slot << 16) | (fighter.team << 24));
    mixed = mix(mixed, positionSteps(fighter.y) | (fighter.health << 16) | (fighter.weapon << 24));
    mixed = mix(
      mixed,
      angleSteps(fighter.angle) | (fighter.weaponCooldown << 16) | (fighter.dashTicks << 24),
    );
    mixed = mix(mixed, angleSteps(fighter.dashAngle) | (fighter.dashCooldown << 16));
    mixed = mix(mixed, fighter.respawnAt);
    mixed = mix(mixed, fighter.shieldUntil);
    mixed = mix(mixed, (fighter.score & 0xffff) | (fighter.kills << 16));
    mixed = mix(mixed, fighter.deaths);
  });
  world.projectiles.forEach((shell) => {
    mixed = mix(mixed, positionSteps(shell.x) | (shell.owner << 16));
    mixed = mix(mixed, positionSteps(shell.y));
    mixed = mix(mixed, angleSteps(shell.angle));
    mixed = mix(mixed, shell.burstsAt);
  });
  for (let team = 0; team < world.teams.length; team += 1) mixed = mix(mixed, world.teams[team]?.score ?? 0);
  return mixed;
}
