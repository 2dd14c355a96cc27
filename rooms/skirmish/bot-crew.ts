/** The bots of one room: how many there are, what they are called, and what each wants in a tick. */
import { Fighter, type SkirmishState } from "../../schemas/skirmish-state.ts";
import type { ArenaMap } from "./shared/arena-map.ts";
import { type BotMemory, createBotMemory, thinkBot } from "./shared/bot-brain.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import { buildNavGrid, type NavGrid } from "./shared/nav-grid.ts";
import type { Random } from "./shared/random.ts";

const NAMES = ["Anvil", "Bellows", "Cinder", "Dynamo", "Ember", "Flux", "Gantry", "Hammer"];

export class BotCrew {
  readonly #memories = new Map<string, BotMemory>();
  readonly #map: ArenaMap;
  readonly #grid: NavGrid;
  readonly #random: Random;
  #serial = 0;

  constructor(map: ArenaMap, random: Random) {
    this.#map = map;
    this.#grid = buildNavGrid(map);
    this.#random = random;
  }

  get size(): number {
    return this.#memories.size;
  }

  has(key: string): boolean {
    return this.#memories.has(key);
  }

  /** Signs on one more. The caller seats and spawns it. */
  hire(team: number): { key: string; fighter: Fighter } {
    const key = `bot-${this.#serial}`;
    const fighter = new Fighter();
    fighter.name = NAMES[this.#serial % NAMES.length] as string;
    fighter.bot = true;
    fighter.team = team;
    this.#serial += 1;
    this.#memories.set(key, createBotMemory(this.#random));
    return { key, fighter };
  }

  /** Lets the one of a team with the lowest score go. @returns its key, or undefined when there is none. */
  dismiss(state: SkirmishState, team: number): string | undefined {
    let worst: string | undefined;
    let worstScore = Number.POSITIVE_INFINITY;
    for (const key of this.#memories.keys()) {
      const fighter = state.fighters.get(key);
      const score = fighter?.score ?? 0;
      if (fighter?.team === team && score < worstScore) {
        worst = key;
        worstScore = score;
      }
    }
    if (worst !== undefined) this.#memories.delete(worst);
    return worst;
  }

  think(key: string, state: SkirmishState): FighterInput[] {
    const memory = this.#memories.get(key);
    return memory ? [thinkBot(key, state, memory, this.#map, this.#grid, this.#random)] : [];
  }
}
