/**
 * The aim follows a target that cannot be seen. Inputs with the aim on it are held against inputs with the aim on its
 * decoy: the place where it stood a while ago. Who guesses, or hears, is as often on the one as on the other. One
 * observation an engagement that had enough of both. With fog of war there is little to know; what this finds is the
 * margin that fog needs, and games without it.
 *
 * Honest players who look like it: who lost sight of somebody and waits where they must come out; they are on the decoy,
 * too, as soon as the target moves. Low weight.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

export function hiddenAim(settings: ValidatorConfig["hiddenAim"]): Trial {
  return defineTrial({
    name: "hidden-aim",
    settings,
    start: () => undefined,
    engaged(_state, { hiddenInputs, decoyInputs }) {
      if (hiddenInputs + decoyInputs < settings.fewestTicks || hiddenInputs === decoyInputs) return undefined;
      return { positive: hiddenInputs > decoyInputs, measured: { hiddenInputs, decoyInputs } };
    },
  });
}
