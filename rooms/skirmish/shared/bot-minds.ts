/**
 * Who is steered by a bot's mind: bots, and players whose connection is away for a while. All thoughts come from one
 * seeded generator in the order in which they are had, so a match that is run again thinks the same.
 */
import type { ArenaMap } from "./arena-map.ts";
import { type BotMemory, createBotMemory, thinkBot } from "./bot-brain.ts";
import type { FighterInput } from "./fighter-step.ts";
import type { MatchWorld } from "./match-world.ts";
import type { NavGrid } from "./nav-grid.ts";
import { createRandom, type Random } from "./random.ts";

export interface MindsSnapshot {
  readonly random: number;
  readonly memories: readonly [string, BotMemory][];
}

export class BotMinds {
  readonly #memories = new Map<string, BotMemory>();
  readonly #map: ArenaMap;
  readonly #grid: NavGrid;
  #random: Random;

  constructor(map: ArenaMap, grid: NavGrid, random: Random) {
    this.#map = map;
    this.#grid = grid;
    this.#random = random;
  }

  has(key: string): boolean {
    return this.#memories.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#memories.keys();
  }

  /** A fresh mind steers this fighter from now on. */
  wake(key: string): void {
    this.#memories.set(key, createBotMemory(this.#random));
  }

  sleep(key: string): void {
    this.#memories.delete(key);
  }

  /** Everybody forgets everything: what a mind does from here depends on the generator and the world alone. */
  restart(random: Random): void {
    this.#random = random;
    for (const key of this.#memories.keys()) this.wake(key);
  }

  snapshot(): MindsSnapshot {
    return { random: this.#random.state, memories: copyMemories(this.#memories) };
  }

  restore({ random, memories }: MindsSnapshot): void {
    this.#random = createRandom(random);
    this.#memories.clear();
    for (const [key, memory] of copyMemories(memories)) this.#memories.set(key, memory);
  }

  think(key: string, world: MatchWorld): FighterInput {
    const memory = this.#memories.get(key);
    if (memory === undefined) throw new Error(`${key} has no mind`);
    return thinkBot(key, world, memory, this.#map, this.#grid, this.#random);
  }
}

function copyMemories(memories: Iterable<[string, BotMemory]>): [string, BotMemory][] {
  return [...memories].map(([key, memory]) => {
    const { goal, targetBefore } = memory;
    // Flow fields are never changed, so they are shared.
    return [key, { ...memory, goal: { ...goal }, targetBefore: { ...targetBefore } }];
  });
}
