import { defineArena } from "../../../src/index.ts";
import { ResultMillRoom } from "./result-mill-room.ts";

export default defineArena((env) => ({
  name: "result-mill",
  rooms: {
    mill: {
      room: ResultMillRoom,
      replay: new URL("./mill-replay.ts", import.meta.url),
      options: { everyMs: env.number("MILL_EVERY_MS", 250, { min: 5, max: 60_000 }) },
      filterBy: ["table"],
    },
  },
  limits: {
    guestsPerMinute: 100_000,
    matchmakesPerMinute: 100_000,
    matchmakesPerMinutePerPlayer: 1_000_000,
    socketsPerAddress: 100_000,
    apiRequestsPerMinute: 1_000_000,
  },
  progression: {
    currencies: ["grain"],
    matchReward: { grain: 3 },
    winReward: { grain: 2 },
    levelReward: { grain: 1 },
    queues: { mill: {} },
    catalogue: {
      loaf: {
        name: "Loaf",
        description: "What grain is for.",
        price: { currency: "grain", amount: 4 },
        limit: 1_000_000,
      },
    },
    achievements: {
      miller: {
        name: "Miller",
        description: "Ten matches.",
        statistic: "games",
        atLeast: 10,
        reward: { items: { loaf: 1 } },
      },
    },
    boards: {
      ladder: { name: "Ladder", by: { rating: "mill" } },
      games: { name: "Games", by: { statistic: "games" } },
    },
  },
}));
