/**
 * What makes a place in a queue last: the player's claim on one queue in all of the cluster, and the pass that brings the
 * waiting time back. Both are good for a minute and renewed every quarter of one, a few of them at a time.
 */
import type { Client } from "@colyseus/core";
import {
  type DeclaredQueue,
  joinRefusal,
  type MatchmakingServices,
  type PlayerIdentity,
  type TicketMember,
} from "../../src/index.ts";
import type { Entry } from "./queue-line.ts";
import { memberFrom, type QueueRequest } from "./queue-request.ts";

/** Turns in which everybody is renewed once. */
const TURNS = 15;

export class PlaceKeeper {
  readonly #services: MatchmakingServices;
  readonly #queue: DeclaredQueue;
  readonly #name: string;
  readonly #roomId: string;
  #turn = 0;

  constructor(services: MatchmakingServices, queue: DeclaredQueue, name: string, roomId: string) {
    this.#services = services;
    this.#queue = queue;
    this.#name = name;
    this.#roomId = roomId;
  }

  /** Claims the queue for the player. @throws joinRefusal `already_queued` or `not_ready` */
  async memberOf(client: Client, request: QueueRequest): Promise<TicketMember> {
    const { playerId } = client.auth as PlayerIdentity;
    const { claims } = this.#services;
    const claimed = await claims.take(playerId, this.#holder(client)).catch(() => {
      throw joinRefusal("not_ready");
    });
    if (!claimed) throw joinRefusal("already_queued");
    const standings = await this.#services.standingsOf([playerId], this.#queue.rating).catch(() => undefined);
    const standing = standings?.get(playerId);
    if (standing) return memberFrom(playerId, standing, request);
    claims.release(playerId, this.#holder(client));
    throw joinRefusal("not_ready");
  }

  /** Of several sessions of a player that came at once, the one that has the place holds the claim. */
  claim(playerId: string, client: Client): void {
    void this.#services.claims.take(playerId, this.#holder(client)).catch(() => undefined);
  }

  passFor(entry: Entry<Client>, playerId: string, now: number): string {
    const { ticketId, playerIds, enqueuedAt, returned } = entry;
    const members = [...playerIds];
    return this.#services.signPass({
      ticketId,
      queue: this.#name,
      members,
      playerId,
      issuedAt: now,
      enqueuedAt,
      returned,
    });
  }

  renewTurn(entries: Iterable<Entry<Client>>): void {
    const now = Date.now();
    this.#turn = (this.#turn + 1) % TURNS;
    let at = 0;
    for (const entry of entries) {
      at += 1;
      if (at % TURNS !== this.#turn) continue;
      for (const [playerId, { connection }] of entry.places) {
        this.#services.claims.renew(playerId);
        connection.send("pass", { pass: this.passFor(entry, playerId, now) });
      }
    }
  }

  release(entry: Entry<Client>): void {
    for (const [playerId, { connection }] of entry.places)
      this.#services.claims.release(playerId, this.#holder(connection));
  }

  #holder({ sessionId }: Client): { roomId: string; sessionId: string } {
    return { roomId: this.#roomId, sessionId };
  }
}
