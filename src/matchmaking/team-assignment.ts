/**
 * Who plays on which team. Given tickets that fit into the teams, looks for the split with the least difference between
 * the teams' summed mu: for a given set of players openskill's prediction is even exactly where that difference is 0.
 *
 * Two teams of up to `EXACT_TICKETS` tickets: every split is looked at (2^k, with the teams' sizes as bounds). Otherwise
 * the longest-processing-time rule (Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM J. Appl. Math. 17,
 * 1969: the largest first, each to the team that lags most), then exchanges of two tickets of one size while they help.
 */
import type { Ticket } from "./ticket.ts";

const EXACT_TICKETS = 12;
const MOST_EXCHANGES = 50;
/** Packing is hard in general; whatever is not found within so many steps is taken as impossible. */
const MOST_STEPS = 5000;

/** Teams as lists of indices into the tickets. */
export type Assignment = readonly (readonly number[])[];

interface Party {
  index: number;
  size: number;
  mu: number;
}

/** Whether parties of these sizes fit into the teams, none of them split. */
export function fits(sizes: readonly number[], teams: readonly number[]): boolean {
  const sorted = [...sizes].sort((a, b) => b - a);
  const left = [...teams];
  let steps = 0;
  const place = (at: number): boolean => {
    const size = sorted[at];
    if (size === undefined) return true;
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

/**
 * The best splits, the most even first; empty when the parties do not fit.
 * @param most how many; with more than two teams it is one.
 */
export function assignTeams(
  tickets: readonly Ticket[],
  teams: readonly number[],
  most: number,
): Assignment[] {
  const parties = tickets.map(({ members }, index): Party => {
    let mu = 0;
    for (const { skill } of members) mu += skill.mu;
    return { index, size: members.length, mu };
  });
  if (teams.length === 2 && parties.length <= EXACT_TICKETS) return splitInTwo(parties, teams, most);
  const spread = spreadOver(parties, teams);
  return spread ? [spread] : [];
}

/** Fullness first: places that stay open are shared, then strength. */
function splitInTwo(
  parties: readonly Party[],
  [first = 0, second = 0]: readonly number[],
  most: number,
): Assignment[] {
  const found: { mask: number; badness: number }[] = [];
  const players = parties.reduce((sum, { size }) => sum + size, 0);
  const strength = parties.reduce((sum, { mu }) => sum + mu, 0);
  const shareOfFirst = first / (first + second);
  // With teams of one size a split and its mirror are the same: the first party stays on the first team.
  const masks = 1 << parties.length;
  const step = first === second ? 2 : 1;
  for (let mask = first === second ? 1 : 0; mask < masks; mask += step) {
    let size = 0;
    let mu = 0;
    for (let at = 0; at < parties.length; at += 1) {
      if ((mask >> at) % 2 === 0) continue;
      const party = parties[at] as Party;
      size += party.size;
      mu += party.mu;
    }
    if (size > first || players - size > second) continue;
    const badness = Math.abs(size - players * shareOfFirst) * 1e6 + Math.abs(strength - 2 * mu);
    keepBest(found, { mask, badness }, most);
  }
  return found.map(({ mask }) => [
    parties.filter((_party, at) => (mask >> at) % 2 === 1).map(({ index }) => index),
    parties.filter((_party, at) => (mask >> at) % 2 === 0).map(({ index }) => index),
  ]);
}

function keepBest<T extends { badness: number }>(found: T[], candidate: T, most: number): void {
  const last = found.at(-1);
  if (found.length === most && last && last.badness <= candidate.badness) return;
  let at = found.length;
  while (at > 0 && (found[at - 1] as T).badness > candidate.badness) at -= 1;
  found.splice(at, 0, candidate);
  if (found.length > most) found.pop();
}

function spreadOver(parties: readonly Party[], sizes: readonly number[]): Assignment | undefined {
  const sorted = [...parties].sort((a, b) => b.size - a.size || b.mu - a.mu || a.index - b.index);
  const room = [...sizes];
  const teams: Party[][] = sizes.map(() => []);
  let steps = 0;
  const place = (at: number): boolean => {
    const party = sorted[at];
    if (!party) return true;
    steps += 1;
    if (steps > MOST_STEPS) return false;
    const order = [...room.keys()]
      .filter((team) => (room[team] as number) >= party.size)
      .sort(
        (a, b) =>
          lag(teams[a] as Party[], sizes[a] as number) - lag(teams[b] as Party[], sizes[b] as number) ||
          a - b,
      );
    const tried = new Set<string>();
    for (const team of order) {
      const alike = `${room[team]}/${sizes[team]}`;
      if (tried.has(alike)) continue;
      tried.add(alike);
      (teams[team] as Party[]).push(party);
      room[team] = (room[team] as number) - party.size;
      if (place(at + 1)) return true;
      room[team] = (room[team] ?? 0) + party.size;
      teams[team]?.pop();
    }
    return false;
  };
  if (!place(0)) return undefined;
  exchange(teams);
  return teams.map((team) => team.map(({ index }) => index));
}

/** Who is filled least comes first, then who is weakest. */
function lag(team: readonly Party[], size: number): number {
  const players = team.reduce((sum, party) => sum + party.size, 0);
  const mu = team.reduce((sum, party) => sum + party.mu, 0);
  return (players / size) * 1e6 + mu;
}

function exchange(teams: Party[][]): void {
  const sums = teams.map((team) => team.reduce((sum, { mu }) => sum + mu, 0));
  for (let round = 0; round < MOST_EXCHANGES; round += 1) {
    const strongest = sums.indexOf(Math.max(...sums));
    const weakest = sums.indexOf(Math.min(...sums));
    const gap = (sums[strongest] as number) - (sums[weakest] as number);
    let best: { from: number; to: number; gap: number } | undefined;
    for (const [from, strong] of (teams[strongest] as Party[]).entries())
      for (const [to, weak] of (teams[weakest] as Party[]).entries()) {
        const after = Math.abs(gap - 2 * (strong.mu - weak.mu));
        if (strong.size === weak.size && after < (best?.gap ?? gap) - 1e-9) best = { from, to, gap: after };
      }
    if (!best) return;
    const strong = (teams[strongest] as Party[])[best.from] as Party;
    const weak = (teams[weakest] as Party[])[best.to] as Party;
    (teams[strongest] as Party[])[best.from] = weak;
    (teams[weakest] as Party[])[best.to] = strong;
    sums[strongest] = (sums[strongest] as number) - strong.mu + weak.mu;
    sums[weakest] = (sums[weakest] as number) + strong.mu - weak.mu;
  }
}
