/** How everybody stands when a match is over, as its result has it. Pure. */
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";
import type { FinalStanding, MatchBot } from "../../src/index.ts";
import { rankFighters } from "./shared/standings.ts";

/** What the state does not say of a player. */
export interface PlayerFacts {
  /** Who only held a seat has no part in the result. */
  takesPart: (key: string) => boolean;
  /** Who let a bot play has left. */
  wasAway: (key: string) => boolean;
  isLate: (key: string) => boolean;
}

export interface FinalStandings {
  standings: FinalStanding[];
  bots: MatchBot[];
  away: { sessionId: string; fighter: Fighter }[];
}

export function finalStandings(
  state: SkirmishState,
  { takesPart, wasAway, isLate }: PlayerFacts,
): FinalStandings {
  const { mode, winner, fighters } = state;
  const result: FinalStandings = { standings: [], bots: [], away: [] };
  for (const { key, fighter, placement: own } of rankFighters(fighters)) {
    const { team, score, kills, deaths, bot } = fighter;
    const won = winner === (mode === "teams" ? String(team) : key);
    // In a team game all of a team share its place.
    const placement = mode === "teams" ? placeOfTeam(state, team) : own;
    if (bot) result.bots.push({ team, placement });
    else if (!takesPart(key)) continue;
    else if (wasAway(key)) result.away.push({ sessionId: key, fighter });
    else
      result.standings.push({
        sessionId: key,
        team,
        score,
        kills,
        deaths,
        placement,
        won,
        late: isLate(key),
      });
  }
  return result;
}

function placeOfTeam({ teams }: SkirmishState, team: number): number {
  const own = teams[team]?.score ?? 0;
  return 1 + [...teams].filter(({ score }) => score > own).length;
}
