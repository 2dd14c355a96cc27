/**
 * Everything that one match does to one player: experience, statistics, rating, currency, items, achievements, the
 * season. Pure: a decision over the player's document, computed again if another change came first.
 *
 * The others' ratings are those that were noted when the match was stored, so that a repetition computes the same;
 * the player's own rating is the current one, so that two matches that overlap both count.
 *
 * A result whose replay came to something else moves nothing that players are ranked by: its experience is noted as
 * `unranked` as well, so that boards that go by experience can leave it out.
 */
import type { ProgressionRules, RatingRules, StatisticName } from "../../config/progression-config.ts";
import type { MatchPlayer, MatchResult, PlayerProgress } from "../../match/match-result.ts";
import { sumAmounts, timesAmounts, transfer } from "../economy/rewards.ts";
import { rateMatch } from "../rating/match-rating.ts";
import { agedRating, displayedRating, freshRating, seasonRating } from "../rating/player-rating.ts";
import type { Season } from "../season/season-calendar.ts";
import { earnedExperience, levelOf } from "./level-curve.ts";
import type { Decision, PlayerOperation } from "./operation.ts";
import {
  type LedgerEntry,
  type LedgerRating,
  NO_STATISTICS,
  type PlayerDocument,
  type SeasonProgress,
  type Statistics,
  type StoredRating,
} from "./player-document.ts";

/** Mean and uncertainty of each player before the match, by player id. */
export type RatingsBefore = ReadonlyMap<string, { mu: number; sigma: number }>;

export interface MatchInProgress {
  result: MatchResult;
  ratingsBefore: RatingsBefore;
  /** The season in which the match ended. */
  season: Season | undefined;
}

/** The player's part of a match, once for the match's id. */
export function matchOperation(
  rules: ProgressionRules,
  match: MatchInProgress,
  part: MatchPlayer,
): PlayerOperation {
  const { result } = match;
  return {
    playerId: part.playerId,
    once: { key: `match/${result.matchId}`, kind: "match" },
    at: result.endedAt,
    openAs: part.name,
    decide: (player) => decideMatch(rules, match, part, player),
  };
}

function decideMatch(
  rules: ProgressionRules,
  { result, ratingsBefore, season }: MatchInProgress,
  part: MatchPlayer,
  player: PlayerDocument,
): Decision {
  const earned = earnedExperience(rules, part);
  const experience = player.experience + earned;
  const ranked = result.verified !== "no";
  const stats = ranked ? addMatch(player.stats, part) : player.stats;
  const turned = inSeason(rules, player, season);
  const rating = ranked ? rateOwn(rules, result, ratingsBefore, turned, part) : undefined;
  const levels = levelOf(rules, experience).level - levelOf(rules, player.experience).level;
  const unlocked = newAchievements(rules, player, { ...stats, experience });
  const gains = [
    part.left ? undefined : rules.matchReward,
    part.won && !part.left ? rules.winReward : undefined,
    timesAmounts(rules.levelReward, levels),
    ...unlocked.map((id) => rules.achievements[id]?.reward.currencies),
  ];
  const items = sumAmounts(...unlocked.map((id) => rules.achievements[id]?.reward.items));
  const given = transfer(rules, player, { currencies: sumAmounts(...gains), items }, result.endedAt);
  // Gains are never negative, so nothing can be missing.
  if (!given.ok) return given;
  const unlockedAt = Object.fromEntries(unlocked.map((id) => [id, result.endedAt]));
  return {
    ok: true,
    set: {
      experience,
      stats,
      ...(ranked
        ? {
            ...seasonAfter(turned.season, season, part, earned),
            ratings: rating ? { ...turned.ratings, [result.queue]: stored(rating) } : turned.ratings,
            playedAt: later(player.playedAt, result.endedAt),
          }
        : { unranked: (player.unranked ?? 0) + earned }),
      ...given.holdings,
      achievements: { ...player.achievements, ...unlockedAt },
    },
    entry: {
      experience: earned,
      currencies: given.currencies,
      items: given.items,
      achievements: unlocked,
      ...(rating ? { rating } : {}),
    },
  };
}

function addMatch<T extends Statistics>(stats: T, part: MatchPlayer): T {
  return {
    ...stats,
    games: stats.games + 1,
    wins: stats.wins + (part.won ? 1 : 0),
    kills: stats.kills + part.kills,
    deaths: stats.deaths + part.deaths,
    quits: stats.quits + (part.left ? 1 : 0),
  };
}

/** The player as a season finds it: in a season's first match ratings move toward the middle, and its count is new. */
export function inSeason(
  rules: ProgressionRules,
  player: PlayerDocument,
  season: Season | undefined,
): Pick<PlayerDocument, "ratings"> & { season: SeasonProgress | undefined } {
  const before = player.season;
  if (!season || (before && seasonOrder(before.id) >= season.number))
    return { ratings: player.ratings, season: before };
  const ratings: Record<string, StoredRating> = {};
  for (const [queue, rating] of Object.entries(player.ratings)) {
    const queueRules = rules.queues[queue];
    ratings[queue] = queueRules && before ? seasonRating(queueRules, rating) : rating;
  }
  return { ratings, season: { ...NO_STATISTICS, id: season.id, experience: 0 } };
}

function seasonOrder(id: string): number {
  return Number(id.slice("season-".length));
}

/** A match that is told of after the next season began does not count for the one that is over. */
function seasonAfter(
  progress: SeasonProgress | undefined,
  season: Season | undefined,
  part: MatchPlayer,
  earned: number,
): { season?: SeasonProgress } {
  if (!progress || progress.id !== season?.id) return progress ? { season: progress } : {};
  return { season: { ...addMatch(progress, part), experience: progress.experience + earned } };
}

/** The player's rating in the match's queue as it stands at a moment, absence and the season's turn counted. */
export function ratingAt(
  rules: ProgressionRules,
  player: PlayerDocument,
  queue: string,
  moment: Date,
  season: Season | undefined,
): StoredRating | undefined {
  const queueRules = Object.hasOwn(rules.queues, queue) ? rules.queues[queue] : undefined;
  if (!queueRules) return undefined;
  const { ratings } = inSeason(rules, player, season);
  const rating = Object.hasOwn(ratings, queue) ? ratings[queue] : undefined;
  return rating ? agedRating(queueRules, rating, moment) : freshRating(queueRules, moment);
}

function rateOwn(
  rules: ProgressionRules,
  result: MatchResult,
  ratingsBefore: RatingsBefore,
  { ratings }: Pick<PlayerDocument, "ratings">,
  { playerId }: MatchPlayer,
): LedgerRating | undefined {
  const { queue, endedAt } = result;
  const queueRules = Object.hasOwn(rules.queues, queue) ? rules.queues[queue] : undefined;
  if (!queueRules) return undefined;
  const known = Object.hasOwn(ratings, queue) ? ratings[queue] : undefined;
  const own = known ? agedRating(queueRules, known, endedAt) : freshRating(queueRules, endedAt);
  const rated = rateMatch(queueRules, result, new Map([...ratingsBefore, [playerId, own]]), playerId);
  if (!rated) return undefined;
  // A result that is told of late does not take the clock back.
  const ratedAt = later(known?.ratedAt, endedAt);
  const after: StoredRating = { ...rated, games: own.games + 1, ratedAt };
  return { ...after, queue, ...shown(queueRules, own, after) };
}

function shown(
  rules: RatingRules,
  before: StoredRating,
  after: StoredRating,
): Pick<LedgerRating, "displayed" | "change"> {
  const displayed = displayedRating(rules, after);
  const shownBefore = displayedRating(rules, before);
  return {
    ...(displayed === undefined ? {} : { displayed }),
    ...(displayed === undefined || shownBefore === undefined ? {} : { change: displayed - shownBefore }),
  };
}

function stored({ mu, sigma, games, ratedAt }: LedgerRating): StoredRating {
  return { mu, sigma, games, ratedAt };
}

function later(a: Date | undefined, b: Date): Date {
  return a && a > b ? a : b;
}

/** A player's total by which achievements and leaderboards go. */
export function statisticOf(
  rules: ProgressionRules,
  totals: Statistics & { experience: number },
  name: StatisticName,
): number {
  return name === "level" ? levelOf(rules, totals.experience).level : totals[name];
}

function newAchievements(
  rules: ProgressionRules,
  player: PlayerDocument,
  totals: Statistics & { experience: number },
): string[] {
  return Object.entries(rules.achievements)
    .filter(([id]) => !Object.hasOwn(player.achievements, id))
    .filter(([, { statistic, atLeast }]) => statisticOf(rules, totals, statistic) >= atLeast)
    .map(([id]) => id);
}

/** What the player is told: what the match brought, and the totals now. */
export function progressOf(
  rules: ProgressionRules,
  player: PlayerDocument,
  entry: LedgerEntry,
): PlayerProgress {
  const { experience, stats } = player;
  const { games, wins, kills, deaths } = stats;
  return {
    playerId: player._id,
    earned: entry.experience,
    experience,
    ...levelOf(rules, experience),
    games,
    wins,
    kills,
    deaths,
    currencies: entry.currencies,
    items: entry.items,
    achievements: entry.achievements,
    ...(entry.rating ? { rating: ratingProgress(rules, entry.rating) } : {}),
  };
}

function ratingProgress(rules: ProgressionRules, rating: LedgerRating): PlayerProgress["rating"] {
  const { queue, displayed, change, games } = rating;
  const placementsLeft = Math.max(0, (rules.queues[queue]?.placementMatches ?? 0) - games);
  return { queue, displayed, change, placementsLeft };
}
