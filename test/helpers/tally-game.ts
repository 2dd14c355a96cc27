/**
 * A game of one number, for tests of recordings. A recording is a list of pairs: 0 and an input that a tick adds up, 1
 * and what the sum (modulo 251) should be by then, and what goes wrong: 2 never comes back, 3 ends the thread, 4
 * throws, 5 eats memory.
 */
import { gzipSync } from "node:zlib";
import { encodeReplay, type ReplayHeader } from "../../src/replay/replay-file.ts";
import type { ReplayGame, ReplayMismatch } from "../../src/replay/replay-game.ts";

export const TALLY_GAME = new URL("./tally-game.ts", import.meta.url);
export const HANG = Uint8Array.of(2, 0);
export const EXIT = Uint8Array.of(3, 0);
export const THROW = Uint8Array.of(4, 0);
export const EAT = Uint8Array.of(5, 0);

export const replayGame: ReplayGame = {
  run(setup, body) {
    const { start } = setup as { start?: unknown };
    if (typeof start !== "number") throw new Error("setup.start: expected a number");
    let [at, sum, tick] = [0, start, 0];
    let mismatch: ReplayMismatch | undefined;
    return {
      tickRate: 30,
      get tick() {
        return tick;
      },
      get mismatch() {
        return mismatch;
      },
      advance() {
        for (;;) {
          const [kind, value] = body.subarray(at, at + 2);
          at += 2;
          if (kind === undefined || value === undefined) return false;
          if (kind === 0) {
            sum = (sum + value) % 251;
            tick += 1;
            return true;
          }
          if (kind === 1 && sum !== value) mismatch ??= { tick, recorded: value, simulated: sum };
          if (kind > 1) misbehave(kind);
        }
      },
    };
  },
};

function misbehave(kind: number): void {
  if (kind === 2) for (;;);
  if (kind === 3) process.exit(3);
  if (kind === 4) throw new Error("no such input");
  const eaten: number[][] = [];
  for (;;) eaten.push(Array.from({ length: 100_000 }, () => 1));
}

/** A body of so many ticks, checked every four. @param wrongAt the check from which on it says something else. */
export function tallyBody(ticks: number, wrongAt = Number.POSITIVE_INFINITY, start = 5): Uint8Array {
  const bytes: number[] = [];
  let sum = start;
  for (let tick = 1; tick <= ticks; tick += 1) {
    const input = (tick * 7) % 10;
    sum = (sum + input) % 251;
    bytes.push(0, input);
    if (tick % 4 === 0) bytes.push(1, tick >= wrongAt ? (sum + 1) % 251 : sum);
  }
  return Uint8Array.from(bytes);
}

export function tallyHeader(matchId: string, changes: Partial<ReplayHeader> = {}): ReplayHeader {
  return {
    game: "tally",
    build: "test",
    schema: "",
    matchId,
    map: "m",
    mode: "ffa",
    startedAt: "2026-01-01T00:00:00.000Z",
    tickRate: 30,
    about: { players: ["ada"] },
    setup: { start: 5 },
    ...changes,
  };
}

export function tallyFile(
  matchId: string,
  body: Uint8Array,
  changes: Partial<ReplayHeader> = {},
): Uint8Array {
  const bytes = encodeReplay(tallyHeader(matchId, changes), gzipSync(body), body.length);
  if (!bytes) throw new Error("the header is too long");
  return bytes;
}
