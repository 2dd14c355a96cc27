/**
 * What the match step needs of the world, by shape: the room's schema state fits it, and so does a plain object in
 * a test, a lab or a replay.
 */
import type { SkirmishEvent } from "../../../schemas/skirmish-messages.ts";
import type { ArenaMap } from "./arena-map.ts";
import type { FighterBody, FighterInput } from "./fighter-step.ts";
import type { PositionHistory } from "./position-history.ts";
import type { Random } from "./random.ts";

/** What a step tells of, for eyes and ears. */
export type MatchEvent = SkirmishEvent;

export type MatchPhase = "waiting" | "countdown" | "live" | "over";

export interface MatchFighter extends FighterBody {
  slot: number;
  team: number;
  respawnAt: number;
  shieldUntil: number;
  score: number;
  kills: number;
  deaths: number;
}

export interface MatchProjectile {
  owner: number;
  x: number;
  y: number;
  angle: number;
  burstsAt: number;
}

/** The part of a Map that the step uses; iteration order is insertion order. */
export interface Entities<T> {
  readonly size: number;
  get(key: string): T | undefined;
  set(key: string, value: T): unknown;
  delete(key: string): boolean;
  forEach(callback: (value: T, key: string) => void): void;
}

export interface MatchWorld {
  phase: string;
  secondsLeft: number;
  tick: number;
  mode: string;
  winner: string;
  fighters: Entities<MatchFighter>;
  projectiles: Entities<MatchProjectile>;
  teams: { readonly length: number; [index: number]: { score: number } | undefined };
}

/** How long things last and when a match is won. Times in ticks. */
export interface MatchRules {
  /** Fighters needed before the countdown starts. */
  minFighters: number;
  countdownTicks: number;
  matchTicks: number;
  overTicks: number;
  /** Score that ends the match at once; 0 for none. */
  scoreLimit: number;
}

/** Everything that lives beside the world for one match. */
export interface MatchContext {
  readonly map: ArenaMap;
  readonly rules: MatchRules;
  /** The match's generator; a new match brings a new one. */
  random: Random;
  /** Step length, seconds. */
  readonly dt: number;
  /** What shooters saw is looked up here. */
  readonly history: PositionHistory;
  /** Ticks left of the phase; the step counts it down. */
  phaseTicks: number;
  /** Serial of the next projectile's key. */
  nextProjectile: number;
  /** The inputs a fighter consumes in this step: none (the player's are late), one, or a few. */
  inputsOf(key: string): Iterable<FighterInput>;
  createProjectile(): MatchProjectile;
  emit(event: SkirmishEvent): void;
}
