/** Who came where: more score first, then fewer deaths. */

export interface Ranked {
  score: number;
  deaths: number;
}

export interface Standing<F extends Ranked> {
  key: string;
  fighter: F;
  /** 1 is best; fighters level in score and deaths share a placement. */
  placement: number;
}

/** Everyone, best first. */
export function rankFighters<F extends Ranked>(fighters: {
  forEach(callback: (fighter: F, key: string) => void): void;
}): Standing<F>[] {
  const standings: Standing<F>[] = [];
  fighters.forEach((fighter, key) => standings.push({ key, fighter, placement: 1 }));
  standings.sort((a, b) => compare(a.fighter, b.fighter));
  standings.forEach((standing, index) => {
    const above = standings[index - 1];
    standing.placement =
      above && compare(above.fighter, standing.fighter) === 0 ? above.placement : index + 1;
  });
  return standings;
}

function compare(a: Ranked, b: Ranked): number {
  return b.score - a.score || a.deaths - b.deaths;
}
