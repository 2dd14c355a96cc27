/** The mill as recordings know it: a tick adds a byte up, and the last byte is what should come out. */
import type { ReplayGame, ReplayMismatch } from "../../../src/replay/replay-game.ts";

/** A recording of so many ticks. */
export function millRecording(ticks: number): Uint8Array {
  const bytes = Uint8Array.from({ length: ticks + 1 }, (_, tick) => tick % 7);
  bytes[ticks] = sumOf(bytes.subarray(0, ticks));
  return bytes;
}

export const replayGame: ReplayGame = {
  run(_setup, body) {
    let [tick, sum] = [0, 0];
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
        const recorded = body.at(-1) ?? 0;
        if (tick >= body.length - 1) {
          if (sum !== recorded) mismatch = { tick, recorded, simulated: sum };
          return false;
        }
        sum = (sum + (body[tick] ?? 0)) & 0xff;
        tick += 1;
        return true;
      },
    };
  },
};

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
