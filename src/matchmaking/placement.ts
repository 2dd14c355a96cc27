/**
 * A placement: for whom a match is made. Whoever makes a match (a queue, a custom game) signs one and creates the
 * match's room with it; the room reads it and knows who may come and where they play. Signed, because a client can
 * create rooms with options of its own.
 */
import { z } from "zod";
import { readSigned, signText } from "./signed-text.ts";

const seatSchema = z.strictObject({
  playerId: z.string().min(1).max(64),
  name: z.string().max(64),
  /** Index of the team, or −1 for a spectator. */
  team: z.int().min(-1).max(63),
});

const placementSchema = z.strictObject({
  /** The queue that made the match, or "" for a custom game. */
  queue: z.string().max(64),
  region: z.string().max(64),
  /** Whether it counts for the queue's rating, and for progress at all. */
  rated: z.boolean(),
  /** Players of each team; places that nobody holds are the bots'. */
  teams: z.array(z.int().min(0).max(64)).min(1).max(64),
  /** What the room is to play: mode, map … */
  match: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  seats: z.array(seatSchema).min(1).max(256),
  issuedAt: z.number(),
});

export type PlacedSeat = z.output<typeof seatSchema>;
export type Placement = z.output<typeof placementSchema>;

const PURPOSE = "placement";
const LIFETIME_MS = 60_000;

export function signPlacement(secret: string, placement: Placement): string {
  return signText(secret, PURPOSE, placement);
}

/** @returns undefined for whatever this server did not sign just now. */
export function readPlacement(secret: string, text: unknown, now: number): Placement | undefined {
  const placement = placementSchema.safeParse(readSigned(secret, PURPOSE, text));
  if (!placement.success) return undefined;
  return Math.abs(now - placement.data.issuedAt) <= LIFETIME_MS ? placement.data : undefined;
}
