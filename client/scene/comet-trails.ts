/**
 * Which fighters leave a comet's trail behind, and where its next points fall: evenly along the way, however fast the
 * frames come. A jump (a respawn) leaves none.
 */
import { COMET } from "./looks.ts";

/** Further than anybody moves in the longest frame, dashing, metres. */
const LONGEST_WAY = 3;

interface Place {
  x: number;
  y: number;
  /** Every second point is a wide one. */
  wide: boolean;
}

export class CometTrails {
  readonly #last = new Map<string, Place>();

  /** @param drop called for each point that is due. */
  follow(key: string, x: number, y: number, drop: (x: number, y: number, wide: boolean) => void): void {
    const last = this.#last.get(key);
    if (!last) {
      this.#last.set(key, { x, y, wide: true });
      return;
    }
    const way = Math.hypot(x - last.x, y - last.y);
    if (way > LONGEST_WAY) {
      last.x = x;
      last.y = y;
      return;
    }
    const points = Math.floor(way / COMET.spacing);
    if (points === 0) return;
    const stepX = ((x - last.x) / way) * COMET.spacing;
    const stepY = ((y - last.y) / way) * COMET.spacing;
    for (let point = 0; point < points; point += 1) {
      last.x += stepX;
      last.y += stepY;
      last.wide = !last.wide;
      drop(last.x, last.y, last.wide);
    }
  }

  /** The fighter is dead or gone: the next point begins a new trail. */
  end(key: string): void {
    this.#last.delete(key);
  }
}
