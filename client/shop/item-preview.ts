/**
 * An item as it looks in a match: a fighter painted by the match's own painter on a piece of the foundry's floor,
 * wearing the item. It moves while it is on screen; with reduced motion it stands still.
 */
import { element, wantsLessMotion } from "../dom.ts";
import { radial } from "../scene/effect-painters.ts";
import { paintEmberPlating, paintFighter, paintGun } from "../scene/fighter-painter.ts";
import { COMET, EMBER_PLATING, emberPulse } from "../scene/looks.ts";
import { particleAlpha, particleSize } from "../scene/particle-fade.ts";
import type { CatalogueItem } from "./offer.ts";

const WIDTH = 420;
const HEIGHT = 240;
/** Pixels a metre. */
const SCALE = 66;
/** The painters paint 1.6 m on 128 px. */
const PAINTED_SCALE = 80;
const COLOUR = "#4fb4ff";
/** A round of the fighter that shows a trail, seconds. */
const LAP_SECONDS = 2.2;
const LAP_RADIUS_X = WIDTH * 0.32;
const LAP_RADIUS_Y = HEIGHT * 0.27;
/** An ellipse's circumference, nearly. */
const LAP_PIXELS = 2 * Math.PI * Math.sqrt((LAP_RADIUS_X ** 2 + LAP_RADIUS_Y ** 2) / 2);

export class ItemPreview {
  readonly root = element("canvas", { className: "item-preview" });
  readonly #context: CanvasRenderingContext2D | null;
  readonly #item: CatalogueItem;
  readonly #fighter: HTMLCanvasElement;
  readonly #glow = tile(64, (context) =>
    radial(context, 32, [
      [0, 1],
      [0.25, 0.65],
      [0.6, 0.16],
      [1, 0],
    ]),
  );
  readonly #tinted = coloured(this.#glow, COLOUR);
  readonly #ember = coloured(this.#glow, EMBER_PLATING.glowColour);

  constructor(item: CatalogueItem, signal: AbortSignal) {
    this.#item = item;
    const density = Math.min(2, devicePixelRatio || 1);
    this.root.width = WIDTH * density;
    this.root.height = HEIGHT * density;
    this.root.role = "img";
    this.root.ariaLabel = `${item.name}, as it looks in a match`;
    this.#context = this.root.getContext("2d");
    this.#context?.scale(density, density);
    this.#fighter = tile(128, (context) => {
      paintFighter(context, COLOUR);
      if (item.look === "ember") {
        context.setTransform(1, 0, 0, 1, 0, 0);
        paintEmberPlating(context);
      }
    });
    if (wantsLessMotion()) this.#draw(1.1);
    else this.#run(signal);
  }

  #run(signal: AbortSignal): void {
    const frame = (now: number): void => {
      if (signal.aborted) return;
      if (this.root.isConnected) this.#draw(now / 1000);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #draw(seconds: number): void {
    const context = this.#context;
    if (!context) return;
    paintFloor(context);
    const { x, y, angle } = this.#placeAt(seconds);
    shadow(context, x, y);
    if (this.#item.look === "comet") this.#drawTrail(context, seconds);
    if (this.#item.look === "ember") {
      const size = EMBER_PLATING.glowMetres * SCALE;
      context.save();
      context.globalCompositeOperation = "lighter";
      context.globalAlpha = emberPulse(seconds);
      drawCentred(context, this.#ember, x, y, size);
      context.restore();
    }
    this.#drawFighter(context, x, y, angle);
  }

  /** A trail needs somebody who runs; everything else is looked at from all sides. */
  #placeAt(seconds: number): { x: number; y: number; angle: number } {
    if (this.#item.look !== "comet")
      return { x: WIDTH / 2, y: HEIGHT / 2, angle: -0.5 + Math.sin(seconds * 0.7) * 0.9 };
    const turn = (seconds / LAP_SECONDS) * Math.PI * 2;
    const x = WIDTH / 2 + Math.cos(turn) * LAP_RADIUS_X;
    const y = HEIGHT / 2 + Math.sin(turn) * LAP_RADIUS_Y;
    return { x, y, angle: Math.atan2(Math.cos(turn) * LAP_RADIUS_Y, -Math.sin(turn) * LAP_RADIUS_X) };
  }

  /** Where the fighter was during the last moments, fading as the match's particles do. */
  #drawTrail(context: CanvasRenderingContext2D, seconds: number): void {
    context.save();
    context.globalCompositeOperation = "lighter";
    const metresASecond = LAP_PIXELS / SCALE / LAP_SECONDS;
    const points = Math.floor((COMET.life * metresASecond) / COMET.spacing);
    for (let point = points; point > 0; point -= 1) {
      const share = point / points;
      const { x, y } = this.#placeAt(seconds - share * COMET.life);
      const size = particleSize(COMET.grow, share) * SCALE;
      context.globalAlpha = COMET.alpha * particleAlpha(share);
      if (point % 2 === 0) drawCentred(context, this.#tinted, x, y, COMET.metres * size);
      drawCentred(context, this.#glow, x, y, COMET.coreMetres * size);
    }
    context.restore();
  }

  #drawFighter(context: CanvasRenderingContext2D, x: number, y: number, angle: number): void {
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.scale(SCALE / PAINTED_SCALE, SCALE / PAINTED_SCALE);
    context.save();
    context.scale(1 / 1.35, 1 / 1.35);
    context.translate(11, -2);
    paintGun(context, "rifle");
    context.restore();
    context.drawImage(this.#fighter, -64, -64);
    context.restore();
  }
}

function tile(size: number, paint: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = element("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  if (context) paint(context);
  return canvas;
}

function drawCentred(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  x: number,
  y: number,
  size: number,
): void {
  context.drawImage(picture, x - size / 2, y - size / 2, size, size);
}

/** The same picture in one colour. */
function coloured(picture: HTMLCanvasElement, colour: string): HTMLCanvasElement {
  return tile(picture.width, (context) => {
    context.drawImage(picture, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = colour;
    context.fillRect(0, 0, picture.width, picture.height);
  });
}

function paintFloor(context: CanvasRenderingContext2D): void {
  context.fillStyle = "#26211d";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const light = context.createRadialGradient(WIDTH / 2, HEIGHT / 2, 10, WIDTH / 2, HEIGHT / 2, WIDTH * 0.62);
  light.addColorStop(0, "rgba(120, 92, 66, 0.55)");
  light.addColorStop(1, "rgba(13, 11, 10, 0.55)");
  context.fillStyle = light;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.strokeStyle = "rgba(10, 8, 7, 0.75)";
  context.lineWidth = 2;
  const plate = SCALE * 1.4;
  context.beginPath();
  for (let x = WIDTH / 2 - plate * 2; x < WIDTH; x += plate) {
    context.moveTo(x + plate / 2, 0);
    context.lineTo(x + plate / 2, HEIGHT);
  }
  for (let y = HEIGHT / 2 - plate * 2; y < HEIGHT; y += plate) {
    context.moveTo(0, y + plate / 2);
    context.lineTo(WIDTH, y + plate / 2);
  }
  context.stroke();
}

function shadow(context: CanvasRenderingContext2D, x: number, y: number): void {
  const radius = 0.78 * SCALE;
  const dark = context.createRadialGradient(x + 8, y + 12, 2, x + 8, y + 12, radius);
  dark.addColorStop(0, "rgba(0, 0, 0, 0.7)");
  dark.addColorStop(0.6, "rgba(0, 0, 0, 0.45)");
  dark.addColorStop(1, "rgba(0, 0, 0, 0)");
  context.fillStyle = dark;
  context.fillRect(x - radius, y - radius, radius * 3, radius * 3);
}
