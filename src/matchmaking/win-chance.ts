/** How likely each team is to win, by openskill's `predictWin`. */
import { predictWin } from "openskill";
import type { Skill } from "./ticket.ts";

/** One chance a team, their sum 1. A team without players yet counts as even with the others' mean. */
export function winChancesOf(teams: readonly (readonly Skill[])[]): number[] {
  if (teams.length < 2) return teams.map(() => 1);
  const filled = teams.filter((team) => team.length > 0);
  if (filled.length < teams.length || filled.length < 2) return teams.map(() => 1 / teams.length);
  const rated = teams.map((team) => team.map(({ mu, sigma }) => ({ mu, sigma })));
  return predictWin(rated);
}
