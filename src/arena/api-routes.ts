/** The typed HTTP API: every capability's routes as Colyseus endpoints, and the OpenAPI document that describes them. */
import { createEndpoint, createRouter, type SDKTypes } from "@colyseus/core";
import { checkPlayerToken } from "../auth/player-token.ts";
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
  "~routes": ProgressionRoutes;
}

export interface ApiParts extends Omit<ProgressionApi, "historyOf"> {
  matches: MatchStore;
  /** Whether a replay can be had here. */
  isWatchable: (replay: string) => Promise<boolean>;
}

export function arenaRouter(
  config: ArenaConfig,
  log: Logger,
  isReady: () => boolean,
  { matches, isWatchable, ...parts }: ApiParts,
) {
  const context: RouteContext = { authenticate: checkPlayerToken, isReady, log };
  const routes = progressionRoutes(context, {
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
