/** Starts what players say of each other: reports and commendations, with all that their weights are computed from. */
import { randomUUID } from "node:crypto";
import { PlayerReports } from "../anticheat/reports/player-reports.ts";
import type { TrustServices } from "../anticheat/trust/trust-services.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import type { Logger } from "../observability/logger.ts";
import { isPseudonym } from "../progression/progression.ts";
import type { ArenaDatabase } from "./open-database.ts";
import type { StopList } from "./stop-list.ts";

const DROP_EVERY_MS = 3_600_000;
/** Matches that are looked at for whom a reporter met. */
const MOST_MATCHES = 100;

export interface StartedReports {
  reports: PlayerReports;
  /** Everything that the player said of others, newest first. */
  exportOf: (playerId: string, limit: number) => Promise<Record<string, unknown>[]>;
  forget: (playerId: string) => Promise<void>;
}

export function startReports(
  config: ArenaConfig,
  { reports: store, matches, players, relations }: ArenaDatabase,
  { standingOf, decide }: Pick<TrustServices, "standingOf" | "decide">,
  log: Logger,
  stops: StopList,
): StartedReports {
  const reports = new PlayerReports({
    settings: config.anticheat.reports,
    store,
    matchOf: async (matchId) => {
      const match = await matches.find(matchId);
      if (!match) return undefined;
      const present = match.players.filter(({ playerId }) => !isPseudonym(playerId));
      return {
        room: match.room,
        endedAt: match.endedAt,
        players: present.map(({ playerId, name, team }) => ({ playerId, name, team })),
      };
    },
    reporterOf: async (playerId, since) => {
      const [player, history] = await Promise.all([
        players.find(playerId),
        matches.historyOf(playerId, MOST_MATCHES),
      ]);
      if (!player) return undefined;
      let met = 0;
      for (const match of history) if (match.endedAt >= since) met += match.players.length - 1;
      return { createdAt: player.createdAt, games: player.stats.games, met };
    },
    friendsOf: (playerId) => relations.friendsOf(playerId),
    levelOf: async (playerId) => (await standingOf(playerId)).level,
    decide,
  });
  const drop = (): void =>
    void reports.dropOld(new Date()).catch((error: unknown) => {
      log.warn({ err: error }, "old reports could not be dropped; tried again in an hour");
    });
  const dropping = setInterval(drop, DROP_EVERY_MS);
  dropping.unref();
  stops.add("reports", () => clearInterval(dropping));
  return {
    reports,
    exportOf: async (playerId, limit) =>
      (await reports.givenBy(playerId, limit)).map(
        ({ _id, reporterId: _own, friends: _friends, verdict, ...given }) => ({
          ...given,
          lookedAt: verdict !== undefined,
        }),
      ),
    forget: (playerId) => reports.forget(playerId, `deleted-${randomUUID()}`),
  };
}
