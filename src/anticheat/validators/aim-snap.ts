/**
 * The aim rests, is on the target in the very next input, and fires within one more. A hand needs several inputs for a
 * wide gap (minimum-jerk movement, Flash and Hogan 1985): of a flick of 70 ms, which is as fast as they come, at 30 inputs
 * a second at most three quarters fall into one input, and the more fall there, the more fell into the one before. So a
 * snap is a turn of more than `wideDegrees` of which less than `wideResidual` is left (or of `narrowDegrees`,
 * `narrowResidual`; the thresholds are those of Lilac, an anti-cheat for Source servers), after an input that turned less
 * than `restShare` of it. One observation an engagement with shots: whether any of them came by a snap.
 *
 * Honest players who look like it: a cursor near the own fighter swings the aim far with a small movement, a thumb lands on
 * a touch stick. Hence targets nearer than `nearestMetres` do not count, and `p0` is not small.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import type { Shot } from "../engagement.ts";
import { defineTrial, type Trial } from "../validator.ts";

type Settings = ValidatorConfig["aimSnap"];

export function aimSnap(settings: Settings): Trial {
  return defineTrial({
    name: "aim-snap",
    settings,
    start: () => undefined,
    engaged(_state, { shots }) {
      let judged = false;
      for (const shot of shots) {
        if (shot.distance < settings.nearestMetres || shot.errors.length < 4) continue;
        judged = true;
        const snap = snapBefore(shot, settings);
        if (snap) return { positive: true, measured: snap };
      }
      return judged ? { positive: false, measured: { shots: shots.length } } : undefined;
    },
  });
}

/** In the input that fired, or in the one before it. */
function snapBefore({ errors, distance }: Shot, settings: Settings) {
  const { wideDegrees, wideResidual, narrowDegrees, narrowResidual, restShare } = settings;
  for (let at = errors.length - 1; at >= errors.length - 2; at -= 1) {
    const fromDegrees = errors[at - 1] as number;
    const toDegrees = errors[at] as number;
    const before = Math.abs((errors[at - 2] as number) - fromDegrees);
    if (before > (fromDegrees - toDegrees) * restShare) continue;
    const wide = fromDegrees > wideDegrees && toDegrees < fromDegrees * wideResidual;
    const narrow = fromDegrees > narrowDegrees && toDegrees < fromDegrees * narrowResidual;
    if (wide || narrow) return { fromDegrees, toDegrees, distanceMetres: distance };
  }
  return undefined;
}
