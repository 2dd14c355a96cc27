/**
 * The room "lobby": where a player is between matches, and stays connected during them. It says which friends are
 * online and what they do, hands over invitations whatever process they come from, and lists rooms that can be
 * joined. There may be several lobby rooms; they show the same.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { SeatMessage } from "./queue-messages.ts";

/** The root state of the room `lobby`. */
export const LobbyState = schema(
  {
    /** Players online in all of the cluster, brought up to date every few seconds. */
    online: t.uint32().default(0),
    /** Players who play a match right now. */
    playing: t.uint32().default(0),
  },
  "LobbyState",
);
export type LobbyState = SchemaType<typeof LobbyState>;

/** What a player is doing: "" is offline. */
export type Activity = "" | "lobby" | "party" | "custom" | "queue" | "match";

export interface FriendLine {
  playerId: string;
  name: string;
  activity: Activity;
}

export interface InvitationMessage {
  /** Join with `client.joinById(code)`. */
  code: string;
  kind: "party" | "custom";
  from: { playerId: string; name: string };
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A room that can be joined, as the list shows it. */
export interface RoomLine {
  roomId: string;
  /** "match" (a running match with open places) or "custom". */
  kind: "match" | "custom";
  name: string;
  mode: string;
  map: string;
  players: number;
  places: number;
  locked: boolean;
  /** Matches: "waiting", "countdown", "live", "over"; custom games: "open", "playing". */
  phase: string;
}

export interface QueueLine {
  id: string;
  name: string;
  description: string;
  /** Players of each team. */
  teams: number[];
  largestParty: number;
  /** Players who wait now, in all regions. */
  waiting: number;
}

/** Server to client. */
export interface LobbyMessages {
  /** All friends, once after joining and after the list changed. */
  friends: FriendLine[];
  /** One friend's activity changed. */
  friend: FriendLine;
  invitation: InvitationMessage;
  /** Answers "list_rooms", and comes again by itself when the list changed, while it is watched. */
  rooms: RoomLine[];
  /** Once after joining, then every few seconds when a figure changed. */
  queues: QueueLine[];
  regions: string[];
  /** Answers "quick_play": a seat in the best running match, or in a new one. */
  seat: SeatMessage;
  refused: { code: string; message: string };
}

/** Client to server. */
export interface LobbyCommands {
  /** Watches the list; with `stop` no more. Only rooms that fit what is given. */
  list_rooms: {
    kind?: "match" | "custom";
    mode?: string;
    open?: boolean;
    unlocked?: boolean;
    stop?: boolean;
  };
  quick_play: { mode?: string; latencies?: Record<string, number>; input?: string };
  /** After a friend was added or removed elsewhere. */
  refresh_friends: Record<string, never>;
}
