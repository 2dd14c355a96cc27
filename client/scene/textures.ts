/**
 * Every small picture of the scene, painted on one sheet when a match is entered and freed when it is left. One sheet,
 * because a batch that samples one texture is several times cheaper to fill than one that may sample sixteen.
 */
import { Rectangle, Texture } from "pixi.js";
import {
  paintBubble,
  paintDigit,
  paintFlash,
  paintHitMarker,
  paintOwnRing,
  paintRing,
  paintScorch,
  paintSmoke,
  paintTracer,
  radial,
} from "./effect-painters.ts";
import { paintEmberPlating, paintFighter, paintGun, paintShell } from "./fighter-painter.ts";
import { FIGHTER_COLOURS } from "./palette.ts";

const SHEET_SIZE = 1024;
/** Between two pictures, so that filtering does not bleed. */
const GAP = 2;

type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export class TextureSet {
  // These first: the fields below are painted through them.
  readonly #canvas = createSheet();
  readonly #context = this.#canvas.getContext("2d");
  readonly #sheet = Texture.from(this.#canvas, true);
  readonly #made: Texture[] = [];
  #shelfX = 0;
  #shelfY = 0;
  #shelfHeight = 0;

  /** The bodies of fighters in their colours, 1.6 m wide, looking to the right. */
  readonly #fighters = FIGHTER_COLOURS.map((colour) =>
    this.#make(128, 128, (context) => paintFighter(context, colour)),
  );
  /** Over a body of any colour. */
  readonly emberPlating = this.#make(128, 128, paintEmberPlating);
  readonly white = this.#make(8, 8, (context, width, height) => {
    context.fillStyle = "#fff";
    context.fillRect(-1, -1, width + 2, height + 2);
  });
  readonly glow = this.#make(64, 64, (context) =>
    radial(context, 32, [
      [0, 1],
      [0.25, 0.65],
      [0.6, 0.16],
      [1, 0],
    ]),
  );
  readonly spark = this.#make(64, 16, (context, width, height) => {
    const line = context.createLinearGradient(0, 0, width, 0);
    line.addColorStop(0, "rgba(255,255,255,0)");
    line.addColorStop(0.8, "rgba(255,255,255,1)");
    line.addColorStop(1, "rgba(255,255,255,0)");
    context.fillStyle = line;
    context.beginPath();
    context.ellipse(width / 2, height / 2, width / 2, height / 5, 0, 0, Math.PI * 2);
    context.fill();
  });
  readonly tracer = this.#make(256, 16, paintTracer);
  readonly smoke = this.#make(96, 96, paintSmoke);
  readonly ring = this.#make(128, 128, (context) => paintRing(context, 64, 52, 7));
  readonly bubble = this.#make(128, 128, paintBubble);
  readonly scorch = this.#make(96, 96, paintScorch);
  readonly flash = this.#make(96, 96, paintFlash);
  readonly shadow = this.#make(64, 64, (context) =>
    radial(
      context,
      32,
      [
        [0, 0.75],
        [0.6, 0.5],
        [1, 0],
      ],
      "0,0,0",
    ),
  );
  readonly ownRing = this.#make(160, 160, paintOwnRing);
  readonly chunk = this.#make(16, 16, (context) => {
    context.fillStyle = "#fff";
    context.beginPath();
    context.moveTo(2, 4);
    context.lineTo(11, 1);
    context.lineTo(15, 10);
    context.lineTo(6, 15);
    context.fill();
  });
  readonly hitMarker = this.#make(48, 48, paintHitMarker);
  readonly rifle = this.#make(128, 48, (context) => paintGun(context, "rifle"));
  readonly launcher = this.#make(128, 48, (context) => paintGun(context, "launcher"));
  readonly shell = this.#make(64, 32, (context) => paintShell(context));
  readonly digits = Array.from({ length: 10 }, (_, digit) =>
    this.#make(28, 40, (context) => paintDigit(context, String(digit))),
  );

  /** @param hue the place of the colour in `FIGHTER_COLOURS`. */
  fighter(hue: number): Texture {
    return this.#fighters[hue % this.#fighters.length] as Texture;
  }

  destroy(): void {
    for (const texture of this.#made.splice(0)) texture.destroy();
    this.#sheet.destroy(true);
  }

  /** Paints the next picture on the sheet: left to right, shelf by shelf. */
  #make(width: number, height: number, paint: Paint): Texture {
    if (this.#shelfX + width > SHEET_SIZE) {
      this.#shelfX = 0;
      this.#shelfY += this.#shelfHeight + GAP;
      this.#shelfHeight = 0;
    }
    const frame = new Rectangle(this.#shelfX, this.#shelfY, width, height);
    this.#shelfX += width + GAP;
    this.#shelfHeight = Math.max(this.#shelfHeight, height);
    if (frame.bottom > SHEET_SIZE) throw new Error("the texture sheet is full");
    const context = this.#context;
    if (context) {
      context.save();
      context.translate(frame.x, frame.y);
      context.beginPath();
      context.rect(0, 0, width, height);
      context.clip();
      paint(context, width, height);
      context.restore();
    }
    const texture = new Texture({ source: this.#sheet.source, frame });
    this.#made.push(texture);
    return texture;
  }
}

function createSheet(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = SHEET_SIZE;
  canvas.height = SHEET_SIZE;
  return canvas;
}
