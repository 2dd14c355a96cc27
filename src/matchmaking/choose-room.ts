/** "Join a running match": the queues' filters and preferences over the rooms that run. Pure and deterministic. */
import { Crowd } from "./crowd.ts";
import type { Filter, Preference } from "./queue-rules.ts";
import type { Ticket, TicketMember } from "./ticket.ts";

export interface RunningRoom {
  readonly roomId: string;
  readonly openPlaces: number;
  readonly members: readonly TicketMember[];
}

/**
 * The room that suits a party best: the filters let it meet everybody there, and the preferences cost least on the
 * mean. Of equals the one with more people, then by id; an empty room is the last choice. Filters and preferences over
 * whole matches are not asked: a running match is what it is.
 */
export function chooseRoom(
  filters: readonly Filter[],
  preferences: readonly Preference[],
  ticket: Ticket,
  rooms: readonly RunningRoom[],
  now: number,
): RunningRoom | undefined {
  const crowd = new Crowd(filters, now);
  const self = crowd.add(ticket);
  const fitting = rooms
    .filter(({ openPlaces }) => openPlaces >= ticket.members.length)
    .map((room) => ({ room, there: room.members.map((member) => soloTicket(member, now)) }))
    .filter(({ there }) => there.every((other) => crowd.mayMeet(self, crowd.add(other))))
    .map(({ room, there }) => ({ room, cost: meanCost(preferences, ticket, there) }));
  fitting.sort(
    (a, b) =>
      a.cost - b.cost ||
      b.room.members.length - a.room.members.length ||
      (a.room.roomId < b.room.roomId ? -1 : 1),
  );
  return fitting[0]?.room;
}

/** Somebody who plays already, as a ticket that meets others. */
export function soloTicket(member: TicketMember, now: number): Ticket {
  return { ticketId: `playing ${member.playerId}`, members: [member], enqueuedAt: now, returned: 0 };
}

function meanCost(preferences: readonly Preference[], ticket: Ticket, others: readonly Ticket[]): number {
  if (others.length === 0) return Number.POSITIVE_INFINITY;
  let cost = 0;
  for (const other of others)
    for (const { weight, pair } of preferences) cost += weight * (pair?.(ticket, other) ?? 0);
  return cost / others.length;
}
