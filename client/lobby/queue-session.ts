/**
 * The player's way through a queue, whatever page is shown: joining, waiting, the ready check, the seat. A connection
 * that is lost for good is replaced by joining again with the last pass, a few times and ever more slowly; after that
 * the player is told, and has to enter again. A reloaded tab takes its place up again the same way.
 *
 * One queue at a time: entering another one leaves the first. Refusals end up in `model.note`; nothing rejects.
 */
import type {
  QueuedMessage,
  QueueJoinOptions,
  QueueMessages,
  ReadyCheckMessage,
  SeatMessage,
  StatusMessage,
} from "../../schemas/queue-messages.ts";
import { describeLeave, READY_DECLINED, READY_MISSED, SESSION_REPLACED } from "../net/leave-reason.ts";
import { joinQueue, type QueueLink } from "../net/queue-connection.ts";
import { Refusal } from "../net/request-json.ts";
import type { LinkListeners } from "../net/room-link.ts";
import { toRefusal } from "../net/room-refusal.ts";
import type { Account } from "../session/account.ts";
import { forget, keep, recall } from "../session/kept.ts";
import { Watchable } from "../session/watchable.ts";
import { IDLE, type QueueModel, readKeptQueue, refusalNote, restoreDelay } from "./queue-model.ts";

const KEPT = "queue";
/** Nothing to mend by trying again. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  4000,
  SESSION_REPLACED,
  READY_DECLINED,
  READY_MISSED,
  4412,
  4413,
]);
/** The server may be back in a moment. */
const PASSING_REFUSALS: ReadonlySet<string> = new Set([
  "unreachable",
  "unknown",
  "seat_expired",
  "party_unknown",
  "queue_moved",
  // By the process that died: it is found out in a while.
  "already_queued",
  "not_ready",
  "overloaded",
  "internal_error",
  "rate_limited",
]);

export interface QueueEntry {
  queue: string;
  /** As pages show it. */
  name: string;
  region?: string;
  pass?: string | undefined;
}

export class QueueSession extends Watchable {
  model: QueueModel = IDLE;
  /** Takes the player into the match. */
  onSeat: (seat: SeatMessage) => Promise<void> = () => Promise.resolve();
  /** A queue was entered: what a match needs can be loaded meanwhile. */
  onQueued: () => void = () => undefined;
  readonly #account: Account;
  #link: QueueLink | undefined;
  #entry: QueueEntry | undefined;
  /** Which attempt, and whose messages, still count. */
  #turn = Symbol("queue");

  constructor(account: Account) {
    super();
    this.#account = account;
  }

  get busy(): boolean {
    return this.model.phase !== "idle";
  }

  async enter(entry: QueueEntry): Promise<void> {
    const turn = this.#begin(entry);
    this.#set({ ...IDLE, phase: "joining", queue: entry.queue, name: entry.name, heardAt: Date.now() });
    try {
      await this.#join(turn, entry);
    } catch (error) {
      if (this.#turn === turn) this.#end(toRefusal(error).message);
    }
  }

  /** After a reload: with the pass that the tab had. */
  resume(): void {
    const kept = readKeptQueue(recall(KEPT), Date.now());
    if (!kept) return forget(KEPT);
    const turn = this.#begin(kept);
    void this.#restore(turn, kept);
  }

  /** Gives the place up. */
  cancel(): void {
    if (!this.busy) return;
    this.#end();
  }

  accept(): void {
    this.#answer("accept", "accepted");
  }

  decline(): void {
    this.#answer("decline", "declined");
  }

  clearNote(): void {
    if (this.model.note) this.#set({ ...this.model, note: undefined });
  }

  #answer(command: "accept" | "decline", answer: "accepted" | "declined"): void {
    const { check } = this.model;
    if (!check || check.answer !== "") return;
    this.#link?.send(command, { checkId: check.checkId });
    this.#set({ ...this.model, check: { ...check, answer } });
  }

  #begin(entry: QueueEntry): symbol {
    this.#dropLink();
    this.#turn = Symbol("queue");
    this.#entry = entry;
    return this.#turn;
  }

  #dropLink(): void {
    void this.#link?.leave();
    this.#link = undefined;
  }

  /** @param failure why, unless the player wanted it. */
  #end(failure?: string): void {
    this.#turn = Symbol("queue");
    this.#dropLink();
    this.#entry = undefined;
    forget(KEPT);
    this.#set({ ...IDLE, note: failure === undefined ? undefined : refusalNote(failure, Date.now()) });
  }

  async #join(turn: symbol, { queue, region, pass }: QueueEntry): Promise<void> {
    const options: QueueJoinOptions = {
      queue,
      input: matchMedia("(pointer: coarse)").matches ? "touch" : "keyboard",
      ...(region === undefined ? {} : { region }),
      ...(pass === undefined ? {} : { pass }),
    };
    const link = await this.#account.enter((token) => joinQueue(token, options, this.#listeners(turn)));
    if (this.#turn !== turn) return void link.leave();
    this.#link = link;
  }

  #listeners(turn: symbol): LinkListeners<QueueMessages> {
    const ifMine =
      <Message>(take: (message: Message) => void) =>
      (message: Message): void => {
        if (this.#turn === turn) take(message);
      };
    return {
      messages: {
        queued: ifMine((message) => this.#queued(message)),
        pass: ifMine(({ pass }) => this.#keepPass(pass)),
        status: ifMine((message) => this.#status(message)),
        ready_check: ifMine((message) => this.#asked(message)),
        ready_progress: ifMine(({ checkId, accepted, players }) => {
          const { check } = this.model;
          if (check?.checkId === checkId)
            this.#set({ ...this.model, check: { ...check, accepted, players } });
        }),
        ready_failed: ifMine(({ code }) => this.#checkFailed(code)),
        seat: ifMine((seat) => void this.#seated(turn, seat)),
        refused: ifMine(({ message }) => this.#set({ ...this.model, note: { text: message, failed: true } })),
      },
      changed: () => undefined,
      // A ready check goes on meanwhile: the answer is sent when the connection is back.
      dropped: ifMine<void>(() => this.#set({ ...this.model, phase: "restoring", attempt: 0 })),
      reconnected: ifMine<void>(() =>
        this.#set({ ...this.model, phase: this.model.check ? "checking" : "waiting" }),
      ),
      left: ifMine((code) => this.#left(turn, code)),
    };
  }

  #queued({ queue, waitedSeconds, pass, party }: QueuedMessage): void {
    this.#set({
      ...this.model,
      phase: "waiting",
      queue,
      party,
      waitedSeconds,
      heardAt: Date.now(),
      check: undefined,
    });
    this.#keepPass(pass);
    this.onQueued();
  }

  #keepPass(pass: string): void {
    if (!this.#entry) return;
    this.#entry = { ...this.#entry, pass };
    keep(KEPT, { ...this.#entry, at: Date.now() });
  }

  /** Who is asked whether they are ready gets none: one that comes says that the check is over. */
  #status({ waitedSeconds, estimateSeconds, position, players, heldBy }: StatusMessage): void {
    const heard = { waitedSeconds, heardAt: Date.now(), estimateSeconds, position, players, reason: heldBy };
    this.#set({ ...this.model, ...heard, phase: "waiting", check: undefined });
  }

  #asked({ checkId, seconds, players, backfill }: ReadyCheckMessage): void {
    const endsAt = Date.now() + seconds * 1000;
    const check = { checkId, endsAt, seconds, players, backfill, accepted: 0, answer: "" } as const;
    this.#set({ ...this.model, phase: "checking", check, note: undefined });
  }

  #checkFailed(code: string): void {
    const text =
      code === "match_not_created"
        ? "No match could be created. You keep your place in the queue."
        : "Somebody did not accept. You keep your place in the queue.";
    this.#set({ ...this.model, phase: "waiting", check: undefined, note: { text, failed: true } });
  }

  /** A seat is offered again to whoever was away for a moment; it is taken once. */
  async #seated(turn: symbol, seat: SeatMessage): Promise<void> {
    if (this.model.phase === "seated") return;
    this.#set({ ...this.model, phase: "seated", check: undefined });
    forget(KEPT);
    await this.onSeat(seat);
    if (this.#turn === turn) this.#end();
  }

  #left(turn: symbol, code: number): void {
    this.#link = undefined;
    if (this.model.phase === "seated") return;
    const entry = this.#entry;
    if (!entry || FINAL_CODES.has(code)) this.#end(describeLeave(code));
    else void this.#restore(turn, entry);
  }

  async #restore(turn: symbol, entry: QueueEntry): Promise<void> {
    let { pass } = entry;
    for (let attempt = 1; ; attempt += 1) {
      const { queue, name } = entry;
      this.#set({ ...this.model, phase: "restoring", queue, name, check: undefined, attempt });
      const delay = restoreDelay(attempt);
      if (delay === undefined) return this.#end("The queue could not be reached again. You lost your place.");
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (this.#turn !== turn) return;
      try {
        await this.#join(turn, { ...entry, pass });
        return;
      } catch (error) {
        if (this.#turn !== turn) return;
        const refusal = error instanceof Refusal ? error : toRefusal(error);
        // Alone one begins anew; a party's ticket is only the party's.
        const alone = this.model.party.size < 2;
        if (refusal.code === "queue_pass_invalid" && pass !== undefined && alone) pass = undefined;
        else if (!PASSING_REFUSALS.has(refusal.code)) return this.#end(refusal.message);
      }
    }
  }

  #set(model: QueueModel): void {
    this.model = model;
    this.changed();
  }
}
