/**
 * Darkness over everything that lies outside a visible area, in metres. The area is a star around the viewer, so what
 * lies outside is its edges pushed outwards: one strip of quads, moved anew for every frame, with a soft inner rim.
 */
import { Container, MeshSimple, Texture } from "pixi.js";
import type { ArenaMap, Point } from "../../rooms/skirmish/shared/arena-map.ts";

/** Farther than any screen reaches, metres. */
const FAR = 90;
/** How far light falls onto what stops the eye, metres. */
const RIM = 0.55;
const RIM_PIXELS = 32;
const DARKNESS = 0.74;
/** Looked past on both sides: see `visibleArea`. */
const POINTS_A_CORNER = 3;

export class FogLayer extends Container {
  readonly #mesh: MeshSimple;
  readonly #vertices: Float32Array;
  readonly #capacity: number;
  readonly #texture: Texture;

  /** @param darkness 0–1. */
  constructor({ solids }: ArenaMap, darkness = DARKNESS) {
    super();
    // Once round, and the first point again.
    this.#capacity = (solids.length + 1) * 4 * POINTS_A_CORNER + 1;
    this.#vertices = new Float32Array(this.#capacity * 4);
    this.#texture = Texture.from(paintRim(darkness), true);
    const coordinates = new Float32Array(this.#capacity * 4);
    for (let point = 0; point < this.#capacity; point += 1)
      coordinates.set([0, 0.5, FAR / RIM, 0.5], point * 4);
    this.#mesh = new MeshSimple({
      texture: this.#texture,
      vertices: this.#vertices,
      uvs: coordinates,
      indices: stripIndices(this.#capacity - 1),
    });
    this.#mesh.autoUpdate = false;
    this.addChild(this.#mesh);
  }

  /** @param area as `visibleArea` gives it. */
  show(area: readonly Point[], from: Point): void {
    for (let place = 0; place < this.#capacity; place += 1) {
      const point = area[place < area.length ? place : 0] ?? from;
      const dx = point.x - from.x;
      const dy = point.y - from.y;
      const away = FAR / Math.max(0.01, Math.hypot(dx, dy));
      this.#vertices.set([point.x, point.y, point.x + dx * away, point.y + dy * away], place * 4);
    }
    this.#mesh.geometry.getBuffer("aPosition").update();
  }

  freeTextures(): void {
    this.#texture.destroy(true);
  }
}

function stripIndices(quads: number): Uint32Array {
  const indices = new Uint32Array(quads * 6);
  for (let quad = 0; quad < quads; quad += 1) {
    const first = quad * 2;
    indices.set([first, first + 1, first + 3, first, first + 3, first + 2], quad * 6);
  }
  return indices;
}

function paintRim(darkness: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = RIM_PIXELS;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const gradient = context.createLinearGradient(0, 0, RIM_PIXELS - 1, 0);
  gradient.addColorStop(0, "rgb(8 10 14 / 0%)");
  gradient.addColorStop(1, `rgb(8 10 14 / ${darkness * 100}%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, RIM_PIXELS, 1);
  return canvas;
}
