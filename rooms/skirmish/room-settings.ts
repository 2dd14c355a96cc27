/** What `arena.config.ts` may set for Skirmish, checked when a room is created. */
import { z } from "zod";
import { TICK_RATE } from "./shared/constants.ts";
import type { MatchRules } from "./shared/match-world.ts";

const settingsSchema = z.strictObject({
  matchSeconds: z.number().min(5).max(3600).default(180),
  countdownSeconds: z.number().min(0).max(60).default(3),
  /** How long the final table is shown before the next match. */
  overSeconds: z.number().min(1).max(120).default(12),
  /** Score that ends a match at once; 0 for none. */
  scoreLimit: z.int().min(0).max(1000).default(0),
  /** Fighters in a match; bots take the places that players do not. */
  fighters: z.int().min(2).max(8).default(6),
  /** What a room plays that no queue made. */
  mode: z.enum(["ffa", "teams"]).default("ffa"),
  /** The countdown of a match that was made for its players, who have just arrived. */
  teamScreenSeconds: z.number().min(0).max(60).default(6),
  /** How long such a match waits for everybody to arrive; bots stand in for who does not. */
  arrivalSeconds: z.number().min(0).max(60).default(15),
  /** Seconds for which the seat of a dropped connection is kept. */
  reconnectionSeconds: z.number().min(0).max(300).default(60),
  /**
   * Whom lag favours: so far back, at most, a shot is judged where its shooter saw the target. 0 judges all shots in
   * the server's present, which is kind to targets alone; more is kind to shooters, and hits more who are already in
   * cover on their own screens.
   */
  lagCompensationMs: z.number().min(0).max(400).default(250),
  /** Whoever a player cannot possibly see is not sent to that player's client. */
  fogOfWar: z.boolean().default(true),
});

export type SkirmishSettings = z.output<typeof settingsSchema>;
export type SkirmishSettingsInput = z.input<typeof settingsSchema>;

/** @throws ZodError: the settings are the developer's, so a wrong one is a bug. */
export function readSettings(settings: unknown): SkirmishSettings {
  return settingsSchema.parse(settings ?? {});
}

/** @param placed whether the match was made for its players. */
export function rulesOf(settings: SkirmishSettings, placed: boolean): MatchRules {
  const countdownSeconds = placed ? settings.teamScreenSeconds : settings.countdownSeconds;
  return {
    minFighters: 2,
    countdownTicks: Math.round(countdownSeconds * TICK_RATE),
    matchTicks: Math.round(settings.matchSeconds * TICK_RATE),
    overTicks: Math.round(settings.overSeconds * TICK_RATE),
    scoreLimit: settings.scoreLimit,
  };
}
