/** The reference game as data: what `npm start` runs. */
import type { SkirmishSettingsInput } from "./rooms/skirmish/room-settings.ts";
import { SkirmishRoom } from "./rooms/skirmish/skirmish-room.ts";
import { defineArena } from "./src/index.ts";

export default defineArena((env) => ({
  name: "skirmish",
  rooms: {
    skirmish: {
      room: SkirmishRoom,
      options: {
        settings: {
          matchSeconds: env.number("SKIRMISH_MATCH_SECONDS", 180, { min: 5, max: 3600 }),
          countdownSeconds: env.number("SKIRMISH_COUNTDOWN_SECONDS", 3, { min: 0, max: 60 }),
          overSeconds: env.number("SKIRMISH_OVER_SECONDS", 12, { min: 1, max: 120 }),
          fighters: 6,
        } satisfies SkirmishSettingsInput,
      },
    },
  },
  web: { clientDir: "client/dist" },
}));
