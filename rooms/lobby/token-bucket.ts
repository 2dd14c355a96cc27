/** A rate limit: so many at once, refilled evenly. Pure: time comes in, milliseconds. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #refillMs: number;
  #level: number;
  #at: number;

  /** @param refillMs time for one more. */
  constructor(capacity: number, refillMs: number, now: number) {
    this.#capacity = capacity;
    this.#refillMs = refillMs;
    this.#level = capacity;
    this.#at = now;
  }

  take(now: number): boolean {
    this.#level = Math.min(this.#capacity, this.#level + Math.max(0, now - this.#at) / this.#refillMs);
    this.#at = now;
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }
}
