/**
 * The match: one call is one tick of 1/30 s. Pure but for the `world` and `context` it is given: no clock, and no
 * randomness but the context's seeded generator, so that the same seed and the same inputs give the same match.
 *
 * Order inside a tick: phase, then each fighter in the order of joining (its inputs, then its shots), then shells,
 * then respawns; at the end all positions are noted. A fighter without an input in this tick stands still and can be
 * hit: its own time (movement, cooldowns) advances with its inputs, the world's time (shells, respawn, protection,
 * phase) with ticks.
 */
import { fireWeapon, stepProjectiles } from "./combat.ts";
import { TICK_RATE } from "./constants.ts";
import { stepFighter } from "./fighter-step.ts";
import type { MatchContext, MatchPhase, MatchWorld } from "./match-world.ts";
import { spawnFighter } from "./spawning.ts";
import { rankFighters } from "./standings.ts";

export function stepMatch(world: MatchWorld, context: MatchContext): void {
  world.tick += 1;
  advancePhase(world, context);
  stepFighters(world, context);
  stepProjectiles(world, context);
  respawnFighters(world, context);
  context.history.record(world);
}

function advancePhase(world: MatchWorld, context: MatchContext): void {
  const { rules } = context;
  if (world.phase === "waiting") {
    if (world.fighters.size >= rules.minFighters)
      enterPhase(world, context, "countdown", rules.countdownTicks);
    return;
  }
  context.phaseTicks -= 1;
  world.secondsLeft = Math.max(0, Math.ceil(context.phaseTicks / TICK_RATE));
  if (world.phase === "countdown" && context.phaseTicks <= 0) {
    startFight(world, context);
    enterPhase(world, context, "live", rules.matchTicks);
  } else if (
    world.phase === "live" &&
    (context.phaseTicks <= 0 || reachedScoreLimit(world, rules.scoreLimit))
  ) {
    world.winner = findWinner(world);
    enterPhase(world, context, "over", rules.overTicks);
  } else if (world.phase === "over" && context.phaseTicks <= 0) {
    enterPhase(world, context, "waiting", 0);
  }
}

function enterPhase(world: MatchWorld, context: MatchContext, phase: MatchPhase, ticks: number): void {
  world.phase = phase;
  context.phaseTicks = ticks;
  world.secondsLeft = Math.ceil(ticks / TICK_RATE);
}

/** Everyone starts level: scores at zero, everybody fresh in the arena. */
function startFight(world: MatchWorld, context: MatchContext): void {
  world.winner = "";
  for (let team = 0; team < world.teams.length; team += 1) {
    const entry = world.teams[team];
    if (entry) entry.score = 0;
  }
  world.fighters.forEach((fighter) => {
    fighter.score = 0;
    fighter.kills = 0;
    fighter.deaths = 0;
    // Out of the way first: places are chosen far from the living.
    fighter.health = 0;
  });
  world.fighters.forEach((fighter) => spawnFighter(world, context, fighter));
}

function stepFighters(world: MatchWorld, context: MatchContext): void {
  const frozen = world.phase === "over";
  const weaponsHot = world.phase === "live";
  world.fighters.forEach((fighter, key) => {
    for (const input of context.inputsOf(key)) {
      if (frozen) continue;
      const actions = stepFighter(fighter, input, context.dt, context.map, weaponsHot);
      if (actions.dashed) context.emit(["dash", fighter.slot]);
      if (actions.fired) fireWeapon(world, context, fighter, input.seenTick);
    }
  });
}

function respawnFighters(world: MatchWorld, context: MatchContext): void {
  world.fighters.forEach((fighter) => {
    if (fighter.health > 0 || world.phase === "over") return;
    if (world.tick >= fighter.respawnAt) spawnFighter(world, context, fighter);
  });
}

function reachedScoreLimit(world: MatchWorld, scoreLimit: number): boolean {
  if (scoreLimit <= 0) return false;
  let reached = false;
  if (world.mode === "teams") {
    for (let team = 0; team < world.teams.length; team += 1)
      reached ||= (world.teams[team]?.score ?? 0) >= scoreLimit;
  } else {
    world.fighters.forEach((fighter) => {
      reached ||= fighter.score >= scoreLimit;
    });
  }
  return reached;
}

/** The key of the best fighter, or the index of the best team; "" when the best are level. */
export function findWinner(world: MatchWorld): string {
  const ranked = world.mode === "teams" ? rankTeams(world) : rankFighters(world.fighters);
  const [first, second] = ranked;
  return first && second?.placement !== 1 ? first.key : "";
}

function rankTeams(world: MatchWorld): { key: string; placement: number }[] {
  const teams = new Map<string, { score: number; deaths: number }>();
  for (let team = 0; team < world.teams.length; team += 1) {
    teams.set(String(team), { score: world.teams[team]?.score ?? 0, deaths: 0 });
  }
  return rankFighters(teams);
}
