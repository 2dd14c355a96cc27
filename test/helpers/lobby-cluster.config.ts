/** One of several servers on one Redis, where players meet; for tests. */
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import { defineArena } from "../../src/index.ts";

export default defineArena({
  name: "lobby-cluster",
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
    skirmish: SkirmishRoom,
    lobby: LobbyRoom,
    party: PartyRoom,
    custom: {
      room: CustomRoom,
      options: { modes: { duel: { room: "skirmish", match: { mode: "ffa" }, teams: [1, 1] } } },
    },
  },
  matchmaking: { queues: { pairs: { name: "Pairs", room: "skirmish", teams: [2, 2], filters: [] } } },
});
