/**
 * What lies between a player and the server. Each direction takes half of the round trip, plus or minus half of the
 * jitter, as `src/transport/network-conditioner.ts` has it. On a stream a loss is a stall: the packet is sent again after
 * about a round trip and three more packets (no less than 200 ms), twice as long each time, and everything behind it
 * waits. On a lane it is a loss. Losses come alone, and now and then in a burst. Milliseconds; draws come in order.
 */
import type { LabRandom } from "./lab-random.ts";

export interface Network {
  readonly name: string;
  readonly roundTripMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
  /** Inputs and places go as datagrams beside the WebSocket. */
  readonly lane: boolean;
}

export const NETWORKS: readonly Network[] = [
  network(40, 5, 0.1),
  network(250, 50, 5),
  network(600, 150, 10),
  network(250, 50, 5, true),
];

function network(roundTripMs: number, jitterMs: number, lossPercent: number, lane = false): Network {
  const name = `${roundTripMs}/${jitterMs}/${lossPercent}${lane ? " lane" : ""}`;
  return { name, roundTripMs, jitterMs, lossPercent, lane };
}

const LEAST_RETRANSMISSION_MS = 200;
const PACKETS_UNTIL_NOTICED_MS = 100;
const MOST_RETRANSMISSIONS = 6;
/** A car passes, somebody uses the microwave: most is lost for a while. */
const BURST_EVERY_MS = 300_000;
const BURST_MS: readonly [low: number, high: number] = [200, 2000];
const BURST_LOSS = 0.8;

export class Direction {
  readonly #network: Network;
  readonly #random: LabRandom;
  readonly #loss: number;
  #newest = 0;
  #burstAt: number;
  #burstUntil = 0;

  constructor(network: Network, random: LabRandom) {
    this.#network = network;
    this.#random = random;
    this.#loss = network.lossPercent / 100;
    this.#burstAt = random.exponential(BURST_EVERY_MS);
  }

  /** When what is sent now comes out, behind all that was sent before. */
  stream(at: number): number {
    const { roundTripMs } = this.#network;
    let arrival = at + this.#oneWay();
    if (this.#isLost(at)) {
      let timeout = Math.max(LEAST_RETRANSMISSION_MS, roundTripMs + PACKETS_UNTIL_NOTICED_MS);
      let lost = 0;
      do {
        arrival += timeout;
        timeout *= 2;
        lost += 1;
      } while (lost < MOST_RETRANSMISSIONS && this.#isLost(arrival));
    }
    this.#newest = Math.max(this.#newest, arrival);
    return this.#newest;
  }

  /** The same for a datagram; infinite when it is lost. */
  datagram(at: number): number {
    return this.#isLost(at) ? Number.POSITIVE_INFINITY : at + this.#oneWay();
  }

  #oneWay(): number {
    const { roundTripMs, jitterMs } = this.#network;
    return Math.max(0, roundTripMs / 2 + (this.#random.next() - 0.5) * jitterMs);
  }

  #isLost(at: number): boolean {
    if (at >= this.#burstAt) {
      this.#burstUntil = this.#burstAt + this.#random.between(...BURST_MS);
      this.#burstAt = this.#burstUntil + this.#random.exponential(BURST_EVERY_MS);
    }
    return this.#random.next() < (at < this.#burstUntil ? BURST_LOSS : this.#loss);
  }
}
