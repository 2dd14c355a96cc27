/** Shells in flight: a glowing body each, and a trail that the effects leave behind it. */
import { Container, Sprite } from "pixi.js";
import type { Effects } from "./effects.ts";
import type { TextureSet } from "./textures.ts";

/** Metres between two puffs of a trail. */
const TRAIL_SPACING = 0.42;

class ShellView extends Container {
  trailX = 0;
  trailY = 0;
  seen = false;

  constructor(textures: TextureSet) {
    super();
    const glow = new Sprite(textures.glow);
    glow.anchor.set(0.5);
    glow.setSize(1.9, 1.9);
    glow.blendMode = "add";
    glow.tint = 0xff8a2a;
    const body = new Sprite(textures.shell);
    body.anchor.set(0.5);
    body.setSize(0.72, 0.36);
    this.addChild(glow, body);
  }
}

export class ShellViews extends Container {
  readonly #textures: TextureSet;
  readonly #shells = new Map<string, ShellView>();

  constructor(textures: TextureSet) {
    super();
    this.#textures = textures;
  }

  show(key: string, x: number, y: number, angle: number, effects: Effects): void {
    let view = this.#shells.get(key);
    if (!view) {
      view = this.addChild(new ShellView(this.#textures));
      view.trailX = x;
      view.trailY = y;
      this.#shells.set(key, view);
    }
    view.seen = true;
    view.position.set(x, y);
    view.rotation = angle;
    if (Math.hypot(x - view.trailX, y - view.trailY) < TRAIL_SPACING) return;
    view.trailX = x;
    view.trailY = y;
    effects.shellTrail(x, y, angle);
  }

  /** Call once a frame, after every shell was shown: the others are gone. */
  sweep(): void {
    for (const [key, view] of this.#shells) {
      if (view.seen) {
        view.seen = false;
        continue;
      }
      view.destroy({ children: true });
      this.#shells.delete(key);
    }
  }
}
