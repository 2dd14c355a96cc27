/** What a match does to a player's profile. */
import type { MatchPlayer, MatchResult, PlayerProgress } from "../match/match-result.ts";
import { earnedExperience, levelOf, type ProgressionRules } from "./level-curve.ts";
import type { ProfileStore } from "./profile-store.ts";

/** Applies one player's part of a match; may be repeated, and counts once. */
export async function applyMatch(
  profiles: ProfileStore,
  rules: ProgressionRules,
  result: MatchResult,
  player: MatchPlayer,
): Promise<PlayerProgress> {
  const earned = earnedExperience(rules, player);
  const increment = {
    experience: earned,
    games: 1,
    wins: player.won ? 1 : 0,
    kills: player.kills,
    deaths: player.deaths,
  };
  let profile = await profiles.applyMatch(player.playerId, result.matchId, increment);
  if (!profile) {
    // A token may outlive its profile, for instance when a development database was thrown away.
    await profiles.open(player, result.endedAt);
    profile = await profiles.applyMatch(player.playerId, result.matchId, increment);
  }
  if (!profile) throw new Error(`profile ${player.playerId} is gone right after it was opened`);
  const { experience, games, wins, kills, deaths } = profile;
  return {
    playerId: player.playerId,
    earned,
    experience,
    ...levelOf(rules, experience),
    games,
    wins,
    kills,
    deaths,
  };
}
