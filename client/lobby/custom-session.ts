/** The player's custom game: see `CompanySession`. Its own are teams, settings, and the match that the host starts. */
import type { CustomGameCommands, CustomGameState } from "../../schemas/party-state.ts";
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import {
  type CustomEntry,
  type CustomLink,
  type CustomReceived,
  joinCustomGame,
} from "../net/custom-connection.ts";
import type { LinkListeners } from "../net/room-link.ts";
import type { Account } from "../session/account.ts";
import { CompanySession } from "./company-session.ts";

export class CustomSession extends CompanySession<
  CustomGameState,
  CustomReceived,
  CustomGameCommands,
  CustomEntry
> {
  onSeat: (seat: SeatMessage) => void = () => undefined;
  /** A locked game is come back to with the password that let the player in. */
  #password: string | undefined;

  constructor(account: Account) {
    super(account, "custom");
  }

  chooseTeam(team: number): void {
    this.tell("team", { team });
  }

  setUp(settings: CustomGameCommands["setup"]): void {
    if (settings.password !== undefined) this.#password = settings.password ?? undefined;
    this.tell("setup", settings);
  }

  start(): void {
    this.tell("start", {});
  }

  protected override async open(
    token: string,
    entry: CustomEntry,
    listeners: LinkListeners<CustomReceived>,
  ): Promise<CustomLink> {
    const link = await joinCustomGame(token, entry, listeners);
    this.#password = "create" in entry ? entry.create.password : entry.password;
    return link;
  }

  protected override entryFor(code: string): CustomEntry {
    return this.#password === undefined ? { code } : { code, password: this.#password };
  }

  protected override ownMessages(): Pick<LinkListeners<CustomReceived>["messages"], "seat"> {
    return { seat: (seat) => this.onSeat(seat) };
  }
}
