/** What the arena hands to rooms that queue, gather and place players, as `options.arena.matchmaking`. */
import type { ErrorCode } from "../errors.ts";
import type { PlacedSeat, Placement } from "./placement.ts";
import type { QueuePass } from "./queue-pass.ts";
import type { QueueRules } from "./queue-rules.ts";
import type { TicketMember } from "./ticket.ts";

/** A queue as the configuration declares it. */
export interface DeclaredQueue extends QueueRules {
  /** For pages. */
  readonly name: string;
  readonly description: string;
  /** The room whose matches it fills, by the name that clients join. */
  readonly room: string;
  /** What the room is created with besides the roster: mode, map … */
  readonly match: Readonly<Record<string, string | number | boolean>>;
  /** The queue of `progression` whose ratings count. */
  readonly rating: string;
  /** One queue room for each region; otherwise one for all of them. */
  readonly perRegion: boolean;
  readonly readyCheckSeconds: number;
}

/** What only the server knows of a player who wants to be matched. */
export type PlayerStanding = Pick<TicketMember, "skill" | "trustTier" | "blocks" | "recentOpponents">;

/** As clients consume it. */
export interface SeatReservation {
  name: string;
  sessionId: string;
  roomId: string;
  processId?: string | undefined;
  publicAddress?: string | undefined;
}

export interface MatchCreated {
  readonly ok: true;
  readonly roomId: string;
  /** By player id. */
  readonly reservations: ReadonlyMap<string, SeatReservation>;
}

export interface MatchNotCreated {
  readonly ok: false;
  readonly code: ErrorCode;
}

/** A running match that lost players, as it tells its queue: good for a few seconds, so it is told again and again. */
export interface BackfillCall {
  queue: string;
  region: string;
  roomId: string;
  /** Players who were in the match and left it. */
  former: string[];
  /** Of each team. */
  score: number[];
  secondsLeft: number;
  lengthSeconds: number;
  /** Open places and the players who are there, of each team. */
  teams: { open: number; players: string[] }[];
}

export interface MatchmakingServices {
  readonly queues: Readonly<Record<string, DeclaredQueue>>;
  readonly regions: readonly string[];
  /** Parties, over all queues. */
  readonly largestParty: number;
  /** Milliseconds between two passes over a queue. */
  readonly passIntervalMs: number;
  /** How long a party's members have to come into the queue. */
  readonly assemblySeconds: number;
  /** Players who may wait in one queue room. */
  readonly mostWaiting: number;
  /** Everybody asked is in the answer. Rejects when the database is away. */
  standingsOf(playerIds: readonly string[], queue: string): Promise<ReadonlyMap<string, PlayerStanding>>;
  /** When the player may queue again; undefined: now. Rejects when the database is away. */
  cooldownOf(playerId: string): Promise<Date | undefined>;
  /** Once for each key: the next and longer penalty of the ladder. Never rejects: what cannot be stored is logged. */
  noteDodge(dodge: { playerId: string; key: string; reason: ErrorCode }): Promise<void>;
  /**
   * Creates the room of a match and reserves a seat for everybody, or for nobody: whatever fails, nothing stays
   * behind. Never rejects.
   */
  createMatch(room: string, placement: Omit<Placement, "issuedAt">): Promise<MatchCreated | MatchNotCreated>;
  /** Seats in a room that runs, for all of them or for none. With `team` set the room is told first, and may refuse. */
  seatIn(roomId: string, seats: readonly PlacedSeat[]): Promise<MatchCreated | MatchNotCreated>;
  /** One queue a player in all of the cluster. */
  readonly claims: {
    /** @returns false: the player waits in another queue room. Rejects when Redis is away. */
    take(playerId: string, holder: { roomId: string; sessionId: string }): Promise<boolean>;
    /** A claim lasts a minute. */
    renew(playerId: string): void;
    /** Nothing happens when a later session of the player holds it. */
    release(playerId: string, holder: { roomId: string; sessionId: string }): void;
  };
  /** To the queue room, if there is one. Never rejects. */
  requestBackfill(call: BackfillCall): Promise<void>;
  /**
   * A seat in the running match that suits best, or in a new one; absent where the configuration has no `quickPlay`.
   * Rejects when the database is away.
   */
  quickPlay?(request: {
    playerId: string;
    name: string;
    mode: string | undefined;
    latencies: Readonly<Record<string, number>>;
    input: string;
  }): Promise<MatchCreated | MatchNotCreated>;
  /** The queue whose ratings quick play looks at. */
  readonly quickPlayRating: string;
  readPlacement(text: unknown): Placement | undefined;
  signPass(pass: QueuePass): string;
  /** @returns undefined for a forged, damaged or outdated one. */
  readPass(text: unknown): QueuePass | undefined;
}
