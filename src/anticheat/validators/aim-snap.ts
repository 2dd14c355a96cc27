/**
 * The aim jumps onto the target in a single input, and that input or the next one fires. A hand closes a gap over
 * several inputs, the last of them small (Fitts 1954; minimum-jerk movement, Flash and Hogan 1985): at 30 inputs a second
 * it does not take most of a wide gap in one and stop where it should. The thresholds are those of Lilac, an anti-cheat
 * for Source servers. One observation an engagement with shots: whether any of them came by a snap.
 *
 * Honest players who look like it: a cursor near the own fighter swings the aim far with a small movement, a lucky flick,
 * a touch stick that is let go. Hence targets nearer than `nearestMetres` do not count, and `p0` is not small.
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
        if (shot.distance < settings.nearestMetres || shot.errors.length < 3) continue;
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
  const { wideDegrees, wideResidual, narrowDegrees, narrowResidual } = settings;
  for (let at = errors.length - 1; at >= Math.max(1, errors.length - 2); at -= 1) {
    const fromDegrees = errors[at - 1] as number;
    const toDegrees = errors[at] as number;
    const wide = fromDegrees > wideDegrees && toDegrees < fromDegrees * wideResidual;
    const narrow = fromDegrees > narrowDegrees && toDegrees < fromDegrees * narrowResidual;
    if (wide || narrow) return { fromDegrees, toDegrees, distanceMetres: distance };
  }
  return undefined;
}
