/**
 * What is remembered of one player's connection, for validators to look at: the latest inputs' times, and what the
 * echoes of the server's random numbers prove about the link. Fixed in size. Pure.
 */
import type { LinkProof, ReceivedInput } from "./validator.ts";

/** Powers of two. Some seconds of inputs, and some of proofs. */
const KEPT_INPUTS = 64;
const KEPT_PROOFS = 64;

export class PlayerHistory {
  readonly stepMs: number;
  readonly #at = new Float64Array(KEPT_INPUTS);
  readonly #stamps = new Float64Array(KEPT_INPUTS);
  readonly #proofAt = new Float64Array(KEPT_PROOFS);
  readonly #roundTrips = new Float64Array(KEPT_PROOFS);
  #inputs = 0;
  #proofs = 0;
  /** When the connection began, or began anew. */
  #openedAt: number;
  #newestProof: LinkProof | undefined;

  /** @param stepMs what one input moves its player by. */
  constructor(stepMs: number, openedAt: number) {
    this.stepMs = stepMs;
    this.#openedAt = openedAt;
  }

  get openedAt(): number {
    return this.#openedAt;
  }

  /** Inputs received so far. */
  get received(): number {
    return this.#inputs;
  }

  /** The newest echo: it was sent then, so what comes after it was made later. */
  get newestProof(): LinkProof | undefined {
    return this.#newestProof;
  }

  /** When the `ago`-th latest input came; 0 is the latest. Undefined beyond what is kept. */
  inputAt(ago: number): number | undefined {
    if (ago >= Math.min(this.#inputs, KEPT_INPUTS)) return undefined;
    return this.#at[(this.#inputs - 1 - ago) & (KEPT_INPUTS - 1)];
  }

  /** What the `ago`-th latest input said was shown; 0 when it said nothing. */
  stampAt(ago: number): number | undefined {
    if (ago >= Math.min(this.#inputs, KEPT_INPUTS)) return undefined;
    return this.#stamps[(this.#inputs - 1 - ago) & (KEPT_INPUTS - 1)];
  }

  /** The shortest round trip among proofs that came since then, milliseconds; undefined without any. */
  shortestRoundTrip(since: number): number | undefined {
    let shortest = Number.POSITIVE_INFINITY;
    const kept = Math.min(this.#proofs, KEPT_PROOFS);
    for (let ago = 0; ago < kept; ago += 1) {
      const slot = (this.#proofs - 1 - ago) & (KEPT_PROOFS - 1);
      if ((this.#proofAt[slot] as number) < since) break;
      shortest = Math.min(shortest, this.#roundTrips[slot] as number);
    }
    return Number.isFinite(shortest) ? shortest : undefined;
  }

  /** By how much the middle one of those round trips is longer than the shortest, milliseconds: how restless the link is. */
  roundTripUnrest(since: number): number {
    const kept = Math.min(this.#proofs, KEPT_PROOFS);
    const recent: number[] = [];
    for (let ago = 0; ago < kept; ago += 1) {
      const slot = (this.#proofs - 1 - ago) & (KEPT_PROOFS - 1);
      if ((this.#proofAt[slot] as number) < since) break;
      recent.push(this.#roundTrips[slot] as number);
    }
    recent.sort((a, b) => a - b);
    return recent.length === 0 ? 0 : (recent[recent.length >> 1] as number) - (recent[0] as number);
  }

  note({ at, stampAt }: ReceivedInput): void {
    const slot = this.#inputs & (KEPT_INPUTS - 1);
    this.#at[slot] = at;
    this.#stamps[slot] = stampAt;
    this.#inputs += 1;
  }

  prove(proof: LinkProof): void {
    const slot = this.#proofs & (KEPT_PROOFS - 1);
    this.#proofAt[slot] = proof.at;
    this.#roundTrips[slot] = proof.at - proof.sentAt;
    this.#proofs += 1;
    this.#newestProof = proof;
  }

  /** Another connection of the same player: what the old one's link was like says nothing of it. */
  reopen(at: number): void {
    this.#inputs = 0;
    this.#proofs = 0;
    this.#newestProof = undefined;
    this.#openedAt = at;
  }
}
