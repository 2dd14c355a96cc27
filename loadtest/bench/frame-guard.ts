/**
 * What the frame guard costs on the way of an input: Colyseus' own decoding of a reliable input frame with the guard
 * before it, against the same decoding without. Both sides run in turn, in one process, on the same frames.
 *
 * Options: `--rounds` of each side (default 21), `--frames` a round (default 200000).
 */
import { Protocol } from "@colyseus/core";
import { InputDecoder, InputEncoder } from "@colyseus/schema/input";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { isWellFormedFrame } from "../../src/transport/frame-guard.ts";
import type { InputWire } from "../../src/transport/input-frame.ts";
import { median } from "../median.ts";
import type { Experiment } from "../run.ts";

const WIRE: InputWire = { fieldTypes: ["int8", "int8", "uint16", "uint8"], stampsBoth: false };

/** A minute of a player who runs, turns and shoots. */
function recordFrames(): Uint8Array[] {
  const input = new SkirmishInput();
  const encoder = new InputEncoder(input, { mode: "reliable" });
  return Array.from({ length: 1800 }, (_, step) => {
    input.moveX = (Math.floor(step / 17) % 3) - 1;
    input.moveY = (Math.floor(step / 23) % 3) - 1;
    input.aim = (step / 30) % 6;
    input.buttons = step % 40 < 15 ? 1 : 0;
    return Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE, ...encoder.encode()]);
  });
}

function timeSide(frames: readonly Uint8Array[], count: number, guarded: boolean): number {
  const decoder = new InputDecoder(new SkirmishInput());
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const frame = frames[index % frames.length] as Uint8Array;
    if (guarded && !isWellFormedFrame(frame, WIRE)) throw new Error("a good frame was refused");
    decoder.decode(frame.subarray(1));
  }
  return performance.now() - startedAt;
}

const experiment: Experiment = {
  about: "Decoding an input frame behind the frame guard, against decoding it unguarded.",
  async run({ rounds = "21", frames = "200000" }, progress) {
    const recorded = recordFrames();
    const count = Number(frames);
    const ratios: number[] = [];
    const guardedTimes: number[] = [];
    const bareTimes: number[] = [];
    for (let round = -2; round < Number(rounds); round += 1) {
      const bare = timeSide(recorded, count, false);
      const guarded = timeSide(recorded, count, true);
      // The first two rounds warm the compiler up.
      if (round < 0) continue;
      bareTimes.push(bare);
      guardedTimes.push(guarded);
      ratios.push(guarded / bare);
      progress(`round ${round + 1}/${rounds}: guarded ${(guarded / bare).toFixed(2)}× bare`);
    }
    return {
      rounds: ratios.length,
      framesPerRound: count,
      bareNanosecondsPerFrame: Math.round((median(bareTimes) / count) * 1e6),
      guardedNanosecondsPerFrame: Math.round((median(guardedTimes) / count) * 1e6),
      medianRatio: Number(median(ratios).toFixed(3)),
    };
  },
};
export default experiment;
