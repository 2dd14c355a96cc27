/** Puts progression together: the leaderboard by configuration, the service, the seasons' end. */
import { randomUUID } from "node:crypto";
import type { ArenaConfig } from "../config/config-schema.ts";
import type { Logger } from "../observability/logger.ts";
import { BoardFeed } from "../progression/leaderboard/board-feed.ts";
import type { Leaderboard } from "../progression/leaderboard/leaderboard.ts";
import { RedisLeaderboardStore } from "../progression/leaderboard/redis-leaderboard-store.ts";
import { takesScores } from "../progression/leaderboard/submissions.ts";
import { Progression } from "../progression/progression.ts";
import { SeasonCloser } from "../progression/season/season-closer.ts";
import type { ApiParts } from "./api-routes.ts";
import type { ArenaDatabase } from "./open-database.ts";
import { rebuildBoards } from "./rebuild-boards.ts";
import { forgetReplays, type StartedReplays } from "./start-replays.ts";
import type { StopList } from "./stop-list.ts";

/** Scores that may wait for a leaderboard that is away, about 300 bytes each. */
const WAITING_SCORES = 200_000;
const FEED_GRACE_MS = 3000;
const SEASON_CHECK_MS = 30_000;

export interface StartedProgression {
  service: Progression;
  api: Omit<ApiParts, "matches" | "isWatchable" | "reports" | "reportsGivenBy" | "reviews" | "casesOf">;
}

/** Redis where the configuration names one, else MongoDB. */
export async function openLeaderboard(
  config: ArenaConfig,
  database: ArenaDatabase,
  log: Logger,
): Promise<Leaderboard> {
  const { redisUrl } = config.cluster;
  if (redisUrl === undefined) return database.mongoBoard;
  const board = new RedisLeaderboardStore(redisUrl, log);
  await board.connect();
  return board;
}

export async function startProgression(
  config: ArenaConfig,
  database: ArenaDatabase,
  { shelf, verifyMatch }: Pick<StartedReplays, "shelf" | "verifyMatch">,
  log: Logger,
  stops: StopList,
): Promise<StartedProgression> {
  const rules = config.progression;
  const { matches, players, relations, penalties, seasons } = database;
  const board = await openLeaderboard(config, database, log);
  stops.add("leaderboard", () => board.close());
  if (database.migrated) log.info(await rebuildBoards(config, players, board), "leaderboards rebuilt");
  const feed = new BoardFeed({
    board,
    capacity: WAITING_SCORES,
    takes: (key) => {
      const [, season = "all"] = key.split("@");
      return season === "all" || takesScores(rules, season, new Date());
    },
    log,
  });
  stops.add("scores", () => feed.stop(FEED_GRACE_MS));
  const service = new Progression({
    rules,
    players,
    feed,
    ...(verifyMatch ? { verifyMatch } : {}),
    dropReplay: (replay) => shelf.remove(replay),
    storeMatch: (result, ratingsBefore) => matches.insert(result, ratingsBefore),
    settleMatch: (matchId) => matches.settle(matchId),
    forgetInMatches: async (playerId, pseudonym) => {
      // First: afterwards nobody knows which ones they were.
      await forgetReplays(playerId, config, shelf, (...asked) => matches.replaysOf(...asked));
      await matches.forget(playerId, pseudonym);
    },
  });
  const closer = new SeasonCloser({ rules, seasons, players, board, holder: randomUUID(), log });
  closer.start(SEASON_CHECK_MS);
  stops.add("seasons", () => closer.stop());
  return {
    service,
    api: { rules, players, board, relations, penalties, forget: (playerId) => service.forget(playerId) },
  };
}
