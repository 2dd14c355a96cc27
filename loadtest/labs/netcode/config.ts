/** A server for the lab `netcode`: one room that writes down what it does, no bots once the players are there. */
import type { SkirmishSettingsInput } from "../../../rooms/skirmish/room-settings.ts";
import { defineArena } from "../../../src/index.ts";
import { WatchedSkirmishRoom } from "./watched-skirmish-room.ts";

export default defineArena((env) => ({
  name: "netcode",
  logLevel: "warn",
  limits: {
    guestsPerMinute: 100_000,
    matchmakesPerMinute: 1_000_000,
    matchmakesPerMinutePerPlayer: 1_000_000,
    socketsPerAddress: 100_000,
    apiRequestsPerMinute: 100_000,
  },
  rooms: {
    skirmish: {
      room: WatchedSkirmishRoom,
      options: {
        watchFile: env.string("LAB_WATCH_FILE", ""),
        settings: {
          // One match for the whole case.
          matchSeconds: 3600,
          countdownSeconds: 0,
          fighters: env.number("LAB_PLAYERS", 6),
          lagCompensationMs: env.number("LAB_LAG_COMPENSATION_MS", 250),
        } satisfies SkirmishSettingsInput,
      },
    },
  },
}));
