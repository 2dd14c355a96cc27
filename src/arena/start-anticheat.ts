/** What rooms need to watch their players: thresholds, and the ways to Colyseus' inputs and sockets. */
import type { Client, Room } from "@colyseus/core";
import type { AntiCheatServices } from "../anticheat/anticheat-plugin.ts";
import type { Decision } from "../anticheat/trust/trust-services.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { hearPongs, pingClient, watchInputs } from "../transport/colyseus-internals.ts";

/** A connection that was ended for its bytes: a case, where it is known whose it was. */
export function crimeOf(room: Room, client: Client, reason: string): Decision | undefined {
  const { playerId } = (client.auth ?? {}) as { playerId?: string };
  if (!playerId) return undefined;
  const at = new Date().toISOString();
  const about = { room: room.roomName, matchId: "" };
  const evidence = { ...about, at, validator: reason, positive: true, measured: {}, logEvidence: 0 };
  const nowhere = { fromTick: 0, toTick: 0, slot: -1, targetSlot: -1 };
  return {
    ...about,
    playerId,
    level: "review",
    kicked: true,
    reason,
    logEvidence: 0,
    at,
    evidence: [{ ...evidence, ...nowhere }],
  };
}

export function antiCheatServices({ anticheat }: ArenaConfig): AntiCheatServices["anticheat"] {
  const { validators, trust, proofEveryMs } = anticheat;
  return {
    thresholds: validators,
    trust,
    proofEveryMs,
    watchInputs: (room, watch) => watchInputs(room as Room, watch),
    ping: pingClient,
    hearPongs,
  };
}
