/** A `TokenBucket` for each of many, by key. Bounded: of more than `most` the one that was first gives way. */
import { TokenBucket } from "./token-bucket.ts";

const MOST = 500;

export class TokenBuckets {
  readonly #capacity: number;
  readonly #refillMs: number;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(capacity: number, refillMs: number, most = MOST) {
    this.#capacity = capacity;
    this.#refillMs = refillMs;
    this.#most = most;
  }

  take(key: string, now: number): boolean {
    const bucket = this.#buckets.get(key) ?? this.#add(key, now);
    return bucket.take(now);
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }

  clear(): void {
    this.#buckets.clear();
  }

  #add(key: string, now: number): TokenBucket {
    const [first] = this.#buckets.keys();
    if (this.#buckets.size >= this.#most && first !== undefined) this.#buckets.delete(first);
    const bucket = new TokenBucket(this.#capacity, this.#refillMs, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
