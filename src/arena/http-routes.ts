/** Hangs every HTTP route into the Express app, in the order in which they are looked at. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { basicAuth, matchMaker } from "@colyseus/core";
import { monitor } from "@colyseus/monitor";
import { playground } from "@colyseus/playground";
import express, {
  type Application,
  type NextFunction,
  type Request,
  type Response,
  type Router,
} from "express";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ArenaError, ERRORS, errorBody } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { isOutage } from "../outage.ts";

export interface HttpRoutesOptions {
  config: ArenaConfig;
  log: Logger;
  /** The capabilities' own routers. */
  routers: readonly Router[];
  /** Whether what the server stands on answers. */
  isReady: () => boolean;
}

export function mountRoutes(app: Application, { config, log, routers, isReady }: HttpRoutesOptions): void {
  app.disable("x-powered-by");
  app.set("trust proxy", config.transport.trustedProxyHops);
  app.get("/health/live", (_request, response) => void response.json({ ok: true }));
  app.get("/health/ready", (_request, response) => {
    if (isReady() && matchMaker.state === matchMaker.MatchMakerState.READY) response.json({ ok: true });
    else response.status(ERRORS.not_ready.status).json(errorBody("not_ready"));
  });
  for (const router of routers) app.use(router);
  mountOperatorPages(app, config.operators.password);
  if (config.web.clientDir !== undefined) mountClient(app, config.web.clientDir);
  app.use(
    (_request, response) =>
      void response.status(ERRORS.route_unknown.status).json(errorBody("route_unknown")),
  );
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    // Express' own refusals (a malformed address, say) carry a 4xx status.
    const status = (error as { status?: number }).status ?? ERRORS.internal_error.status;
    if (status >= 400 && status < 500) return void response.status(status).json(errorBody("route_unknown"));
    if (isOutage(error)) {
      log.warn({ err: error }, ERRORS.not_ready.message);
      response.set("Retry-After", "5").status(ERRORS.not_ready.status).json(errorBody("not_ready"));
      return;
    }
    log.error({ err: error }, ERRORS.internal_error.message);
    return void response.status(ERRORS.internal_error.status).json(errorBody("internal_error"));
  });
}

/** Colyseus' monitor and playground: they can call any room method, so a password guards them where one is set. */
function mountOperatorPages(app: Application, password: string | undefined): void {
  const use =
    password === undefined ? [] : [basicAuth({ users: { operator: password }, realm: "colyseus-arena" })];
  app.use(["/monitor", "/playground"], refuseOtherSites);
  if (password === undefined) app.use(["/monitor", "/playground"], refuseOtherMachines);
  app.use("/monitor", monitor({ use }));
  app.use("/playground", playground({ use }));
}

/**
 * A GET on the monitor calls a room's method, and browsers send GETs for any page that asks (with the password, once
 * it was given), without an Origin header. Following a link to the page itself is fine.
 */
function refuseOtherSites(request: Request, response: Response, next: NextFunction): void {
  const site = request.get("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none" || request.path === "/") next();
  else response.status(ERRORS.origin_refused.status).json(errorBody("origin_refused"));
}

/** Open pages are for the developer's own browser: the peer must be this machine, and so must the name it used. */
function refuseOtherMachines(request: Request, response: Response, next: NextFunction): void {
  const peer = request.socket.remoteAddress ?? "";
  const local = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(peer);
  if (local && ["localhost", "127.0.0.1", "[::1]"].includes(request.hostname)) next();
  else response.status(ERRORS.operator_page_local.status).json(errorBody("operator_page_local"));
}

function mountClient(app: Application, clientDir: string): void {
  const folder = resolve(clientDir);
  if (!existsSync(join(folder, "index.html"))) throw new ArenaError("client_not_built", folder);
  // Vite names assets by their content: they never change.
  app.use(
    "/assets",
    express.static(join(folder, "assets"), { immutable: true, maxAge: "1y", fallthrough: true }),
  );
  app.use(express.static(folder, { maxAge: 0 }));
}
