/** A fixed number in [0, 1) for a place, so that the same map is painted alike every time. */
export function hashNoise(x: number, y: number): number {
  let word =
    Math.imul(Math.floor(x * 8) + 0x9e37, 0x85ebca6b) ^ Math.imul(Math.floor(y * 8) + 0x79b9, 0xc2b2ae35);
  word ^= word >>> 15;
  word = Math.imul(word, 0x2c1b3c6d);
  word ^= word >>> 13;
  return (word >>> 0) / 4294967296;
}
