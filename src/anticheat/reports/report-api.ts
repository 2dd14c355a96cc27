/** Players' routes of reports and commendations. What came of a report is told to nobody; that it was looked at is. */
import { defineRoute, type RouteContext, refuse } from "../../http/define-route.ts";
import type { PlayerReports } from "./player-reports.ts";
import * as answers from "./report-answers.ts";
import type { ReportDocument } from "./report-store.ts";

export interface ReportApi {
  reports: PlayerReports;
  /** Names of those who exist. */
  namesOf: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const MOST_OWN = 100;

export function reportRoutes(context: RouteContext, { reports, namesOf }: ReportApi) {
  return {
    matchReports: defineRoute(
      context,
      "/api/matches/:matchId/reports",
      {
        method: "GET",
        summary: "The other players of a match of the caller's, and what the caller said of them.",
        player: true,
        params: answers.matchParams,
        answer: answers.matchReportsAnswer,
        refusals: ["match_unknown"],
      },
      async ({ player, params: { matchId } }) => {
        const found = await reports.ofMatch(matchId, player.playerId, new Date());
        if (!found) return refuse("match_unknown");
        return {
          matchId,
          open: found.open,
          until: found.until.toISOString(),
          players: found.players.map(({ given, ...other }) => ({
            ...other,
            ...(given ? { given: givenOf(given) } : {}),
          })),
        };
      },
    ),
    report: defineRoute(
      context,
      "/api/matches/:matchId/reports",
      {
        method: "POST",
        summary: "Reports or commends a player of a match of the caller's. The same player again changes it.",
        player: true,
        params: answers.matchParams,
        body: answers.reportBody,
        answer: answers.givenAnswer,
        refusals: [
          "match_unknown",
          "report_target_unknown",
          "report_too_late",
          "report_closed",
          "reports_full",
          "player_unknown",
        ],
      },
      async ({ player, params: { matchId }, body }) => {
        const { playerId: targetId, kind, reason } = body;
        const text = body.kind === "report" ? answers.cleanText(body.text) : undefined;
        const request = { reporterId: player.playerId, matchId, targetId, kind, reason };
        const result = await reports.give({ ...request, ...(text ? { text } : {}) }, new Date());
        return result.ok ? givenOf(result.report) : refuse(result.code);
      },
    ),
    ownReports: defineRoute(
      context,
      "/api/me/reports",
      {
        method: "GET",
        summary: "The latest that the caller said of others.",
        player: true,
        answer: answers.ownReportsAnswer,
      },
      async ({ player }) => {
        const given = await reports.givenBy(player.playerId, MOST_OWN);
        const names = await namesOf([...new Set(given.map(({ targetId }) => targetId))]);
        return {
          reports: given.map((report) => ({
            ...givenOf(report),
            matchId: report.matchId,
            playerId: report.targetId,
            name: names.get(report.targetId) ?? "deleted player",
            ...(report.text === undefined ? {} : { text: report.text }),
            lookedAt: report.verdict !== undefined,
          })),
        };
      },
    ),
  };
}

export type ReportRoutes = ReturnType<typeof reportRoutes>;

function givenOf({ kind, reason, at }: ReportDocument): answers.GivenAnswer {
  return { kind, reason, at: at.toISOString() };
}
