/**
 * How many of a player's waiting inputs a tick consumes. Time cannot be bought by sending more of it: a player earns
 * one step a tick, saves at most 8 of them (a quarter of a second) while inputs are late, and spends at most two a
 * tick. What waits beyond 8 is old and is dropped, so that a stall leaves no lasting delay. Pure.
 */
const MOST_A_TICK = 2;
const MOST_SAVED = 8;
const MOST_WAITING = 8;

export class InputBudget {
  #steps = 0;

  /** @param waiting inputs in the buffer. Call once a tick. */
  spend(waiting: number): { drop: number; take: number } {
    this.#steps = Math.min(MOST_SAVED, this.#steps + 1);
    const drop = Math.max(0, waiting - MOST_WAITING);
    const take = Math.min(MOST_A_TICK, waiting - drop, this.#steps);
    this.#steps -= take;
    return { drop, take };
  }
}
