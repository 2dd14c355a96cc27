/**
 * The simulation of one room, and its recording: everything that changes fighters goes through here, so that what is
 * played is what is written down. A recording begins with a match and ends with it.
 */

import type { SkirmishEvent } from "../../schemas/skirmish-messages.ts";
import { Projectile, type SkirmishState } from "../../schemas/skirmish-state.ts";
import type { ArenaMap } from "./shared/arena-map.ts";
import { BotMinds } from "./shared/bot-minds.ts";
import { TICK_RATE } from "./shared/constants.ts";
import type { FighterInput } from "./shared/fighter-step.ts";
import { MatchLog } from "./shared/match-log.ts";
import { stepMatch } from "./shared/match-step.ts";
import type { MatchContext, MatchFighter, MatchRules } from "./shared/match-world.ts";
import type { NavGrid } from "./shared/nav-grid.ts";
import { PositionHistory } from "./shared/position-history.ts";
import { createRandom } from "./shared/random.ts";
import { bringBack, enterMatch, leaveMatch, passOn } from "./shared/roster.ts";

/** The bots' generator is another one, so that a bot's thought does not move where a shot goes. */
const BOT_SEED = 0x5bd1e995;

export interface FightOptions {
  state: SkirmishState;
  map: ArenaMap;
  grid: NavGrid;
  rules: MatchRules;
  /** What a player's fighter does in this tick. */
  consume: (key: string) => FighterInput[];
  emit: (event: SkirmishEvent) => void;
}

export class Fight {
  readonly context: MatchContext;
  readonly minds: BotMinds;
  readonly #state: SkirmishState;
  #log: MatchLog | undefined;

  constructor({ state, map, grid, rules, consume, emit }: FightOptions) {
    this.#state = state;
    this.minds = new BotMinds(map, grid, createRandom(Math.random() * 2 ** 32));
    this.context = {
      map,
      rules,
      random: createRandom(Math.random() * 2 ** 32),
      dt: 1 / TICK_RATE,
      history: new PositionHistory(),
      phaseTicks: 0,
      nextProjectile: 0,
      inputsOf: (key) => {
        if (this.minds.has(key)) return [this.minds.think(key, state)];
        const inputs = consume(key);
        this.#log?.inputs(key, inputs);
        return inputs;
      },
      createProjectile: () => new Projectile(),
      emit,
    };
  }

  /** A match begins with the next tick. */
  begin(seed: number): MatchLog {
    const botSeed = (seed ^ BOT_SEED) >>> 0;
    this.context.random = createRandom(seed);
    this.context.history.clear();
    this.minds.restart(createRandom(botSeed));
    this.#log = new MatchLog(this.#state, this.context, { seed, botSeed }, this.minds.keys());
    return this.#log;
  }

  step(): void {
    stepMatch(this.#state, this.context);
    this.#log?.endTick(this.#state, this.context);
  }

  /** The match is over. @returns its recording; undefined when none is kept. */
  end(): MatchLog | undefined {
    const log = this.#log;
    this.#log = undefined;
    return log?.full === true ? undefined : log;
  }

  enter(key: string, fighter: MatchFighter): void {
    this.#log?.enter(key, fighter);
    enterMatch(this.#state, this.context, key, fighter);
  }

  leave(key: string): void {
    this.#log?.leave(key);
    this.minds.sleep(key);
    leaveMatch(this.#state, key);
  }

  pass(from: string, to: string, fighter: MatchFighter): void {
    this.#log?.pass(from, to);
    this.minds.sleep(from);
    passOn(this.#state, from, to, fighter);
  }

  bringBack(key: string, fighter: MatchFighter, standing: MatchFighter): void {
    this.#log?.back(key, standing);
    bringBack(this.#state, fighter, standing);
  }

  /** A bot's mind steers this fighter. */
  wake(key: string): void {
    this.#log?.wake(key);
    this.minds.wake(key);
  }

  /** Its player steers it again. */
  sleep(key: string): void {
    if (!this.minds.has(key)) return;
    this.#log?.sleep(key);
    this.minds.sleep(key);
  }
}
