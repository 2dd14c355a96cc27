/** Bytes that are appended tick by tick, in one buffer that doubles as it fills, up to a bound. Pure. */

const FIRST_BYTES = 16_384;

export class RecordingBuffer {
  readonly #mostBytes: number;
  #bytes: Uint8Array;
  #length = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, mostBytes));
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Copies the bytes.
   * @returns false, and takes nothing, when they do not fit under the bound.
   */
  append(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length;
    if (length > this.#mostBytes) return false;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#mostBytes, Math.max(length, this.#bytes.length * 2)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
    return true;
  }

  /** What was appended. Not a copy: append nothing after this. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
