/** An operation on a player: a pure decision over the player's document, which the store carries out exactly once. */
import type { ErrorCode } from "../../errors.ts";
import type { LedgerEntry, LedgerKind, PlayerDocument } from "./player-document.ts";

/** Fields that an operation may set; the rest is the store's. */
export type PlayerChanges = Partial<
  Omit<PlayerDocument, "_id" | "v" | "createdAt" | "seq" | "open" | "deletedAt">
>;

/** What an operation writes into the ledger; differences that are left out are none. */
export type EntryContent = Partial<
  Pick<LedgerEntry, "experience" | "currencies" | "items" | "achievements" | "rating">
>;

export type Decision =
  | { ok: true; set: PlayerChanges; entry?: EntryContent }
  | { ok: false; code: ErrorCode };

export interface PlayerOperation {
  playerId: string;
  /** Under which it is done once, for ever. Absent: it owns nothing of value, and repeating it does no harm. */
  once?: { key: string; kind: LedgerKind; subject?: string; request?: string };
  at: Date;
  /** Opens the account under this name where there is none: a token may outlive its account in development. */
  openAs?: string;
  /** Pure, and called again when another change came first. */
  decide: (player: PlayerDocument) => Decision;
}

export type Outcome =
  | {
      ok: true;
      /** The player after the operation, or as found when it was done before. */
      player: PlayerDocument;
      entry: LedgerEntry | undefined;
      /**
       * It had been done before: nothing changed now. Where two processes carry out the same key at the same instant,
       * both may say that it had not.
       */
      repeated: boolean;
    }
  | { ok: false; code: ErrorCode };
