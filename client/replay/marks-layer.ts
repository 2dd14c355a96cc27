/**
 * What is drawn over the picture, in metres: outlines of fighters whom the followed one cannot see, and, for a moment,
 * where somebody stood when a shot that looked back hit them.
 */
import { Container, Graphics } from "pixi.js";
import type { Point } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../rooms/skirmish/shared/constants.ts";
import type { Pose } from "./playback.ts";

const MOST_GHOSTS = 8;
const GHOST_SECONDS = 0.9;
const BARREL_METRES = 0.95;
/** Circles get as many corners as their size needs, so they are drawn large. */
const UNITS_A_METRE = 100;
const RADIUS = FIGHTER_RADIUS * UNITS_A_METRE;

interface Ghost {
  graphics: Graphics;
  age: number;
}

export class MarksLayer extends Container {
  readonly #outlines = new Map<string, Graphics>();
  readonly #outlined = new Set<string>();
  readonly #ghosts: Ghost[] = [];
  #nextGhost = 0;

  constructor() {
    super();
    this.scale.set(1 / UNITS_A_METRE);
  }

  /** Call once a frame for each, then `endOutlines`. */
  outline(key: string, pose: Pose, tint: number): void {
    let graphics = this.#outlines.get(key);
    if (!graphics) {
      graphics = this.addChild(drawOutline());
      this.#outlines.set(key, graphics);
    }
    this.#outlined.add(key);
    graphics.visible = true;
    graphics.tint = tint;
    graphics.position.set(pose.x * UNITS_A_METRE, pose.y * UNITS_A_METRE);
    graphics.rotation = pose.angle;
  }

  /** Those who were not outlined in this frame are so no more. */
  endOutlines(): void {
    for (const [key, graphics] of this.#outlines) if (!this.#outlined.has(key)) graphics.visible = false;
    this.#outlined.clear();
  }

  /** @param judgedAt where the shot found whoever stands at `standsAt`. */
  showRewind(judgedAt: Point, standsAt: Point, tint: number): void {
    let ghost = this.#ghosts[this.#nextGhost];
    if (!ghost) {
      ghost = { graphics: this.addChild(new Graphics()), age: 0 };
      this.#ghosts[this.#nextGhost] = ghost;
    }
    this.#nextGhost = (this.#nextGhost + 1) % MOST_GHOSTS;
    ghost.age = 0;
    ghost.graphics.visible = true;
    ghost.graphics.tint = tint;
    drawGhost(ghost.graphics, judgedAt, standsAt);
  }

  /** @param seconds of the match. */
  update(seconds: number): void {
    for (const ghost of this.#ghosts) {
      ghost.age += seconds;
      ghost.graphics.alpha = Math.max(0, 1 - ghost.age / GHOST_SECONDS);
      if (ghost.age >= GHOST_SECONDS) ghost.graphics.visible = false;
    }
  }

  clear(): void {
    for (const { graphics } of this.#ghosts) graphics.visible = false;
  }
}

function drawOutline(): Graphics {
  return new Graphics()
    .circle(0, 0, RADIUS)
    .moveTo(RADIUS, 0)
    .lineTo(BARREL_METRES * UNITS_A_METRE, 0)
    .stroke({ width: 8, color: 0xffffff, alpha: 0.95 });
}

function drawGhost(graphics: Graphics, judgedAt: Point, standsAt: Point): void {
  const x = judgedAt.x * UNITS_A_METRE;
  const y = judgedAt.y * UNITS_A_METRE;
  graphics
    .clear()
    .moveTo(x, y)
    .lineTo(standsAt.x * UNITS_A_METRE, standsAt.y * UNITS_A_METRE)
    .stroke({ width: 5, color: 0xffffff, alpha: 0.7 })
    .circle(x, y, RADIUS)
    .stroke({ width: 7, color: 0xffffff });
}
