/** GET /metrics → what this process measures, in Prometheus' text format. Not for players: hand it a guard. */
import { type RequestHandler, Router } from "express";
import type { Metrics } from "./metrics.ts";

export function metricsRoutes(metrics: Metrics, guard: readonly RequestHandler[]): Router {
  const router = Router();
  router.get("/metrics", ...guard, async (_request, response) => {
    response
      .set("Cache-Control", "no-store")
      .type(metrics.contentType)
      .send(await metrics.text());
  });
  return router;
}
