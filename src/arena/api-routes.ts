/** The typed HTTP API: every capability's routes as Colyseus endpoints, and the OpenAPI document that describes them. */
import { createEndpoint, createRouter, type SDKTypes } from "@colyseus/core";
import type { PlayerReports } from "../anticheat/reports/player-reports.ts";
import { type ReportRoutes, reportRoutes } from "../anticheat/reports/report-api.ts";
import type { Reviews } from "../anticheat/review/reviews.ts";
import { type StandingRoutes, standingRoutes } from "../anticheat/review/standing-api.ts";
import { checkPlayer, checkPlayerToken } from "../auth/player-token.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ERRORS, errorBody } from "../errors.ts";
import type { RouteContext } from "../http/define-route.ts";
import { openApiDocument } from "../http/open-api.ts";
import type { MatchStore } from "../match/match-store.ts";
import type { Logger } from "../observability/logger.ts";
import type { ProgressionApi } from "../progression/api/progression-api.ts";
import { type ProgressionRoutes, progressionRoutes } from "../progression/api/progression-routes.ts";

/** For a typed `client.http`: `new Client<ArenaServer>(address)`, or `ArenaServer<{ race: RaceRoom }>` with rooms. */
export interface ArenaServer<Rooms = SDKTypes["~rooms"]> {
  "~rooms": Rooms;
  "~routes": ProgressionRoutes & ReportRoutes & StandingRoutes;
}

export interface ApiParts extends Omit<ProgressionApi, "historyOf"> {
  matches: MatchStore;
  reports: PlayerReports;
  reviews: Reviews;
  /** Whether a replay can be had here. */
  isWatchable: (replay: string) => Promise<boolean>;
}

export function arenaRouter(
  config: ArenaConfig,
  log: Logger,
  isReady: () => boolean,
  { matches, isWatchable, reports, reviews, ...parts }: ApiParts,
) {
  const context: RouteContext = { authenticate: checkPlayer, isReady, log };
  const progression = progressionRoutes(context, {
    ...parts,
    historyOf: async (playerId, limit, before) => {
      const found = await matches.historyOf(playerId, limit, before);
      return Promise.all(
        found.map(async ({ replay, ...match }) =>
          replay !== undefined && (await isWatchable(replay))
            ? { ...match, replay: `/api/replays/${replay}` }
            : match,
        ),
      );
    },
  });
  const namesOf = (playerIds: readonly string[]) => parts.players.namesOf(playerIds);
  const routes = {
    ...progression,
    ...reportRoutes(context, { reports, namesOf }),
    // Whoever is banned may ask why, and answer.
    ...standingRoutes({ ...context, authenticate: checkPlayerToken }, reviews),
  };
  const document = openApiDocument(routes, { title: `${config.name} API`, version: config.build });
  const openApi = createEndpoint("/api/openapi.json", { method: "GET" }, async () => Response.json(document));
  return createRouter(
    { ...routes, openApi },
    {
      // The router's own refusals have words of their own, or none.
      onError: (error) => {
        if ((error as { statusCode?: number }).statusCode === ERRORS.body_type_unsupported.status)
          return Response.json(errorBody("body_type_unsupported"), {
            status: ERRORS.body_type_unsupported.status,
          });
        log.error({ err: error }, ERRORS.internal_error.message);
        return Response.json(errorBody("internal_error"), { status: ERRORS.internal_error.status });
      },
      onResponse: (response) => {
        if (response.status !== 404 || response.body !== null) return;
        return Response.json(errorBody("route_unknown"), { status: ERRORS.route_unknown.status });
      },
    },
  );
}
