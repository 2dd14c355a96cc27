/**
 * A party: players who want to play together. `client.create("party")`, then `client.joinById(code)`;
 * `schemas/party-state.ts` is the contract. It goes on while its members queue and play, so that they are together for
 * the next match. Its leader enters a queue: each member gets a pass of its own and joins the queue with it.
 */
import { randomUUID } from "node:crypto";
import type { Client } from "@colyseus/core";
import { PartyState } from "../../schemas/party-state.ts";
import { type ErrorCode, joinRefusal, type RoomServices } from "../../src/index.ts";
import * as commands from "./commands.ts";
import { GatheringRoom } from "./gathering-room.ts";

/** Passes are for one ticket: two sets of them, from a button pressed twice, would tear the party apart. */
const ENTERED_AGAIN_MS = 3000;

export class PartyRoom extends GatheringRoom {
  override state: PartyState = new PartyState();
  protected override readonly kind = "party";
  #enteredAt = Number.NEGATIVE_INFINITY;

  override async onCreate({ arena }: { arena: RoomServices }): Promise<void> {
    if (arena.matchmaking.largestParty < 2) throw joinRefusal("party_too_large");
    await this.gather(arena, arena.matchmaking.largestParty);
    // A second page of a member comes before the first one has gone.
    this.maxClients = 2 * this.state.most + 4;
    this.on("enter_queue", commands.enterQueue, (client, { queue }) => this.#enterQueue(client, queue));
  }

  #enterQueue(client: Client, queue: string): { ok: false; code: ErrorCode } | undefined {
    const { matchmaking } = this.services;
    const { queues } = matchmaking;
    if (!this.leads(client)) return { ok: false, code: "not_leader" };
    const declared = Object.hasOwn(queues, queue) ? queues[queue] : undefined;
    if (!declared) return { ok: false, code: "queue_unknown" };
    const { leader } = this.state;
    const everybody = this.everybody;
    if (everybody.length > declared.largestParty) return { ok: false, code: "party_too_large" };
    const waitsForSomebody = everybody.some(
      ({ playerId, ready, connected }) => !connected || (!ready && playerId !== leader),
    );
    if (waitsForSomebody) return { ok: false, code: "party_not_ready" };
    if (everybody.some(({ activity }) => activity !== "")) return { ok: false, code: "already_queued" };
    const others = everybody.map(({ playerId }) => playerId).filter((playerId) => playerId !== leader);
    const now = Date.now();
    if (now < this.#enteredAt + ENTERED_AGAIN_MS) return { ok: false, code: "command_too_fast" };
    this.#enteredAt = now;
    const ticket = {
      ticketId: randomUUID(),
      queue,
      members: [leader, ...others],
      issuedAt: now,
      enqueuedAt: now,
      returned: 0,
    };
    for (const playerId of ticket.members)
      this.connectionOf(playerId)?.send("queue_pass", {
        queue,
        pass: matchmaking.signPass({ ...ticket, playerId }),
      });
    return undefined;
  }
}
