/**
 * Lag is compensated where it is proved. A client that echoes none of the server's numbers for a while, or whose round
 * trip is longer than `roundTripMs`, has its shots judged in the present. That alone: a bad link is no crime.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineLimit, type Limit, type Violation } from "../validator.ts";

export function latencyProof(settings: ValidatorConfig["latencyProof"]): Limit {
  return defineLimit({
    name: "latency-proof",
    settings,
    start: () => ({ judgedAt: 0 }),
    received(state, { at }, history): Violation | undefined {
      if (at - state.judgedAt < 1000) return undefined;
      state.judgedAt = at;
      const unprovedMs = at - (history.newestProof?.at ?? history.openedAt);
      if (unprovedMs > settings.withoutProofMs) return { points: 1, measured: { unprovedMs } };
      const roundTripMs = history.shortestRoundTrip(at - settings.withoutProofMs) ?? 0;
      return roundTripMs > settings.roundTripMs ? { points: 1, measured: { roundTripMs } } : undefined;
    },
  });
}
