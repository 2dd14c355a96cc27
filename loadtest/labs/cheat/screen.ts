/**
 * What one player's screen shows, filled anew for each step: everybody where they are drawn, the own fighter where it is
 * predicted. Slots index everything.
 */
import type { FighterBody } from "../../../rooms/skirmish/shared/fighter-step.ts";
import type { SightMemo } from "./sight-memo.ts";
import { SLOTS } from "./world-tape.ts";

/** Half of what the camera shows (`client/scene/camera.ts`), metres. */
const VIEW_X = 13.75;
const VIEW_Y = 7.75;
/** The camera looks ahead by this share of the way to the cursor. */
const LOOK_SHARE = 0.24;

export class Screen {
  readonly slot: number;
  /** Milliseconds of the server's clock, though no player knows it. */
  now = 0;
  live = false;
  alive = false;
  health = 0;
  readonly self: FighterBody;
  readonly x = new Float64Array(SLOTS);
  readonly y = new Float64Array(SLOTS);
  readonly isAlive = new Uint8Array(SLOTS);
  readonly isShielded = new Uint8Array(SLOTS);
  /** On the screen, and nothing in between. */
  readonly visible = new Uint8Array(SLOTS);
  /** Nothing in between, on the screen or not: what a cheat sees. */
  readonly inSight = new Uint8Array(SLOTS);

  constructor(slot: number) {
    this.slot = slot;
    this.self = {
      x: 0,
      y: 0,
      angle: 0,
      health: 0,
      weapon: 0,
      weaponCooldown: 0,
      dashTicks: 0,
      dashAngle: 0,
      dashCooldown: 0,
    };
  }

  /** @param lookX,lookY the cursor, from the own fighter. @param all whether to look beyond the screen's edge. */
  look(sight: SightMemo, lookX: number, lookY: number, all: boolean): void {
    const { self } = this;
    const shiftX = lookX * LOOK_SHARE;
    const shiftY = lookY * LOOK_SHARE;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      this.visible[slot] = 0;
      this.inSight[slot] = 0;
      if (slot === this.slot || this.isAlive[slot] === 0) continue;
      const dx = (this.x[slot] as number) - self.x;
      const dy = (this.y[slot] as number) - self.y;
      const onScreen = Math.abs(dx - shiftX) < VIEW_X && Math.abs(dy - shiftY) < VIEW_Y;
      if (!onScreen && !all) continue;
      if (!sight.sees(self.x, self.y, this.x[slot] as number, this.y[slot] as number)) continue;
      this.inSight[slot] = 1;
      if (onScreen) this.visible[slot] = 1;
    }
  }
}
