/**
 * Turns of work on players: work is done in the order in which it was given for each of its players, and side by side
 * with work on others, at most `concurrency` at a time. Work that waits for an earlier one of its players does not
 * take a place. Nothing of a player stays behind once there is no more work on it. Not bounded: the caller is.
 */
export class PlayerTurns {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(concurrency: number) {
    this.#free = concurrency;
  }

  /** Players with work that waits or is done. */
  get players(): number {
    return this.#tails.size;
  }

  /**
   * The place in the order is taken before this returns.
   * @param ready settles when the work may begin; whoever comes later waits for it too.
   */
  async run<T>(players: readonly string[], ready: Promise<unknown>, work: () => Promise<T>): Promise<T> {
    const before = players.map((player) => this.#tails.get(player));
    const turn = Promise.withResolvers<void>();
    for (const player of players) this.#tails.set(player, turn.promise);
    try {
      await Promise.allSettled([...before, ready]);
      await this.#takePlace();
      try {
        return await work();
      } finally {
        this.#leavePlace();
      }
    } finally {
      for (const player of players) {
        if (this.#tails.get(player) === turn.promise) this.#tails.delete(player);
      }
      turn.resolve();
    }
  }

  async #takePlace(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
