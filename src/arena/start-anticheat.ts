/** What rooms need to watch their players: thresholds, and the ways to Colyseus' inputs and sockets. */
import type { Room } from "@colyseus/core";
import type { AntiCheatServices } from "../anticheat/anticheat-plugin.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { hearPongs, pingClient, watchInputs } from "../transport/colyseus-internals.ts";

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
