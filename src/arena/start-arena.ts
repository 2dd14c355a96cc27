/**
 * The composition root: builds a server from its configuration, in one line of steps, and hands each part what it
 * needs of another. Colyseus' matchmaker is process-wide, so a process runs one arena.
 */
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { guestRoutes } from "../auth/guest-routes.ts";
import { configureTokens } from "../auth/player-token.ts";
import { createPresenceAndDriver } from "../cluster/presence-and-driver.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { type ArenaDefinition, type Environment, loadConfig } from "../config/load-config.ts";
import { ArenaError } from "../errors.ts";
import type { RoomServices } from "../match/match-plugin.ts";
import { MatchRecorder } from "../match/match-recorder.ts";
import type { RecordMatch } from "../match/match-result.ts";
import { MatchStore } from "../match/match-store.ts";
import { createLogger, type Logger } from "../observability/logger.ts";
import { applyMatch } from "../progression/apply-match.ts";
import { profileRoutes } from "../progression/profile-routes.ts";
import { ProfileStore } from "../progression/profile-store.ts";
import { openStorage } from "../storage/connection-store.ts";
import { hastenDisposal } from "../transport/colyseus-internals.ts";
import { guardRoom } from "../transport/guard-room.ts";
import { isOriginAllowed, type OriginRules } from "../transport/origins.ts";
import { createRateLimiter } from "../transport/rate-limiter.ts";
import { guardRequests } from "../transport/request-guard.ts";
import { mountRoutes } from "./http-routes.ts";
import { StopList } from "./stop-list.ts";

/** How long a stop waits for match results that are being written. */
const RESULTS_GRACE_MS = 10_000;

/** A running server. */
export interface RunningArena {
  config: ArenaConfig;
  /** The port it listens on. */
  port: number;
  log: Logger;
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
    const port = await startParts(config, log, stops);
    log.info({ port, rooms: Object.keys(config.rooms) }, `${config.name} is up: http://127.0.0.1:${port}`);
    return { config, port, log, stop: () => stops.run() };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

async function startParts(config: ArenaConfig, log: Logger, stops: StopList): Promise<number> {
  configureTokens(config.auth.secret);

  const storage = await openStorage(config.storage, log);
  stops.add("storage", () => storage.close());
  if (storage.embedded)
    log.warn("storage: the embedded development database; set MONGODB_URI for a real one");
  const matches = new MatchStore(storage.connection);
  const profiles = new ProfileStore(storage.connection);
  await matches.prepare();

  const recorder = new MatchRecorder({
    store: matches,
    applyToPlayer: (result, player) => applyMatch(profiles, config.progression, result, player),
    capacity: config.limits.pendingResults,
    log,
  });
  const repaired = await recorder.repair();
  if (repaired > 0) log.warn({ players: repaired }, "finished match results that an earlier run left open");
  stops.add("match results", () => recorder.stop(RESULTS_GRACE_MS));

  const origins: OriginRules = {
    allowedOrigins: config.transport.allowedOrigins,
    allowLocalhost: config.environment !== "production",
  };
  const httpServer = createServer();
  const server = createColyseusServer(config, log, httpServer, origins);
  const liveRooms = defineRooms(server, config, recorder.record, log);
  const guests = createRateLimiter(config.limits.guestsPerMinute);
  server.options.express = (app) =>
    mountRoutes(app, {
      config,
      log,
      isReady: () => storage.isReady(),
      routers: [
        guestRoutes({
          tokenLifetimeSeconds: config.auth.tokenLifetimeSeconds,
          openAccount: (player) => profiles.open(player, new Date()),
          admit: (address) => guests.admit(address, Date.now()),
        }),
        profileRoutes({
          profiles,
          rules: config.progression,
          historyOf: (playerId, limit) => matches.historyOf(playerId, limit),
        }),
      ],
    });

  stops.add("rooms and connections", async () => {
    for (const room of liveRooms) hastenDisposal(room);
    // Colyseus sets no limit of its own.
    const limit = sleep(config.transport.stopTimeoutMs, undefined, { ref: false });
    await Promise.race([server.gracefullyShutdown(false), limit]);
    server.transport.shutdown();
    httpServer.closeAllConnections();
  });
  await listen(server, httpServer, config);
  const matchmakes = createRateLimiter(config.limits.matchmakesPerMinute);
  guardRequests(httpServer, {
    origins,
    ...config.limits,
    trustedProxyHops: config.transport.trustedProxyHops,
    admitMatchmake: (address) => matchmakes.admit(address, Date.now()),
  });
  return (httpServer.address() as AddressInfo).port;
}

function createColyseusServer(
  config: ArenaConfig,
  log: Logger,
  httpServer: HttpServer,
  origins: OriginRules,
): Server {
  const transport = new WebSocketTransport({
    server: httpServer,
    maxPayload: config.limits.frameBytes,
    pingInterval: config.transport.pingIntervalMs,
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      isOriginAllowed(origins, req.headers.origin, req.headers.host),
  });
  const { presence, driver } = createPresenceAndDriver(config.cluster.redisUrl);
  return new Server({
    transport,
    presence,
    driver,
    ...(config.transport.publicAddress === undefined
      ? {}
      : { publicAddress: config.transport.publicAddress }),
    logger: log,
    greet: false,
    gracefullyShutdown: false,
  });
}

/**
 * Every room gets the arena's services, over whatever options a client sends, and the frame guard.
 * @returns the rooms that live in this process, kept up to date.
 */
function defineRooms(
  server: Server,
  config: ArenaConfig,
  recordMatch: RecordMatch,
  log: Logger,
): ReadonlySet<Room> {
  const liveRooms = new Set<Room>();
  for (const [name, { room, options, filterBy }] of Object.entries(config.rooms)) {
    if (!(room.prototype instanceof Room)) {
      throw new ArenaError(
        "config_invalid",
        `rooms.${name}: expected a class that extends the Room of this @colyseus/core`,
      );
    }
    const arena: RoomServices = { recordMatch, options: options ?? {} };
    const handler = server.define(name, room, { ...options, arena });
    if (filterBy) handler.filterBy([...filterBy] as never[]);
    handler.on("create", (created) => {
      liveRooms.add(created);
      guardRoom(created, config.limits, log);
    });
    handler.on("dispose", (disposed) => liveRooms.delete(disposed));
  }
  return liveRooms;
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
