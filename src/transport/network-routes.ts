/**
 * GET /api/network → `{ conditions: { roundTripMs, jitterMs, lossPercent } | null }`: how this server makes its network
 * worse, for a game that shows it; null for a network that is left as it is, which it always is in production.
 */
import { Router } from "express";
import type { NetworkConditions } from "../config/network-conditions.ts";

export function networkRoutes(conditions: NetworkConditions | undefined): Router {
  const router = Router();
  router.get(
    "/api/network",
    (_request, response) =>
      void response.set("Cache-Control", "no-store").json({ conditions: conditions ?? null }),
  );
  return router;
}
