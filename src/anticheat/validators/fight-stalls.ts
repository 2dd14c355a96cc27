/**
 * A link that stalls just when somebody fights: a lag switch. One observation a stall, whether an enemy was in sight when
 * it began. Stalls of a bad link know nothing of fights, so an honest player's fall into them as often as the player is
 * in one: `p0` is that share and a third more, or the settings' if that is more. (What a lag switch gains is held by the
 * consumption of inputs: two steps a tick, for a quarter of a second.)
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

const MARGIN = 4 / 3;
/** Nothing is learnt from stalls of somebody who is always in a fight. */
const MOST_EXPECTED = 0.85;

export function fightStalls(settings: ValidatorConfig["fightStalls"]): Trial {
  return defineTrial({
    name: "fight-stalls",
    settings,
    start: () => undefined,
    stalled(_state, { forMs, inFight, fightShare }) {
      if (forMs < settings.stallMs) return undefined;
      const p0 = Math.max(settings.p0, fightShare * MARGIN);
      if (p0 > MOST_EXPECTED) return undefined;
      return { positive: inFight, measured: { forMs, fightShare }, p0 };
    },
  });
}
