/**
 * The player's place in the lobby: entered with the first page that needs it and kept from then on, over pages and
 * matches. A lost connection is brought back for ever, ever more slowly; another tab of the same player takes it over,
 * and then it is not fought for.
 */
import type {
  FriendLine,
  InvitationMessage,
  LobbyCommands,
  LobbyMessages,
  QueueLine,
  RoomLine,
} from "../../schemas/lobby-messages.ts";
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import { SESSION_REPLACED } from "../net/leave-reason.ts";
import { joinLobby, type LobbyLink } from "../net/lobby-connection.ts";
import type { LinkListeners } from "../net/room-link.ts";
import { toRefusal } from "../net/room-refusal.ts";
import type { Account } from "../session/account.ts";
import { forget, keep, recall } from "../session/kept.ts";
import { Watchable } from "../session/watchable.ts";
import type { Note } from "./queue-model.ts";

const KEPT = "lobby";
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;

export type RoomFilter = Omit<LobbyCommands["list_rooms"], "stop">;

export class LobbySession extends Watchable {
  status: "out" | "joining" | "in" | "away" | "elsewhere" = "out";
  /** Why the lobby cannot be entered right now. */
  problem = "";
  /** What was refused last. */
  note: Note | undefined;
  online = 0;
  playing = 0;
  friends: readonly FriendLine[] = [];
  queues: readonly QueueLine[] | undefined;
  regions: readonly string[] = [];
  /** Undefined until the list is known. */
  rooms: readonly RoomLine[] | undefined;
  invitations: readonly InvitationMessage[] = [];
  onSeat: (seat: SeatMessage) => Promise<void> = () => Promise.resolve();
  readonly #account: Account;
  #link: LobbyLink | undefined;
  #delay = FIRST_DELAY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #filter: RoomFilter | undefined;
  #closed = false;

  constructor(account: Account) {
    super();
    this.#account = account;
  }

  /** In the lobby before the page was reloaded. */
  get wasIn(): boolean {
    return recall(KEPT) === true;
  }

  /** Enters it, if the player is not there yet, and otherwise looks again who is a friend. Never rejects. */
  open(): void {
    this.#closed = false;
    this.note = undefined;
    if (this.status === "in") this.#link?.send("refresh_friends", {});
    if (this.status === "in" || this.status === "joining" || this.#link) return;
    clearTimeout(this.#timer);
    void this.#enter();
  }

  /** Another player comes. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    void this.#link?.leave();
    this.#link = undefined;
    this.friends = [];
    this.invitations = [];
    forget(KEPT);
    this.#setStatus("out");
  }

  watchRooms(filter: RoomFilter): void {
    this.#filter = filter;
    this.#link?.send("list_rooms", filter);
  }

  unwatchRooms(): void {
    this.#filter = undefined;
    this.rooms = undefined;
    this.#link?.send("list_rooms", { stop: true });
  }

  quickPlay(): void {
    this.note = undefined;
    this.#link?.send("quick_play", {
      input: matchMedia("(pointer: coarse)").matches ? "touch" : "keyboard",
    });
    this.changed();
  }

  /** Answered, or run out. */
  dropInvitation(code: string): void {
    this.invitations = this.invitations.filter((invitation) => invitation.code !== code);
    this.changed();
  }

  warn(text: string): void {
    this.note = { text, failed: true };
    this.changed();
  }

  async #enter(): Promise<void> {
    this.#setStatus("joining");
    try {
      const link = await this.#account.enter((token) => joinLobby(token, this.#listeners()));
      if (this.#closed) return void link.leave();
      this.#link = link;
    } catch (error) {
      if (this.#closed) return;
      this.problem = toRefusal(error).message;
      this.#retry();
      return;
    }
    keep(KEPT, true);
    this.problem = "";
    this.#delay = FIRST_DELAY_MS;
    this.#read();
    this.#setStatus("in");
    if (this.#filter) this.#link.send("list_rooms", this.#filter);
  }

  #retry(): void {
    this.#setStatus("away");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#enter(), this.#delay);
    this.#delay = Math.min(LONGEST_DELAY_MS, this.#delay * 2);
  }

  #listeners(): LinkListeners<LobbyMessages> {
    const take = (change: () => void): void => {
      change();
      this.changed();
    };
    return {
      messages: {
        friends: (friends) => take(() => (this.friends = friends)),
        friend: (friend) => take(() => this.#takeFriend(friend)),
        invitation: (invitation) => take(() => this.#takeInvitation(invitation)),
        rooms: (rooms) => take(() => (this.rooms = rooms)),
        queues: (queues) => take(() => (this.queues = queues)),
        regions: (regions) => take(() => (this.regions = regions)),
        seat: (seat) => void this.onSeat(seat),
        refused: ({ message }) => this.warn(message),
      },
      changed: () => take(() => this.#read()),
      dropped: () => this.#setStatus("away"),
      reconnected: () => this.#setStatus("in"),
      left: (code) => this.#left(code),
    };
  }

  #read(): void {
    const state = this.#link?.state;
    this.online = state?.online ?? 0;
    this.playing = state?.playing ?? 0;
  }

  #takeFriend(friend: FriendLine): void {
    const known = this.friends.some(({ playerId }) => playerId === friend.playerId);
    this.friends = known
      ? this.friends.map((line) => (line.playerId === friend.playerId ? friend : line))
      : [...this.friends, friend];
  }

  /** One a room: who asks again asks for the same. */
  #takeInvitation(invitation: InvitationMessage): void {
    this.invitations = [...this.invitations.filter(({ code }) => code !== invitation.code), invitation];
  }

  #left(code: number): void {
    this.#link = undefined;
    if (code === SESSION_REPLACED) {
      this.problem = "You opened the lobby in another tab or on another device.";
      this.#setStatus("elsewhere");
    } else this.#retry();
  }

  #setStatus(status: typeof this.status): void {
    this.status = status;
    this.changed();
  }
}
