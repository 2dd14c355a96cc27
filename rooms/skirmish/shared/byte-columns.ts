/** Bytes that grow, and reading them again: unsigned numbers of seven bits a byte (LEB128), lowest first. */

export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** @param value a whole number from 0 to 2^31 − 1. */
  number(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  get position(): number {
    return this.#at;
  }

  seek(position: number): void {
    this.#at = position;
  }

  /** @throws Error past the end. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Error("the recording ends in the middle");
    this.#at += 1;
    return value;
  }

  /** @throws Error past the end, and for a number of more than 31 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        // Also none that is written longer than it has to be: one way to write each.
        if (value < 0 || (byte === 0 && shift > 0)) break;
        return value;
      }
    }
    throw new Error("the recording holds a number that is too large, or too long");
  }
}

/** Small positive and negative numbers as small positive ones: 0, −1, 1, −2, … */
export function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
