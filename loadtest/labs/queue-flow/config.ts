/** A server for the lab `queue-flow`: short matches, quick passes, no bots in the queue. */
import { LobbyRoom } from "../../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../../rooms/skirmish/skirmish-room.ts";
import { avoidBlocked, defineArena, ratingDistance, sameBuild, winChance } from "../../../src/index.ts";

export default defineArena((env) => ({
  name: "queue-flow",
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
      room: SkirmishRoom,
      options: {
        settings: {
          matchSeconds: env.number("LAB_MATCH_SECONDS", 8),
          overSeconds: 1,
          teamScreenSeconds: 1,
          arrivalSeconds: 4,
          reconnectionSeconds: 1,
        },
      },
    },
    lobby: LobbyRoom,
    party: PartyRoom,
    queue: { room: QueueRoom, filterBy: ["queue", "region"] },
  },
  progression: { queues: { squads: {} } },
  matchmaking: {
    passIntervalMs: 250,
    // Whoever declined comes again, so that a run ends with everybody served.
    dodgePenaltySeconds: [2],
    queues: {
      squads: {
        name: "Squads",
        room: "skirmish",
        match: { mode: "teams" },
        teams: [3, 3],
        filters: [sameBuild(), avoidBlocked(), ratingDistance(50), winChance(0.49)],
        readyCheckSeconds: 6,
        mostWaitSeconds: 20,
        // The last few may be too few for a match.
        fillAfterSeconds: 12,
        leastPlayers: 1,
      },
    },
  },
}));
