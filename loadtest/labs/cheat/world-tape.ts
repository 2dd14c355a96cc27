/** What the room told of its fighters, tick by tick, for as far back as anybody's screen may stand still. Reused. */
import type { MatchWorld } from "../../../rooms/skirmish/shared/match-world.ts";

export const SLOTS = 8;
/** A power of two: 8.5 seconds. */
export const TAPE_TICKS = 256;
const MASK = TAPE_TICKS - 1;
/** Farther than anybody moves in a tick: the fighter was put there. */
const TELEPORT_METRES = 2;

export class WorldTape {
  readonly #x = new Float64Array(SLOTS * TAPE_TICKS);
  readonly #y = new Float64Array(SLOTS * TAPE_TICKS);
  readonly #health = new Uint8Array(SLOTS * TAPE_TICKS);
  readonly #shielded = new Uint8Array(SLOTS * TAPE_TICKS);
  /** How many of a player's inputs were consumed by then. */
  readonly #consumed = new Int32Array(SLOTS * TAPE_TICKS);
  readonly #live = new Uint8Array(TAPE_TICKS);
  newest = -1;

  record(world: MatchWorld, consumed: Int32Array): void {
    const at = world.tick & MASK;
    this.newest = world.tick;
    this.#live[at] = world.phase === "live" ? 1 : 0;
    world.fighters.forEach(({ slot, x, y, health, shieldUntil }) => {
      const index = slot * TAPE_TICKS + at;
      this.#x[index] = x;
      this.#y[index] = y;
      this.#health[index] = health;
      this.#shielded[index] = world.tick < shieldUntil ? 1 : 0;
      this.#consumed[index] = consumed[slot] as number;
    });
  }

  /** Somebody is gone. */
  forget(slot: number): void {
    this.#health.fill(0, slot * TAPE_TICKS, (slot + 1) * TAPE_TICKS);
  }

  /** @param tick a whole one, of the latest `TAPE_TICKS`. */
  isLive(tick: number): boolean {
    return this.#live[tick & MASK] === 1;
  }

  health(slot: number, tick: number): number {
    return this.#health[slot * TAPE_TICKS + (tick & MASK)] as number;
  }

  shielded(slot: number, tick: number): boolean {
    return this.#shielded[slot * TAPE_TICKS + (tick & MASK)] === 1;
  }

  consumed(slot: number, tick: number): number {
    return this.#consumed[slot * TAPE_TICKS + (tick & MASK)] as number;
  }

  /** @param share of the way to the next tick. */
  x(slot: number, tick: number, share: number): number {
    return between(this.#x, slot * TAPE_TICKS, tick, share);
  }

  y(slot: number, tick: number, share: number): number {
    return between(this.#y, slot * TAPE_TICKS, tick, share);
  }
}

function between(values: Float64Array, row: number, tick: number, share: number): number {
  const from = values[row + (tick & MASK)] as number;
  if (share === 0) return from;
  const by = (values[row + ((tick + 1) & MASK)] as number) - from;
  return Math.abs(by) > TELEPORT_METRES ? from + by : from + by * share;
}
