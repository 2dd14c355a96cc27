/** The section `matchmaking` of the configuration: the queues players wait in, and how they become matches. */
import { z } from "zod";
import type { Filter, Preference } from "../matchmaking/queue-rules.ts";
import type { Ticket } from "../matchmaking/ticket.ts";

const whole = (low: number, high: number) => z.int().min(low).max(high);
const id = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "expected a-z, 0-9 and -, at most 32, a letter first");

/** A game's own filter in its shortest form: a named function that says whether two tickets may meet. */
export type FilterFunction = (one: Ticket, other: Ticket, longestWaitSeconds: number) => boolean;

const filter = z.custom<Filter | FilterFunction>(
  (value) => typeof value === "function" || isNamed(value),
  "expected a filter: one of the ready-made ones, or a named function",
);
const preference = z.custom<Preference>(isNamed, "expected a preference");

function isNamed(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && typeof (value as { name?: unknown }).name === "string"
  );
}

const queue = z.strictObject({
  /** For pages. */
  name: z.string().min(1).max(64),
  description: z.string().max(200).default(""),
  /** The room whose matches it fills, by its name in `rooms`. */
  room: z.string().min(1),
  /** What that room is to play: mode, map … It reads them from its placement. */
  match: z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** The queue of `progression.queues` whose ratings count; the queue's own name by default. */
  rating: id.optional(),
  /** Players of each team: [5, 5], [1, 4], [1, 1, 1, 1]. */
  teams: z.array(whole(1, 64)).min(1).max(64),
  /** Largest party that may enter; the largest team by default. */
  largestParty: whole(1, 64).optional(),
  /** Absent: `standardFilters()`. */
  filters: z.array(filter).max(32).optional(),
  /** Absent: `standardPreferences()`. */
  preferences: z.array(preference).max(32).optional(),
  /** Whoever waited that long goes first, and is held by hard filters alone. */
  mostWaitSeconds: z.number().min(1).max(86_400).default(120),
  /** From then on a match starts with `leastPlayers`, and bots take the other places. Absent: never. */
  fillAfterSeconds: z.number().min(0).max(86_400).optional(),
  leastPlayers: whole(1, 4096).default(1),
  /** One queue room for each region; otherwise one for all. */
  perRegion: z.boolean().default(false),
  readyCheckSeconds: z.number().min(1).max(300).default(15),
});

export const matchmakingConfig = z
  .strictObject({
    /** Where matches can be played. Clients measure their latency to each. */
    regions: z.array(id).min(1).max(64).default(["local"]),
    /** Between two passes over a queue. */
    passIntervalMs: whole(50, 60_000).default(1000),
    /** Players who may wait in one queue room; more are refused. */
    mostWaiting: whole(2, 1_000_000).default(20_000),
    /** How long a party's members have to come into the queue. */
    assemblySeconds: z.number().min(1).max(300).default(20),
    /** How long whoever declined or missed a match may not queue: the first time, the second, … the last repeats. */
    dodgePenaltySeconds: z.array(z.number().min(0).max(604_800)).min(1).max(32).default([30, 120, 600, 1800]),
    /** After that time without another one it begins anew. */
    dodgeMemoryHours: z.number().min(0).max(8760).default(24),
    queues: z.record(id, queue).default({}),
    /** "Join a running match": the same filters over the rooms that run. Absent: there is none. */
    quickPlay: z
      .strictObject({
        room: z.string().min(1),
        rating: id.optional(),
        filters: z.array(filter).max(32).optional(),
        preferences: z.array(preference).max(32).optional(),
      })
      .optional(),
  })
  .prefault({})
  .superRefine(({ queues, regions }, context) => {
    const refuse = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    if (new Set(regions).size < regions.length) refuse(["regions"], "names one twice");
    for (const [key, { teams, largestParty, leastPlayers }] of Object.entries(queues)) {
      const places = teams.reduce((sum, size) => sum + size, 0);
      if (largestParty !== undefined && largestParty > Math.max(...teams))
        refuse(["queues", key, "largestParty"], "is larger than the largest team");
      if (leastPlayers > places) refuse(["queues", key, "leastPlayers"], "is more than there are places");
    }
  });

export type MatchmakingConfig = z.output<typeof matchmakingConfig>;
export type QueueConfig = z.output<typeof queue>;
