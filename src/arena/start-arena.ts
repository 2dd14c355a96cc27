/**
 * The composition root: builds a server from its configuration, in one line of steps, and hands each part what it
 * needs of another. Colyseus' matchmaker is process-wide, so a process runs one arena.
 */
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RegisteredHandler, Room, Server, type ServerOptions } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { PairWatch } from "../anticheat/pair-watch.ts";
import { guestRoutes } from "../auth/guest-routes.ts";
import { operatorGuard } from "../auth/operator-guard.ts";
import { checkPlayer, configureJoins, configureTokens } from "../auth/player-token.ts";
import { LiveSessions } from "../cluster/live-sessions.ts";
import { createPresenceAndDriver } from "../cluster/presence-and-driver.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { type ArenaDefinition, type Environment, loadConfig } from "../config/load-config.ts";
import { ArenaError, ERRORS } from "../errors.ts";
import { MatchRecorder } from "../match/match-recorder.ts";
import type { MatchResult } from "../match/match-result.ts";
import { openOutbox } from "../match/result-outbox.ts";
import { createLogger, type Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { metricsRoutes } from "../observability/metrics-routes.ts";
import type { Outcome } from "../progression/player/operation.ts";
import type { GrantRequest, Progression } from "../progression/progression.ts";
import { replayRoutes } from "../replay/replay-routes.ts";
import { BandwidthWatch, type RoomBandwidth } from "../transport/bandwidth-watch.ts";
import { hastenDisposal, socketServerOf } from "../transport/colyseus-internals.ts";
import { conditionSockets } from "../transport/condition-sockets.ts";
import { limitControlFrames } from "../transport/control-frames.ts";
import { guardRoom } from "../transport/guard-room.ts";
import { networkRoutes } from "../transport/network-routes.ts";
import { isOriginAllowed, type OriginRules } from "../transport/origins.ts";
import { createRateLimiter } from "../transport/rate-limiter.ts";
import { guardRequests, headLimits } from "../transport/request-guard.ts";
import { SlowReaders } from "../transport/slow-readers.ts";
import { SocketCount } from "../transport/socket-limits.ts";
import { endWholeAnswers } from "../transport/whole-answers.ts";
import { arenaRouter } from "./api-routes.ts";
import { drain } from "./drain.ts";
import { mountRoutes } from "./http-routes.ts";
import { type ArenaDatabase, openDatabase } from "./open-database.ts";
import type { RoomServices } from "./room-services.ts";
import { antiCheatServices, crimeOf } from "./start-anticheat.ts";
import { conditionsOf, startConditions, startLanes } from "./start-lanes.ts";
import { startMatchmaking } from "./start-matchmaking.ts";
import { measureParts, startMetrics } from "./start-metrics.ts";
import { startProcesses } from "./start-processes.ts";
import { startProgression } from "./start-progression.ts";
import { startReplays } from "./start-replays.ts";
import { startReports } from "./start-reports.ts";
import { startSocial } from "./start-social.ts";
import { startTrust } from "./start-trust.ts";
import { StopList } from "./stop-list.ts";

type VerifyAnswer = (admitted: boolean, status?: number, reason?: string) => void;

/** How long a stop waits for match results that are being written. */
const RESULTS_GRACE_MS = 10_000;
/** In production: longer than a match. */
const DRAIN_MS = 300_000;
const DELIVERIES_AT_ONCE = 16;
const REPAIR_PAGE = 100;

export type { ArenaServer } from "./api-routes.ts";

/** A running server. */
export interface RunningArena {
  config: ArenaConfig;
  /** The port it listens on. */
  port: number;
  log: Logger;
  /** Gives a player something, or takes it, once for each key: for support, shops and events outside of rooms. */
  grant(request: GrantRequest): Promise<Outcome>;
  /** What each room of this process sends to its clients, by room id. */
  bandwidth(): ReadonlyMap<string, RoomBandwidth>;
  /** No new rooms here, and matches may end, for `cluster.drainTimeoutMs` at most; `stop` is still to follow. */
  drain(): Promise<void>;
  /** Disconnects everyone, lets what is being written finish, and closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * @param env where settings come from; the process's environment by default.
 * @throws ArenaError with one of the start's codes (see `errors.ts`); whatever was started is stopped again.
 */
export async function startArena(definition: ArenaDefinition, env?: Environment): Promise<RunningArena> {
  const config = loadConfig(definition, env);
  const readable = config.environment !== "production";
  const log = createLogger({ name: config.name, level: config.logLevel, readable });
  const stops = new StopList(log);
  try {
    const { port, progression, bandwidth, drainRooms } = await startParts(config, log, stops);
    log.info({ port, rooms: Object.keys(config.rooms) }, `${config.name} is up: http://127.0.0.1:${port}`);
    return {
      config,
      port,
      log,
      grant: (request) => progression.grant(request),
      bandwidth: () => bandwidth.readings(),
      drain: drainRooms,
      stop: () => stops.run(),
    };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

async function startParts(
  config: ArenaConfig,
  log: Logger,
  stops: StopList,
): Promise<{
  port: number;
  progression: Progression;
  bandwidth: BandwidthWatch;
  drainRooms: () => Promise<void>;
}> {
  configureTokens(config.auth.secret, config.protocol);

  const database = await openDatabase(config, log, { prepare: config.environment !== "production" });
  stops.add("storage", () => database.close());
  const { storage, matches, players } = database;
  if (storage.embedded)
    log.warn("storage: the embedded development database; set MONGODB_URI for a real one");

  const metrics = startMetrics(config, storage, stops);
  const replays = await startReplays(config, log, stops);
  const progression = await startProgression(config, database, replays, log, stops);
  const watched: { pairs?: PairWatch } = {};
  const stored = (result: MatchResult): void => watched.pairs?.note(result);
  const recorder = await startRecorder(config, database, progression.service, stored, log, stops);
  // A room that is gone may still wait for its recording before it hands its result over.
  stops.add("recordings", () => replays.keeper.settle());

  const origins: OriginRules = {
    allowedOrigins: config.transport.allowedOrigins,
    allowLocalhost: config.environment !== "production",
  };
  const httpServer = createServer(headLimits(config.limits.bodyTimeoutMs));
  const cluster = createPresenceAndDriver(config.cluster.redisUrl);
  const conditioner = startConditions(config, log);
  const liveRooms = new Set<Room>();
  const processes = startProcesses(config, cluster.presence, liveRooms, log);
  const server = createColyseusServer(config, log, httpServer, origins, cluster, processes.place);
  if (conditioner) conditionSockets(socketServerOf(server.transport), conditioner);
  const social = startSocial(cluster.presence, database, log, stops);
  const trust = startTrust(
    config,
    database,
    {
      channel: social.channel,
      replayPathOf: (matchId) => replays.shelf.pathOf(matchId),
      reportsOf: (playerIds) => reports.reports.reportsOf(playerIds),
      noteVerdict: (playerId, verdict, openedAt) =>
        reports.reports.noteVerdict(playerId, verdict, reportsAbout(openedAt, config)),
    },
    log,
    stops,
  );
  watched.pairs = new PairWatch({
    historyOf: (playerId, limit) => matches.historyOf(playerId, limit),
    decide: (decision) => trust.services.decide(decision),
    failed: (error) => log.warn({ err: error }, "win trading could not be looked for"),
  });
  const reports = startReports(config, database, trust.services, log, stops);
  const router = arenaRouter(config, log, () => storage.isReady(), {
    ...progression.api,
    matches,
    reports: reports.reports,
    reportsGivenBy: reports.exportOf,
    reviews: trust.reviews,
    casesOf: (playerId) => trust.reviews.exportOf(playerId),
    forget: async (playerId) => {
      await progression.api.forget(playerId);
      await reports.forget(playerId);
      await trust.forget(playerId);
    },
    isWatchable: async (replay) => (await replays.shelf.pathOf(replay)) !== undefined,
  });
  server.router = router;
  const services: Omit<RoomServices, "options"> = {
    recordMatch: recorder.record,
    inputsDropped: (reason, count) => metrics.inputsDropped.inc({ reason }, count),
    build: config.build,
    replays: replays.services,
    lanes: await startLanes(config, conditioner, log, stops),
    loadoutOf: (playerId) => progression.service.loadoutOf(playerId),
    grant: (request) => progression.service.grant(request),
    matchmaking: startMatchmaking(config, database, progression.service, trust.tierOf, log),
    social: social.services,
    anticheat: antiCheatServices(config),
    trust: trust.services,
  };
  const sessions = new LiveSessions({
    presence: cluster.presence,
    tell: (playerId, type, message) => social.channel.tell(playerId, type, message),
    listen: (playerId, told) => social.channel.listen(playerId, told),
    close: { code: ERRORS.session_replaced.close, reason: "session_replaced" },
    failed: (error) => log.warn({ err: error }, "a player's other sessions could not be told of this one"),
  });
  const single: RoomWatcher = {
    watchRooms: (name, handler) => {
      if (config.rooms[name]?.onePerPlayer) sessions.watchRooms(handler);
    },
  };
  defineRooms(server, config, services, [social.board, trust, single], { metrics, liveRooms, log });
  measureParts(metrics, {
    rooms: liveRooms,
    pendingResults: () => recorder.depth,
    loads: () => processes.board.loads(),
  });
  const joins = createRateLimiter(config.limits.matchmakesPerMinutePerPlayer);
  configureJoins((playerId) => joins.admit(playerId, Date.now()));
  const guests = createRateLimiter(config.limits.guestsPerMinute);
  const guard = operatorGuard(config.operators);
  server.options.express = (app) =>
    mountRoutes(app, {
      config,
      log,
      isReady: () => storage.isReady() && !processes.board.isDraining,
      guard,
      routers: [
        trust.routes(guard("reviewer")),
        guestRoutes({
          tokenLifetimeSeconds: config.auth.tokenLifetimeSeconds,
          openAccount: (player) => progression.service.openAccount(player),
          isDeleted: async (playerId) => (await players.findMany([playerId])).deleted.size > 0,
          admit: (address) => guests.admit(address, Date.now()),
        }),
        replayRoutes({ authenticate: checkPlayer, pathOf: (name) => replays.shelf.pathOf(name) }),
        networkRoutes(conditionsOf(config)),
        metricsRoutes(metrics, guard("metrics")),
      ],
    });

  const bandwidth = new BandwidthWatch(
    config.limits.roomBytesPerSecondPerClient,
    log,
    ({ roomName: room }, bytes, laneBytes) => {
      metrics.sentBytes.inc({ room, way: "websocket" }, bytes);
      metrics.sentBytes.inc({ room, way: "lane" }, laneBytes);
    },
  );
  const readers = new SlowReaders(config.limits.bufferedBytes, log);
  const sampling = setInterval(() => {
    bandwidth.sample(liveRooms, performance.now());
    readers.look(liveRooms);
  }, 1000);
  stops.add("bandwidth watch", () => clearInterval(sampling));
  stops.add("rooms and connections", async () => {
    for (const room of liveRooms) hastenDisposal(room);
    // Colyseus sets no limit of its own.
    const limit = sleep(config.transport.stopTimeoutMs, undefined, { ref: false });
    await Promise.race([server.gracefullyShutdown(false), limit]);
    server.transport.shutdown();
    httpServer.closeAllConnections();
  });
  await listen(server, httpServer, config);
  await processes.board.start();
  stops.add("process board", () => processes.board.stop());
  const matchmakes = createRateLimiter(config.limits.matchmakesPerMinute);
  const requests = createRateLimiter(config.limits.apiRequestsPerMinute);
  const exports = createRateLimiter(config.limits.exportsPerMinute);
  endWholeAnswers(httpServer, (method, path) => router.findRoute(method, path) !== undefined);
  guardRequests(httpServer, {
    origins,
    ...config.limits,
    trustedProxyHops: config.transport.trustedProxyHops,
    mayMatchmake: () => processes.board.isConnected,
    turnedAway: (path, code) => {
      if (path.startsWith("/matchmake/")) metrics.joinRefusals.inc({ code });
    },
    limits: [
      { prefix: "/matchmake/", admit: (address) => matchmakes.admit(address, Date.now()) },
      // Each reads and writes thousands of entries.
      { prefix: "/api/me/export", admit: (address) => exports.admit(address, Date.now()) },
      { prefix: "/api/", admit: (address) => requests.admit(address, Date.now()) },
    ],
  });
  const { port } = httpServer.address() as AddressInfo;
  const drainMs = config.cluster.drainTimeoutMs ?? (config.environment === "production" ? DRAIN_MS : 0);
  const drainRooms = async (): Promise<void> => {
    if (drainMs > 0) await drain(liveRooms, processes.board, drainMs, log);
  };
  return { port, progression: progression.service, bandwidth, drainRooms };
}

/** Takes what an earlier run left in the outbox first; what only the database knows of is finished in the background. */
async function startRecorder(
  config: ArenaConfig,
  { matches }: ArenaDatabase,
  progression: Progression,
  stored: (result: MatchResult) => void,
  log: Logger,
  stops: StopList,
): Promise<MatchRecorder> {
  const outbox = await openOutbox(join(config.storage.dataDir, "outbox"), {
    capacity: config.limits.pendingResults,
    log,
  });
  const recorder = new MatchRecorder({
    outbox,
    deliver: async (result) => {
      const progress = await progression.deliver(result);
      stored(result);
      return progress;
    },
    concurrency: DELIVERIES_AT_ONCE,
    log,
  });
  recorder.start();
  void recorder.repair((after) => matches.unsettled(REPAIR_PAGE, after));
  stops.add("match results", () => recorder.stop(RESULTS_GRACE_MS));
  return recorder;
}

function createColyseusServer(
  config: ArenaConfig,
  log: Logger,
  httpServer: HttpServer,
  origins: OriginRules,
  { presence, driver }: Pick<ServerOptions, "presence" | "driver">,
  selectProcessIdToCreateRoom: () => Promise<string>,
): Server {
  const sockets = new SocketCount({ ...config.limits, trustedProxyHops: config.transport.trustedProxyHops });
  const transport = new WebSocketTransport({
    server: httpServer,
    maxPayload: config.limits.frameBytes,
    pingInterval: config.transport.pingIntervalMs,
    verifyClient: ({ req }: { req: IncomingMessage }, answer: VerifyAnswer) => {
      if (!isOriginAllowed(origins, req.headers.origin, req.headers.host))
        return answer(false, ERRORS.origin_refused.status, "origin_refused");
      const refusal = sockets.refusalOf(req);
      return refusal ? answer(false, refusal.status, refusal.code) : answer(true);
    },
  });
  sockets.watch(socketServerOf(transport));
  limitControlFrames(socketServerOf(transport), config.limits.framesPerSecond);
  return new Server({
    transport,
    presence,
    driver,
    selectProcessIdToCreateRoom,
    ...(config.transport.publicAddress === undefined
      ? {}
      : { publicAddress: config.transport.publicAddress }),
    logger: log,
    greet: false,
    gracefullyShutdown: false,
  });
}

/** Reports of the time before a case are what it is about as well. */
function reportsAbout(openedAt: Date, { anticheat }: ArenaConfig): Date {
  return new Date(openedAt.getTime() - anticheat.reports.halfLifeDays * 86_400_000);
}

/** Is told of every room that is defined. */
interface RoomWatcher {
  watchRooms: (name: string, handler: RegisteredHandler) => void;
}

/**
 * Every room gets the arena's services, over whatever options a client sends, and the frame guard.
 * @param liveRooms the rooms that live in this process, kept up to date.
 */
function defineRooms(
  server: Server,
  config: ArenaConfig,
  services: Omit<RoomServices, "options">,
  watchers: readonly RoomWatcher[],
  { metrics, liveRooms, log }: { metrics: Metrics; liveRooms: Set<Room>; log: Logger },
): void {
  for (const [name, { room, options, filterBy }] of Object.entries(config.rooms)) {
    if (!(room.prototype instanceof Room)) {
      throw new ArenaError(
        "config_invalid",
        `rooms.${name}: expected a class that extends the Room of this @colyseus/core`,
      );
    }
    const arena: RoomServices = { ...services, options: options ?? {} };
    const handler = server.define(name, room, { ...options, arena });
    if (filterBy) handler.filterBy([...filterBy] as never[]);
    handler.on("create", (created) => {
      liveRooms.add(created);
      guardRoom(created, config.limits, log, (client, code) => {
        metrics.closes.inc({ code });
        const decision = code === "frame_malformed" && crimeOf(created, client, code);
        if (decision) services.trust.decide(decision);
      });
    });
    for (const watcher of watchers) watcher.watchRooms(name, handler);
    handler.on("dispose", (disposed) => liveRooms.delete(disposed));
  }
}

/** Colyseus' `listen` never settles when the port is taken, so the HTTP server is asked as well. */
async function listen(server: Server, httpServer: HttpServer, config: ArenaConfig): Promise<void> {
  const { host, port } = config.transport;
  const failed = new Promise<never>((_resolve, reject) => {
    httpServer.once("error", (error) =>
      reject(new ArenaError("port_unavailable", `${host}:${port}: ${error.message}`)),
    );
  });
  await Promise.race([server.listen(port, host), failed]);
}
