/** Worlds for tests of the shared step: real schema state, a real map, inputs by hand. */

import { type ArenaMap, loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { TICK_RATE } from "../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../rooms/skirmish/shared/fighter-step.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import type { MatchContext, MatchRules } from "../../rooms/skirmish/shared/match-world.ts";
import { PositionHistory } from "../../rooms/skirmish/shared/position-history.ts";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import { Fighter, Projectile, SkirmishState } from "../../schemas/skirmish-state.ts";

export const FOUNDRY: ArenaMap = loadMap(foundry);
export const IDLE: FighterInput = { moveX: 0, moveY: 0, aim: 0, buttons: 0 };

export const RULES: MatchRules = {
  minFighters: 2,
  countdownTicks: 3,
  matchTicks: 300,
  overTicks: 30,
  scoreLimit: 0,
};

/** An open field of 40×30 m with one wall and one piece of cover. */
export const FIELD: ArenaMap = loadMap({
  name: "field",
  width: 40,
  height: 30,
  walls: [{ x: 20, y: 0, width: 1, height: 10 }],
  cover: [{ x: 20, y: 20, width: 1, height: 10 }],
  spawns: [
    { x: 5, y: 5 },
    { x: 35, y: 25 },
  ],
});

export interface TestMatch {
  state: SkirmishState;
  context: MatchContext;
  events: SkirmishEvent[];
  /** What each fighter does in every step until it is changed. */
  inputs: Map<string, FighterInput[]>;
}

export function createMatch(
  options: { map?: ArenaMap; seed?: number; rules?: Partial<MatchRules> } = {},
): TestMatch {
  const events: SkirmishEvent[] = [];
  const inputs = new Map<string, FighterInput[]>();
  const context: MatchContext = {
    map: options.map ?? FIELD,
    rules: { ...RULES, ...options.rules },
    random: createRandom(options.seed ?? 1),
    dt: 1 / TICK_RATE,
    history: new PositionHistory(),
    phaseTicks: 0,
    nextProjectile: 0,
    inputsOf: (key) => inputs.get(key) ?? [IDLE],
    createProjectile: () => new Projectile(),
    emit: (event) => events.push(event),
  };
  return { state: new SkirmishState(), context, events, inputs };
}

export function addFighter(match: TestMatch, key: string, place: Partial<Fighter> = {}): Fighter {
  const fighter = new Fighter();
  fighter.slot = match.state.fighters.size;
  Object.assign(fighter, { x: 5, y: 5, ...place });
  match.state.fighters.set(key, fighter);
  return fighter;
}
