/**
 * The seeded generator that every random choice of a match comes from. The same seed gives the same sequence on
 * every engine: 32-bit integer arithmetic only.
 */

export interface Random {
  /** The next number in [0, 1). */
  next(): number;
  /** The next whole number in [0, bound). */
  below(bound: number): number;
  /** The whole state: as a seed it goes on from here. */
  readonly state: number;
}

/**
 * mulberry32 (Tommy Ettinger, public domain): one 32-bit word of state, period 2³².
 * @param seed any whole number; its low 32 bits count.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word ^= word + Math.imul(word ^ (word >>> 7), 61 | word);
    return ((word ^ (word >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    get state() {
      return state;
    },
  };
}
