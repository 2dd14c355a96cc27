/** A server with queues of every kind, quick ones, for tests. */
import { Room } from "@colyseus/core";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { avoidBlocked, ratingDistance, requirePlayer, type Ticket } from "../../src/index.ts";
import type { TestArenaOptions } from "./test-arena.ts";

export const QUEUE_SECRET = "a secret for tests, of 32 characters and more";

/** Fails twice, then works. */
class RefusingRoom extends Room {
  static override onAuth = requirePlayer;
  static failures = 2;

  override onCreate(): void {
    RefusingRoom.failures -= 1;
    if (RefusingRoom.failures >= 0) throw new Error("no room today");
  }
}

function raise(): never {
  throw new Error("no mood");
}

export const queueArenaConfig: NonNullable<TestArenaOptions["config"]> = {
  auth: { secret: QUEUE_SECRET },
  rooms: {
    skirmish: {
      room: SkirmishRoom,
      options: {
        settings: {
          matchSeconds: 6,
          overSeconds: 2,
          countdownSeconds: 0,
          teamScreenSeconds: 1,
          arrivalSeconds: 2,
          reconnectionSeconds: 1,
        },
      },
    },
    queue: { room: QueueRoom, filterBy: ["queue", "region"] },
    refusing: RefusingRoom,
  },
  progression: { queues: { duel: {}, pairs: {} } },
  matchmaking: {
    regions: ["eu", "us"],
    passIntervalMs: 100,
    assemblySeconds: 5,
    dodgePenaltySeconds: [2, 600],
    queues: {
      duel: {
        name: "Duel",
        room: "skirmish",
        match: { mode: "ffa" },
        teams: [1, 1],
        filters: [avoidBlocked(), ratingDistance(100)],
        readyCheckSeconds: 3,
      },
      pairs: {
        name: "Pairs",
        room: "skirmish",
        match: { mode: "teams" },
        teams: [2, 2],
        filters: [avoidBlocked()],
        readyCheckSeconds: 3,
      },
      patient: {
        name: "With a rule of the game's own",
        room: "skirmish",
        teams: [1, 1],
        filters: [
          function sameLanguage(one: Ticket, other: Ticket) {
            return one.members[0].attributes["language"] === other.members[0].attributes["language"];
          },
        ],
      },
      regional: { name: "Regional", room: "skirmish", teams: [1, 1], perRegion: true },
      careless: {
        name: "With a rule that throws",
        room: "skirmish",
        teams: [1, 1],
        filters: [
          function sameMood(one: Ticket, other: Ticket) {
            const moodOf = ({ members: [leader] }: Ticket) => String(leader.attributes["mood"] ?? raise());
            return moodOf(one) === moodOf(other);
          },
        ],
        readyCheckSeconds: 5,
      },
      broken: { name: "Broken", room: "refusing", teams: [1, 1], filters: [], readyCheckSeconds: 5 },
    },
  },
};
