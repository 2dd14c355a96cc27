/**
 * How far a client's stamps are believed. An input says which instant of the past its player's screen showed. Whatever
 * the network does, what a screen shows may stand still for a while and never runs backwards, so a stamp older than
 * one before it is pulled up: a single shot cannot be dated into a better past than the inputs around it. Pure; one
 * for each client.
 *
 * What it leaves: a client that shows, or says it shows, an old past all the time. The caller bounds the look-back.
 */

/** A client's clock is set right now and then. */
const SLACK_MS = 30;

export class RewindStamp {
  #newest = 0;

  /**
   * Call it for each consumed input, in order.
   * @param stampMs the instant that the input names, on the server's clock.
   * @returns the instant to look back to.
   */
  judge(stampMs: number): number {
    this.#newest = Math.max(this.#newest, stampMs);
    return Math.max(stampMs, this.#newest - SLACK_MS);
  }
}
