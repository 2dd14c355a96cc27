/**
 * What Skirmish tells the fog: a team sees together, and alone fights who has no team. The living look; where all are down,
 * they look from where they fell. Spectators see everything, and so does everybody where it is switched off.
 */

import type { Fighter, Projectile, SkirmishState } from "../../schemas/skirmish-state.ts";
import type { FogOptions } from "../../src/index.ts";
import { DASH_SPEED, RUN_SPEED, TICK_RATE } from "./shared/constants.ts";
import type { SightGrid } from "./shared/sight-grid.ts";

export interface SkirmishFogOptions {
  grid: SightGrid;
  state: () => SkirmishState;
  isEnabled: () => boolean;
  roundTripMs: (sessionId: string) => number | undefined;
}

/** Who sees together. */
export function fogGroup(mode: string, key: string, team: number): string {
  return mode === "teams" ? `team ${team}` : key;
}

export function skirmishFog({ grid, state, isEnabled, roundTripMs }: SkirmishFogOptions): FogOptions {
  const groupOfFighter = (key: string, { team }: Fighter): string => fogGroup(state().mode, key, team);
  const forEachOf = (group: string | number, visit: (fighter: Fighter) => void): void => {
    const { mode, fighters } = state();
    if (mode !== "teams") {
      const alone = fighters.get(String(group));
      if (alone) visit(alone);
      return;
    }
    fighters.forEach((fighter, key) => {
      if (groupOfFighter(key, fighter) === group) visit(fighter);
    });
  };
  return {
    tickMs: 1000 / TICK_RATE,
    beat: "secondsLeft",
    collections: () => [state().projectiles],
    groupOf: (sessionId) => {
      const fighter = isEnabled() ? state().fighters.get(sessionId) : undefined;
      return fighter && groupOfFighter(sessionId, fighter);
    },
    entities: (note) => {
      const { fighters, projectiles } = state();
      const groupOfSlot: string[] = [];
      fighters.forEach((fighter, key) => {
        const group = groupOfFighter(key, fighter);
        groupOfSlot[fighter.slot] = group;
        note(fighter, group);
      });
      projectiles.forEach((shell: Projectile) => note(shell, groupOfSlot[shell.owner]));
    },
    eyes: (group, look) => {
      let living = false;
      forEachOf(group, (fighter) => {
        if (fighter.health <= 0) return;
        living = true;
        look(fighter, fighter.dashTicks > 0 ? DASH_SPEED : RUN_SPEED);
      });
      if (!living) forEachOf(group, (fighter) => look(fighter, 0));
    },
    canSee: (eye, place, marginMetres) =>
      grid.mightSee(grid.cellOf(eye.x, eye.y), grid.cellOf(place.x, place.y), marginMetres),
    cellOf: ({ x, y }) => grid.cellOf(x, y),
    roundTripMs,
  };
}
