/** What callers may send: closed schemas of primitives, so that nothing else can reach a database filter. */
import { z } from "zod";

export const playerId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected a player's id");
const name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "expected an id: a-z, 0-9 and -");
const season = z
  .string()
  .regex(/^(all|current|season-[1-9]\d{0,8})$/, "expected all, current or a season's id")
  .default("current");
const page = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

export const playerParams = z.strictObject({ id: playerId });
export const ratingParams = z.strictObject({ id: playerId, queue: name });
export const boardParams = z.strictObject({ board: name });
export const boardPlayerParams = z.strictObject({ board: name, id: playerId });

export const historyQuery = z.strictObject({
  limit: page(50, 20),
  before: z.iso.datetime().optional().meta({ description: "Only matches that ended before." }),
});
export const ratingQuery = z.strictObject({ limit: page(500, 100) });
export const ledgerQuery = z.strictObject({
  limit: page(200, 50),
  before: z.coerce.number().int().min(1).optional().meta({ description: "Only entries with a smaller seq." }),
});
export const topQuery = z.strictObject({
  season,
  limit: page(100, 25),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
});
export const aroundQuery = z.strictObject({ season, each: page(25, 5) });
export const seasonQuery = z.strictObject({ season });

export const purchaseBody = z.strictObject({
  itemId: name,
  idempotencyKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, "expected 8 to 64 letters, digits, - and _")
    .meta({
      description: "Made by the caller for this one purchase; sent again with it when it is tried again.",
    }),
});
export const equipBody = z.strictObject({ slot: name, itemId: name.nullable() });
export const profileChange = z.strictObject({
  settings: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, "expected a short name")
        .refine((key) => key !== "constructor" && key !== "prototype", "expected another name"),
      z.union([z.string().max(200), z.number(), z.boolean()]),
    )
    .refine((settings) => Object.keys(settings).length <= 32, "expected at most 32 settings")
    .optional(),
  consent: z.strictObject({ analytics: z.boolean() }).optional(),
});
export const deletionBody = z.strictObject({
  confirm: playerId.meta({ description: "The caller's own player id." }),
});
