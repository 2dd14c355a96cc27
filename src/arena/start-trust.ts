/**
 * Starts trust and what follows from it: levels and decisions for rooms, cases for operators, bans at every door and for
 * whoever is inside. Processes tell each other over the players' channel; what was missed there is found by a look at
 * the database every `LOOK_EVERY_MS`.
 */
import type { RegisteredHandler } from "@colyseus/core";
import type { RequestHandler, Router } from "express";
import { reviewRoutes } from "../anticheat/review/review-routes.ts";
import { type PlayerReportSummary, Reviews, type ReviewsOptions } from "../anticheat/review/reviews.ts";
import { TrustBook, type TrustChange } from "../anticheat/trust/trust-book.ts";
import { trustTierOf } from "../anticheat/trust/trust-level.ts";
import type { TrustServices } from "../anticheat/trust/trust-services.ts";
import { BanList, FOR_EVER } from "../auth/ban-list.ts";
import { operatorOf } from "../auth/operator-guard.ts";
import { configureBans } from "../auth/player-token.ts";
import type { PlayerChannel } from "../cluster/player-channel.ts";
import { PlayerConnections } from "../cluster/player-connections.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ERRORS } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { ArenaDatabase } from "./open-database.ts";
import type { StopList } from "./stop-list.ts";

/** No player's id: what all processes listen to. */
const EVERYONE = "everyone";
const LOOK_EVERY_MS = 30_000;
const LOOKED_AT_ONCE = 500;
const DROP_EVERY_MS = 3_600_000;
const STOP_GRACE_MS = 3000;
const DAY_MS = 86_400_000;
const MOST_PENALTIES = 200;

export interface TrustParts {
  channel: PlayerChannel;
  /** The file of a match's recording. */
  replayPathOf: (matchId: string) => Promise<string | undefined>;
  reportsOf: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, PlayerReportSummary>>;
  noteVerdict: NonNullable<ReviewsOptions["noteVerdict"]>;
}

export interface StartedTrust {
  services: TrustServices;
  reviews: Reviews;
  /** Of matchmaking. */
  tierOf: (playerId: string) => Promise<number>;
  /** To be called for every room that is defined. */
  watchRooms: (name: string, handler: RegisteredHandler) => void;
  /** @param guard lets reviewers in. */
  routes: (guard: readonly RequestHandler[]) => Router;
  forget: (playerId: string) => Promise<void>;
}

export function startTrust(
  config: ArenaConfig,
  { trust: store, cases, penalties, players }: ArenaDatabase,
  { channel, replayPathOf, reportsOf, noteVerdict }: TrustParts,
  log: Logger,
  stops: StopList,
): StartedTrust {
  const { quietDays, mostWaitingDecisions, caseKeepDays, banRecheckSeconds } = config.anticheat.trust;
  const tellAll = (type: "trust" | "ban", message: object): void => channel.tell(EVERYONE, type, message);

  const book = new TrustBook({
    store,
    keepDecision: (decision, key, now) => cases.add(decision, key, now),
    quietDays,
    mostWaitingDecisions,
    tell: (change) => tellAll("trust", change),
    log,
  });
  stops.add("trust", () => book.stop(STOP_GRACE_MS));

  let silentUntil = 0;
  const bans = new BanList({
    lookUp: async (playerId) => {
      const ban = await penalties.activeFor(playerId, "ban", new Date());
      return ban && (ban.until ?? FOR_EVER);
    },
    recheckMs: banRecheckSeconds * 1000,
    failed(error) {
      if (performance.now() < silentUntil) return;
      silentUntil = performance.now() + LOOK_EVERY_MS;
      log.warn({ err: error }, "bans cannot be looked up: the last known word counts");
    },
  });
  configureBans((playerId) => bans.isBanned(playerId));
  const connections = new PlayerConnections({
    isRefused: (playerId) => bans.isKnownBanned(playerId),
    close: { code: ERRORS.player_banned.close, reason: "player_banned" },
  });
  const hearBan = (playerId: string, until: Date | undefined): void => {
    bans.heard(playerId, until);
    if (!bans.isKnownBanned(playerId)) return;
    const closed = connections.closeAll(playerId);
    if (closed > 0) log.info({ playerId, closed }, "a banned player's connections were closed");
  };
  // Until the presence itself ends, with the rooms: then there is nothing left to unsubscribe from.
  channel.listen(EVERYONE, (type, message) => {
    if (type === "trust") book.heard(message as TrustChange);
    if (type !== "ban") return;
    const { playerId, until } = message as { playerId: string; until: number };
    hearBan(playerId, until > 0 ? new Date(until) : undefined);
  });

  const reviews = new Reviews({
    cases,
    trust: store,
    quietDays,
    bans: {
      impose: (ban) => penalties.impose({ ...ban, kind: "ban", reason: "cheating" }),
      lift: (key, by, now) => penalties.lift(key, by, now),
      activeOf: async (playerId) => {
        const now = new Date();
        const all = await penalties.historyOf(playerId, MOST_PENALTIES);
        return all.filter(
          ({ kind, from, until, liftedAt }) =>
            kind === "ban" && !liftedAt && from <= now && (!until || until > now),
        );
      },
      changed: async (playerId) => {
        const ban = await penalties.activeFor(playerId, "ban", new Date());
        const until = ban && (ban.until ?? FOR_EVER);
        hearBan(playerId, until);
        tellAll("ban", { playerId, until: until?.getTime() ?? 0 });
      },
    },
    levelChanged: (change) => {
      book.heard(change);
      tellAll("trust", change);
    },
    namesOf: (playerIds) => players.namesOf(playerIds),
    reportsOf,
    noteVerdict,
    replayOf: async (matchId) =>
      (await replayPathOf(matchId)) === undefined ? undefined : `/api/operator/replays/${matchId}`,
  });

  const look = async (): Promise<void> => {
    const here = connections.playerIds();
    for (let from = 0; from < here.length; from += LOOKED_AT_ONCE) {
      const some = here.slice(from, from + LOOKED_AT_ONCE);
      const banned = await penalties.activeAmong(some, "ban", new Date());
      for (const [playerId, until] of banned) hearBan(playerId, until ?? FOR_EVER);
    }
    await reviews.finish(new Date());
  };
  const regularly = (everyMs: number, what: string, work: () => Promise<unknown>): void => {
    const failed = (error: unknown): void => log.warn({ err: error }, `${what}: tried again later`);
    const timer = setInterval(() => void work().catch(failed), everyMs);
    timer.unref();
    stops.add(what, () => clearInterval(timer));
  };
  regularly(LOOK_EVERY_MS, "bans and verdicts", look);
  regularly(DROP_EVERY_MS, "old cases", () => cases.dropOlder(new Date(Date.now() - caseKeepDays * DAY_MS)));

  return {
    services: {
      standingOf: (playerId) => book.standingOf(playerId),
      keepWindow: (playerId, window) => book.keepWindow(playerId, window),
      decide: (decision) => book.decide(decision),
      listen: (playerId, changed) => book.listen(playerId, changed),
    },
    reviews,
    tierOf: async (playerId) => trustTierOf((await book.standingOf(playerId)).level),
    watchRooms: (_name, handler) => connections.watchRooms(handler),
    routes: (guard) => reviewRoutes({ reviews, guard, operatorOf, replayPathOf, log }),
    forget: async (playerId) => {
      await cases.forget(playerId);
      await store.forget(playerId);
      book.forget(playerId);
    },
  };
}
