/** All routes of progression, as Colyseus endpoints by name. */
import type { RouteContext } from "../../http/define-route.ts";
import { dataRoutes } from "./data-routes.ts";
import { leaderboardRoutes } from "./leaderboard-routes.ts";
import { profileRoutes } from "./profile-routes.ts";
import type { ProgressionApi } from "./progression-api.ts";
import { socialRoutes } from "./social-routes.ts";

export function progressionRoutes(context: RouteContext, api: ProgressionApi) {
  return {
    ...profileRoutes(context, api),
    ...leaderboardRoutes(context, api),
    ...socialRoutes(context, api),
    ...dataRoutes(context, api),
  };
}

/** The routes' types: `new Client<{ "~routes": ProgressionRoutes }>` gives a typed `client.http`. */
export type ProgressionRoutes = ReturnType<typeof progressionRoutes>;
