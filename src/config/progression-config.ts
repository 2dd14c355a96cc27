/** The section `progression` of the configuration: what playing earns, what can be bought, who is ranked by what. */
import { z } from "zod";

const whole = (low: number, high: number) => z.int().min(low).max(high);
/** Ids of things a game declares: they become field names in documents and parts of URLs. */
const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "expected a-z, 0-9 and -, at most 32, a letter first")
  .refine((name) => name !== "constructor" && name !== "prototype", "expected another name");
const text = z.string().min(1).max(200);

const currencyAmounts = z.record(id, whole(0, 1_000_000_000));
const itemCounts = z.record(id, whole(1, 1000));

/** What a level, an achievement or a season's rank brings. */
const reward = z
  .strictObject({ currencies: currencyAmounts.default({}), items: itemCounts.default({}) })
  .prefault({});

/** The rules of one queue's rating. Defaults are those of Weng and Lin's paper, as `openskill` has them. */
const ratingRules = z
  .strictObject({
    /** Where everybody starts: mean and uncertainty of the skill. */
    mu: z.number().min(1).max(1000).default(25),
    sigma: z
      .number()
      .min(0.1)
      .max(500)
      .default(25 / 3),
    /** Added to the uncertainty before each match, so that a rating never freezes. */
    tau: z
      .number()
      .min(0)
      .max(10)
      .default(25 / 300),
    /** Matches until a rating is shown and ranked. */
    placementMatches: whole(0, 100).default(5),
    /** `displayed = max(0, round(displayOffset + displayScale · (mu − 3 sigma)))`. */
    displayScale: z.number().min(0.01).max(1000).default(50),
    displayOffset: z.number().min(-10_000).max(10_000).default(500),
    /** Days without a rated match before absence counts. */
    absenceGraceDays: z.number().min(0).max(3650).default(14),
    /** Days of absence (after the grace) in which the uncertainty grows back to `sigma`. */
    uncertaintyRegrowthDays: z.number().min(1).max(36_500).default(365),
    /** Days of absence (after the grace) in which half of the distance of `mu` to the start is lost; 0: none is. */
    muHalfLifeDays: z.number().min(0).max(36_500).default(365),
    /** What a new season takes of the distance of `mu` to the start, 0–1. */
    seasonReset: z.number().min(0).max(1).default(0.25),
    /** Bots stand in the calculation as opponents of this fixed strength; null: they are left out. */
    bots: z
      .strictObject({ mu: z.number().min(0).max(1000), sigma: z.number().min(0.1).max(500) })
      .nullable()
      .default({ mu: 20, sigma: 3 }),
  })
  .prefault({});

const statistic = z.enum(["games", "wins", "kills", "deaths", "experience", "level"]);

export const progressionConfig = z
  .strictObject({
    /** Experience for finishing a match, winning it, and each kill in it. */
    matchExperience: whole(0, 1_000_000).default(50),
    winExperience: whole(0, 1_000_000).default(100),
    killExperience: whole(0, 1_000_000).default(10),
    /** Experience from level 1 to 2; each further level takes `levelGrowth` times the one before. */
    firstLevelExperience: whole(1, 1_000_000).default(200),
    levelGrowth: z.number().min(1).max(3).default(1.15),
    maxLevel: whole(1, 1000).default(100),

    /** Currencies that wallets hold. Rewards and prices may name no other. */
    currencies: z.array(id).max(16).default([]),
    /** Currency for finishing a match, winning it, and for each level gained. */
    matchReward: currencyAmounts.default({}),
    winReward: currencyAmounts.default({}),
    levelReward: currencyAmounts.default({}),

    /** Unlocked once, when a player's total reaches `atLeast`. */
    achievements: z
      .record(
        id,
        z.strictObject({
          name: text,
          description: text,
          statistic,
          atLeast: whole(1, 1_000_000_000),
          reward,
        }),
      )
      .default({}),

    /** Items by id: what exists in the game, and what it costs where it is for sale. */
    catalogue: z
      .record(
        id,
        z.strictObject({
          name: text,
          description: text,
          /** Where it can be equipped; absent: it cannot. */
          slot: id.optional(),
          /** Absent: not for sale. */
          price: z.strictObject({ currency: id, amount: whole(1, 1_000_000_000) }).optional(),
          /** How many one player may own. */
          limit: whole(1, 1_000_000).default(1),
          /** Handed to clients as it is: a colour, an image's name. */
          look: z.string().max(200).default(""),
        }),
      )
      .default({}),

    /** Rated queues by name, and the rules of their ratings. */
    queues: z.record(id, ratingRules).default({}),

    /** Leaderboards by id. `rating` names a queue; `statistic` a total. */
    boards: z
      .record(
        id,
        z.strictObject({
          name: text,
          by: z.union([z.strictObject({ rating: id }), z.strictObject({ statistic })]),
          /** Whether there is one for each season beside the one of all time. */
          seasonal: z.boolean().default(true),
        }),
      )
      .default({}),

    /** Absent: no seasons. */
    seasons: z
      .strictObject({
        /** When season 1 began. */
        firstStartsAt: z.iso.datetime().transform((value) => new Date(value)),
        lengthDays: z.number().min(0.0001).max(3650),
        /** Results that ended in the season and arrive by then still count for it. */
        closingGraceMs: whole(0, 86_400_000).default(600_000),
        /** The first entry of a board whose `topRank` a player is within is the player's. */
        rewards: z
          .array(z.strictObject({ board: id, topRank: whole(1, 10_000_000), reward }))
          .max(1000)
          .default([]),
      })
      .optional(),

    /** Friends (requests included) and blocked players that one player may have. */
    maxFriends: whole(0, 10_000).default(200),
    maxBlocked: whole(0, 10_000).default(500),
  })
  .prefault({})
  .superRefine((section, context) => {
    for (const [path, message] of contradictions(section))
      context.addIssue({ code: "custom", path, message });
    for (const [path, name] of danglingNames(section)) {
      context.addIssue({
        code: "custom",
        path,
        message: `names ${JSON.stringify(name)}, which is not declared`,
      });
    }
  });

export type ProgressionRules = z.output<typeof progressionConfig>;
export type RatingRules = z.output<typeof ratingRules>;
export type Reward = z.output<typeof reward>;
export type BoardRules = ProgressionRules["boards"][string];
export type SeasonRules = NonNullable<ProgressionRules["seasons"]>;
export type CatalogueItem = ProgressionRules["catalogue"][string];
export type StatisticName = z.output<typeof statistic>;
/** Amounts by currency. */
export type CurrencyAmounts = Record<string, number>;
/** Counts by item id. */
export type ItemCounts = Record<string, number>;

/** What each key takes by itself and what cannot work together, with its path. */
function* contradictions(rules: ProgressionRules): Generator<[path: (string | number)[], message: string]> {
  if (new Set(rules.currencies).size < rules.currencies.length) yield [["currencies"], "names one twice"];
  for (const [key, { reward }] of Object.entries(rules.achievements))
    for (const [itemId, count] of Object.entries(reward.items))
      if (count > (rules.catalogue[itemId]?.limit ?? count))
        yield [["achievements", key, "reward", "items", itemId], "is more than one player may own"];
  if (!rules.seasons) return;
  const { lengthDays, closingGraceMs, rewards } = rules.seasons;
  if (closingGraceMs >= lengthDays * 86_400_000)
    yield [["seasons", "closingGraceMs"], "expected less than a season's length"];
  const lowest = new Map<string, number>();
  for (const [index, { board, topRank }] of rewards.entries()) {
    const path = ["seasons", "rewards", index];
    if (rules.boards[board]?.seasonal === false)
      yield [[...path, "board"], "names a board that is not seasonal"];
    if (topRank <= (lowest.get(board) ?? 0)) yield [[...path, "topRank"], "is covered by a reward before it"];
    lowest.set(board, topRank);
  }
}

/** Every name that stands somewhere without being declared, with its path. */
function* danglingNames(rules: ProgressionRules): Generator<[path: (string | number)[], name: string]> {
  const rewards: [path: (string | number)[], reward: Partial<Reward>][] = [
    [["matchReward"], { currencies: rules.matchReward }],
    [["winReward"], { currencies: rules.winReward }],
    [["levelReward"], { currencies: rules.levelReward }],
    ...Object.entries(rules.achievements).map(
      ([key, { reward }]) => [["achievements", key, "reward"], reward] as [string[], Reward],
    ),
    ...(rules.seasons?.rewards ?? []).map(
      ({ reward }, index) => [["seasons", "rewards", index, "reward"], reward] as [string[], Reward],
    ),
  ];
  for (const [path, { currencies = {}, items = {} }] of rewards) {
    for (const currency of Object.keys(currencies))
      if (!rules.currencies.includes(currency)) yield [path, currency];
    for (const item of Object.keys(items)) if (!Object.hasOwn(rules.catalogue, item)) yield [path, item];
  }
  for (const [key, { price }] of Object.entries(rules.catalogue))
    if (price && !rules.currencies.includes(price.currency))
      yield [["catalogue", key, "price"], price.currency];
  for (const [key, { by }] of Object.entries(rules.boards))
    if ("rating" in by && !Object.hasOwn(rules.queues, by.rating)) yield [["boards", key, "by"], by.rating];
  for (const [index, { board }] of (rules.seasons?.rewards ?? []).entries())
    if (!Object.hasOwn(rules.boards, board)) yield [["seasons", "rewards", index, "board"], board];
}
