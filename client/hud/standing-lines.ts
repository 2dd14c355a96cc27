/** What stands in the table of a match: everybody, best first; in team matches the teams, each with its fighters. Pure. */
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { Fighter, SkirmishState } from "../../schemas/skirmish-state.ts";
import { fighterHue, sidesOf, teamHue, teamName } from "../match/sides.ts";

export type StandingLine =
  | { kind: "team"; team: number; name: string; score: number; hue: number; own: boolean; winner: boolean }
  | { kind: "fighter"; fighter: Fighter; placement: number; hue: number; own: boolean; winner: boolean };

export function standingLines(state: SkirmishState, ownKey: string): StandingLine[] {
  const sides = sidesOf(state, ownKey);
  const over = state.phase === "over";
  const fighters = rankFighters(state.fighters).map(
    ({ key, fighter, placement }) =>
      ({
        kind: "fighter",
        fighter,
        placement,
        hue: fighterHue(sides, fighter),
        own: key === ownKey,
        winner: over && !sides.teams && state.winner === key,
      }) as const,
  );
  if (!sides.teams) return fighters;
  const teams = [...state.teams].map(({ score }, team) => ({ team, score }));
  teams.sort((one, other) => other.score - one.score || one.team - other.team);
  return teams.flatMap(({ team, score }) => [
    {
      kind: "team",
      team,
      name: teamName(team, sides.own, teams.length),
      score,
      hue: teamHue(team, sides.own),
      own: team === sides.own,
      winner: over && state.winner === String(team),
    } as const,
    ...fighters
      .filter(({ fighter }) => fighter.team === team)
      .map((line, place) => ({ ...line, placement: place + 1 })),
  ]);
}
