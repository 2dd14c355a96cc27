/**
 * A match result as a file: its name and its content. Pure.
 *
 * Names sort in the order of arrival: a counter of fixed width, then what makes them unique among processes, then the
 * match's id where it is harmless in a file name. The content is `{ v: 1, result }` in JSON, dates as ISO 8601; its
 * schema is closed, so a file of another layout is refused and never half read.
 */
import { z } from "zod";
import type { MatchResult } from "./match-result.ts";

const COUNTER_DIGITS = 15;
const NAME = /^(\d{15})-[a-z0-9]+-[a-z0-9]+(?:-[A-Za-z0-9_-]{1,64})?\.json$/;
const SAFE_MATCH_ID = /^[A-Za-z0-9_-]{1,64}$/;
const TEMPORARY = ".tmp";

const date = z.iso.datetime().transform((text) => new Date(text));

const player = z.strictObject({
  playerId: z.string(),
  name: z.string(),
  team: z.number(),
  score: z.number(),
  kills: z.number(),
  deaths: z.number(),
  placement: z.number(),
  won: z.boolean(),
  left: z.boolean(),
  late: z.boolean().optional(),
});

const matchResult = z.strictObject({
  matchId: z.string().min(1),
  room: z.string(),
  queue: z.string(),
  mode: z.string(),
  map: z.string(),
  seed: z.number(),
  build: z.string(),
  replay: z.string().optional(),
  startedAt: date,
  endedAt: date,
  fighters: z.number(),
  teamGame: z.boolean(),
  players: z.array(player),
  bots: z.array(z.strictObject({ team: z.number(), placement: z.number() })),
}) satisfies z.ZodType<MatchResult>;

const envelope = z.strictObject({ v: z.literal(1), result: matchResult });

/** @param origin tells processes that share a folder apart: letters a–z and digits, one hyphen. */
export function nameOf(counter: number, origin: string, matchId: string): string {
  const suffix = SAFE_MATCH_ID.test(matchId) ? `-${matchId}` : "";
  return `${String(counter).padStart(COUNTER_DIGITS, "0")}-${origin}${suffix}.json`;
}

/** The counter in a name, or undefined when it is not one of ours. */
export function counterOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function temporaryOf(name: string): string {
  return `${name}${TEMPORARY}`;
}

export function isTemporary(name: string): boolean {
  return name.endsWith(TEMPORARY) && counterOf(name.slice(0, -TEMPORARY.length)) !== undefined;
}

/** @throws when the result would not be read back as it is: JSON turns what is not a finite number into null. */
export function encodeResult(result: MatchResult): string {
  const text = JSON.stringify({ v: 1, result });
  decodeResult(text);
  return text;
}

/** @throws when the text is not a whole result of this layout. */
export function decodeResult(text: string): MatchResult {
  return envelope.parse(JSON.parse(text)).result;
}
