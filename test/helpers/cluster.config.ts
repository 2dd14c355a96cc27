/** One of several servers on one Redis, for tests. */
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { defineArena } from "../../src/index.ts";

export default defineArena({
  name: "cluster",
  logLevel: "error",
  // The machine of a test may be as busy as it likes.
  cluster: { fullAtBusy: 1 },
  limits: {
    guestsPerMinute: 10_000,
    matchmakesPerMinute: 10_000,
    matchmakesPerMinutePerPlayer: 1_000_000,
    socketsPerAddress: 100_000,
  },
  rooms: {
    skirmish: { room: SkirmishRoom, options: { settings: { matchSeconds: 5, overSeconds: 1 } } },
    queue: { room: QueueRoom, filterBy: ["queue", "region"] },
  },
  matchmaking: {
    passIntervalMs: 200,
    queues: { duel: { name: "Duel", room: "skirmish", teams: [1, 1], filters: [] } },
  },
});
