/**
 * The player's place in a party or in a custom game, whatever page is shown: joining, members, chat, and coming back.
 * A connection that is lost for good is replaced by joining again with the code, a few times; a reloaded tab does so
 * too. Refusals end up in `note`; only joining rejects, with the refusal.
 */
import type { ChatLine } from "../../schemas/party-state.ts";
import { describeLeave, LEFT_BY_CHOICE, SESSION_REPLACED } from "../net/leave-reason.ts";
import type { LinkListeners, RoomLink } from "../net/room-link.ts";
import { toRefusal } from "../net/room-refusal.ts";
import type { Account } from "../session/account.ts";
import { forget, keep, recall } from "../session/kept.ts";
import { Watchable } from "../session/watchable.ts";
import { type MemberModel, type MemberSource, readMembers } from "./company-model.ts";
import { type Note, restoreDelay } from "./queue-model.ts";

const MOST_CHAT_LINES = 200;
const KICKED = 4414;
const FINAL_CODES: ReadonlySet<number> = new Set([LEFT_BY_CHOICE, SESSION_REPLACED, KICKED]);
/** A moment ago the room was there, so these may pass; a room that is gone is gone after a few tries. */
const RESTORE_TRIES = 5;

export interface CompanyState extends MemberSource {
  code: string;
  most: number;
}

/** What both kinds of rooms say. */
export interface CompanyReceived {
  chat: ChatLine;
  chat_history: ChatLine[];
  refused: { code: string; message: string };
}

/** What both kinds of rooms take. */
export interface CompanySent {
  ready: { ready: boolean };
  chat: { text: string };
  invite: { playerId: string };
  kick: { playerId: string };
  promote: { playerId: string };
}

export abstract class CompanySession<
  State extends CompanyState,
  Received extends CompanyReceived,
  Sent extends CompanySent,
  Entry,
> extends Watchable {
  status: "out" | "joining" | "in" | "away" = "out";
  chat: readonly ChatLine[] = [];
  note: Note | undefined;
  members: readonly MemberModel[] = [];
  /** Of the room that the player is in, or is brought back into; "" outside. */
  code = "";
  protected link: RoomLink<State, Received, Sent> | undefined;
  readonly #account: Account;
  readonly #keptAs: string;
  /** The latest attempt to join; and the one whose room the player is in, whose messages count. */
  #attempt = Symbol("company");
  #inside = this.#attempt;

  constructor(account: Account, keptAs: string) {
    super();
    this.#account = account;
    this.#keptAs = keptAs;
  }

  /** The room's state; undefined outside of one. */
  get state(): State | undefined {
    return this.link?.state;
  }

  get self(): MemberModel | undefined {
    return this.members.find(({ own }) => own);
  }

  get leads(): boolean {
    return this.self?.leader ?? false;
  }

  protected abstract open(
    token: string,
    entry: Entry,
    listeners: LinkListeners<Received>,
  ): Promise<RoomLink<State, Received, Sent>>;

  /** The entry that brings the player back into the same room. */
  protected abstract entryFor(code: string): Entry;

  protected abstract ownMessages(): Omit<LinkListeners<Received>["messages"], keyof CompanyReceived>;

  /**
   * Joins, and leaves the room before, if there was one. What fails changes nothing.
   * @throws Refusal
   */
  async join(entry: Entry): Promise<void> {
    const attempt = Symbol("company");
    this.#attempt = attempt;
    this.#setStatus("joining");
    try {
      await this.#enter(attempt, entry);
    } catch (error) {
      if (this.#attempt === attempt) this.#stay();
      throw toRefusal(error);
    }
  }

  /** After a reload. */
  async resume(): Promise<void> {
    const code = recall(this.#keptAs);
    if (typeof code !== "string" || this.status !== "out") return;
    await this.join(this.entryFor(code)).catch(() => forget(this.#keptAs));
  }

  leave(): void {
    this.#attempt = this.#inside = Symbol("company");
    void this.link?.leave();
    this.#gone();
  }

  say(text: string): void {
    this.tell("chat", { text });
  }

  setReady(ready: boolean): void {
    this.tell("ready", { ready });
  }

  invite(playerId: string): void {
    this.tell("invite", { playerId });
  }

  kick(playerId: string): void {
    this.tell("kick", { playerId });
  }

  promote(playerId: string): void {
    this.tell("promote", { playerId });
  }

  warn(text: string): void {
    this.note = { text, failed: true };
    this.changed();
  }

  protected tell<Type extends keyof Sent & string>(type: Type, message: Sent[Type]): void {
    this.note = undefined;
    this.link?.send(type, message);
    this.changed();
  }

  async #enter(attempt: symbol, entry: Entry): Promise<void> {
    const inside = (): boolean => this.#inside === attempt;
    // What is said before the player is shown inside.
    const early: ChatLine[] = [];
    const general: LinkListeners<CompanyReceived>["messages"] = {
      chat: (line) => (inside() ? this.#addChat([line]) : early.push(line)),
      chat_history: (lines) => (inside() ? this.#addChat(lines) : early.unshift(...lines)),
      refused: ({ message }) => inside() && this.warn(message),
    };
    const listeners: LinkListeners<Received> = {
      messages: { ...general, ...this.ownMessages() } as LinkListeners<Received>["messages"],
      changed: () => inside() && this.#read(),
      dropped: () => inside() && this.#setStatus("away"),
      reconnected: () => inside() && this.#setStatus("in"),
      left: (code) => inside() && this.#left(attempt, code),
    };
    const link = await this.#account.enter((token) => this.open(token, entry, listeners));
    if (this.#attempt !== attempt) return void link.leave();
    void this.link?.leave();
    this.#inside = attempt;
    this.link = link;
    this.code = link.room.roomId;
    this.status = "in";
    this.note = undefined;
    this.chat = early;
    keep(this.#keptAs, this.code);
    this.#read();
  }

  #read(): void {
    const { state } = this;
    this.members = state ? readMembers(state, this.#account.playerId) : [];
    this.changed();
  }

  #addChat(lines: readonly ChatLine[]): void {
    this.chat = [...this.chat, ...lines].slice(-MOST_CHAT_LINES);
    this.changed();
  }

  #left(inside: symbol, code: number): void {
    this.link = undefined;
    if (FINAL_CODES.has(code)) this.#gone(describeLeave(code));
    else void this.#restore(inside, this.code);
  }

  async #restore(inside: symbol, code: string): Promise<void> {
    this.#setStatus("away");
    let attempt = this.#attempt;
    for (let tries = 1; tries <= RESTORE_TRIES; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, restoreDelay(tries)));
      // Left, or joined elsewhere, meanwhile.
      if (this.#inside !== inside || this.#attempt !== attempt) return;
      try {
        attempt = Symbol("company");
        this.#attempt = attempt;
        await this.#enter(attempt, this.entryFor(code));
        return;
      } catch {
        // The next attempt, or the sentence below.
      }
    }
    if (this.#inside === inside && this.#attempt === attempt)
      this.#gone("The connection was lost and could not be brought back.");
  }

  /** Another room could not be joined: the player is where they were. */
  #stay(): void {
    if (this.link) this.#setStatus(this.link.away ? "away" : "in");
    else this.#gone();
  }

  #gone(failure?: string): void {
    this.link = undefined;
    this.status = "out";
    this.code = "";
    this.chat = [];
    this.members = [];
    this.note = failure === undefined ? undefined : { text: failure, failed: true };
    forget(this.#keptAs);
    this.changed();
  }

  #setStatus(status: typeof this.status): void {
    this.status = status;
    this.changed();
  }
}
