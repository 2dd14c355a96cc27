/** Tampers with a recording: turns one bit of what a player did, and says in which tick it was played. */
import type { Random } from "../../../rooms/skirmish/shared/random.ts";
import { openRerun } from "../../../rooms/skirmish/shared/replay-game.ts";
import type { RecordedMatch } from "./play-match.ts";
import { COLUMNS_A_FIGHTER, COMMON_COLUMNS, columnsOf } from "./recording-columns.ts";

export interface FlippedBit {
  body: Uint8Array;
  /** In which the changed input was consumed, from 1. */
  tick: number;
}

/** Every byte of every input is as likely as the next. */
export function flipBit({ setup, body }: RecordedMatch, random: Random): FlippedBit {
  const inputs = columnsOf(body).slice(COMMON_COLUMNS);
  let place = random.below(inputs.reduce((sum, { length }) => sum + length, 0));
  const column = inputs.findIndex(({ length }) => {
    if (place < length) return true;
    place -= length;
    return false;
  });
  const at = (inputs[column]?.start ?? 0) + place;
  const flipped = body.slice();
  flipped[at] = (body[at] as number) ^ (1 << random.below(8));
  const fighter = Math.floor(column / COLUMNS_A_FIGHTER);
  return { body: flipped, tick: tickOf(setup, body, fighter, column % COLUMNS_A_FIGHTER, place) };
}

/** The tick that reads this byte of a fighter's column. */
function tickOf(setup: unknown, body: Uint8Array, fighter: number, column: number, place: number): number {
  const run = openRerun(setup, body);
  while ((run.snapshot().hands[fighter]?.[column] ?? 0) <= place)
    if (!run.advance()) throw new Error("the recording ends before the input was read");
  return run.tick;
}
