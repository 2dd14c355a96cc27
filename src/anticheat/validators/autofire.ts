/**
 * Clicks that come like clockwork. Of `clicks` intervals between two pulls of the trigger, counted in inputs, the
 * deviation is `√max(0, variance − 1/6) / mean`: counting in whole inputs rounds both ends, which adds a variance of
 * 2 · 1/12. People's clicks deviate by 10 % and more of their interval. One observation a series.
 *
 * Honest players who look like it: a wheel bound to fire, and accessibility hardware. At 30 inputs a second it is weak,
 * and a macro with a jitter of its own passes; what it gains is the weapon's own rate of fire, which the room holds.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

const ROUNDING_VARIANCE = 1 / 6;

export function autofire(settings: ValidatorConfig["autofire"]): Trial {
  return defineTrial({
    name: "autofire",
    settings,
    start: () => ({ count: 0, sum: 0, squares: 0 }),
    clicked(state, { ticks }) {
      if (ticks > settings.slowestTicks) return undefined;
      state.count += 1;
      state.sum += ticks;
      state.squares += ticks * ticks;
      if (state.count < settings.clicks) return undefined;
      const mean = state.sum / state.count;
      const variance = (state.squares - state.sum * mean) / (state.count - 1);
      Object.assign(state, { count: 0, sum: 0, squares: 0 });
      // Every input a click: there is nothing that could deviate.
      if (mean < 2.5) return undefined;
      const deviation = Math.sqrt(Math.max(0, variance - ROUNDING_VARIANCE)) / mean;
      return {
        positive: deviation < settings.regularity,
        measured: { deviation, intervalTicks: mean, regularity: settings.regularity },
      };
    },
  });
}
