/** A small game's progression rules for tests. */
import type { z } from "zod";
import { type ProgressionRules, progressionConfig } from "../../src/config/progression-config.ts";

export function testRules(changes: Partial<z.input<typeof progressionConfig>> = {}): ProgressionRules {
  return progressionConfig.parse({
    currencies: ["coins", "gems"],
    matchReward: { coins: 10 },
    winReward: { coins: 5 },
    levelReward: { gems: 1 },
    queues: { duel: { placementMatches: 2 } },
    catalogue: {
      hat: {
        name: "Hat",
        description: "A hat.",
        slot: "head",
        price: { currency: "coins", amount: 10 },
        limit: 1000,
      },
      cap: { name: "Cap", description: "One only.", slot: "head", price: { currency: "coins", amount: 3 } },
      medal: { name: "Medal", description: "Not for sale." },
    },
    achievements: {
      "first-win": {
        name: "First win",
        description: "Win.",
        statistic: "wins",
        atLeast: 1,
        reward: { currencies: { gems: 2 }, items: { medal: 1 } },
      },
    },
    boards: {
      ladder: { name: "Ladder", by: { rating: "duel" } },
      veterans: { name: "Veterans", by: { statistic: "experience" } },
    },
    ...changes,
  });
}
