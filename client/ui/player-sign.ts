/** What tells players apart at a glance: initials and a colour. Pure. */
import { FIGHTER_COLOURS } from "../scene/palette.ts";

/** "Copper Falcon 33" → "CF" */
export function initials(name: string): string {
  const letters = name
    .split(/\s+/)
    .map((word) => /\p{L}/u.exec(word)?.[0] ?? "")
    .filter(Boolean);
  return letters.slice(0, 2).join("").toUpperCase() || "?";
}

/** By the id, so that it is the same everywhere. */
export function playerColour(playerId: string): string {
  let hash = 7;
  for (const letter of playerId) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return FIGHTER_COLOURS[hash % FIGHTER_COLOURS.length] as string;
}
