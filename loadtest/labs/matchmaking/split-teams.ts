/**
 * Teams for matchers that have none: they hand over a group of players, and a game would make teams of it like this.
 *
 * - `dealTeams`, what a game writes in a few lines, and the kindest of those to the matcher (plain dealing by rank,
 *   A B B A, gives wider matches as soon as parties stay together): larger parties first, the stronger first among
 *   equals, each to the team that is weaker so far. A party goes to the other team when it does not fit, and is split
 *   only when it fits in neither.
 * - `fairestTeams`, the best that could be made of that group: of all ways to make two teams that leave every party
 *   whole, the one with the smallest difference in strength. Where no way leaves all whole, the dealt teams.
 */
import type { Seat } from "./simulate-day.ts";

/** The members of one party that are in this group. */
interface Piece {
  readonly seats: Seat[];
  readonly strength: number;
}

export function dealTeams(group: readonly Seat[], teamSize: number): [Seat[], Seat[]] {
  const pieces = piecesOf(group).sort((a, b) => b.seats.length - a.seats.length || b.strength - a.strength);
  const teams: [Seat[], Seat[]] = [[], []];
  const strengths = [0, 0];
  for (const { seats, strength } of pieces) {
    const weaker = (strengths[0] ?? 0) <= (strengths[1] ?? 0) ? 0 : 1;
    const side = ([weaker, 1 - weaker] as const).find(
      (team) => (teams[team]?.length ?? 0) + seats.length <= teamSize,
    );
    if (side === undefined) {
      const room = teamSize - teams[0].length;
      teams[0].push(...seats.slice(0, room));
      teams[1].push(...seats.slice(room));
      continue;
    }
    teams[side]?.push(...seats);
    strengths[side] = (strengths[side] ?? 0) + strength;
  }
  return teams;
}

export function fairestTeams(group: readonly Seat[], teamSize: number): [Seat[], Seat[]] {
  const pieces = piecesOf(group);
  const total = pieces.reduce((sum, { strength }) => sum + strength, 0);
  let best = -1;
  let smallestGap = Number.POSITIVE_INFINITY;
  // A bit a piece: set is the first team. The last piece stays in the second, as the mirror image is no other split.
  for (let choice = 0; choice < 2 ** (pieces.length - 1); choice += 1) {
    let size = 0;
    let strength = 0;
    for (const [index, piece] of pieces.entries()) {
      if ((choice & (1 << index)) === 0) continue;
      size += piece.seats.length;
      strength += piece.strength;
    }
    const gap = Math.abs(total - 2 * strength);
    if (size !== teamSize || gap >= smallestGap) continue;
    smallestGap = gap;
    best = choice;
  }
  if (best === -1) return dealTeams(group, teamSize);
  const inFirst = (index: number): boolean => (best & (1 << index)) !== 0;
  return [
    pieces.flatMap(({ seats }, index) => (inFirst(index) ? seats : [])),
    pieces.flatMap(({ seats }, index) => (inFirst(index) ? [] : seats)),
  ];
}

function piecesOf(group: readonly Seat[]): Piece[] {
  const byTicket = Map.groupBy(group, ({ arrival }) => arrival);
  return [...byTicket.values()].map((seats) => ({
    seats,
    strength: seats.reduce((sum, { member }) => sum + member.skill.mu, 0),
  }));
}
