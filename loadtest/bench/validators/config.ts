/** A server for the bench `validators`: Skirmish as it is, and the same simulation in a bare room. */
import type { SkirmishSettingsInput } from "../../../rooms/skirmish/room-settings.ts";
import { SkirmishRoom } from "../../../rooms/skirmish/skirmish-room.ts";
import { defineArena } from "../../../src/index.ts";
import { BareSkirmishRoom } from "./bare-room.ts";

export default defineArena(() => ({
  name: "validators",
  logLevel: "warn",
  limits: {
    guestsPerMinute: 100_000,
    matchmakesPerMinute: 1_000_000,
    matchmakesPerMinutePerPlayer: 1_000_000,
    socketsPerAddress: 100_000,
    apiRequestsPerMinute: 100_000,
  },
  lane: { enabled: false },
  rooms: {
    skirmish: {
      room: SkirmishRoom,
      options: {
        settings: { matchSeconds: 3600, countdownSeconds: 0, fighters: 8 } satisfies SkirmishSettingsInput,
      },
    },
    bare: BareSkirmishRoom,
  },
}));
