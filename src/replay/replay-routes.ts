/**
 * GET /api/replays/:matchId → the recording's file (see `replay-file.ts`), for signed-in players. A file never changes,
 * so it may be kept for ever by whoever fetched it. Refusals: 404 `replay_unknown`, when there is none (any more), and
 * the token's codes.
 */
import { Router } from "express";
import { ERRORS, type ErrorCode, errorBody } from "../errors.ts";

const ONE_YEAR_MS = 365 * 86_400_000;

export interface ReplayRoutesOptions {
  /** Checks the bearer token of a request. */
  authenticate: (token: string | undefined) => Promise<{ ok: true } | { ok: false; code: ErrorCode }>;
  /** Undefined: there is none. */
  pathOf: (name: string) => Promise<string | undefined>;
}

export function replayRoutes({ authenticate, pathOf }: ReplayRoutesOptions): Router {
  const router = Router();
  router.get("/api/replays/:matchId", async (request, response, next) => {
    const refuse = (code: ErrorCode): void =>
      void response.status(ERRORS[code].status).set("Cache-Control", "no-store").json(errorBody(code));
    const check = await authenticate(/^Bearer (.+)$/i.exec(request.get("authorization") ?? "")?.[1]);
    if (!check.ok) return refuse(check.code);
    const path = await pathOf(request.params.matchId);
    if (path === undefined) return refuse("replay_unknown");
    // Only whoever may ask gets it: caches in between have no say.
    const headers = {
      "Content-Type": "application/octet-stream",
      "Cache-Control": `private, max-age=${ONE_YEAR_MS / 1000}, immutable`,
    };
    // The data folder's own name may begin with a dot.
    response.sendFile(path, { headers, cacheControl: false, dotfiles: "allow" }, (error?: Error) => {
      if (!error) return;
      if ((error as { status?: number }).status === 404) refuse("replay_unknown");
      // A caller who went away needs no answer.
      else if (!response.headersSent && !response.destroyed) next(error);
    });
  });
  return router;
}
