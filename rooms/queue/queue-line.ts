/**
 * Who stands in a queue: one entry a ticket, one place in it for each player of the party. Pure bookkeeping without
 * clock or network. An entry is "assembling" until everybody of its party has come, then "waiting", "checking" while
 * its players are asked whether they are ready, and "placed" once they were given their seats.
 */
import type { QueuePass, Ticket, TicketMember } from "../../src/index.ts";

export interface Place<Connection> {
  member: TicketMember;
  name: string;
  connection: Connection;
  /** The connection dropped, and the place is kept for a while. */
  away: boolean;
  /** The connection ended for good while the seat was being made. */
  gone: boolean;
}

export interface Entry<Connection> {
  readonly ticketId: string;
  /** Everybody who belongs to it, the leader first. */
  readonly playerIds: readonly string[];
  readonly places: Map<string, Place<Connection>>;
  /** Milliseconds. */
  readonly enqueuedAt: number;
  returned: number;
  state: "assembling" | "waiting" | "checking" | "placed";
  /** When the first of them came, milliseconds. */
  readonly openedAt: number;
}

export class QueueLine<Connection> {
  readonly #entries = new Map<string, Entry<Connection>>();
  readonly #byPlayer = new Map<string, Entry<Connection>>();

  /** Players who hold a place, seated ones not counted. */
  get players(): number {
    return this.#byPlayer.size;
  }

  get entries(): Iterable<Entry<Connection>> {
    return this.#entries.values();
  }

  entry(ticketId: string): Entry<Connection> | undefined {
    return this.#entries.get(ticketId);
  }

  entryOf(playerId: string): Entry<Connection> | undefined {
    return this.#byPlayer.get(playerId);
  }

  /** Puts a player on the pass's ticket. The caller has made sure that the player holds no other place here. */
  take(
    { ticketId, members, enqueuedAt, returned }: QueuePass,
    place: Place<Connection>,
    now: number,
  ): Entry<Connection> {
    let entry = this.#entries.get(ticketId);
    if (!entry) {
      entry = {
        ticketId,
        playerIds: members,
        places: new Map(),
        enqueuedAt: Math.min(now, enqueuedAt),
        returned,
        state: "assembling",
        openedAt: now,
      };
      this.#entries.set(ticketId, entry);
    }
    entry.places.set(place.member.playerId, place);
    this.#byPlayer.set(place.member.playerId, entry);
    if (entry.state === "assembling" && entry.places.size === entry.playerIds.length) entry.state = "waiting";
    return entry;
  }

  /** Takes an entry with everybody on it out of the line. */
  remove(entry: Entry<Connection>): void {
    if (this.#entries.get(entry.ticketId) === entry) this.#entries.delete(entry.ticketId);
    for (const playerId of entry.places.keys())
      if (this.#byPlayer.get(playerId) === entry) this.#byPlayer.delete(playerId);
  }

  /** Tickets that can be matched now: complete, nobody away, nobody asked already. */
  tickets(): Ticket[] {
    const tickets: Ticket[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.state !== "waiting") continue;
      const places = [...entry.places.values()];
      if (!places.some(({ away }) => away)) tickets.push(ticketOf(entry));
    }
    return tickets;
  }
}

/** Members in the order of the pass, the leader first. */
export function ticketOf<Connection>(entry: Entry<Connection>): Ticket {
  const { ticketId, enqueuedAt, returned } = entry;
  const members = entry.playerIds.flatMap((playerId) => entry.places.get(playerId)?.member ?? []);
  const [leader, ...others] = members;
  if (!leader) throw new Error(`the ticket ${ticketId} has nobody on it`);
  return { ticketId, members: [leader, ...others], enqueuedAt, returned };
}
