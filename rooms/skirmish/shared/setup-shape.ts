/** Checks what a recording says of its match's start before anything is simulated from it: files come from anywhere. */
import { MAX_PROJECTILES } from "./constants.ts";
import type { LoggedFighter, MatchSetup } from "./match-log.ts";

const MOST_FIGHTERS = 64;
const RULES = ["minFighters", "countdownTicks", "matchTicks", "overTicks", "scoreLimit"] as const;
const COUNTS = ["seed", "botSeed", "tick", "phaseTicks", "secondsLeft", "nextProjectile"] as const;
const FIGHTER_NUMBERS = [
  "x",
  "y",
  "angle",
  "health",
  "weapon",
  "weaponCooldown",
  "dashTicks",
  "dashAngle",
  "dashCooldown",
  "slot",
  "team",
  "respawnAt",
  "shieldUntil",
  "score",
  "kills",
  "deaths",
] as const satisfies readonly (keyof LoggedFighter)[];
const SHELL_NUMBERS = ["owner", "x", "y", "angle", "burstsAt"] as const;

/** @throws Error naming what is wrong. */
export function readSetup(value: unknown): MatchSetup {
  const setup = record(value, "the setup");
  for (const name of ["map", "mode", "phase"]) text(setup, name);
  for (const name of COUNTS) finite(setup, name);
  const rules = record(setup["rules"], "rules");
  for (const name of RULES) finite(rules, name);
  for (const fighter of entries(setup["fighters"], "fighters", MOST_FIGHTERS)) {
    for (const name of FIGHTER_NUMBERS) finite(fighter, name);
    for (const name of ["name", "skin", "trail"]) text(fighter, name);
  }
  for (const shell of entries(setup["projectiles"], "projectiles", MAX_PROJECTILES))
    for (const name of SHELL_NUMBERS) finite(shell, name);
  list(setup["minds"], "minds", MOST_FIGHTERS, (id) => typeof id === "string");
  list(setup["teamScores"], "teamScores", MOST_FIGHTERS, (score) => Number.isFinite(score));
  return setup as unknown as MatchSetup;
}

type Fields = Record<string, unknown>;

function record(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${name} is no object`);
  return value as Fields;
}

function text(fields: Fields, name: string): void {
  if (typeof fields[name] !== "string") throw new Error(`${name} is no text`);
}

function finite(fields: Fields, name: string): void {
  if (!Number.isFinite(fields[name])) throw new Error(`${name} is no number`);
}

function list(value: unknown, name: string, most: number, fits: (item: unknown) => boolean): unknown[] {
  if (!Array.isArray(value) || value.length > most || !value.every(fits))
    throw new Error(`${name} is no list of at most ${most}`);
  return value;
}

/** `[key, object]` pairs. */
function entries(value: unknown, name: string, most: number): Fields[] {
  const isPair = (item: unknown): boolean => Array.isArray(item) && typeof item[0] === "string";
  return list(value, name, most, isPair).map((item) => record((item as unknown[])[1], name));
}
