/**
 * The lab's generator: seeded, quick, and the same on every machine (sfc32 of PractRand, public domain, 128 bits of
 * state). Normal deviates come from a table of 8,192 quantiles, so they end at ±3.8.
 */
const QUANTILES = 8192;
const NORMAL = Float64Array.from({ length: QUANTILES }, (_, index) => quantile((index + 0.5) / QUANTILES));

export class LabRandom {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** @param parts whole numbers; every combination is a sequence of its own. */
  constructor(...parts: readonly number[]) {
    let hash = 0x9e3779b9;
    for (const part of parts) hash = mix((hash ^ (part >>> 0)) + 0x6d2b79f5);
    this.#a = hash;
    this.#b = mix(hash + 1);
    this.#c = mix(hash + 2);
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** 32 of them. */
  bits(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    return this.bits() / 4294967296;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Standard normal. */
  normal(): number {
    return NORMAL[this.bits() & (QUANTILES - 1)] as number;
  }

  /** @param sigma of the logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Any number, for another generator. */
  seed(): number {
    return this.bits();
  }
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) | 0;
}

/** The normal distribution's quantile function, by Acklam's rational approximation (relative error below 1.2e-9). */
function quantile(p: number): number {
  if (p > 0.5) return -quantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
      1)
  );
}
