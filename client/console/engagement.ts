/**
 * What happened in a piece of a recording, for eyes: where both stood, where the suspect aimed and how far off, whether the
 * target could be seen, what was fired. Runs the match again from its start. Pure.
 */
import { canSee, type Point } from "../../rooms/skirmish/shared/arena-map.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";

const DEGREES = 180 / Math.PI;
/** Shown before and after the evidence, ticks. */
export const SHOWN_AROUND = 45;
/** Longer pieces are cut. */
const MOST_TICKS = 900;

export interface Moment {
  tick: number;
  suspect: Point & { angle: number; alive: boolean };
  target?: Point & { alive: boolean };
  /** Degrees off the target, and turned since the tick before. */
  errorDegrees?: number;
  turnedDegrees: number;
  visible?: boolean;
  fired: boolean;
  hit: boolean;
}

export function momentsOf(
  run: Rerun,
  {
    slot,
    targetSlot,
    fromTick,
    toTick,
  }: { slot: number; targetSlot: number; fromTick: number; toTick: number },
): Moment[] {
  const moments: Moment[] = [];
  const first = Math.max(0, fromTick - SHOWN_AROUND);
  const last = Math.min(toTick + SHOWN_AROUND, first + MOST_TICKS);
  let before: number | undefined;
  while (run.tick < last && run.advance()) {
    if (run.tick < first) continue;
    const fighters = [...run.world.fighters.values()];
    const self = fighters.find((fighter) => fighter.slot === slot);
    if (!self) continue;
    const other = fighters.find((fighter) => fighter.slot === targetSlot);
    const turned = before === undefined ? 0 : shortWay(self.angle - before) * DEGREES;
    before = self.angle;
    const shots = run.events.filter((event) => event[0] === "shot" && event[1] === slot);
    moments.push({
      tick: run.tick,
      suspect: { x: self.x, y: self.y, angle: self.angle, alive: self.health > 0 },
      ...(other ? { target: { x: other.x, y: other.y, alive: other.health > 0 } } : {}),
      ...(other
        ? {
            errorDegrees:
              Math.abs(shortWay(Math.atan2(other.y - self.y, other.x - self.x) - self.angle)) * DEGREES,
          }
        : {}),
      turnedDegrees: Math.abs(turned),
      ...(other ? { visible: canSee(run.map, self, other) } : {}),
      fired: shots.length > 0,
      hit: shots.some((event) => event[0] === "shot" && event[5] === targetSlot && targetSlot >= 0),
    });
  }
  return moments;
}

function shortWay(angle: number): number {
  const turns = (angle + Math.PI) / (2 * Math.PI);
  return (turns - Math.floor(turns)) * 2 * Math.PI - Math.PI;
}
