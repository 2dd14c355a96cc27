/**
 * Everything that a player keeps over pages and matches: the lobby, a party, a custom game, a place in a queue. Made
 * once with the page; this file only ties them to one another.
 */
import type { InvitationMessage } from "../../schemas/lobby-messages.ts";
import type { Route } from "../navigation/route.ts";
import type { Account } from "../session/account.ts";
import { readableId } from "../text.ts";
import { CustomSession } from "./custom-session.ts";
import { LobbySession } from "./lobby-session.ts";
import { PartySession } from "./party-session.ts";
import { QueueSession } from "./queue-session.ts";

export class SocialSession {
  readonly lobby: LobbySession;
  readonly party: PartySession;
  readonly custom: CustomSession;
  readonly queue: QueueSession;

  constructor(account: Account) {
    let player = account.playerId;
    account.watch(() => {
      const before = player;
      player = account.playerId;
      if (before !== undefined && before !== player) this.#leaveAll();
    });
    this.lobby = new LobbySession(account);
    this.party = new PartySession(account);
    this.custom = new CustomSession(account);
    this.queue = new QueueSession(account);
    this.party.onQueuePass = (queue, pass) =>
      void this.queue.enter({ queue, pass, name: this.nameOfQueue(queue) });
  }

  /** What a reloaded tab had. A custom game's own page joins it by itself. */
  resume(route: Route): void {
    if (this.lobby.wasIn) this.lobby.open();
    void this.party.resume();
    if (route.page !== "custom") void this.custom.resume();
    this.queue.resume();
  }

  /** Alone, or with the whole party where the player leads one. */
  enterQueue(queue: string, region?: string): void {
    if (this.party.status === "in" && this.party.members.length > 1) this.party.enterQueue(queue);
    else
      void this.queue.enter({
        queue,
        name: this.nameOfQueue(queue),
        ...(region === undefined ? {} : { region }),
      });
  }

  /** To the party that there is, or a new one. @throws Refusal */
  async inviteToParty(playerId: string): Promise<void> {
    if (this.party.status === "out") await this.party.create();
    this.party.invite(playerId);
  }

  /** @throws Refusal */
  async acceptInvitation({ code, kind }: InvitationMessage): Promise<void> {
    if (kind === "party") await this.party.join(code);
    this.lobby.dropInvitation(code);
  }

  nameOfQueue(id: string): string {
    return this.lobby.queues?.find((queue) => queue.id === id)?.name ?? readableId(id);
  }

  /** The account is gone: its company was another player's. */
  #leaveAll(): void {
    this.queue.cancel();
    this.party.leave();
    this.custom.leave();
    this.lobby.close();
  }
}
