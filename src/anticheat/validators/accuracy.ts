/**
 * Nearly every shot of an engagement hits. One observation an engagement of at least `fewestShots` at a target that is
 * not near. `p0` is what a very good player does in a good match, not what players do on average: whoever is that good
 * is not told from a program by this alone, hence the low weight.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

export function accuracy(settings: ValidatorConfig["accuracy"]): Trial {
  return defineTrial({
    name: "accuracy",
    settings,
    start: () => undefined,
    engaged(_state, { shots }) {
      let fired = 0;
      let hits = 0;
      for (const { hit, distance } of shots) {
        if (distance < settings.nearestMetres) continue;
        fired += 1;
        if (hit) hits += 1;
      }
      if (fired < settings.fewestShots) return undefined;
      return { positive: hits / fired >= settings.share, measured: { shots: fired, hits } };
    },
  });
}
