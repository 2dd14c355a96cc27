/** The player's party: see `CompanySession`. What is its own is the way into a queue together. */
import type { PartyCommands, PartyState } from "../../schemas/party-state.ts";
import { joinParty, type PartyLink, type PartyReceived } from "../net/party-connection.ts";
import type { LinkListeners } from "../net/room-link.ts";
import type { Account } from "../session/account.ts";
import { CompanySession } from "./company-session.ts";

export class PartySession extends CompanySession<
  PartyState,
  PartyReceived,
  PartyCommands,
  string | undefined
> {
  /** The leader entered a queue: every member follows with an own pass. */
  onQueuePass: (queue: string, pass: string) => void = () => undefined;

  constructor(account: Account) {
    super(account, "party");
  }

  /** @throws Refusal */
  create(): Promise<void> {
    return this.join(undefined);
  }

  enterQueue(queue: string): void {
    this.tell("enter_queue", { queue });
  }

  protected override open(
    token: string,
    code: string | undefined,
    listeners: LinkListeners<PartyReceived>,
  ): Promise<PartyLink> {
    return joinParty(token, code, listeners);
  }

  protected override entryFor(code: string): string {
    return code;
  }

  protected override ownMessages(): Pick<LinkListeners<PartyReceived>["messages"], "queue_pass"> {
    return { queue_pass: ({ queue, pass }) => this.onQueuePass(queue, pass) };
  }
}
