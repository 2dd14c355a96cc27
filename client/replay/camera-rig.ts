/**
 * Moves the camera: after the followed fighter, or as the viewer's hands say: dragging and the keys W, A, S, D set it
 * free, the wheel and two fingers bring it nearer, a click follows whoever is there.
 */
import type { ArenaMap, Point } from "../../rooms/skirmish/shared/arena-map.ts";
import type { Camera } from "../scene/camera.ts";

const NEAREST = 2;
/** Shows the whole map, about. */
const FARTHEST = 0.45;
const WHEEL_STEP = 0.0014;
/** A pointer that moves less is a click, CSS pixels. */
const CLICK_PIXELS = 5;
const KEYS_METRES_A_SECOND = 16;
const KEYS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  KeyW: [0, -1],
  KeyA: [-1, 0],
  KeyS: [0, 1],
  KeyD: [1, 0],
};

export interface CameraRigOptions {
  surface: HTMLElement;
  camera: Camera;
  map: ArenaMap;
  /** The viewer moved the camera away from whom it followed. */
  onFree: () => void;
  /** @param at metres. */
  onClick: (at: Point) => void;
  signal: AbortSignal;
}

export class CameraRig {
  readonly #options: CameraRigOptions;
  readonly #pointers = new Map<number, Point>();
  readonly #keys = new Set<string>();
  /** Where it looks while it is free. */
  readonly #place: Point;
  #dragged = 0;

  constructor(options: CameraRigOptions) {
    this.#options = options;
    const { surface, camera, map, signal } = options;
    this.#place = { x: map.width / 2, y: map.height / 2 };
    surface.addEventListener("pointerdown", (event) => this.#down(event, surface), { signal });
    surface.addEventListener("pointermove", (event) => this.#move(event), { signal });
    surface.addEventListener("pointerup", (event) => this.#up(event, true), { signal });
    surface.addEventListener("pointercancel", (event) => this.#up(event, false), { signal });
    surface.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.magnify(camera.magnification * Math.exp(-event.deltaY * WHEEL_STEP));
      },
      { signal, passive: false },
    );
    window.addEventListener("keydown", (event) => this.#hold(event), { signal });
    window.addEventListener("keyup", ({ code }) => this.#keys.delete(code), { signal });
    window.addEventListener("blur", () => this.#keys.clear(), { signal });
  }

  magnify(factor: number): void {
    this.#options.camera.magnification = Math.min(NEAREST, Math.max(FARTHEST, factor));
  }

  /** @param followed where the followed fighter is; undefined: the camera is free. */
  update(seconds: number, followed: Point | undefined): void {
    const { camera, map } = this.#options;
    if (followed) {
      this.#place.x = followed.x;
      this.#place.y = followed.y;
    }
    for (const code of this.#keys) {
      const [x, y] = KEYS[code] ?? [0, 0];
      this.#place.x += (x * KEYS_METRES_A_SECOND * seconds) / camera.magnification;
      this.#place.y += (y * KEYS_METRES_A_SECOND * seconds) / camera.magnification;
    }
    this.#place.x = Math.min(map.width, Math.max(0, this.#place.x));
    this.#place.y = Math.min(map.height, Math.max(0, this.#place.y));
    // What is dragged stays under the finger.
    if (this.#pointers.size > 0 && !followed) camera.jumpTo(this.#place.x, this.#place.y);
    camera.update(seconds, this.#place.x, this.#place.y, 0, 0);
  }

  /** The followed fighter is somewhere else at once. */
  jumpTo({ x, y }: Point): void {
    this.#options.camera.jumpTo(x, y);
  }

  #hold({ code, ctrlKey, metaKey, altKey }: KeyboardEvent): void {
    if (!KEYS[code] || ctrlKey || metaKey || altKey) return;
    this.#keys.add(code);
    this.#options.onFree();
  }

  #down(event: PointerEvent, surface: HTMLElement): void {
    surface.setPointerCapture(event.pointerId);
    if (this.#pointers.size === 0) this.#dragged = 0;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const { camera } = this.#options;
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other)
      this.magnify((camera.magnification * distance(now, other)) / Math.max(1, distance(before, other)));
    this.#dragged += distance(before, now);
    this.#pointers.set(event.pointerId, now);
    if (this.#dragged < CLICK_PIXELS) return;
    const share = 1 / this.#pointers.size;
    if (!other) this.#options.onFree();
    this.#place.x -= ((now.x - before.x) / camera.zoom) * share;
    this.#place.y -= ((now.y - before.y) / camera.zoom) * share;
  }

  #up(event: PointerEvent, mayClick: boolean): void {
    if (!this.#pointers.delete(event.pointerId) || !mayClick || this.#pointers.size > 0) return;
    if (this.#dragged >= CLICK_PIXELS) return;
    const { camera, surface, onClick } = this.#options;
    const { left, top } = surface.getBoundingClientRect();
    onClick({
      x: (event.clientX - left - camera.width / 2) / camera.zoom + camera.x,
      y: (event.clientY - top - camera.height / 2) / camera.zoom + camera.y,
    });
  }
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
