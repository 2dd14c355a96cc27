/**
 * The walls as solid blocks: their tops are drawn a little farther from the camera than their feet, so that they
 * stand up and lean away as the view moves. One mesh for the sides, one for the tops; a frame only moves vertices.
 */
import { Container, MeshSimple, Texture } from "pixi.js";
import type { ArenaMap, Box } from "../../rooms/skirmish/shared/arena-map.ts";
import { hashNoise } from "./hash-noise.ts";

/** How much farther from the camera a top is than its foot. */
const LEAN = 0.06;
/** Tops also stand a little up the screen, metres, so that blocks in the middle show a face. */
const RISE = 0.22;
/** Thickness of the frame around the map, metres. */
const FRAME = 10;
const TEXTURE_SIZE = 256;
/** Metres that the tops' texture covers before it repeats. */
const TEXTURE_METRES = 4;

const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;
/** Texture column of the sides' shades: top, right, bottom, left. */
const SIDE_SHADES = ["#2a2321", "#3f3430", "#57463c", "#332b28"] as const;

export class WallMesh extends Container {
  readonly #boxes: readonly Box[];
  readonly #sides: MeshSimple;
  readonly #tops: MeshSimple;
  readonly #sideVertices: Float32Array;
  readonly #topVertices: Float32Array;
  readonly #textures: readonly Texture[];

  constructor(map: ArenaMap) {
    super();
    this.#boxes = [...map.walls, ...frameOf(map)];
    const count = this.#boxes.length;
    this.#sideVertices = new Float32Array(count * 4 * 4 * 2);
    this.#topVertices = new Float32Array(count * 4 * 2);
    const topTexture = Texture.from(paintTopTexture(), true);
    topTexture.source.style.addressMode = "repeat";
    const sideTexture = Texture.from(paintSideTexture(), true);
    sideTexture.source.style.scaleMode = "nearest";
    this.#textures = [topTexture, sideTexture];
    this.#sides = new MeshSimple({
      texture: sideTexture,
      vertices: this.#sideVertices,
      uvs: sideCoordinates(count),
      indices: quadIndices(count * 4),
    });
    this.#tops = new MeshSimple({
      texture: topTexture,
      vertices: this.#topVertices,
      uvs: topCoordinates(this.#boxes),
      indices: quadIndices(count),
    });
    this.#sides.autoUpdate = false;
    this.#tops.autoUpdate = false;
    this.addChild(this.#sides, this.#tops);
  }

  /** Leans the walls away from the camera's centre. */
  lean(cameraX: number, cameraY: number): void {
    let top = 0;
    let side = 0;
    for (const box of this.#boxes) {
      for (const [right, down] of CORNERS) {
        const x = box.x + right * box.width;
        const y = box.y + down * box.height;
        this.#topVertices[top++] = x + (x - cameraX) * LEAN;
        this.#topVertices[top++] = y + (y - cameraY) * LEAN - RISE;
      }
      for (let edge = 0; edge < 4; edge += 1) {
        const next = (edge + 1) % 4;
        side = this.#writeFoot(side, box, edge);
        side = this.#writeFoot(side, box, next);
        side = this.#writeTop(side, top - 8 + next * 2);
        side = this.#writeTop(side, top - 8 + edge * 2);
      }
    }
    this.#sides.geometry.getBuffer("aPosition").update();
    this.#tops.geometry.getBuffer("aPosition").update();
  }

  freeTextures(): void {
    for (const texture of this.#textures) texture.destroy(true);
  }

  #writeFoot(at: number, box: Box, corner: number): number {
    const [right, down] = CORNERS[corner] as readonly [number, number];
    this.#sideVertices[at] = box.x + right * box.width;
    this.#sideVertices[at + 1] = box.y + down * box.height;
    return at + 2;
  }

  #writeTop(at: number, from: number): number {
    this.#sideVertices[at] = this.#topVertices[from] as number;
    this.#sideVertices[at + 1] = this.#topVertices[from + 1] as number;
    return at + 2;
  }
}

/** The wall around the map. */
function frameOf({ width, height }: ArenaMap): Box[] {
  return [
    { x: -FRAME, y: -FRAME, width: width + FRAME * 2, height: FRAME },
    { x: -FRAME, y: height, width: width + FRAME * 2, height: FRAME },
    { x: -FRAME, y: 0, width: FRAME, height },
    { x: width, y: 0, width: FRAME, height },
  ];
}

function quadIndices(quads: number): Uint32Array {
  const indices = new Uint32Array(quads * 6);
  for (let quad = 0; quad < quads; quad += 1) {
    const first = quad * 4;
    indices.set([first, first + 1, first + 2, first, first + 2, first + 3], quad * 6);
  }
  return indices;
}

function topCoordinates(boxes: readonly Box[]): Float32Array {
  const coordinates: number[] = [];
  for (const box of boxes) {
    for (const [right, down] of CORNERS) {
      coordinates.push(
        (box.x + right * box.width) / TEXTURE_METRES,
        (box.y + down * box.height) / TEXTURE_METRES,
      );
    }
  }
  return new Float32Array(coordinates);
}

function sideCoordinates(boxes: number): Float32Array {
  const coordinates: number[] = [];
  for (let box = 0; box < boxes; box += 1) {
    for (let edge = 0; edge < 4; edge += 1) {
      const column = (edge + 0.5) / 4;
      for (let corner = 0; corner < 4; corner += 1) coordinates.push(column, 0.5);
    }
  }
  return new Float32Array(coordinates);
}

function paintTopTexture(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = TEXTURE_SIZE;
  canvas.height = TEXTURE_SIZE;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const tile = TEXTURE_SIZE / 4;
  for (let row = 0; row < 4; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      const light = 92 + hashNoise(column + 40, row + 40) * 16;
      context.fillStyle = `rgb(${light + 4},${light - 4},${light - 10})`;
      context.fillRect(column * tile, row * tile, tile, tile);
      context.fillStyle = "rgba(255,240,220,0.16)";
      context.fillRect(column * tile, row * tile, tile, 3);
      context.fillRect(column * tile, row * tile, 3, tile);
      context.fillStyle = "rgba(20,14,12,0.45)";
      context.fillRect(column * tile, (row + 1) * tile - 3, tile, 3);
      context.fillRect((column + 1) * tile - 3, row * tile, 3, tile);
      context.beginPath();
      context.arc(column * tile + tile / 2, row * tile + tile / 2, 5, 0, Math.PI * 2);
      context.fill();
    }
  }
  return canvas;
}

function paintSideTexture(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE_SHADES.length;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  SIDE_SHADES.forEach((colour, column) => {
    if (!context) return;
    context.fillStyle = colour;
    context.fillRect(column, 0, 1, 1);
  });
  return canvas;
}
