/** Which scores a player has on which boards. Pure: a board is derived from players and can be made again from them. */
import type { BoardRules, ProgressionRules } from "../../config/progression-config.ts";
import { ratingAt, statisticOf } from "../player/match-effects.ts";
import type { PlayerDocument } from "../player/player-document.ts";
import { displayedRating } from "../rating/player-rating.ts";
import { isOpen, type Season, seasonAt, seasonNamed } from "../season/season-calendar.ts";
import type { BoardSubmission } from "./leaderboard.ts";

/** The name of a board in storage: of one season, or of all time. */
export function boardKey(boardId: string, season: string = "all"): string {
  return `${boardId}@${season}`;
}

/** Every board there is at a moment: of all time, and of the seasons that still take scores. */
export function openBoards(rules: ProgressionRules, now: Date): string[] {
  const current = rules.seasons && seasonAt(rules.seasons, now);
  const open = current ? [current.id, `season-${current.number - 1}`] : [];
  return Object.entries(rules.boards).flatMap(([id, { seasonal }]) => [
    boardKey(id),
    ...(seasonal
      ? open.filter((season) => takesScores(rules, season, now)).map((season) => boardKey(id, season))
      : []),
  ]);
}

/** Whether a season's boards may still change. */
export function takesScores(rules: ProgressionRules, seasonId: string, now: Date): boolean {
  const season = rules.seasons && seasonNamed(rules.seasons, seasonId);
  return rules.seasons !== undefined && season !== undefined && isOpen(rules.seasons, season, now);
}

export function submissionsOf(rules: ProgressionRules, player: PlayerDocument, now: Date): BoardSubmission[] {
  const current = rules.seasons && seasonAt(rules.seasons, now);
  const own = player.season && takesScores(rules, player.season.id, now) ? player.season : undefined;
  const found: BoardSubmission[] = [];
  for (const [boardId, board] of Object.entries(rules.boards)) {
    const add = (season: string | undefined, score: number | undefined): void => {
      // A total that is none yet is no score; a rating may fall to 0 and is one.
      if (score === undefined || (score === 0 && "statistic" in board.by)) return;
      const at = player.playedAt ?? player.createdAt;
      found.push({ board: boardKey(boardId, season), playerId: player._id, score, at, version: player.seq });
    };
    add(undefined, scoreOf(rules, board, player, now, current));
    if (board.seasonal && own) add(own.id, seasonScoreOf(rules, board, player, now, current));
  }
  return found;
}

function scoreOf(
  rules: ProgressionRules,
  { by }: BoardRules,
  player: PlayerDocument,
  now: Date,
  season: Season | undefined,
): number | undefined {
  const experience = player.experience - (player.unranked ?? 0);
  if ("statistic" in by) return statisticOf(rules, { ...player.stats, experience }, by.statistic);
  return ratingScore(rules, by.rating, player, now, season);
}

function ratingScore(
  rules: ProgressionRules,
  queue: string,
  player: PlayerDocument,
  now: Date,
  season: Season | undefined,
): number | undefined {
  const queueRules = rules.queues[queue];
  const rating = ratingAt(rules, player, queue, now, season);
  return queueRules && rating && displayedRating(queueRules, rating);
}

/** Of a rating a season ranks those who were rated in it. */
function seasonScoreOf(
  rules: ProgressionRules,
  { by }: BoardRules,
  player: PlayerDocument,
  now: Date,
  current: Season | undefined,
): number | undefined {
  const own = player.season;
  const season = own && rules.seasons && seasonNamed(rules.seasons, own.id);
  if (!own || !season) return undefined;
  if ("statistic" in by) return statisticOf(rules, own, by.statistic);
  const ratedAt = player.ratings[by.rating]?.ratedAt;
  if (!ratedAt || ratedAt < season.startsAt) return undefined;
  // In the grace after its end a season is still ranked by the ratings that it ended with.
  const [moment, within] = current?.number === season.number ? [now, season] : [season.endsAt, season];
  return ratingScore(rules, by.rating, player, moment, within);
}
