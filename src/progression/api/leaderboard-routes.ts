/** Leaderboards: top, around the caller, rank of one, friends; of all time or of a season. */
import { defineRoute, Refusal, type RouteContext, refuse } from "../../http/define-route.ts";
import type { BoardEntry } from "../leaderboard/leaderboard.ts";
import { boardKey } from "../leaderboard/submissions.ts";
import { seasonAt, seasonNamed } from "../season/season-calendar.ts";
import * as answers from "./answers.ts";
import * as inputs from "./inputs.ts";
import type { ProgressionApi } from "./progression-api.ts";

/** Which board a request means, checked. */
interface Named {
  boardId: string;
  season: string;
  key: string;
}

export function leaderboardRoutes(context: RouteContext, api: ProgressionApi) {
  const { rules, board, players, relations } = api;

  const named = (boardId: string, season: string): Named | Refusal => {
    const declared = Object.hasOwn(rules.boards, boardId) ? rules.boards[boardId] : undefined;
    if (!declared) return refuse("board_unknown");
    const seasons = declared.seasonal ? rules.seasons : undefined;
    if (season === "all" || (season === "current" && !seasons))
      return { boardId, season: "all", key: boardKey(boardId) };
    const now = new Date();
    const current = seasons && seasonAt(seasons, now);
    const found = seasons && (season === "current" ? current : seasonNamed(seasons, season));
    if (!found || !current || found.number > current.number) return refuse("season_unknown");
    return { boardId, season: found.id, key: boardKey(boardId, found.id) };
  };

  const page = async ({ boardId, season, key }: Named, entries: readonly BoardEntry[]) => {
    const names = await players.namesOf(entries.map(({ playerId }) => playerId));
    return {
      boardId,
      season,
      size: await board.size(key),
      entries: entries.map((entry) => line(entry, names)),
    };
  };

  const refusals = ["board_unknown", "season_unknown", "board_unavailable"] as const;
  return {
    leaderboards: defineRoute(
      context,
      "/api/leaderboards",
      {
        method: "GET",
        summary: "The boards there are, and the running season.",
        player: false,
        answer: answers.boardsAnswer,
      },
      async () => {
        const season = rules.seasons && seasonAt(rules.seasons, new Date());
        const boards = Object.entries(rules.boards).map(([boardId, { name, by, seasonal }]) => ({
          boardId,
          name,
          by: "rating" in by ? `rating:${by.rating}` : by.statistic,
          seasonal: seasonal && rules.seasons !== undefined,
        }));
        if (!season) return { boards };
        const { id, startsAt, endsAt } = season;
        return { boards, season: { id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() } };
      },
    ),
    leaderboardTop: defineRoute(
      context,
      "/api/leaderboards/:board",
      {
        method: "GET",
        summary: "A board from the top, or from `offset` on.",
        player: false,
        params: inputs.boardParams,
        query: inputs.topQuery,
        answer: answers.boardPage,
        refusals,
      },
      async ({ params, query: { season, limit, offset } }) => {
        const which = named(params.board, season);
        return which instanceof Refusal ? which : page(which, await board.top(which.key, limit, offset));
      },
    ),
    leaderboardAround: defineRoute(
      context,
      "/api/leaderboards/:board/around",
      {
        method: "GET",
        summary: "The caller's place with the neighbours above and below; empty for who is not ranked.",
        player: true,
        params: inputs.boardParams,
        query: inputs.aroundQuery,
        answer: answers.boardPage,
        refusals,
      },
      async ({ params, query: { season, each }, player }) => {
        const which = named(params.board, season);
        return which instanceof Refusal
          ? which
          : page(which, await board.around(which.key, player.playerId, each));
      },
    ),
    leaderboardFriends: defineRoute(
      context,
      "/api/leaderboards/:board/friends",
      {
        method: "GET",
        summary: "The caller and the caller's friends, ranked among themselves.",
        player: true,
        params: inputs.boardParams,
        query: inputs.seasonQuery,
        answer: answers.boardPage,
        refusals,
      },
      async ({ params, query: { season }, player }) => {
        const which = named(params.board, season);
        if (which instanceof Refusal) return which;
        const friends = await relations.friendsOf(player.playerId);
        const entries = await board.among(which.key, [player.playerId, ...friends]);
        return { ...(await page(which, entries)), size: entries.length };
      },
    ),
    leaderboardRank: defineRoute(
      context,
      "/api/leaderboards/:board/players/:id",
      {
        method: "GET",
        summary: "One player's place; no entry for who is not ranked.",
        player: false,
        params: inputs.boardPlayerParams,
        query: inputs.seasonQuery,
        answer: answers.boardRank,
        refusals,
      },
      async ({ params, query: { season } }) => {
        const which = named(params.board, season);
        if (which instanceof Refusal) return which;
        const found = await board.rankOf(which.key, params.id);
        const { entries, ...rest } = await page(which, found ? [found] : []);
        return { ...rest, ...(entries[0] ? { entry: entries[0] } : {}) };
      },
    ),
  };
}

/** A player who was deleted a moment ago may still stand on a board. */
function line({ rank, playerId, score, at }: BoardEntry, names: ReadonlyMap<string, string>) {
  return {
    rank,
    playerId,
    name: names.get(playerId) ?? "deleted player",
    score,
    reachedAt: at.toISOString(),
  };
}
