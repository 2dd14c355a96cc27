/**
 * Shots, shells, damage and death. Changes the world in place; every random choice comes from the context.
 *
 * Lag compensation: a shot with a `seenTick` is judged against where everybody stood then, which is where the shooter
 * saw them; how far back that may lie is the caller's to bound. Health, protection and walls are those of now. A shell
 * has flown, when it enters the world, for as long as the shooter saw it fly already, past the positions of those
 * ticks: from then on it flies in the same present for everybody, and on the shooter's screen, which shows others as
 * much later, it goes on from where it was.
 */
import { castRay, clamp, type Point, rayIntoCircle } from "./arena-map.ts";
import {
  BURST_RADIUS,
  FIGHTER_RADIUS,
  LAUNCHER,
  MAX_PROJECTILES,
  RESPAWN_TICKS,
  RIFLE,
  RIFLE_DAMAGE,
  RIFLE_RANGE,
  RIFLE_SPREAD,
  SELF_DAMAGE,
  SHELL_DAMAGE,
  SHELL_FUSE_TICKS,
  SHELL_RADIUS,
  SHELL_SPEED,
} from "./constants.ts";
import { cosine, sine, snapPosition } from "./fixed-math.ts";
import type { MatchContext, MatchFighter, MatchProjectile, MatchWorld } from "./match-world.ts";

const NOBODY = -1;

/** Fires the fighter's weapon: a rifle shot lands in this step, a shell starts its flight. Ends spawn protection. */
export function fireWeapon(
  world: MatchWorld,
  context: MatchContext,
  shooter: MatchFighter,
  seenTick?: number,
): void {
  shooter.shieldUntil = 0;
  if (shooter.weapon === LAUNCHER) launchShell(world, context, shooter, seenTick);
  else fireRifle(world, context, shooter, seenTick);
}

function fireRifle(
  world: MatchWorld,
  context: MatchContext,
  shooter: MatchFighter,
  seenTick: number | undefined,
): void {
  const angle = shooter.angle + (context.random.next() * 2 - 1) * RIFLE_SPREAD;
  const dx = cosine(angle);
  const dy = sine(angle);
  let distance = castRay(context.map, context.map.solids, shooter.x, shooter.y, dx, dy, RIFLE_RANGE);
  let target: MatchFighter | undefined;
  world.fighters.forEach((other, key) => {
    if (other.health <= 0 || !areHostile(world, shooter, other)) return;
    const place = placeOf(context, other, key, seenTick);
    const hit = rayIntoCircle(shooter.x, shooter.y, dx, dy, place, FIGHTER_RADIUS);
    if (hit < distance) {
      distance = hit;
      target = other;
    }
  });
  context.emit(["shot", shooter.slot, RIFLE, angle, distance, target?.slot ?? NOBODY]);
  if (target) dealDamage(world, context, shooter, target, RIFLE_DAMAGE, RIFLE);
}

/** Where somebody stood at a past tick; without one, or where that is not known, where they stand. */
function placeOf(context: MatchContext, fighter: MatchFighter, key: string, tick: number | undefined): Point {
  return (tick === undefined ? undefined : context.history.at(key, tick)) ?? fighter;
}

function launchShell(
  world: MatchWorld,
  context: MatchContext,
  shooter: MatchFighter,
  seenTick: number | undefined,
): void {
  // Bounded: with 64 shells in the air a launcher only clicks.
  if (world.projectiles.size >= MAX_PROJECTILES) return;
  const shell = context.createProjectile();
  shell.owner = shooter.slot;
  shell.x = shooter.x;
  shell.y = shooter.y;
  shell.angle = shooter.angle;
  // The step that every shell flies in this tick is one of those that the shooter has seen.
  const flown = seenTick === undefined ? 0 : Math.max(0, Math.round(world.tick - seenTick) - 1);
  shell.burstsAt = world.tick + SHELL_FUSE_TICKS - 1 - flown;
  context.emit(["shot", shooter.slot, LAUNCHER, shooter.angle, 0, NOBODY]);
  for (let ticksAgo = flown; ticksAgo > 0; ticksAgo -= 1) {
    const tick = world.tick - ticksAgo;
    if (!flyShell(world, context, shell, tick)) {
      burst(world, context, shell, tick);
      return;
    }
  }
  world.projectiles.set(String(context.nextProjectile), shell);
  context.nextProjectile += 1;
}

/** Flies every shell one step. A shell bursts on a wall, on a hostile fighter, and when its fuse runs out. */
export function stepProjectiles(world: MatchWorld, context: MatchContext): void {
  const spent: string[] = [];
  world.projectiles.forEach((shell, key) => {
    if (flyShell(world, context, shell)) return;
    burst(world, context, shell);
    spent.push(key);
  });
  for (const key of spent) world.projectiles.delete(key);
}

/**
 * @param pastTick the tick in which it flies, when that is over.
 * @returns false when the shell's flight ends in this step.
 */
function flyShell(
  world: MatchWorld,
  context: MatchContext,
  shell: MatchProjectile,
  pastTick?: number,
): boolean {
  const dx = cosine(shell.angle);
  const dy = sine(shell.angle);
  const reach = SHELL_SPEED * context.dt;
  const owner = fighterInSlot(world, shell.owner);
  let distance = castRay(context.map, context.map.walls, shell.x, shell.y, dx, dy, reach);
  let flies = distance >= reach;
  world.fighters.forEach((other, key) => {
    if (other.health <= 0 || other.slot === shell.owner || (owner && !areHostile(world, owner, other)))
      return;
    const place = placeOf(context, other, key, pastTick);
    const hit = rayIntoCircle(shell.x, shell.y, dx, dy, place, FIGHTER_RADIUS + SHELL_RADIUS);
    if (hit <= distance) {
      distance = hit;
      flies = false;
    }
  });
  shell.x = snapPosition(shell.x + dx * distance);
  shell.y = snapPosition(shell.y + dy * distance);
  return flies && (pastTick ?? world.tick) < shell.burstsAt;
}

/** Damage falls off linearly with the distance from the burst; walls do not shield from it. */
function burst(world: MatchWorld, context: MatchContext, shell: MatchProjectile, pastTick?: number): void {
  context.emit(["burst", shell.owner, shell.x, shell.y]);
  const owner = fighterInSlot(world, shell.owner);
  if (!owner) return;
  world.fighters.forEach((other, key) => {
    if (other.health <= 0 || (other !== owner && !areHostile(world, owner, other))) return;
    const place = placeOf(context, other, key, pastTick);
    const dx = place.x - shell.x;
    const dy = place.y - shell.y;
    const share = 1 - Math.max(0, Math.sqrt(dx * dx + dy * dy) - FIGHTER_RADIUS) / BURST_RADIUS;
    if (share <= 0) return;
    const damage = Math.round(SHELL_DAMAGE * share * (other === owner ? SELF_DAMAGE : 1));
    dealDamage(world, context, owner, other, damage, LAUNCHER);
  });
}

function dealDamage(
  world: MatchWorld,
  context: MatchContext,
  by: MatchFighter,
  to: MatchFighter,
  damage: number,
  weapon: number,
): void {
  if (isShielded(world, to) || damage <= 0) return;
  to.health = clamp(to.health - damage, 0, to.health);
  context.emit(["hit", by.slot, to.slot, damage]);
  if (to.health > 0) return;
  to.deaths += 1;
  to.respawnAt = world.tick + RESPAWN_TICKS;
  to.dashTicks = 0;
  scoreKill(world, by, to);
  context.emit(["kill", by.slot, to.slot, weapon]);
}

/** A kill is a point, killing oneself costs one. */
function scoreKill(world: MatchWorld, by: MatchFighter, victim: MatchFighter): void {
  const points = by === victim ? -1 : 1;
  if (by !== victim) by.kills += 1;
  by.score += points;
  const team = world.teams[by.team];
  if (world.mode === "teams" && team) team.score += points;
}

/** Whether one fighter's weapons hurt the other. */
export function areHostile(world: MatchWorld, a: MatchFighter, b: MatchFighter): boolean {
  return a !== b && (world.mode !== "teams" || a.team !== b.team);
}

/** Protected after a spawn: takes no damage. */
export function isShielded(world: MatchWorld, fighter: MatchFighter): boolean {
  return world.tick < fighter.shieldUntil;
}

function fighterInSlot(world: MatchWorld, slot: number): MatchFighter | undefined {
  let found: MatchFighter | undefined;
  world.fighters.forEach((fighter) => {
    if (fighter.slot === slot) found = fighter;
  });
  return found;
}
