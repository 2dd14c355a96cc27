/** The reference game with quick progress: one match is several levels and pays for an item, two end the placements. */
import arena from "../../arena.config.ts";
import { defineArena } from "../../src/index.ts";

export default defineArena((env) => {
  const game = arena(env);
  return {
    ...game,
    progression: {
      ...game.progression,
      firstLevelExperience: 20,
      matchReward: { scrap: 90 },
      levelReward: {},
      queues: { ...game.progression?.queues, ffa: { placementMatches: 2 } },
    },
  };
});
