/** Results of matches for tests that do not care what was played. */
import type { MatchPlayer, MatchResult, PlayerProgress } from "../../src/match/match-result.ts";

export function resultOf(matchId: string, ...playerIds: string[]): MatchResult {
  const players = playerIds.map(
    (playerId, index): MatchPlayer => ({
      playerId,
      name: playerId,
      team: 0,
      score: 0,
      kills: 0,
      deaths: 0,
      placement: index + 1,
      won: index === 0,
      left: false,
    }),
  );
  return {
    matchId,
    room: "r",
    queue: "r",
    mode: "ffa",
    map: "m",
    seed: 1,
    build: "test",
    startedAt: new Date(1000),
    endedAt: new Date(2000),
    fighters: players.length + 1,
    teamGame: false,
    players,
    bots: [{ team: 0, placement: players.length + 1 }],
  };
}

export function progressOf({ players }: MatchResult): PlayerProgress[] {
  return players.map(({ playerId }) => ({
    playerId,
    earned: 1,
    experience: 1,
    level: 1,
    levelProgress: 0,
    games: 1,
    wins: 0,
    kills: 0,
    deaths: 0,
    currencies: {},
    items: {},
    achievements: [],
  }));
}
