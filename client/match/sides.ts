/**
 * Who is on whose side, and in which colour: in team matches the own side is blue and the others are warm, whatever
 * the teams' numbers are; in a free-for-all everybody has the colour of their slot. Pure.
 */
import type { Fighter } from "../../schemas/skirmish-state.ts";

/** Places in `FIGHTER_COLOURS`: blue, then red, violet, green, amber. */
const SIDE_HUES = [1, 2, 4, 3, 0, 5, 6, 7] as const;

export interface Sides {
  teams: boolean;
  /** Of this page's player; undefined for a spectator, and in a free-for-all. */
  own: number | undefined;
}

/** What of a match tells the sides: a live one, or one that is shown again. */
export interface SidedMatch {
  mode: string;
  fighters: { get(key: string): { team: number } | undefined };
}

export function sidesOf(state: SidedMatch, ownKey: string): Sides {
  const teams = state.mode === "teams";
  return { teams, own: teams ? state.fighters.get(ownKey)?.team : undefined };
}

/** The place in `FIGHTER_COLOURS`. */
export function fighterHue({ teams, own }: Sides, { slot, team }: Pick<Fighter, "slot" | "team">): number {
  return teams ? teamHue(team, own) : slot;
}

export function teamHue(team: number, own: number | undefined): number {
  if (team === own) return SIDE_HUES[0];
  const place = own === undefined ? team : 1 + (team < own ? team : team - 1);
  return SIDE_HUES[place % SIDE_HUES.length] as number;
}

/** @param teams how many there are. */
export function teamName(team: number, own: number | undefined, teams: number): string {
  if (team === own) return "Your team";
  if (own !== undefined && teams === 2) return "Enemies";
  return `Team ${team + 1}`;
}

/** The own side first, then the others in order. */
export function teamOrder(teams: number, own: number | undefined): number[] {
  const order = Array.from({ length: teams }, (_, team) => team);
  if (own !== undefined) order.sort((one, other) => Number(other === own) - Number(one === own));
  return order;
}
