/**
 * The room "queue": what clients send to join and wait in it, and what they are told. A queue room has a small state
 * for everybody (`QueueState`) and messages for each client.
 *
 * The way through: join → "queued" → "status" every second or two → "ready_check" → "accept" or "decline" →
 * "ready_progress" → "seat", or "ready_failed" and "status" again. After "seat" the client consumes the reservation
 * (`client.consumeSeatReservation`) and leaves the queue. Closing the connection on purpose gives the place up;
 * a dropped one is kept for a while, and "queued" carries a pass that brings the waiting time back even when the
 * server was replaced: join again with it.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";

/** What everybody in a queue sees. */
export const QueueState = schema(
  {
    queue: t.string().default(""),
    /** "" for a queue that serves all regions. */
    region: t.string().default(""),
    /** Players who wait, those in a ready check included. */
    players: t.uint32().default(0),
    /** Matches formed since the room was created. */
    matches: t.uint32().default(0),
  },
  "QueueState",
);
export type QueueState = SchemaType<typeof QueueState>;

/** Options of the join. */
export interface QueueJoinOptions {
  queue: string;
  region?: string;
  /** From "queued" or "pass" (waiting time kept), or from a party's "queue_pass". */
  pass?: string;
  /** Round trip to regions, milliseconds, as measured. */
  latencies?: Record<string, number>;
  /** "keyboard" (default), "touch", "gamepad". */
  input?: string;
  /** The client's build. */
  build?: string;
  /** Flat values for the game's own filters. */
  attributes?: Record<string, string | number | boolean>;
}

export interface QueuedMessage {
  ticketId: string;
  queue: string;
  region: string;
  waitedSeconds: number;
  /** Brings the waiting time back within a minute after it was issued; a fresh one comes with "pass". */
  pass: string;
  /** Players of the ticket, and how many of them have come so far. */
  party: { size: number; here: number };
}

export interface StatusMessage {
  waitedSeconds: number;
  /** Null: nothing is known yet. */
  estimateSeconds: number | null;
  /** 1 is next. */
  position: number;
  /** Players who wait. */
  players: number;
  /** Why: `says` is a sentence for the player. */
  heldBy: {
    reason: "too_few" | "filter" | "soon" | "party_incomplete" | "member_away";
    filter?: string;
    says: string;
  };
}

export interface ReadyCheckMessage {
  checkId: string;
  /** Seconds left to answer. */
  seconds: number;
  /** Players who are asked. */
  players: number;
  /** Whether it is a place in a match that runs already. */
  backfill: boolean;
}

export interface ReadyProgressMessage {
  checkId: string;
  accepted: number;
  players: number;
}

export interface ReadyFailedMessage {
  checkId: string;
  /** "ready_check_failed": somebody did not accept; "match_not_created": no room could be made. */
  code: string;
}

export interface SeatMessage {
  /** As `client.consumeSeatReservation` takes it. */
  reservation: {
    name: string;
    sessionId: string;
    roomId: string;
    processId?: string | undefined;
    publicAddress?: string | undefined;
  };
  team: number;
  /** Names of those on each team. */
  teams: string[][];
}

/** Server to client. */
export interface QueueMessages {
  queued: QueuedMessage;
  /** A fresh pass, every quarter of a minute. */
  pass: { pass: string };
  status: StatusMessage;
  ready_check: ReadyCheckMessage;
  ready_progress: ReadyProgressMessage;
  ready_failed: ReadyFailedMessage;
  seat: SeatMessage;
  /** What was sent is not possible; the connection stays. */
  refused: { code: string; message: string };
}

/** Client to server. */
export interface QueueCommands {
  accept: { checkId: string };
  decline: { checkId: string };
}
