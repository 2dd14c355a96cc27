/**
 * What one client may send: so many messages and so many bytes a second, each with a burst. Two buckets that refill evenly.
 * Inputs cost bytes alone; how many of them are too many is judged by time (`anticheat/validators/time-budget.ts`), and all
 * frames together by the room's own limit. Pure.
 */
export interface MeterLimits {
  messagesPerSecond: number;
  messageBurst: number;
  bytesPerSecond: number;
}

/** Of bytes: what a second holds may come twice at once. */
const BYTES_BURST_SECONDS = 2;

export class ClientMeter {
  readonly #limits: MeterLimits;
  #messages: number;
  #bytes: number;
  #at: number;

  /** @param now milliseconds, as for `admits`. */
  constructor(limits: MeterLimits, now: number) {
    this.#limits = limits;
    this.#messages = limits.messageBurst;
    this.#bytes = limits.bytesPerSecond * BYTES_BURST_SECONDS;
    this.#at = now;
  }

  /** @param isMessage whether the frame is more than an input. */
  admits(bytes: number, isMessage: boolean, now: number): boolean {
    const { messagesPerSecond, messageBurst, bytesPerSecond } = this.#limits;
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#messages =
      Math.min(messageBurst, this.#messages + seconds * messagesPerSecond) - (isMessage ? 1 : 0);
    this.#bytes =
      Math.min(bytesPerSecond * BYTES_BURST_SECONDS, this.#bytes + seconds * bytesPerSecond) - bytes;
    return this.#messages >= 0 && this.#bytes >= 0;
  }
}
