/**
 * What the progression API answers, as schemas: the routes' types, the OpenAPI document and the tests are made from
 * them. An answer holds what its caller may see and nothing else: fields are listed, never copied whole.
 */
import { z } from "zod";

const count = z.int().min(0);
/** ISO 8601. */
const time = z.iso.datetime();
const amounts = z.record(z.string(), z.int()).meta({ description: "Whole amounts by id." });

export const ratingAnswer = z.object({
  queue: z.string(),
  displayed: z
    .int()
    .optional()
    .meta({ description: "Absent while placement matches are still to be played." }),
  games: count,
  placementsLeft: count,
});

const totals = { experience: count, games: count, wins: count, kills: count, deaths: count, quits: count };

/** Anybody may see this of anybody. */
export const publicProfile = z.object({
  playerId: z.string(),
  name: z.string(),
  createdAt: time,
  level: count,
  levelProgress: z.number().min(0).max(1),
  ...totals,
  ratings: z.array(ratingAnswer),
  achievements: z.array(z.object({ id: z.string(), unlockedAt: time })),
  equipped: z.record(z.string(), z.string()).meta({ description: "Item ids by slot." }),
});

export const ownedItem = z.object({ itemId: z.string(), count: z.int().min(1), acquiredAt: time });

export const inventoryAnswer = z.object({
  wallet: amounts,
  items: z.array(ownedItem),
  equipped: z.record(z.string(), z.string()),
});

export const consentAnswer = z.object({ analytics: z.boolean(), decidedAt: time });
export const settingsAnswer = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The player alone may see this. */
export const ownProfile = publicProfile.extend({
  ...inventoryAnswer.shape,
  season: z.object({ id: z.string(), ...totals }).optional(),
  settings: settingsAnswer,
  consent: consentAnswer.optional(),
});

/** A match as one player's line of history: the match, and that player's part in it alone. */
export const historyEntry = z.object({
  matchId: z.string(),
  queue: z.string(),
  mode: z.string(),
  map: z.string(),
  endedAt: time,
  seconds: z.number(),
  players: count.meta({ description: "Fighters in the match, bots included." }),
  score: z.number(),
  kills: count,
  deaths: count,
  placement: count,
  won: z.boolean(),
  left: z.boolean(),
  earned: z.int().optional().meta({ description: "Experience; absent when it is not known (any more)." }),
  rating: z.int().optional().meta({ description: "The displayed rating after it." }),
  ratingChange: z.int().optional(),
  replay: z.string().optional().meta({
    description:
      "Where its recording can be had with the player's token; absent when there is none (any more).",
  }),
  verified: z.enum(["yes", "no", "unknown"]).optional().meta({
    description:
      "What its recording came to when it was run again. With `no` it counts for no rating and no leaderboard.",
  }),
});
export const historyAnswer = z.object({ matches: z.array(historyEntry) });

/** Oldest first: what a graph draws. */
export const ratingHistoryAnswer = z.object({
  queue: z.string(),
  points: z.array(z.object({ at: time, mu: z.number(), sigma: z.number(), displayed: z.int().optional() })),
});

export const ledgerEntryAnswer = z.object({
  key: z.string(),
  seq: count,
  kind: z.string(),
  at: time,
  experience: z.int(),
  currencies: amounts,
  items: amounts,
  achievements: z.array(z.string()),
  subject: z.string().optional(),
});
export const ledgerAnswer = z.object({
  entries: z.array(ledgerEntryAnswer).meta({ description: "Newest first." }),
});

export const catalogueItem = z.object({
  itemId: z.string(),
  name: z.string(),
  description: z.string(),
  slot: z.string().optional(),
  price: z.object({ currency: z.string(), amount: z.int() }).optional(),
  limit: z.int(),
  look: z.string(),
});
export const achievementAnswer = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  statistic: z.string(),
  atLeast: z.int(),
  currencies: amounts,
  items: amounts,
});
export const catalogueAnswer = z.object({
  items: z.array(catalogueItem),
  achievements: z.array(achievementAnswer),
});

export const purchaseAnswer = z.object({
  itemId: z.string(),
  repeated: z
    .boolean()
    .meta({ description: "This purchase was made before, under the same key: nothing changed." }),
  ...inventoryAnswer.shape,
});

export const boardAnswer = z.object({
  boardId: z.string(),
  name: z.string(),
  by: z.string().meta({ description: "`rating:<queue>` or the statistic's name." }),
  seasonal: z.boolean(),
});
export const seasonAnswer = z.object({ id: z.string(), startsAt: time, endsAt: time });
export const boardsAnswer = z.object({ boards: z.array(boardAnswer), season: seasonAnswer.optional() });

export const boardLine = z.object({
  rank: z.int().min(1),
  playerId: z.string(),
  name: z.string(),
  score: z.number(),
  reachedAt: time,
});
export const boardPage = z.object({
  boardId: z.string(),
  season: z.string().meta({ description: "A season's id, or `all`." }),
  size: count.meta({ description: "Players on the board." }),
  entries: z.array(boardLine),
});
export const boardRank = z.object({
  boardId: z.string(),
  season: z.string(),
  size: count,
  entry: boardLine.optional(),
});

export const friendAnswer = z.object({ playerId: z.string(), name: z.string() });
export const friendsAnswer = z.object({
  friends: z.array(friendAnswer),
  incoming: z.array(friendAnswer),
  outgoing: z.array(friendAnswer),
  blocked: z.array(friendAnswer),
});
export const relationAnswer = z.object({ state: z.enum(["asked", "friends", "none", "blocked"]) });

/** Everything that is kept about a player, as one JSON document. */
export const exportAnswer = z.object({
  exportedAt: time,
  complete: z.boolean().meta({
    description:
      "False: older ledger entries and matches stand on the pages of /api/me/ledger and the match history.",
  }),
  player: z.record(z.string(), z.unknown()),
  ledger: z.array(z.record(z.string(), z.unknown())),
  matches: z.array(z.record(z.string(), z.unknown())),
  relations: z.array(z.record(z.string(), z.unknown())),
  penalties: z.array(z.record(z.string(), z.unknown())),
  reports: z
    .array(z.record(z.string(), z.unknown()))
    .meta({ description: "What the player said of others." }),
  cases: z
    .array(z.record(z.string(), z.unknown()))
    .meta({ description: "What was decided about the player for cheating, with the player's own appeals." }),
  leaderboards: z.array(z.object({ board: z.string(), rank: z.int(), score: z.number() })),
});
export const deletionAnswer = z.object({ deleted: z.literal(true) });

export type PublicProfile = z.output<typeof publicProfile>;
export type OwnProfile = z.output<typeof ownProfile>;
export type RatingAnswer = z.output<typeof ratingAnswer>;
export type InventoryAnswer = z.output<typeof inventoryAnswer>;
export type HistoryEntry = z.output<typeof historyEntry>;
export type HistoryAnswer = z.output<typeof historyAnswer>;
export type RatingHistoryAnswer = z.output<typeof ratingHistoryAnswer>;
export type LedgerAnswer = z.output<typeof ledgerAnswer>;
export type CatalogueAnswer = z.output<typeof catalogueAnswer>;
export type PurchaseAnswer = z.output<typeof purchaseAnswer>;
export type BoardsAnswer = z.output<typeof boardsAnswer>;
export type BoardPage = z.output<typeof boardPage>;
export type BoardRank = z.output<typeof boardRank>;
export type BoardLine = z.output<typeof boardLine>;
export type FriendsAnswer = z.output<typeof friendsAnswer>;
export type ExportAnswer = z.output<typeof exportAnswer>;
