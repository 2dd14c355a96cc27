/**
 * Skirmish: messages from the room to its clients. They are for eyes and ears only: whoever ignores them still
 * sees the whole truth in the state.
 *
 * "events": everything that happened since the last patch, oldest first, one message a patch.
 * "saved": what the finished match did to the receiving player's profile, sent to that player alone.
 */

/** `[kind, …]` tuples: fighters are named by slot, −1 is nobody; lengths in metres, angles in radians. */
export type SkirmishEvent =
  | [kind: "shot", by: number, weapon: number, angle: number, distance: number, target: number]
  | [kind: "hit", by: number, target: number, damage: number]
  | [kind: "kill", by: number, victim: number, weapon: number]
  | [kind: "burst", by: number, x: number, y: number]
  | [kind: "dash", by: number]
  | [kind: "spawn", slot: number];

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
}

export interface SkirmishMessages {
  events: SkirmishEvent[];
  saved: SavedMessage;
}
