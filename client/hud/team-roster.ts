/** Who plays with whom and against whom, for the screen before the fight. Pure. */
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { fighterHue, sidesOf, teamHue, teamName, teamOrder } from "../match/sides.ts";

/** Grey: who has not come has no colour yet. */
const ABSENT_HUE = 14;

export interface RosterLine {
  name: string;
  own: boolean;
  bot: boolean;
  /** Has not come (yet). */
  missing: boolean;
  hue: number;
}

export interface RosterSide {
  team: number;
  name: string;
  hue: number;
  lines: RosterLine[];
}

/**
 * The sides, the own one first; those of a free-for-all have no names.
 * @param expected names of each team, as the seat told them.
 */
export function rosterOf(
  state: SkirmishState,
  ownKey: string,
  expected: readonly (readonly string[])[],
): RosterSide[] {
  const sides = sidesOf(state, ownKey);
  const lineOf = (key: string): RosterLine[] => {
    const fighter = state.fighters.get(key);
    if (!fighter) return [];
    const { name, bot } = fighter;
    return [{ name, own: key === ownKey, bot, missing: false, hue: fighterHue(sides, fighter) }];
  };
  const keys = [...state.fighters.keys()];
  if (!sides.teams) {
    const lines = keys.flatMap(lineOf);
    lines.push(...missing(lines, expected.flat(), ABSENT_HUE));
    lines.sort((one, other) => Number(other.own) - Number(one.own));
    // Two against each other are two sides all the same.
    const [first, second] = lines;
    if (first && second && lines.length === 2)
      return [first, second].map((line, team) => ({ team, name: "", hue: line.hue, lines: [line] }));
    return [{ team: 0, name: "", hue: 0, lines }];
  }
  const count = Math.max(state.teams.length, expected.length);
  return teamOrder(count, sides.own).map((team) => {
    const hue = teamHue(team, sides.own);
    const lines = keys.filter((key) => state.fighters.get(key)?.team === team).flatMap(lineOf);
    lines.sort((one, other) => Number(other.own) - Number(one.own) || Number(one.bot) - Number(other.bot));
    return {
      team,
      name: teamName(team, sides.own, count),
      hue,
      lines: [...lines, ...missing(lines, expected[team] ?? [], hue)],
    };
  });
}

/** Two players may share a name: each line that is there stands for one of them. */
function missing(lines: readonly RosterLine[], names: readonly string[], hue: number): RosterLine[] {
  const there = lines.filter(({ bot }) => !bot).map(({ name }) => name);
  return names.flatMap((name) => {
    const place = there.indexOf(name);
    if (place >= 0) {
      there.splice(place, 1);
      return [];
    }
    return [{ name, own: false, bot: false, missing: true, hue }];
  });
}
