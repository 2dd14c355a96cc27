/** Who of a match may speak with this page's player. Pure. */

export interface TeamMate {
  id: string;
  name: string;
  own: boolean;
}

interface VoicedMatch {
  mode: string;
  fighters: {
    get(key: string): { team: number } | undefined;
    forEach(visit: (fighter: { name: string; team: number; bot: boolean }, key: string) => void): void;
  };
}

/** The own player first; empty without a team, or when nobody else is in it. */
export function teamMates({ mode, fighters }: VoicedMatch, ownKey: string): TeamMate[] {
  const own = mode === "teams" ? fighters.get(ownKey) : undefined;
  if (!own) return [];
  const mates: TeamMate[] = [];
  fighters.forEach(({ name, team, bot }, id) => {
    if (!bot && team === own.team) mates.push({ id, name, own: id === ownKey });
  });
  if (mates.length < 2) return [];
  return mates.sort((one, other) => Number(other.own) - Number(one.own));
}
