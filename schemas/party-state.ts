/**
 * The room "party": players who want to play together. Its room id is the invite code: `client.joinById(code)`.
 * The room "custom": a game that players set up themselves, with teams, spectators and a password; its room id is its
 * code too. Both have the same member list, the same chat and a leader (in a custom game: the host).
 *
 * Player ids stand in these states, unlike in a match: members are company, and become friends by them.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { SeatMessage } from "./queue-messages.ts";

export const Member = schema(
  {
    playerId: t.string().default(""),
    name: t.string().default(""),
    ready: t.boolean().default(false),
    /** False while the connection is away and the place is kept. */
    connected: t.boolean().default(true),
    /** Where the player is besides: "" (here only), "queue", "match". */
    activity: t.string().default(""),
    /** In a custom game: the team, or −1 for a spectator. */
    team: t.int8().default(0),
  },
  "Member",
);
export type Member = SchemaType<typeof Member>;

/** The root state of the room `party`. */
export const PartyState = schema(
  {
    code: t.string().default(""),
    /** Player id. */
    leader: t.string().default(""),
    most: t.uint8().default(0),
    /** By player id, in the order of joining. */
    members: t.map(Member),
  },
  "PartyState",
);
export type PartyState = SchemaType<typeof PartyState>;

/** The root state of the room `custom`. */
export const CustomGameState = schema(
  {
    code: t.string().default(""),
    name: t.string().default(""),
    leader: t.string().default(""),
    locked: t.boolean().default(false),
    mode: t.string().default("teams"),
    map: t.string().default(""),
    /** Places of each team. */
    teamSizes: t.array("uint8"),
    mostSpectators: t.uint8().default(0),
    most: t.uint8().default(0),
    /** Whether a match that was started from here is running. */
    playing: t.boolean().default(false),
    members: t.map(Member),
  },
  "CustomGameState",
);
export type CustomGameState = SchemaType<typeof CustomGameState>;

export interface ChatLine {
  playerId: string;
  name: string;
  text: string;
  /** Milliseconds since 1970, the server's clock. */
  at: number;
}

/** Server to client, in both rooms. */
export interface PartyMessages {
  chat: ChatLine;
  /** The lines from before, oldest first; once after joining. */
  chat_history: ChatLine[];
  /** The leader entered a queue: join the room "queue" with this pass within a minute. Each member gets an own one. */
  queue_pass: { queue: string; pass: string };
  /** Custom game: the match begins; consume the reservation. */
  seat: SeatMessage;
  /** What was sent is not possible; the connection stays. */
  refused: { code: string; message: string };
}

/** Client to server, in the party. */
export interface PartyCommands {
  ready: { ready: boolean };
  chat: { text: string };
  /** To the lobby of that player; any member may. */
  invite: { playerId: string };
  /** The leader alone. */
  kick: { playerId: string };
  promote: { playerId: string };
  enter_queue: { queue: string };
}

/** Client to server, in a custom game. */
export interface CustomGameCommands {
  ready: { ready: boolean };
  chat: { text: string };
  invite: { playerId: string };
  /** −1: spectate. */
  team: { team: number };
  kick: { playerId: string };
  promote: { playerId: string };
  /** The host: change name, password (null: none), mode, seats. */
  setup: { name?: string; password?: string | null; mode?: string; map?: string };
  /** The host: everybody who is ready (and the spectators) goes into the match; again after it: a rematch. */
  start: Record<string, never>;
}

export interface CustomGameCreateOptions {
  name?: string;
  password?: string;
  mode?: string;
}

export interface CustomGameJoinOptions {
  password?: string;
  spectate?: boolean;
}
