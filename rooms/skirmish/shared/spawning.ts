/** Where and how fighters enter the arena. */
import type { Point } from "./arena-map.ts";
import { areHostile } from "./combat.ts";
import { MAX_HEALTH, SHIELD_TICKS } from "./constants.ts";
import { snapPosition } from "./fixed-math.ts";
import type { MatchContext, MatchFighter, MatchWorld } from "./match-world.ts";

/** Puts a fighter into the arena, alive and shielded, far from living enemies. */
export function spawnFighter(world: MatchWorld, context: MatchContext, fighter: MatchFighter): void {
  const place = pickSpawn(world, context, fighter);
  fighter.x = snapPosition(place.x);
  fighter.y = snapPosition(place.y);
  fighter.health = MAX_HEALTH;
  fighter.respawnAt = 0;
  fighter.shieldUntil = world.tick + SHIELD_TICKS;
  fighter.weaponCooldown = 0;
  fighter.dashTicks = 0;
  fighter.dashCooldown = 0;
  context.emit(["spawn", fighter.slot]);
}

/** Of three spawns drawn at random, the one whose nearest living enemy is farthest away. */
function pickSpawn(world: MatchWorld, context: MatchContext, fighter: MatchFighter): Point {
  const { spawns } = context.map;
  let best = spawns[0] as Point;
  let bestDistance = -1;
  for (let draw = 0; draw < 3; draw += 1) {
    const spawn = spawns[context.random.below(spawns.length)] as Point;
    let nearest = Number.POSITIVE_INFINITY;
    world.fighters.forEach((other) => {
      if (other.health <= 0 || !areHostile(world, fighter, other)) return;
      const dx = other.x - spawn.x;
      const dy = other.y - spawn.y;
      nearest = Math.min(nearest, dx * dx + dy * dy);
    });
    if (nearest > bestDistance) {
      best = spawn;
      bestDistance = nearest;
    }
  }
  return best;
}
