/**
 * Who plays on which team. Of all splits that leave parties whole, those come first that share open places most evenly,
 * then those whose teams are nearest in strength: the mean mu of a team's players. For a given set of players openskill's
 * prediction of two equally large teams is even exactly where that is equal.
 *
 * Few tickets: every split is looked at, teams of one size being the same while they are empty. Otherwise the
 * longest-processing-time rule (Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM J. Appl. Math. 17, 1969: the
 * largest first, each to the team that lags most), then exchanges of two tickets of one size while they help.
 */

/** Tickets up to which every split is looked at. */
const EXACT_OF_TWO_TEAMS = 12;
const EXACT_OF_MORE_TEAMS = 9;
const MOST_EXCHANGES = 50;
/** Packing is hard in general; whatever is not found within so many steps is taken as impossible. */
const MOST_STEPS = 5000;
/** Open places weigh more than any difference in strength. */
const FULLNESS = 1e6;

export interface Party {
  readonly size: number;
  /** Sum over its members. */
  readonly mu: number;
}

/** Teams as lists of indices into the parties. */
export type Assignment = readonly (readonly number[])[];

/** Whether parties of these sizes fit into the teams, none of them split. */
export function fits(sizes: readonly number[], teams: readonly number[]): boolean {
  const [first = 0, second = 0] = teams;
  if (teams.length === 2 && first + second < 31) return fitsTwo(sizes, first, second);
  const sorted = [...sizes].sort((a, b) => b - a);
  const left = [...teams];
  let steps = 0;
  const place = (at: number): boolean => {
    const size = sorted[at];
    // Players alone fit wherever there is room at all.
    if (size === undefined || size === 1) return sum(sorted.slice(at)) <= sum(left);
    steps += 1;
    if (steps > MOST_STEPS) return false;
    const tried = new Set<number>();
    for (let team = 0; team < left.length; team += 1) {
      const room = left[team] as number;
      // Teams with the same room left are the same.
      if (room < size || tried.has(room)) continue;
      tried.add(room);
      left[team] = room - size;
      if (place(at + 1)) return true;
      left[team] = room;
    }
    return false;
  };
  return place(0);
}

/** Which numbers of players the first team can have, as bits. */
function fitsTwo(sizes: readonly number[], first: number, second: number): boolean {
  let reachable = 1;
  let players = 0;
  for (const size of sizes) {
    players += size;
    if (players > first + second) return false;
    reachable |= reachable << size;
  }
  const least = Math.max(0, players - second);
  return ((reachable >>> least) & ((2 << (first - least)) - 1)) !== 0;
}

/**
 * The best splits, the best first; empty when the parties do not fit.
 * @param most how many; where not every split is looked at it is one.
 */
export function assignTeams(
  parties: readonly Party[],
  teams: readonly number[],
  most: number,
): readonly Assignment[] {
  if (
    teams.length >= parties.length &&
    teams.every((size) => size === 1) &&
    parties.every(({ size }) => size === 1)
  )
    return [teams.map((_, at) => (at < parties.length ? [at] : []))];
  const exact = teams.length === 2 ? EXACT_OF_TWO_TEAMS : EXACT_OF_MORE_TEAMS;
  if (parties.length <= exact) return everySplit(parties, teams, most);
  const spread = spreadOver(parties, teams);
  return spread ? [spread] : [];
}

interface Split {
  readonly badness: number;
  /** The team of each party. */
  readonly teamOf: readonly number[];
}

function everySplit(parties: readonly Party[], teams: readonly number[], most: number): Assignment[] {
  const largest = Math.max(...teams);
  const order = [...parties.keys()].sort((a, b) => sizeOf(parties, b) - sizeOf(parties, a) || a - b);
  const players = teams.map(() => 0);
  const mus = teams.map(() => 0);
  const teamOf = parties.map(() => 0);
  const best: Split[] = [];
  const place = (depth: number): void => {
    if (depth === order.length) {
      const badness = badnessOf(players, mus, teams, largest);
      if (best.length < most || badness < (best[most - 1] as Split).badness)
        keep(best, badness, teamOf, most);
      return;
    }
    const at = order[depth] as number;
    const { size, mu } = parties[at] as Party;
    for (let team = 0; team < teams.length; team += 1) {
      const there = players[team] as number;
      if (there + size > (teams[team] as number)) continue;
      if (there === 0 && team > 0 && hasEmptyTwin(team, players, teams)) continue;
      const before = mus[team] as number;
      players[team] = there + size;
      mus[team] = before + mu;
      teamOf[at] = team;
      place(depth + 1);
      players[team] = there;
      mus[team] = before;
    }
  };
  place(0);
  return best.map((split) => teamsOf(split, teams.length));
}

function teamsOf({ teamOf }: Split, count: number): Assignment {
  const teams = Array.from({ length: count }, (): number[] => []);
  for (let at = 0; at < teamOf.length; at += 1) teams[teamOf[at] as number]?.push(at);
  return teams;
}

function hasEmptyTwin(team: number, players: readonly number[], teams: readonly number[]): boolean {
  for (let other = 0; other < team; other += 1)
    if (players[other] === 0 && teams[other] === teams[team]) return true;
  return false;
}

function badnessOf(
  players: readonly number[],
  mus: readonly number[],
  teams: readonly number[],
  largest: number,
): number {
  let fullest = 0;
  let emptiest = 1;
  let strongest = Number.NEGATIVE_INFINITY;
  let weakest = Number.POSITIVE_INFINITY;
  for (let team = 0; team < teams.length; team += 1) {
    const there = players[team] as number;
    const share = there / (teams[team] as number);
    if (share > fullest) fullest = share;
    if (share < emptiest) emptiest = share;
    if (there === 0) continue;
    const strength = ((mus[team] as number) / there) * largest;
    if (strength > strongest) strongest = strength;
    if (strength < weakest) weakest = strength;
  }
  return (fullest - emptiest) * FULLNESS + (strongest - weakest);
}

function keep(best: Split[], badness: number, teamOf: readonly number[], most: number): void {
  let at = best.length;
  while (at > 0 && (best[at - 1] as Split).badness > badness) at -= 1;
  best.splice(at, 0, { badness, teamOf: teamOf.slice() });
  if (best.length > most) best.pop();
}

function spreadOver(parties: readonly Party[], sizes: readonly number[]): Assignment | undefined {
  const sorted = [...parties.keys()].sort(
    (a, b) => sizeOf(parties, b) - sizeOf(parties, a) || muOf(parties, b) - muOf(parties, a) || a - b,
  );
  const teams: number[][] = sizes.map(() => []);
  const players = sizes.map(() => 0);
  const mus = sizes.map(() => 0);
  let steps = 0;
  const lag = (team: number): number =>
    ((players[team] as number) / (sizes[team] as number)) * FULLNESS + (mus[team] as number);
  const place = (depth: number): boolean => {
    const at = sorted[depth];
    if (at === undefined) return true;
    steps += 1;
    if (steps > MOST_STEPS) return false;
    const { size, mu } = parties[at] as Party;
    const open = [...sizes.keys()].filter(
      (team) => (players[team] as number) + size <= (sizes[team] as number),
    );
    const tried = new Set<string>();
    for (const team of open.sort((a, b) => lag(a) - lag(b) || a - b)) {
      const alike = `${players[team]}/${sizes[team]}`;
      if (tried.has(alike)) continue;
      tried.add(alike);
      const [thereBefore, muBefore] = [players[team] as number, mus[team] as number];
      (teams[team] as number[]).push(at);
      players[team] = thereBefore + size;
      mus[team] = muBefore + mu;
      if (place(depth + 1)) return true;
      (teams[team] as number[]).pop();
      players[team] = thereBefore;
      mus[team] = muBefore;
    }
    return false;
  };
  if (!place(0)) return undefined;
  exchange(parties, teams, players);
  return teams;
}

/** Between the strongest and the weakest team, as long as it brings the two nearer. */
function exchange(parties: readonly Party[], teams: number[][], players: readonly number[]): void {
  const filled = [...teams.keys()].filter((team) => (players[team] as number) > 0);
  const strengthOf = (team: number): number =>
    (teams[team] as number[]).reduce((mu, at) => mu + muOf(parties, at), 0) / (players[team] as number);
  for (let round = 0; round < MOST_EXCHANGES; round += 1) {
    const strengths = filled.map(strengthOf);
    const strongest = filled[strengths.indexOf(Math.max(...strengths))] as number;
    const weakest = filled[strengths.indexOf(Math.min(...strengths))] as number;
    const gap = Math.max(...strengths) - Math.min(...strengths);
    const perMu = 1 / (players[strongest] as number) + 1 / (players[weakest] as number);
    let best: { from: number; to: number; gap: number } | undefined;
    for (const [from, strong] of (teams[strongest] as number[]).entries())
      for (const [to, weak] of (teams[weakest] as number[]).entries()) {
        if (sizeOf(parties, strong) !== sizeOf(parties, weak)) continue;
        const after = Math.abs(gap - (muOf(parties, strong) - muOf(parties, weak)) * perMu);
        if (after < (best?.gap ?? gap) - 1e-9) best = { from, to, gap: after };
      }
    if (!best) return;
    const [up, down] = [teams[strongest] as number[], teams[weakest] as number[]];
    const moved = up[best.from] as number;
    up[best.from] = down[best.to] as number;
    down[best.to] = moved;
  }
}

const sizeOf = (parties: readonly Party[], at: number): number => (parties[at] as Party).size;
const muOf = (parties: readonly Party[], at: number): number => (parties[at] as Party).mu;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
