/**
 * Who names whom: on a block list, among the latest opponents. What a ticket's players are called and whom they name is
 * also kept as bits, one a player in either of two words (Bloom, "Space/Time Trade-offs in Hash Coding with Allowable
 * Errors", CACM 13, 1970): most that have nobody in common are told apart by those alone.
 */
import type { Ticket, TicketMember } from "./ticket.ts";

export interface People {
  readonly members: readonly TicketMember[];
  readonly ids: Bits;
  readonly named: Bits;
}

interface Bits {
  first: number;
  second: number;
}

export function blockedBy({ members }: Ticket): People {
  const people = { members, ids: idsOf(members), named: { first: 0, second: 0 } };
  for (const { blocks } of members) for (const playerId of blocks) add(people.named, playerId);
  return people;
}

/** Whether either blocks the other. */
export function blockEachOther(one: People, other: People): boolean {
  const blocks = ({ blocks: list }: TicketMember, playerId: string): boolean => list.has(playerId);
  return names(one, other, blocks) || names(other, one, blocks);
}

/** @param most how many of each player's latest opponents count. */
export function latelyMetBy({ members }: Ticket, most: number): People {
  const people = { members, ids: idsOf(members), named: { first: 0, second: 0 } };
  for (const { recentOpponents } of members)
    for (let at = 0; at < recentOpponents.length && at < most; at += 1)
      add(people.named, recentOpponents[at] as string);
  return people;
}

/** Whether either names the other among so many of the latest opponents. */
export function metLately(one: People, other: People, most: number): boolean {
  const met = ({ recentOpponents }: TicketMember, playerId: string): boolean => {
    const at = recentOpponents.indexOf(playerId);
    return at >= 0 && at < most;
  };
  return names(one, other, met) || names(other, one, met);
}

function names(
  one: People,
  other: People,
  isNamed: (member: TicketMember, playerId: string) => boolean,
): boolean {
  const { named } = one;
  const { ids } = other;
  if ((named.first & ids.first) === 0 || (named.second & ids.second) === 0) return false;
  for (const member of one.members)
    for (const { playerId } of other.members) if (isNamed(member, playerId)) return true;
  return false;
}

function idsOf(members: readonly TicketMember[]): Bits {
  const bits = { first: 0, second: 0 };
  for (const { playerId } of members) add(bits, playerId);
  return bits;
}

/** By the last characters: whatever makes ids has them differ there. */
function add(bits: Bits, playerId: string): void {
  let hash = playerId.length;
  for (let at = Math.max(0, hash - 8); at < playerId.length; at += 1)
    hash = Math.imul(hash, 31) + playerId.charCodeAt(at);
  hash = Math.imul(hash, 0x9e3779b1);
  bits.first |= 1 << (hash >>> 27);
  bits.second |= 1 << ((hash >>> 22) & 31);
}
