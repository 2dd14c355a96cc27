/** Who fights: everything that changes a match's fighters between two ticks. The room and a match that is run again do it by these. */
import { RESPAWN_TICKS } from "./constants.ts";
import { FIGHTER_BODY_FIELDS } from "./fighter-step.ts";
import type { MatchContext, MatchFighter, MatchWorld } from "./match-world.ts";
import { spawnFighter } from "./spawning.ts";

/** What follows a player to a new session: all that the step reads or writes. */
const CARRIED_FIELDS = [
  ...FIGHTER_BODY_FIELDS,
  "slot",
  "team",
  "respawnAt",
  "shieldUntil",
  "score",
  "kills",
  "deaths",
] as const satisfies readonly (keyof MatchFighter)[];

export function enterMatch(
  world: MatchWorld,
  context: MatchContext,
  key: string,
  fighter: MatchFighter,
): void {
  world.fighters.set(key, fighter);
  spawnFighter(world, context, fighter);
}

export function leaveMatch(world: MatchWorld, key: string): void {
  world.fighters.delete(key);
}

/** Another session of the same player takes the fighter over, as `fighter`. */
export function passOn(world: MatchWorld, from: string, to: string, fighter: MatchFighter): void {
  const older = world.fighters.get(from);
  if (older === undefined) return;
  for (const field of CARRIED_FIELDS) fighter[field] = older[field];
  world.fighters.delete(from);
  world.fighters.set(to, fighter);
}

/** Whoever left this match and comes back has the old score, and waits for a respawn like the dead. */
export function bringBack(
  world: MatchWorld,
  fighter: MatchFighter,
  { score, kills, deaths }: Pick<MatchFighter, "score" | "kills" | "deaths">,
): void {
  Object.assign(fighter, { score, kills, deaths, health: 0, respawnAt: world.tick + RESPAWN_TICKS });
}
