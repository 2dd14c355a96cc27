/**
 * The latest shots of each fighter, with what the recording knows of them and the picture does not show: how far back
 * the server looked to judge them, and where it found whoever was hit. Pure.
 */
import type { Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { BUTTON_FIRE } from "../../rooms/skirmish/shared/constants.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";

const KEPT_SHOTS = 5;

export interface LoggedShot {
  /** Of the recording. */
  tick: number;
  weapon: number;
  /** How far back it was judged, milliseconds; undefined: in the world as it was. */
  lookedBackMs: number | undefined;
  /** Who was hit by it in the same tick. */
  hit: { key: string; name: string; damage: number; judgedAt: Point | undefined } | undefined;
}

export class ShotLog {
  readonly #shots = new Map<string, LoggedShot[]>();

  /** Newest first. */
  of(key: string): readonly LoggedShot[] {
    return this.#shots.get(key) ?? [];
  }

  clear(): void {
    this.#shots.clear();
  }

  /** After each tick of the run. */
  note(run: Rerun, stoodAt: (key: string, tick: number) => Point | undefined): void {
    const { events, world, inputs } = run;
    events.forEach((event, place) => {
      if (event[0] !== "shot") return;
      const [, by, weapon, , , target] = event;
      const key = keyInSlot(run, by);
      if (key === undefined) return;
      const seenTick = inputs.get(key)?.findLast(({ buttons }) => (buttons & BUTTON_FIRE) !== 0)?.seenTick;
      const lookedBackMs =
        seenTick === undefined ? undefined : ((world.tick - seenTick) * 1000) / run.tickRate;
      const victim = target < 0 ? undefined : keyInSlot(run, target);
      const next = events[place + 1];
      const damage = next?.[0] === "hit" && next[1] === by && next[2] === target ? next[3] : 0;
      const hit = victim !== undefined && {
        key: victim,
        name: world.fighters.get(victim)?.name ?? "",
        damage,
        judgedAt: seenTick === undefined ? undefined : stoodAt(victim, seenTick),
      };
      const shots = this.#shots.get(key) ?? [];
      this.#shots.set(key, shots);
      shots.unshift({ tick: run.tick, weapon, lookedBackMs, hit: hit === false ? undefined : hit });
      shots.length = Math.min(shots.length, KEPT_SHOTS);
    });
  }
}

export function keyInSlot(run: Rerun, slot: number): string | undefined {
  for (const [key, fighter] of run.world.fighters) if (fighter.slot === slot) return key;
  return undefined;
}
