/**
 * Paints the arena's floor with everything that lies on it: plates, markings, light, shadows, cover. Walls stand up
 * from it and are drawn apart (`wall-mesh.ts`). Painted once, on a canvas; the home page uses it as its backdrop.
 */
import type { ArenaMap, Box } from "../../rooms/skirmish/shared/arena-map.ts";
import { hashNoise } from "./hash-noise.ts";
import { EMBER, INK, STEEL_DARK } from "./palette.ts";

/** Painted beyond the map's edge, metres. */
export const MAP_MARGIN = 2;
const PLATE = 2;

export function paintArena(map: ArenaMap, pixelsPerMetre: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((map.width + MAP_MARGIN * 2) * pixelsPerMetre);
  canvas.height = Math.ceil((map.height + MAP_MARGIN * 2) * pixelsPerMetre);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.fillStyle = INK;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(pixelsPerMetre, pixelsPerMetre);
  context.translate(MAP_MARGIN, MAP_MARGIN);
  context.save();
  context.beginPath();
  context.rect(0, 0, map.width, map.height);
  context.clip();
  paintPlates(context, map);
  paintMarkings(context, map);
  paintFurnaceLight(context, map);
  for (const box of map.walls) paintShadow(context, box, 1.1, 0.5);
  for (const box of map.cover) paintShadow(context, box, 0.4, 0.45);
  paintEdgeShade(context, map);
  for (const box of map.cover) paintCover(context, box);
  for (const box of map.walls) {
    context.fillStyle = STEEL_DARK;
    context.fillRect(box.x, box.y, box.width, box.height);
  }
  context.restore();
  return canvas;
}

function paintPlates(context: CanvasRenderingContext2D, map: ArenaMap): void {
  for (let y = 0; y < map.height; y += PLATE) {
    for (let x = 0; x < map.width; x += PLATE) {
      const noise = hashNoise(x, y);
      const light = 46 + noise * 9;
      context.fillStyle = `rgb(${light + 6},${light + 1},${light - 3})`;
      context.fillRect(x, y, PLATE, PLATE);
      if (noise > 0.86) paintGrating(context, x, y);
      else paintWear(context, x, y, noise);
      context.strokeStyle = "rgba(12,9,8,0.75)";
      context.lineWidth = 0.05;
      context.strokeRect(x, y, PLATE, PLATE);
      context.fillStyle = "rgba(255,235,210,0.055)";
      context.fillRect(x + 0.04, y + 0.04, PLATE - 0.08, 0.045);
      context.fillRect(x + 0.04, y + 0.04, 0.045, PLATE - 0.08);
      context.fillStyle = "rgba(10,8,7,0.55)";
      for (const [dx, dy] of [
        [0.18, 0.18],
        [1.82, 0.18],
        [0.18, 1.82],
        [1.82, 1.82],
      ] as const) {
        context.beginPath();
        context.arc(x + dx, y + dy, 0.055, 0, Math.PI * 2);
        context.fill();
      }
    }
  }
}

function paintGrating(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.fillStyle = "rgba(8,6,5,0.55)";
  context.fillRect(x + 0.3, y + 0.3, PLATE - 0.6, PLATE - 0.6);
  const heat = context.createRadialGradient(x + 1, y + 1, 0, x + 1, y + 1, 0.9);
  heat.addColorStop(0, "rgba(255,110,30,0.34)");
  heat.addColorStop(1, "rgba(255,110,30,0)");
  context.fillStyle = heat;
  context.fillRect(x + 0.3, y + 0.3, PLATE - 0.6, PLATE - 0.6);
  context.strokeStyle = "rgba(70,62,57,0.95)";
  context.lineWidth = 0.09;
  for (let bar = 0.45; bar < PLATE - 0.3; bar += 0.22) {
    context.beginPath();
    context.moveTo(x + bar, y + 0.3);
    context.lineTo(x + bar, y + PLATE - 0.3);
    context.stroke();
  }
}

function paintWear(context: CanvasRenderingContext2D, x: number, y: number, noise: number): void {
  if (noise < 0.3) {
    const stain = context.createRadialGradient(x + noise * 4, y + 1, 0, x + 1, y + 1, 1.4);
    stain.addColorStop(0, "rgba(10,7,6,0.22)");
    stain.addColorStop(1, "rgba(10,7,6,0)");
    context.fillStyle = stain;
    context.fillRect(x, y, PLATE, PLATE);
  }
  if (noise > 0.55 && noise < 0.72) {
    context.strokeStyle = "rgba(220,200,180,0.07)";
    context.lineWidth = 0.03;
    for (let scratch = 0; scratch < 3; scratch += 1) {
      const start = hashNoise(x + scratch, y - scratch) * 1.4;
      context.beginPath();
      context.moveTo(x + start, y + 0.2 + scratch * 0.5);
      context.lineTo(x + start + 0.5, y + 0.5 + scratch * 0.5);
      context.stroke();
    }
  }
}

function paintMarkings(context: CanvasRenderingContext2D, map: ArenaMap): void {
  const centreX = map.width / 2;
  const centreY = map.height / 2;
  context.strokeStyle = "rgba(255,150,60,0.2)";
  context.lineWidth = 0.16;
  context.strokeRect(centreX - 10, centreY - 9.5, 20, 19);
  context.setLineDash([1, 0.7]);
  context.strokeStyle = "rgba(255,220,170,0.13)";
  context.strokeRect(1.2, 1.2, map.width - 2.4, map.height - 2.4);
  context.setLineDash([]);
  for (const spawn of map.spawns) {
    context.strokeStyle = "rgba(255,176,80,0.34)";
    context.lineWidth = 0.09;
    context.beginPath();
    context.arc(spawn.x, spawn.y, 0.95, 0, Math.PI * 2);
    context.stroke();
    context.fillStyle = "rgba(255,176,80,0.06)";
    context.fill();
    context.lineWidth = 0.2;
    for (let arc = 0; arc < 4; arc += 1) {
      context.beginPath();
      context.arc(spawn.x, spawn.y, 1.16, arc * 1.571 + 0.5, arc * 1.571 + 1.07);
      context.stroke();
    }
  }
}

/** Warm light from the furnace in the middle and from lamps at the walls' ends. */
function paintFurnaceLight(context: CanvasRenderingContext2D, map: ArenaMap): void {
  context.globalCompositeOperation = "lighter";
  light(context, map.width / 2, map.height / 2, 13, "255,120,40", 0.2);
  for (const { x, y, width, height } of map.walls) {
    light(context, x, y, 4.2, "255,150,60", 0.12);
    light(context, x + width, y + height, 4.2, "255,150,60", 0.12);
  }
  context.globalCompositeOperation = "source-over";
}

function light(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  rgb: string,
  strength: number,
): void {
  const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, `rgba(${rgb},${strength})`);
  gradient.addColorStop(1, `rgba(${rgb},0)`);
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** The box swept towards the lower right. */
function paintShadow(context: CanvasRenderingContext2D, box: Box, length: number, alpha: number): void {
  const { x, y, width, height } = box;
  const right = x + width;
  const bottom = y + height;
  for (const share of [1, 0.8, 0.6]) {
    const dx = length * 0.75 * share;
    const dy = length * share;
    context.fillStyle = `rgba(6,4,3,${alpha * 0.45})`;
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x + dx, bottom + dy);
    context.lineTo(right + dx, bottom + dy);
    context.lineTo(right + dx, y + dy);
    context.lineTo(right, y);
    context.lineTo(right, bottom);
    context.fill();
  }
}

function paintEdgeShade(context: CanvasRenderingContext2D, map: ArenaMap): void {
  const { width, height } = map;
  const shade = context.createRadialGradient(
    width / 2,
    height / 2,
    height * 0.4,
    width / 2,
    height / 2,
    width * 0.62,
  );
  shade.addColorStop(0, "rgba(8,5,4,0)");
  shade.addColorStop(1, "rgba(8,5,4,0.5)");
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
}

/** Cover is low, rust-coloured and striped: shells fly over it, and it must not be taken for a wall. */
function paintCover(context: CanvasRenderingContext2D, box: Box): void {
  const { x, y, width, height } = box;
  const side = 0.2;
  context.fillStyle = "#3d2415";
  context.fillRect(x, y, width, height);
  const top = context.createLinearGradient(x, y, x, y + height);
  top.addColorStop(0, "#b06a35");
  top.addColorStop(1, "#84481f");
  context.fillStyle = top;
  context.fillRect(x, y, width, height - side);
  context.save();
  context.beginPath();
  context.rect(x + 0.14, y + 0.14, width - 0.28, height - side - 0.28);
  context.clip();
  context.fillStyle = "rgba(45,22,10,0.5)";
  context.fillRect(x, y, width, height);
  context.fillStyle = "rgba(222,140,66,0.75)";
  for (let stripe = -height; stripe < width; stripe += 0.62) {
    context.beginPath();
    context.moveTo(x + stripe, y + height);
    context.lineTo(x + stripe + 0.3, y + height);
    context.lineTo(x + stripe + 0.3 + height, y);
    context.lineTo(x + stripe + height, y);
    context.fill();
  }
  context.restore();
  context.strokeStyle = "rgba(255,205,150,0.55)";
  context.lineWidth = 0.06;
  context.strokeRect(x + 0.05, y + 0.05, width - 0.1, height - side - 0.08);
  context.strokeStyle = EMBER;
  context.globalAlpha = 0.35;
  context.strokeRect(x + 0.02, y + 0.02, width - 0.04, height - 0.04);
  context.globalAlpha = 1;
}
