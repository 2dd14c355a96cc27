/** Who played a match, and for whom a bot did: dropping the connection is no way to earn. Pure; counts ticks. */

interface Ticks {
  own: number;
  stoodIn: number;
}

export class Attendance {
  readonly #ticks = new Map<string, Ticks>();

  /** A new match. */
  clear(): void {
    this.#ticks.clear();
  }

  /** @param own whether the player steers, and no bot. */
  note(sessionId: string, own: boolean): void {
    const ticks = this.#ticks.get(sessionId) ?? { own: 0, stoodIn: 0 };
    if (own) ticks.own += 1;
    else ticks.stoodIn += 1;
    this.#ticks.set(sessionId, ticks);
  }

  /** The player is another session's now. */
  pass(from: string, to: string): void {
    const ticks = this.#ticks.get(from);
    if (ticks) this.#ticks.set(to, ticks);
    this.#ticks.delete(from);
  }

  /** A bot played for longer than the player did: who lets play has left. */
  wasAway(sessionId: string): boolean {
    const { own, stoodIn } = this.#ticks.get(sessionId) ?? { own: 0, stoodIn: 0 };
    return stoodIn > own;
  }
}
