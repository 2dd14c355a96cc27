/** What players may see and say of their own bans: the two routes that are open to banned players. */
import { z } from "zod";
import { defineRoute, type RouteContext, refuse } from "../../http/define-route.ts";
import type { Reviews } from "./reviews.ts";

const time = z.iso.datetime();
/** White space but line breaks, control characters, and those that turn text around or hide in it. */
const UNSEEN = /(?:(?!\n)[\s\p{Cc}\p{Cf}])+/gu;

export const standingAnswer = z.object({
  bans: z
    .array(
      z.object({
        caseId: z.string().optional().meta({ description: "For an appeal; absent: ask the support." }),
        reason: z.string(),
        from: time,
        until: time.optional().meta({ description: "Absent: for ever." }),
        appealed: z.boolean(),
      }),
    )
    .meta({ description: "Those in force." }),
});
const appealBody = z.strictObject({
  caseId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "expected a case's id"),
  text: z.string().min(1).max(2000).meta({ description: "In the player's own words." }),
});

/** @param context lets banned players in. */
export function standingRoutes(context: RouteContext, reviews: Pick<Reviews, "standingOf" | "appeal">) {
  return {
    standing: defineRoute(
      context,
      "/api/me/standing",
      { method: "GET", summary: "The caller's bans.", player: true, answer: standingAnswer },
      async ({ player }) => reviews.standingOf(player.playerId, new Date()),
    ),
    appeal: defineRoute(
      context,
      "/api/me/appeals",
      {
        method: "POST",
        summary: "Appeals a ban, once.",
        player: true,
        body: appealBody,
        answer: standingAnswer,
        refusals: ["appeal_refused"],
      },
      async ({ player: { playerId }, body: { caseId, text } }) => {
        const words = text.toWellFormed().replace(UNSEEN, " ").trim();
        if (words === "") return refuse("input_invalid");
        const now = new Date();
        if (!(await reviews.appeal(playerId, caseId, words, now))) return refuse("appeal_refused");
        return reviews.standingOf(playerId, now);
      },
    ),
  };
}

export type StandingRoutes = ReturnType<typeof standingRoutes>;
