/**
 * What a client sends, on its way: inputs, and echoes of the server's numbers. On a stream all of it in one order. On a
 * lane inputs are datagrams, each with the seven before it, and echoes go beside them on the stream. Rings, reused.
 */
import type { Direction } from "./networks.ts";

/** Powers of two. */
const KEPT_INPUTS = 1024;
const KEPT_ITEMS = 2048;
const REPEATED = 8;
const ECHO = -1;

export interface UplinkListener {
  /** @param sequence from 0 on. */
  input(at: number, sequence: number): void;
  echo(at: number, sentAt: number): void;
}

export class Uplink {
  readonly moveX = new Float64Array(KEPT_INPUTS);
  readonly moveY = new Float64Array(KEPT_INPUTS);
  readonly aim = new Float64Array(KEPT_INPUTS);
  readonly buttons = new Float64Array(KEPT_INPUTS);
  readonly stamps = new Float64Array(KEPT_INPUTS);
  readonly sentAt = new Float64Array(KEPT_INPUTS);
  /** Inputs sent so far. */
  sent = 0;
  readonly #lane: boolean;
  readonly #stream: Direction;
  readonly #datagrams: Direction;
  readonly #at = new Float64Array(KEPT_ITEMS);
  /** A sequence number, or `ECHO`. */
  readonly #what = new Int32Array(KEPT_ITEMS);
  readonly #echoes = new Float64Array(KEPT_ITEMS);
  #head = 0;
  #tail = 0;
  /** Of datagrams, unordered. */
  readonly #datagramAt: number[] = [];
  readonly #datagramOf: number[] = [];
  #received = -1;

  constructor(lane: boolean, stream: Direction, datagrams: Direction) {
    this.#lane = lane;
    this.#stream = stream;
    this.#datagrams = datagrams;
  }

  static slot(sequence: number): number {
    return sequence & (KEPT_INPUTS - 1);
  }

  /** The input in `slot(sent)` goes out. */
  sendInput(at: number): void {
    const sequence = this.sent;
    this.sent += 1;
    this.sentAt[sequence & (KEPT_INPUTS - 1)] = at;
    if (!this.#lane) return this.#push(this.#stream.stream(at), sequence, 0);
    const arrival = this.#datagrams.datagram(at);
    if (arrival === Number.POSITIVE_INFINITY) return;
    this.#datagramAt.push(arrival);
    this.#datagramOf.push(sequence);
  }

  sendEcho(at: number, sentAt: number): void {
    this.#push(this.#stream.stream(at), ECHO, sentAt);
  }

  /** Hands over what has arrived by then. */
  deliver(until: number, listener: UplinkListener): void {
    while (this.#head < this.#tail) {
      const slot = this.#head & (KEPT_ITEMS - 1);
      const at = this.#at[slot] as number;
      if (at > until) break;
      this.#head += 1;
      const what = this.#what[slot] as number;
      if (what === ECHO) listener.echo(at, this.#echoes[slot] as number);
      else listener.input(at, what);
    }
    if (this.#datagramAt.length > 0) this.#deliverDatagrams(until, listener);
  }

  #push(at: number, what: number, sentAt: number): void {
    // Bounded: nothing stalls for a minute. What would not fit is lost, as with a connection that breaks.
    if (this.#tail - this.#head >= KEPT_INPUTS) this.#head += 1;
    const slot = this.#tail & (KEPT_ITEMS - 1);
    this.#at[slot] = at;
    this.#what[slot] = what;
    this.#echoes[slot] = sentAt;
    this.#tail += 1;
  }

  #deliverDatagrams(until: number, listener: UplinkListener): void {
    for (;;) {
      let first = -1;
      for (let index = 0; index < this.#datagramAt.length; index += 1)
        if (
          (this.#datagramAt[index] as number) <= until &&
          (first < 0 || (this.#datagramAt[index] as number) < (this.#datagramAt[first] as number))
        )
          first = index;
      if (first < 0) return;
      const at = this.#datagramAt[first] as number;
      const newest = this.#datagramOf[first] as number;
      this.#datagramAt[first] = this.#datagramAt.at(-1) as number;
      this.#datagramOf[first] = this.#datagramOf.at(-1) as number;
      this.#datagramAt.pop();
      this.#datagramOf.pop();
      for (
        let sequence = Math.max(this.#received + 1, newest - REPEATED + 1);
        sequence <= newest;
        sequence += 1
      )
        listener.input(at, sequence);
      this.#received = Math.max(this.#received, newest);
    }
  }
}
