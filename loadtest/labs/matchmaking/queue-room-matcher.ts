/**
 * Colyseus' own `QueueRoom`: the real class and its real grouping, once a second, on clients without a network. What it
 * would do with a ready group (make a room, reserve seats) is replaced by handing the group out; everybody in it has
 * left the queue then, as a client that confirms its seat does.
 *
 * Its groups have no teams: they are made by `dealTeams`, with whole parties where that is possible. It has no ready
 * check either: those who come back from one join again, as its clients would, so its own count of their cycles starts
 * anew.
 *
 * Ranks are mu. Its own `compare` speaks of a difference of ten, but it is its ratio that decides: ranks sixty times as
 * large give nearly the same day.
 *
 * - `parties: "teamId"`: each party has its own `teamId`, `maxTeamSize` is the team's size. A player alone has a team id as
 *   well: those without one are never grouped in that mode (`Object.values` leaves the default team's symbol out).
 * - `parties: "rank"`: no teams; each member's rank is the mean of the party, which keeps them side by side in its
 *   order, though nothing keeps them together. Only here are its groups' averages right: with teams each next team's
 *   rank is counted twice and those before it are left out.
 */
import { type Client, type QueueClientData, type QueueMatchGroup, QueueRoom } from "@colyseus/core";
import { meanMu } from "../../../src/matchmaking/ticket.ts";
import type { Arrival } from "./arrivals.ts";
import { type Matcher, type Proposal, type Seat, seatsOf } from "./simulate-day.ts";
import { dealTeams } from "./split-teams.ts";

export interface QueueRoomSettings {
  readonly teamSize: number;
  readonly parties: "teamId" | "rank";
  /** Farthest from a group's average that may join it; absent: the class's own `compare`. */
  readonly farthest?: number;
}

interface QueuedClient {
  readonly seat: Seat;
  readonly sessionId: string;
  userData?: QueueClientData;
  send(): void;
}

class QueueRoomWithoutNetwork extends QueueRoom {
  readonly ready: QueueMatchGroup[] = [];

  constructor({ teamSize, parties, farthest }: QueueRoomSettings) {
    super();
    this.maxPlayers = 2 * teamSize;
    if (parties === "teamId") this.maxTeamSize = teamSize;
    if (farthest !== undefined)
      this.compare = ({ rank }, { averageRank }) => Math.abs(rank - averageRank) <= farthest;
  }

  override processGroupsReady(): void {
    this.ready.push(...this.groups.filter(({ ready }) => ready));
  }
}

export class QueueRoomMatcher implements Matcher {
  readonly #settings: QueueRoomSettings;
  readonly #room: QueueRoomWithoutNetwork;

  constructor(settings: QueueRoomSettings) {
    this.#settings = settings;
    this.#room = new QueueRoomWithoutNetwork(settings);
  }

  enqueue(arrival: Arrival): void {
    this.#join(seatsOf(arrival));
  }

  giveBack(seats: readonly Seat[]): void {
    this.#join(seats);
  }

  form(): Proposal[] {
    this.#room.ready.length = 0;
    this.#room.reassignMatchGroups();
    return this.#room.ready.map((group) => {
      const clients = group.clients as unknown as readonly QueuedClient[];
      for (const client of group.clients) this.#room.clients.delete(client);
      const seats = clients.map(({ seat }) => seat);
      return { teams: dealTeams(seats, this.#settings.teamSize) };
    });
  }

  #join(seats: readonly Seat[]): void {
    const teams = this.#settings.parties === "teamId";
    for (const seat of seats) {
      const { ticket } = seat.arrival;
      const client: QueuedClient = { seat, sessionId: seat.member.playerId, send: () => undefined };
      const queued = client as unknown as Client;
      this.#room.clients.push(queued);
      this.#room.onJoin(
        queued as never,
        teams ? { rank: seat.member.skill.mu, teamId: ticket.ticketId } : { rank: meanMu(ticket) },
      );
    }
  }
}
