/** The section `anticheat.reports`: what players may say of each other, and what it comes to. Part of `anticheat-config.ts`. */
import { z } from "zod";

const whole = (low: number, high: number) => z.int().min(low).max(high);

export const reportsConfig = z
  .strictObject({
    /** Reports that one player may make in a day (UTC), and of one match. */
    perDay: whole(0, 1000).default(20),
    perMatch: whole(1, 64).default(5),
    /** The same for commendations. */
    commendationsPerDay: whole(0, 1000).default(20),
    commendationsPerMatch: whole(1, 64).default(3),
    /** How long after a match its players may say something of each other. */
    openHours: whole(1, 24 * 30).default(24),
    /** Weighted reports from which on a player is watched. One person's count for at most 2. */
    watchAt: z.number().min(0.1).max(1_000_000).default(3),
    /** After so long a report counts half, and so on. */
    halfLifeDays: z.number().min(0.1).max(3650).default(14),
    /** Older ones are thrown away: of a reporter's record too, only so much is known. */
    keepDays: whole(31, 3650).default(180),
  })
  .prefault({});

export type ReportsConfig = z.output<typeof reportsConfig>;
