/**
 * The time from a target's coming into sight on the shooter's screen to the first shot at it. Both are counted in the
 * shooter's own inputs, so latency cancels out, once stamps are honest (`rewind-stamps.ts`). Simple visual reactions of
 * people take about 200 ms in the median and hardly ever less than 150 (Woods et al. 2015, Frontiers in Human
 * Neuroscience 9:131); a trigger that is pulled by a program takes one frame. One observation an engagement.
 *
 * Honest players who look like it: who holds the trigger already, or aims at a corner where somebody is sure to come, and
 * fires by the clock. The first are left out; the second are why `p0` is a tenth.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

export function reaction(settings: ValidatorConfig["reaction"]): Trial {
  return defineTrial({
    name: "reaction",
    settings,
    start: () => undefined,
    engaged(_state, { reactionInputs, stepMs }) {
      if (reactionInputs === undefined) return undefined;
      const reactionMs = reactionInputs * stepMs;
      return {
        positive: reactionMs < settings.fastestMs,
        measured: { reactionMs, fastestMs: settings.fastestMs },
      };
    },
  });
}
