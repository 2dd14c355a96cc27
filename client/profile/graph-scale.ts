/** Where a graph's lines and labels stand. Pure. */

/** Round values that enclose `low` to `high`, about `wanted` of them, evenly spaced (1, 2 or 5 times a power of ten). */
export function roundTicks(low: number, high: number, wanted: number): number[] {
  const span = Math.max(1, high - low);
  const rough = span / Math.max(1, wanted - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10),
  );
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** The values that a graph shows at least: a few points of difference are no mountain range. */
export function widened(low: number, high: number, least: number): [low: number, high: number] {
  const missing = Math.max(0, least - (high - low)) / 2;
  return [low - missing, high + missing];
}

/** Which of `count` places get a label when at most `most` fit: evenly spread, the first and the last among them. */
export function labelledPlaces(count: number, most: number): number[] {
  if (count <= 0) return [];
  if (count === 1 || most <= 1) return [count - 1];
  const labels = Math.min(count, most);
  const places = Array.from({ length: labels }, (_, index) =>
    Math.round((index * (count - 1)) / (labels - 1)),
  );
  return [...new Set(places)];
}
