/** What the routes of reports take and answer, as closed schemas. */
import { z } from "zod";

export const REPORT_REASONS = ["aim", "speed", "wallhack", "griefing", "chat", "name"] as const;
export const COMMEND_REASONS = ["friendly", "skilled", "leader"] as const;

const id = (what: string) => z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, `expected a ${what}'s id`);
/** White space, control characters, and those that turn text around or hide in it. */
const UNSEEN = /[\s\p{Cc}\p{Cf}]+/gu;
const time = z.iso.datetime();

export const matchParams = z.strictObject({ matchId: id("match") });

export const reportBody = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("report"),
    playerId: id("player"),
    reason: z.enum(REPORT_REASONS),
    text: z
      .string()
      .max(300)
      .optional()
      .meta({ description: "In the reporter's own words, for those who look at it." }),
  }),
  z.strictObject({
    kind: z.literal("commend"),
    playerId: id("player"),
    reason: z.enum(COMMEND_REASONS),
  }),
]);

const kind = z.enum(["report", "commend"]);
const given = z.object({ kind, reason: z.string(), at: time });

export const givenAnswer = given;

export const matchReportsAnswer = z.object({
  matchId: z.string(),
  open: z.boolean().meta({ description: "Whether something can be said still." }),
  until: time,
  players: z
    .array(
      z.object({
        playerId: z.string(),
        name: z.string(),
        team: z.int(),
        given: given.optional().meta({ description: "What the caller said of this player." }),
      }),
    )
    .meta({ description: "The others of the match; no bots, and nobody whose account is gone." }),
});

export const ownReportsAnswer = z.object({
  reports: z
    .array(
      given.extend({
        matchId: z.string(),
        playerId: z.string(),
        name: z.string(),
        text: z.string().optional(),
        lookedAt: z
          .boolean()
          .meta({ description: "Whether somebody has looked at it; what came of it is not told." }),
      }),
    )
    .meta({ description: "Newest first." }),
});

export type ReportReason = (typeof REPORT_REASONS)[number];
export type CommendReason = (typeof COMMEND_REASONS)[number];
export type ReportBody = z.input<typeof reportBody>;
export type GivenAnswer = z.output<typeof givenAnswer>;
export type MatchReportsAnswer = z.output<typeof matchReportsAnswer>;
export type OwnReportsAnswer = z.output<typeof ownReportsAnswer>;

/** Undefined when nothing is left. */
export function cleanText(text: string | undefined): string | undefined {
  const clean = text?.toWellFormed().replace(UNSEEN, " ").trim();
  return clean ? clean : undefined;
}
