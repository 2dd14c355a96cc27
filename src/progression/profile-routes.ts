/** GET /api/players/:id → a player's public profile and latest matches. */
import { Router } from "express";
import { z } from "zod";
import { ERRORS, errorBody } from "../errors.ts";
import type { MatchResult } from "../match/match-result.ts";
import { earnedExperience, levelOf, type ProgressionRules } from "./level-curve.ts";
import type { ProfileStore } from "./profile-store.ts";

const HISTORY_LENGTH = 10;
const playerIdSchema = z.uuid();

export interface ProfileRoutesOptions {
  profiles: ProfileStore;
  rules: ProgressionRules;
  historyOf: (playerId: string, limit: number) => Promise<MatchResult[]>;
}

export function profileRoutes({ profiles, rules, historyOf }: ProfileRoutesOptions): Router {
  const router = Router();
  router.get("/api/players/:id", async (request, response) => {
    const id = playerIdSchema.safeParse(request.params.id);
    if (!id.success) {
      response.status(ERRORS.player_id_invalid.status).json(errorBody("player_id_invalid"));
      return;
    }
    const [profile, history] = await Promise.all([
      profiles.find(id.data),
      historyOf(id.data, HISTORY_LENGTH),
    ]);
    if (!profile) {
      response.status(ERRORS.player_unknown.status).json(errorBody("player_unknown"));
      return;
    }
    const { name, experience, games, wins, kills, deaths } = profile;
    const matches = history.map((match) => matchOf(rules, match, id.data));
    response.json({
      playerId: id.data,
      name,
      ...levelOf(rules, experience),
      experience,
      games,
      wins,
      kills,
      deaths,
      matches,
    });
  });
  return router;
}

/** One line of the history: the match, and this player's part in it alone. */
function matchOf(rules: ProgressionRules, match: MatchResult, playerId: string) {
  const own = match.players.find((player) => player.playerId === playerId);
  return {
    matchId: match.matchId,
    mode: match.mode,
    map: match.map,
    endedAt: match.endedAt,
    players: match.fighters,
    score: own?.score,
    kills: own?.kills,
    deaths: own?.deaths,
    placement: own?.placement,
    won: own?.won,
    earned: own && earnedExperience(rules, own),
  };
}
