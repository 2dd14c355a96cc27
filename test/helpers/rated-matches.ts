/** Matches to be rated, made up from what a test cares about, and their outcome for everybody through `rateMatch`. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { progressionConfig, type RatingRules } from "../../src/config/progression-config.ts";
import type { MatchBot, MatchPlayer } from "../../src/match/match-result.ts";
import { rateMatch } from "../../src/progression/rating/match-rating.ts";
import type { Skill } from "../../src/progression/rating/player-rating.ts";

/** The defaults. */
export const RULES = rulesOf({});
/** Where every newcomer of the default rules starts. */
export const NEW: Skill = { mu: 25, sigma: 25 / 3 };

export function rulesOf(changes: Partial<RatingRules>): RatingRules {
  const rules = progressionConfig.parse({ queues: { ranked: changes } }).queues["ranked"];
  assert.ok(rules);
  return rules;
}

interface Contest {
  teamGame: boolean;
  players: MatchPlayer[];
  bots: MatchBot[];
}

/** A player of a match, and the rating from before it. */
export interface Entrant extends Partial<MatchPlayer> {
  skill?: Skill;
}

export function contest(teamGame: boolean, entrants: readonly Entrant[], bots: MatchBot[] = []) {
  const ratings = new Map<string, Skill>();
  const players = entrants.map(({ skill = NEW, ...entrant }, index): MatchPlayer => {
    const playerId = entrant.playerId ?? `p${index}`;
    ratings.set(playerId, skill);
    const name = playerId;
    const part = { team: index, score: 0, kills: 0, deaths: 0, placement: 1, won: false, left: false };
    return { ...part, ...entrant, name, playerId };
  });
  return { result: { teamGame, players, bots } satisfies Contest, ratings };
}

/** The outcome for everybody, through `rateMatch` alone. */
export function rateAll(rules: RatingRules, { result, ratings }: ReturnType<typeof contest>): Skill[] {
  return result.players.map(({ playerId }) => {
    const skill = rateMatch(rules, result, ratings, playerId);
    assert.ok(skill, `${playerId} was not rated`);
    return skill;
  });
}

/** Sides of players with their ranks, as a match of teams and, where all sides are of one, also as a free-for-all. */
export function rateSides(rules: RatingRules, sides: Skill[][], ranks: number[]): Skill[] {
  const entrants = sides.flatMap((side, team) =>
    side.map(
      (skill): Entrant => ({
        skill,
        team,
        placement: ranks[team] ?? 0,
        won: ranks[team] === Math.min(...ranks),
      }),
    ),
  );
  const asTeams = rateAll(rules, contest(true, entrants));
  if (sides.every((side) => side.length === 1))
    assert.deepEqual(rateAll(rules, contest(false, entrants)), asTeams);
  return asTeams;
}

export const ranksFromScores = (scores: number[]): number[] =>
  scores.map((score) => 1 + scores.filter((other) => other > score).length);

export function assertClose(
  actual: Skill[],
  expected: [mu: number, sigma: number][],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length);
  for (const [index, [mu, sigma]] of expected.entries()) {
    const seen = JSON.stringify(actual);
    assert.ok(Math.abs((actual[index]?.mu ?? Number.NaN) - mu) < tolerance, `mu ${mu} at ${index}: ${seen}`);
    assert.ok(
      Math.abs((actual[index]?.sigma ?? Number.NaN) - sigma) < tolerance,
      `sigma ${sigma} at ${index}: ${seen}`,
    );
  }
}

/** Ratings as matches leave them, and some way beyond. */
export const skills = fc.record({
  mu: fc.double({ min: -20, max: 80, noNaN: true }),
  sigma: fc.double({ min: 0.05, max: 12, noNaN: true }),
});
