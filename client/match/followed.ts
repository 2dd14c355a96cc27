/** Whom a spectator sees next, going round. Pure. */

/** @returns undefined when there is nobody. */
export function nextFollowed(
  keys: readonly string[],
  current: string | undefined,
  step: number,
): string | undefined {
  if (keys.length === 0) return undefined;
  const place = current === undefined ? -1 : keys.indexOf(current);
  if (place < 0) return keys[0];
  return keys[(place + step + keys.length) % keys.length];
}
