/**
 * Runs work on the same keys one after the other, in the order in which it was asked for, and work on different keys
 * at once. Work on several keys takes its place in all their lines at the same instant, so it cannot deadlock.
 *
 * Bounded: beyond `capacity` pieces of work that wait or run, one more is refused with `overloaded`.
 */
import { ArenaError } from "../../errors.ts";

export class KeyedQueue {
  readonly #capacity: number;
  readonly #tails = new Map<string, Promise<void>>();
  #depth = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Pieces of work that wait or run. */
  get depth(): number {
    return this.#depth;
  }

  /** @throws ArenaError `overloaded`, or what `work` throws: the next in line goes on either way. */
  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    if (this.#depth >= this.#capacity) throw new ArenaError("overloaded");
    this.#depth += 1;
    const before = keys.map((key) => this.#tails.get(key) ?? Promise.resolve());
    const turn = Promise.withResolvers<void>();
    for (const key of keys) this.#tails.set(key, turn.promise);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      this.#depth -= 1;
      for (const key of keys) if (this.#tails.get(key) === turn.promise) this.#tails.delete(key);
      turn.resolve();
    }
  }
}
