/**
 * Skirmish: messages from the room to its clients. They are for eyes and ears only: whoever ignores them still
 * sees the whole truth in the state.
 *
 * "events": what happened since the last patch where the client can see it, oldest first, one message a patch.
 * "saving", then "saved" or "save_failed": what becomes of the finished match's result; "saved" says what it did to the
 * receiving player's profile. Sent to each player alone.
 */

/**
 * `[kind, …]` tuples: fighters are named by slot, −1 is nobody. On the wire lengths are whole centimetres and angles
 * whole 1/65,536ths of a turn; `rooms/skirmish/shared/event-wire.ts` makes metres and radians of them.
 *
 * Fog of war: what a client may see is as in the state, and its side is its fighter and its team. "kill" goes to everybody.
 * "dash" and "spawn" go to those who see the fighter. "shot" goes to those who see the shooter; when it hits somebody
 * unseen, all but the shooter's side are told of a miss. "hit" goes to both sides, with slots and without any place, and to
 * those who see the target, with −1 for a shooter whom they do not see. "burst" goes to its owner's side and to those who
 * see the place, with −1 for an owner whom they do not see. Spectators are told everything.
 */
export type SkirmishEvent =
  | [kind: "shot", by: number, weapon: number, angle: number, distance: number, target: number]
  | [kind: "hit", by: number, target: number, damage: number]
  | [kind: "kill", by: number, victim: number, weapon: number]
  | [kind: "burst", by: number, x: number, y: number]
  | [kind: "dash", by: number]
  | [kind: "spawn", slot: number];

/** The result is safe on the server and will be stored; the database may take a while. */
export interface SavingMessage {
  matchId: string;
}

/** The result could not be kept: nothing is earned. */
export interface SaveFailedMessage {
  matchId: string;
  code: string;
}

/** The player's own totals after the match was stored. */
export interface SavedMessage {
  matchId: string;
  /** Experience earned in this match. */
  earned: number;
  experience: number;
  level: number;
  /** Progress inside the level, 0–1. */
  levelProgress: number;
  games: number;
  wins: number;
  kills: number;
  deaths: number;
  /** Earned in this match, by currency: rewards of levels and achievements included. */
  currencies: Record<string, number>;
  /** Items earned in this match. */
  items: Record<string, number>;
  /** Ids of achievements unlocked by this match. */
  achievements: string[];
  rating?: {
    queue: string;
    /** Absent while placement matches are still to be played. */
    displayed?: number;
    change?: number;
    placementsLeft: number;
  };
}

/**
 * Who wants to play again with the same people, while the end of a match that a queue made is shown. The client sends
 * "rematch" `{}`. When all want to, the next match begins here; it is not rated. Otherwise the room closes with 4415
 * `match_over`.
 */
export interface RematchVotesMessage {
  votes: number;
  needed: number;
}

/** The server is about to stop. This match goes on, for so long at most; there is no next one here. */
export interface DrainingMessage {
  seconds: number;
}

export interface SkirmishMessages {
  draining: DrainingMessage;
  rematch_votes: RematchVotesMessage;
  events: SkirmishEvent[];
  saving: SavingMessage;
  saved: SavedMessage;
  save_failed: SaveFailedMessage;
}
