/**
 * Makes a good network worse, for development and tests: what a player far away, on a train, has. Pure but for timers,
 * which are handed in.
 *
 * Each direction takes half of the round trip, plus or minus half of the jitter, evenly spread. What is lost differs:
 * - of datagrams, it is gone; those that jitter past each other arrive in another order;
 * - of a stream, as TCP carries a WebSocket, it is sent again, and everything behind it waits. That takes about a round
 *   trip and three more packets until the sender knows (fast retransmit, RFC 5681 3.2), no less than 200 ms (what Linux
 *   sets for the 1 s of RFC 6298 2.4), and twice as long each time it is lost again (RFC 6298 5.5).
 *
 * Bounded: `MOST_WAITING` items a direction; beyond, datagrams are dropped, and a stream delivers its oldest at once.
 */

import type { NetworkConditions } from "../config/network-conditions.ts";

export interface ConditionerClock {
  now(): number;
  /** @returns cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** A way through which items go one by one. */
export interface Link<Item> {
  send(item: Item): void;
  /** Delivers what waits, now, and whatever comes later at once. */
  hurry(): void;
  /** Forgets what waits. */
  cut(): void;
}

const MOST_WAITING = 4096;
const LEAST_RETRANSMISSION_MS = 200;
const PACKETS_UNTIL_NOTICED_MS = 100;
const MOST_RETRANSMISSIONS = 6;

const systemClock: ConditionerClock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export class LinkConditioner {
  readonly #conditions: NetworkConditions;
  readonly #random: () => number;
  readonly #clock: ConditionerClock;

  constructor(
    conditions: NetworkConditions,
    random: () => number = Math.random,
    clock: ConditionerClock = systemClock,
  ) {
    this.#conditions = conditions;
    this.#random = random;
    this.#clock = clock;
  }

  /** Some arrive, in no certain order. */
  datagrams<Item>(deliver: (item: Item) => void): (item: Item) => void {
    let waiting = 0;
    return (item) => {
      if (this.#isLost() || waiting >= MOST_WAITING) return;
      waiting += 1;
      this.#clock.after(this.#oneWayMs(), () => {
        waiting -= 1;
        deliver(item);
      });
    };
  }

  /** All arrive, in order. */
  stream<Item>(deliver: (item: Item) => void): Link<Item> {
    let waiting: { item: Item; at: number }[] = [];
    let cancel: (() => void) | undefined;
    let hurried = false;
    const flush = (until: number): void => {
      cancel?.();
      cancel = undefined;
      const due = waiting.findIndex(({ at }) => at > until);
      const ready = due < 0 ? waiting.splice(0) : waiting.splice(0, due);
      for (const { item } of ready) deliver(item);
      const [next] = waiting;
      if (next && cancel === undefined)
        cancel = this.#clock.after(Math.max(0, next.at - this.#clock.now()), () => flush(this.#clock.now()));
    };
    return {
      send: (item) => {
        if (hurried) return deliver(item);
        const arrival = this.#clock.now() + this.#oneWayMs() + this.#retransmissionMs();
        const at = Math.max(arrival, waiting.at(-1)?.at ?? 0);
        waiting.push({ item, at });
        if (waiting.length > MOST_WAITING) flush((waiting[0] as { at: number }).at);
        else
          cancel ??= this.#clock.after(Math.max(0, at - this.#clock.now()), () => flush(this.#clock.now()));
      },
      hurry: () => {
        hurried = true;
        flush(Number.POSITIVE_INFINITY);
      },
      cut: () => {
        hurried = true;
        waiting = [];
        cancel?.();
      },
    };
  }

  #isLost(): boolean {
    return this.#random() * 100 < this.#conditions.lossPercent;
  }

  #oneWayMs(): number {
    const { roundTripMs, jitterMs } = this.#conditions;
    return Math.max(0, roundTripMs / 2 + (this.#random() - 0.5) * jitterMs);
  }

  #retransmissionMs(): number {
    const { roundTripMs } = this.#conditions;
    let timeout = Math.max(LEAST_RETRANSMISSION_MS, roundTripMs + PACKETS_UNTIL_NOTICED_MS);
    let waited = 0;
    for (let lost = 0; lost < MOST_RETRANSMISSIONS && this.#isLost(); lost += 1) {
      waited += timeout;
      timeout *= 2;
    }
    return waited;
  }
}
