/** A player's own settings and consent, as operations. They own nothing of value, so they stand in no ledger. */
import type { PlayerOperation } from "./operation.ts";

/** @param settings replaces all of them. */
export function changeSettings(
  request: {
    playerId: string;
    settings?: Record<string, string | number | boolean> | undefined;
    consent?: { analytics: boolean } | undefined;
  },
  now: Date,
): PlayerOperation {
  const { playerId, settings, consent } = request;
  return {
    playerId,
    at: now,
    decide: () => ({
      ok: true,
      set: {
        ...(settings ? { settings } : {}),
        ...(consent ? { consent: { ...consent, decidedAt: now } } : {}),
      },
    }),
  };
}
