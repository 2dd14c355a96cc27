/**
 * The shells that the player's own launcher fired. Each is there the moment the trigger is pulled and flies on by the
 * player's own clock; the server's shell, when it comes, has flown for as long already (`rooms/skirmish/shared/combat.ts`)
 * and only confirms it. One that the server never confirms is gone after a while, one that burst there is gone at once.
 */
import type { Predict, PredictedSpawns } from "@colyseus/sdk/predict";
import { type ArenaMap, castRay } from "../../rooms/skirmish/shared/arena-map.ts";
import { SHELL_FUSE_TICKS, SHELL_SPEED, TICK_RATE } from "../../rooms/skirmish/shared/constants.ts";
import type { Projectile, SkirmishState } from "../../schemas/skirmish-state.ts";

const LONGEST_FLIGHT_METRES = (SHELL_SPEED * SHELL_FUSE_TICKS) / TICK_RATE;
/** A server that turns as finely as the wire answers with nearly the same direction. */
const SAME_ANGLE = 0.01;

interface OwnShell {
  x: number;
  y: number;
  angle: number;
  /** When it was fired, milliseconds of the page's clock. */
  firedAt: number;
  /** How far it can fly before something solid. */
  reach: number;
}

export interface DrawnShell {
  key: string;
  x: number;
  y: number;
  angle: number;
}

export class OwnShells {
  readonly #map: ArenaMap;
  readonly #spawns: PredictedSpawns<Projectile, OwnShell>;

  constructor(predict: Predict<SkirmishState>, map: ArenaMap, ownSlot: () => number | undefined) {
    this.#map = map;
    this.#spawns = predict.spawns<"projectiles", OwnShell>("projectiles", {
      owned: (shell) => shell.owner === ownSlot(),
      correlate: ({ angle }, shell) => Math.abs(shell.angle - angle) < SAME_ANGLE,
    });
  }

  fire(x: number, y: number, angle: number, now: number): void {
    const range = LONGEST_FLIGHT_METRES;
    const reach = castRay(this.#map, this.#map.walls, x, y, Math.cos(angle), Math.sin(angle), range);
    this.#spawns.spawn({ x, y, angle, firedAt: now, reach });
  }

  /** Whether the server's shell is one of these, and drawn as that. */
  isOwn(shell: Projectile): boolean {
    return this.#spawns.entryFor(shell)?.local !== undefined;
  }

  /** Where they are now; one that should have burst and is not confirmed yet waits unseen. */
  draw(now: number, show: (shell: DrawnShell) => void): void {
    for (const { id, local } of this.#spawns.entries()) {
      if (local === undefined) continue;
      const flown = ((now - local.firedAt) / 1000) * SHELL_SPEED;
      if (flown >= local.reach) continue;
      const x = local.x + Math.cos(local.angle) * flown;
      const y = local.y + Math.sin(local.angle) * flown;
      show({ key: `own-${id}`, x, y, angle: local.angle });
    }
  }

  dispose(): void {
    this.#spawns.dispose();
  }
}
