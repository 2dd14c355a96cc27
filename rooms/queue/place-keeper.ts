/**
 * What makes a place in a queue last: the player's claim on one queue in all of the cluster, and the pass that brings the
 * waiting time back. Both are good for a minute and renewed every quarter of one, a few of them at a time.
 */
import type { Client } from "@colyseus/core";
import type { QueuedMessage } from "../../schemas/queue-messages.ts";
import {
  type DeclaredQueue,
  joinRefusal,
  type MatchmakingServices,
  type PlayerIdentity,
  type TicketMember,
} from "../../src/index.ts";
import type { Entry } from "./queue-line.ts";
import { memberFrom, type QueueRequest } from "./queue-request.ts";
import { secondsSince } from "./queue-status.ts";

/** Turns in which everybody is renewed once. */
const TURNS = 15;
/** Longer than a pass is good for. */
const SPENT_MS = 65_000;

export class PlaceKeeper {
  readonly #services: MatchmakingServices;
  readonly #queue: DeclaredQueue;
  readonly #name: string;
  readonly #roomId: string;
  #turn = 0;
  readonly #spent = new Map<string, number>();

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

  /**
   * Tells a client that it has its place, and makes it the holder of the claim: of several sessions of a player that
   * came at once the one that has the place is.
   */
  welcome(client: Client, entry: Entry<Client>, region: string): void {
    const { playerId } = client.auth as PlayerIdentity;
    const now = Date.now();
    void this.#services.claims.take(playerId, this.#holder(client)).catch(() => undefined);
    client.send("queued", {
      ticketId: entry.ticketId,
      queue: this.#name,
      region,
      waitedSeconds: secondsSince(entry.enqueuedAt, now),
      pass: this.passFor(entry, playerId, now),
      party: { size: entry.playerIds.length, here: entry.places.size },
    } satisfies QueuedMessage);
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

  /** The ticket had its match: its passes bring no waiting time back. */
  spend(ticketId: string, now: number): void {
    for (const [spent, until] of this.#spent) if (now > until) this.#spent.delete(spent);
    this.#spent.set(ticketId, now + SPENT_MS);
  }

  isSpent(ticketId: string): boolean {
    return this.#spent.has(ticketId);
  }

  release(entry: Entry<Client>): void {
    for (const [playerId, { connection }] of entry.places)
      this.#services.claims.release(playerId, this.#holder(connection));
  }

  #holder({ sessionId }: Client): { roomId: string; sessionId: string } {
    return { roomId: this.#roomId, sessionId };
  }
}
