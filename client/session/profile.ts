/** The player's public profile, as `GET /api/players/:id` answers it. */
import { requestJson } from "../net/request-json.ts";

export interface PlayedMatch {
  matchId: string;
  mode: string;
  map: string;
  /** ISO 8601. */
  endedAt: string;
  score: number;
  kills: number;
  deaths: number;
  placement: number;
  players: number;
  won: boolean;
  earned: number;
}

export interface Profile {
  playerId: string;
  name: string;
  level: number;
  experience: number;
  /** Progress inside the level, 0–1. */
  levelProgress: number;
  games: number;
  wins: number;
  kills: number;
  deaths: number;
  /** Newest first. */
  matches: PlayedMatch[];
}

/** @throws Refusal */
export function loadProfile(playerId: string): Promise<Profile> {
  return requestJson<Profile>(`/api/players/${encodeURIComponent(playerId)}`);
}
