/** A player's right to the data: everything that is kept, as JSON, and its deletion. */
import { defineRoute, type RouteContext, refuse } from "../../http/define-route.ts";
import { openBoards } from "../leaderboard/submissions.ts";
import * as answers from "./answers.ts";
import * as inputs from "./inputs.ts";
import type { ProgressionApi } from "./progression-api.ts";

/** Of what grows without end, this many of the newest stand in the export itself. */
const MOST = 1000;

export function dataRoutes(context: RouteContext, api: ProgressionApi) {
  const { rules, players, board, relations, penalties, historyOf, reportsGivenBy, casesOf, forget } = api;
  return {
    exportData: defineRoute(
      context,
      "/api/me/export",
      {
        method: "GET",
        summary: "Everything that is kept about the caller.",
        player: true,
        answer: answers.exportAnswer,
        refusals: ["player_unknown"],
      },
      async ({ player: { playerId } }) => {
        const now = new Date();
        const player = await players.find(playerId);
        if (!player) return refuse("player_unknown");
        const [ledger, matches, kept, punished, reports, cases] = await Promise.all([
          players.ledgerOf(playerId, MOST),
          historyOf(playerId, MOST),
          relations.exportOf(playerId),
          penalties.historyOf(playerId, MOST),
          reportsGivenBy(playerId, MOST),
          casesOf(playerId),
        ]);
        const ranked = await Promise.all(
          openBoards(rules, now).map(async (key) => ({ key, entry: await board.rankOf(key, playerId) })),
        );
        const { open: _open, ...own } = player;
        return {
          exportedAt: now.toISOString(),
          complete: [ledger, matches, reports].every(({ length }) => length < MOST),
          player: { ...own },
          ledger: ledger.map((entry) => ({ ...entry })),
          // Others' parts in the same match are theirs.
          matches: matches.map(({ players: parts, ...match }) => ({
            ...match,
            players: parts.filter((part) => part.playerId === playerId),
          })),
          relations: kept.map((relation) => ({ ...relation })),
          // Notes and evidence are the operators'.
          penalties: punished.map(({ kind, reason, from, until, liftedAt }) => ({
            kind,
            reason,
            from,
            ...(until ? { until } : {}),
            ...(liftedAt ? { liftedAt } : {}),
          })),
          reports,
          cases,
          leaderboards: ranked.flatMap(({ key, entry }) =>
            entry ? [{ board: key, rank: entry.rank, score: entry.score }] : [],
          ),
        };
      },
    ),
    deleteData: defineRoute(
      context,
      "/api/me",
      {
        method: "DELETE",
        summary: "Deletes the caller's account and everything it owns, for good. May be repeated.",
        player: true,
        body: inputs.deletionBody,
        answer: answers.deletionAnswer,
      },
      async ({ player: { playerId }, body }) => {
        if (body.confirm !== playerId) return refuse("input_invalid");
        // First the account, so that nothing new can be added to what is deleted after it.
        await players.erase(playerId, new Date());
        await relations.forget(playerId);
        await penalties.forget(playerId, new Date());
        await forget(playerId);
        return { deleted: true as const };
      },
    ),
  };
}
