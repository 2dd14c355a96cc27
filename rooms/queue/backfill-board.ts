/**
 * Running matches that ask a queue for people. A call is good for a few seconds and is repeated while places are open,
 * so that a match that ends, fills up or dies with its process needs no goodbye. Places for which somebody is being
 * asked are not offered twice. Bounded: the longest-silent match makes room for a new one.
 */
import type {
  BackfillCall,
  BackfillRequest,
  Filter,
  PlayerStanding,
  Ticket,
  TicketMember,
} from "../../src/index.ts";

const LIFETIME_MS = 5000;
const MOST_BACKFILLS = 1000;
/** Of them in one pass. */
const MOST_REQUESTS = 100;

export interface BackfillPlace {
  readonly request: BackfillRequest;
  readonly team: number;
  readonly ticket: Ticket;
}

interface Noted {
  call: BackfillCall;
  firstAt: number;
  until: number;
  members: Map<string, TicketMember>;
}

type StandingsOf = (playerIds: readonly string[]) => Promise<ReadonlyMap<string, PlayerStanding>>;

export class BackfillBoard {
  readonly #noted = new Map<string, Noted>();
  /** Of matches that this queue made: what their clients said of themselves is known here alone. */
  readonly #remembered = new Map<string, readonly TicketMember[]>();
  /** Places for which a ready check runs. */
  readonly #held = new Map<BackfillPlace, number>();

  /** Who was seated in a match; it may ask for people later. */
  remember(roomId: string, members: readonly TicketMember[]): void {
    const all = [...(this.#remembered.get(roomId) ?? []), ...members];
    this.#remembered.delete(roomId);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MOST_BACKFILLS && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(roomId, all);
  }

  /** @param standingsOf asked for players of the match who were not known yet; a failure leaves the call unnoted. */
  async note(call: BackfillCall, now: number, standingsOf: StandingsOf): Promise<void> {
    const before = this.#noted.get(call.roomId);
    const members = new Map(before?.members);
    for (const member of this.#remembered.get(call.roomId) ?? []) members.set(member.playerId, member);
    const unknown = call.teams.flatMap(({ players }) => players).filter((playerId) => !members.has(playerId));
    if (unknown.length > 0)
      for (const [playerId, standing] of await standingsOf(unknown))
        members.set(playerId, memberOf(playerId, standing));
    this.#noted.delete(call.roomId);
    const [silent] = this.#noted.keys();
    if (this.#noted.size >= MOST_BACKFILLS && silent !== undefined) this.#noted.delete(silent);
    this.#noted.set(call.roomId, {
      call,
      firstAt: before?.firstAt ?? now,
      until: now + LIFETIME_MS,
      members,
    });
  }

  /** What can be filled now. */
  open(now: number): BackfillRequest[] {
    const requests: BackfillRequest[] = [];
    for (const [place, until] of this.#held) if (now > until) this.#held.delete(place);
    for (const [roomId, { call, firstAt, until, members }] of this.#noted) {
      if (now > until) {
        this.#noted.delete(roomId);
        continue;
      }
      const held = [...this.#held.keys()].filter(({ request }) => request.roomId === roomId);
      const teams = call.teams.map(({ open, players }, team) => {
        const coming = held.filter((place) => place.team === team).flatMap(({ ticket }) => ticket.members);
        const here = players.flatMap((playerId) => members.get(playerId) ?? []);
        return { open: Math.max(0, open - coming.length), members: [...here, ...coming] };
      });
      const { score, secondsLeft, lengthSeconds } = call;
      if (requests.length === MOST_REQUESTS) break;
      requests.push({
        requestId: roomId,
        roomId,
        requestedAt: firstAt,
        score,
        secondsLeft,
        lengthSeconds,
        teams,
      });
    }
    return requests;
  }

  /** Who is in a match, or left it, is no replacement: nobody comes back into a lost match as somebody new. */
  keepFormerOut(): Filter {
    const former = new Map<string, ReadonlySet<string>>();
    for (const { call } of this.#noted.values()) {
      const present = call.teams.flatMap(({ players }) => players);
      const known = new Set([...call.former, ...present]);
      for (const playerId of present) former.set(playerId, known);
    }
    const left = (one: Ticket, other: Ticket): boolean => {
      const known = former.get(one.members[0].playerId);
      return known !== undefined && other.members.some(({ playerId }) => known.has(playerId));
    };
    const pair = (one: Ticket, other: Ticket): boolean => !left(one, other) && !left(other, one);
    return { name: "former", says: "", hard: true, pair };
  }

  /** The match would not have somebody: nobody is offered to it until it calls again. */
  drop(roomId: string): void {
    this.#noted.delete(roomId);
  }

  hold(place: BackfillPlace, until: number): void {
    this.#held.set(place, until);
  }

  release(place: BackfillPlace): void {
    this.#held.delete(place);
  }
}

function memberOf(playerId: string, standing: PlayerStanding): TicketMember {
  return { playerId, ...standing, latencies: {}, build: "", input: "", attributes: {} };
}
