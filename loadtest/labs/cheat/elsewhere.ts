/** Cheats that need a real server: they are tried there, by the named tests, and the lab makes up no figures for them. */
export const TESTED_ELSEWHERE: readonly { cheat: string; test: string; named: string }[] = [
  {
    cheat: "double login",
    test: "test/room/skirmish-room.test.ts",
    named: "a player who joins twice takes over the fighter, and the older connection is told",
  },
  {
    cheat: "seat theft",
    test: "test/room/edge.test.ts",
    named: "a seat is taken once: whoever comes second with the same session id is refused",
  },
  {
    cheat: "forged tokens",
    test: "test/room/hostile-client.test.ts",
    named: "tokens that are missing, forged, expired or for something else do not join",
  },
  {
    cheat: "malformed frames",
    test: "test/room/hostile-client.test.ts",
    named: "5,000 frames of random bytes end that one connection and nobody else's match",
  },
];
