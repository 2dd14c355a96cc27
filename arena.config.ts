/** The reference game as data: what `npm start` runs. */
import { CustomRoom } from "./rooms/lobby/custom-room.ts";
import { LobbyRoom } from "./rooms/lobby/lobby-room.ts";
import { PartyRoom } from "./rooms/lobby/party-room.ts";
import { QueueRoom } from "./rooms/queue/queue-room.ts";
import type { SkirmishSettingsInput } from "./rooms/skirmish/room-settings.ts";
import { SkirmishRoom } from "./rooms/skirmish/skirmish-room.ts";
import { PROTOCOL } from "./schemas/protocol.ts";
import { defineArena, type EnvironmentReader } from "./src/index.ts";

/** Whoever waits that long plays with whoever is there, and bots take the other places. */
const bots = (env: EnvironmentReader) => ({
  fillAfterSeconds: env.number("SKIRMISH_FILL_SECONDS", 20, { min: 0, max: 3600 }),
  leastPlayers: 1,
});

export default defineArena((env) => ({
  name: "skirmish",
  protocol: PROTOCOL,
  rooms: {
    skirmish: {
      room: SkirmishRoom,
      replay: new URL("./rooms/skirmish/shared/replay-game.ts", import.meta.url),
      onePerPlayer: true,
      options: {
        settings: {
          matchSeconds: env.number("SKIRMISH_MATCH_SECONDS", 180, { min: 5, max: 3600 }),
          countdownSeconds: env.number("SKIRMISH_COUNTDOWN_SECONDS", 3, { min: 0, max: 60 }),
          overSeconds: env.number("SKIRMISH_OVER_SECONDS", 12, { min: 1, max: 120 }),
          fighters: 6,
        } satisfies SkirmishSettingsInput,
      },
    },
    queue: { room: QueueRoom, filterBy: ["queue", "region"] },
    lobby: LobbyRoom,
    party: PartyRoom,
    custom: {
      room: CustomRoom,
      options: {
        modes: {
          teams: { room: "skirmish", match: { mode: "teams" }, teams: [4, 4] },
          ffa: { room: "skirmish", match: { mode: "ffa" }, teams: [8] },
        },
      },
    },
  },
  matchmaking: {
    queues: {
      duel: {
        name: "Duel",
        description: "One against one.",
        room: "skirmish",
        match: { mode: "ffa" },
        teams: [1, 1],
        ...bots(env),
      },
      squads: {
        name: "Squads",
        description: "Three against three. Bring friends, or meet some.",
        room: "skirmish",
        match: { mode: "teams" },
        teams: [3, 3],
        ...bots(env),
      },
      ffa: {
        name: "Free for all",
        description: "Six enter, everybody for themselves.",
        room: "skirmish",
        match: { mode: "ffa" },
        teams: [1, 1, 1, 1, 1, 1],
        ...bots(env),
      },
    },
    quickPlay: { room: "skirmish", rating: "ffa" },
  },
  progression: {
    currencies: ["scrap"],
    matchReward: { scrap: 10 },
    winReward: { scrap: 15 },
    levelReward: { scrap: 25 },
    queues: { ffa: {}, duel: {}, squads: {} },
    catalogue: {
      "ember-plating": {
        name: "Ember plating",
        description: "Plates that never quite cooled down.",
        slot: "skin",
        look: "ember",
        price: { currency: "scrap", amount: 60 },
      },
      "comet-trail": {
        name: "Comet trail",
        description: "Leave some light behind.",
        slot: "trail",
        look: "comet",
        price: { currency: "scrap", amount: 120 },
      },
    },
    achievements: {
      "first-win": {
        name: "First win",
        description: "Win a match.",
        statistic: "wins",
        atLeast: 1,
        reward: { currencies: { scrap: 30 } },
      },
      "fifty-kills": {
        name: "Scrapper",
        description: "Fifty kills, all told.",
        statistic: "kills",
        atLeast: 50,
        reward: { currencies: { scrap: 40 } },
      },
      regular: {
        name: "Regular",
        description: "Finish twenty-five matches.",
        statistic: "games",
        atLeast: 25,
        reward: { currencies: { scrap: 60 } },
      },
    },
    boards: {
      ladder: { name: "Ladder", by: { rating: "ffa" } },
      squads: { name: "Squads", by: { rating: "squads" } },
      duels: { name: "Duels", by: { rating: "duel" } },
      veterans: { name: "Veterans", by: { statistic: "experience" } },
      hunters: { name: "Hunters", by: { statistic: "kills" } },
    },
    seasons: {
      firstStartsAt: "2026-01-05T00:00:00Z",
      lengthDays: 28,
      rewards: [
        { board: "ladder", topRank: 1, reward: { currencies: { scrap: 500 } } },
        { board: "ladder", topRank: 10, reward: { currencies: { scrap: 200 } } },
        { board: "ladder", topRank: 100, reward: { currencies: { scrap: 75 } } },
      ],
    },
  },
  web: { clientDir: "client/dist" },
}));
