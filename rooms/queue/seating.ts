/** From a ready check that everybody accepted to seats: who sits where, and offers that are kept for a moment. Pure. */
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import type { DeclaredQueue, FormedMatch, PlacedSeat, Placement } from "../../src/index.ts";
import type { BackfillPlace } from "./backfill-board.ts";
import type { Entry } from "./queue-line.ts";

/** What a ready check is about: a match that was formed, or a place in one that runs. */
export type Subject<Connection> = { entries: Entry<Connection>[] } & (
  | { match: FormedMatch }
  | { backfill: BackfillPlace }
);

/** How long a seat is offered again to whoever comes back: about as long as it is reserved. */
const OFFER_MS = 15_000;

export function seatsFor<Connection>(subject: Subject<Connection>): PlacedSeat[] {
  const teams = new Map<string, number>();
  if ("match" in subject)
    for (const [team, tickets] of subject.match.teams.entries())
      for (const { ticketId } of tickets) teams.set(ticketId, team);
  const only = "backfill" in subject ? subject.backfill.team : 0;
  return subject.entries.flatMap(({ ticketId, places }) =>
    [...places].map(([playerId, { name }]) => ({ playerId, name, team: teams.get(ticketId) ?? only })),
  );
}

export function placementOf(
  { queue, region }: { queue: string; region: string },
  { teams, match }: DeclaredQueue,
  formed: FormedMatch,
  seats: PlacedSeat[],
): Omit<Placement, "issuedAt"> {
  const where = region === "" ? formed.region : region;
  return { queue, region: where, rated: true, teams: [...teams], match: { ...match }, seats };
}

export function namesByTeam(teams: readonly number[], seats: readonly PlacedSeat[]): string[][] {
  return teams.map((_size, team) => seats.filter((seat) => seat.team === team).map(({ name }) => name));
}

export class SeatOffers {
  readonly #offers = new Map<string, { message: SeatMessage; until: number }>();

  keep(playerId: string, message: SeatMessage, now: number): void {
    this.#offers.set(playerId, { message, until: now + OFFER_MS });
  }

  of(playerId: string, now: number): SeatMessage | undefined {
    const offer = this.#offers.get(playerId);
    return offer && now <= offer.until ? offer.message : undefined;
  }

  forget(playerId: string): void {
    this.#offers.delete(playerId);
  }

  expire(now: number): void {
    for (const [playerId, { until }] of this.#offers) if (now > until) this.#offers.delete(playerId);
  }
}
