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
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import type { OperatorRole } from "../auth/operator-guard.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ArenaError, ERRORS, errorBody } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { isOutage } from "../outage.ts";

export interface HttpRoutesOptions {
  config: ArenaConfig;
  log: Logger;
  /** The capabilities' own routers. */
  routers: readonly Router[];
  /** Lets in operators of at least that role. */
  guard: (role: OperatorRole) => readonly RequestHandler[];
  /** Whether what the server stands on answers. */
  isReady: () => boolean;
}

export function mountRoutes(
  app: Application,
  { config, log, routers, guard, isReady }: HttpRoutesOptions,
): void {
  app.disable("x-powered-by");
  app.set("trust proxy", config.transport.trustedProxyHops);
  app.get("/health/live", (_request, response) => void response.json({ ok: true }));
  app.get("/health/ready", (_request, response) => {
    if (isReady() && matchMaker.state === matchMaker.MatchMakerState.READY) response.json({ ok: true });
    else response.status(ERRORS.not_ready.status).json(errorBody("not_ready"));
  });
  for (const router of routers) app.use(router);
  app.use("/console", ...guard("reviewer"));
  // Colyseus' own pages can call any room method. In production they want a check of their own besides.
  app.use(["/monitor", "/playground"], ...guard("operator"));
  const users = operatorsOf(config.operators);
  const use = Object.keys(users).length === 0 ? [] : [basicAuth({ users, realm: "colyseus-arena" })];
  app.use("/monitor", monitor({ use }));
  app.use("/playground", playground({ use }));
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

function operatorsOf({ password, accounts }: ArenaConfig["operators"]): Record<string, string> {
  const users = Object.entries(accounts).filter(([, { role }]) => role === "operator");
  return {
    ...Object.fromEntries(users.map(([name, account]) => [name, account.password])),
    ...(password === undefined ? {} : { operator: password }),
  };
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
