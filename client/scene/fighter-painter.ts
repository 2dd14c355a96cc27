/** Paints fighters, their weapons and their shells, seen from above and looking to the right. Canvas only. */

/** 128 px are 1.6 m; the fighter's radius of 0.5 m is 40 px. */
const CENTRE = 64;

export function paintFighter(context: CanvasRenderingContext2D, colour: string): void {
  context.translate(CENTRE, CENTRE);
  paintBackpack(context);
  // Shoulders: the fighter's colour, the widest part, so that it reads at a glance.
  for (const side of [-1, 1]) {
    const plate = context.createLinearGradient(0, side * 12, 0, side * 42);
    plate.addColorStop(0, shade(colour, 0.75));
    plate.addColorStop(0.55, colour);
    plate.addColorStop(1, shade(colour, 0.5));
    context.fillStyle = plate;
    outlined(context, () => context.roundRect(-19, side > 0 ? 14 : -40, 36, 26, 10));
    context.fillStyle = "rgba(255,255,255,0.28)";
    context.fillRect(-12, side > 0 ? 18 : -22, 22, 4);
  }
  const hull = context.createRadialGradient(-6, -8, 4, 0, 0, 34);
  hull.addColorStop(0, shade(colour, 0.95));
  hull.addColorStop(0.55, shade(colour, 0.62));
  hull.addColorStop(1, shade(colour, 0.34));
  context.fillStyle = hull;
  outlined(context, () => context.arc(0, 0, 29, 0, Math.PI * 2));
  paintHelmet(context, colour);
}

function paintBackpack(context: CanvasRenderingContext2D): void {
  context.fillStyle = "#3a3431";
  outlined(context, () => context.roundRect(-40, -17, 22, 34, 6));
  context.fillStyle = "#57504b";
  context.fillRect(-36, -11, 6, 22);
}

function paintHelmet(context: CanvasRenderingContext2D, colour: string): void {
  const dome = context.createRadialGradient(-4, -6, 1, 0, 0, 19);
  dome.addColorStop(0, shade(colour, 1.35));
  dome.addColorStop(1, shade(colour, 0.7));
  context.fillStyle = dome;
  outlined(context, () => context.arc(1, 0, 17, 0, Math.PI * 2));
  // The visor shows where the fighter looks.
  context.strokeStyle = "#14110f";
  context.lineWidth = 9;
  context.beginPath();
  context.arc(1, 0, 13, -0.75, 0.75);
  context.stroke();
  context.strokeStyle = "#fff3d6";
  context.lineWidth = 4;
  context.beginPath();
  context.arc(1, 0, 13.5, -0.6, 0.6);
  context.stroke();
}

/** Angles of the cracks in ember plating, and how they wander. */
const CRACKS: readonly (readonly [angle: number, bend: number])[] = [
  [0.55, 0.2],
  [1.35, -0.24],
  [2.2, 0.18],
  [2.9, -0.2],
  [3.75, 0.22],
  [4.5, -0.18],
  [5.4, 0.22],
];

/**
 * Painted over a fighter of any colour: the hull becomes cooled slag with fire in its cracks, and the shoulders get
 * glowing edges. Helmet and shoulders, which tell the fighters apart, keep their colour.
 */
export function paintEmberPlating(context: CanvasRenderingContext2D): void {
  context.translate(CENTRE, CENTRE);
  paintVents(context);
  for (const side of [-1, 1]) {
    glowing(context, "#ff6a14", 5, () => {
      context.moveTo(-17, side * 37.5);
      context.lineTo(13, side * 37.5);
    });
    glowing(context, "#ffd9a0", 1.6, () => {
      context.moveTo(-14, side * 37.5);
      context.lineTo(10, side * 37.5);
    });
  }
  const slag = context.createRadialGradient(0, 0, 17, 0, 0, 29);
  slag.addColorStop(0, "#5a2410");
  slag.addColorStop(0.45, "#2b1710");
  slag.addColorStop(1, "#15100d");
  context.fillStyle = slag;
  context.beginPath();
  context.arc(0, 0, 28, 0, Math.PI * 2);
  context.arc(1, 0, 18.5, 0, Math.PI * 2, true);
  context.fill();
  for (const [colour, width] of [
    ["#ff5a0a", 4.2],
    ["#ffb45c", 1.8],
  ] as const)
    for (const [angle, bend] of CRACKS)
      glowing(context, colour, width, () => traceCrack(context, angle, bend));
}

function traceCrack(context: CanvasRenderingContext2D, angle: number, bend: number): void {
  context.moveTo(Math.cos(angle) * 19.5, Math.sin(angle) * 19.5);
  context.lineTo(Math.cos(angle + bend) * 23.5, Math.sin(angle + bend) * 23.5);
  context.lineTo(Math.cos(angle + bend * 0.2) * 27.5, Math.sin(angle + bend * 0.2) * 27.5);
}

function paintVents(context: CanvasRenderingContext2D): void {
  for (const y of [-9, 0, 9])
    glowing(context, "#ff8a2a", 3.4, () => {
      context.moveTo(-37, y);
      context.lineTo(-31, y);
    });
}

function glowing(context: CanvasRenderingContext2D, colour: string, width: number, trace: () => void): void {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = "round";
  context.shadowColor = colour;
  context.shadowBlur = width;
  context.beginPath();
  trace();
  context.stroke();
  context.restore();
}

/** 128 px are 1.6 m; the grip is at 20 % of the width. */
export function paintGun(context: CanvasRenderingContext2D, kind: "rifle" | "launcher"): void {
  context.translate(0, 24);
  if (kind === "rifle") {
    part(context, "#4b4644", 8, -9, 48, 18, 4);
    part(context, "#8f8780", 46, -6, 60, 12, 2);
    part(context, "#cfc6ba", 58, -2.5, 44, 5, 1);
    part(context, "#35302e", 100, -7.5, 12, 15, 2);
  } else {
    part(context, "#3b352f", 2, -12, 58, 24, 6);
    part(context, "#575049", 50, -13, 52, 26, 5);
    part(context, "#c8702a", 60, -13, 7, 26, 1);
    part(context, "#141211", 92, -10, 14, 20, 4);
  }
}

/** A plate of the gun with light on its upper edge. */
function part(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  context.fillStyle = colour;
  outlined(context, () => context.roundRect(x, y, width, height, radius));
  context.fillStyle = "rgba(255,255,255,0.16)";
  context.fillRect(x + 2, y + 1, width - 4, Math.max(1, height * 0.22));
}

export function paintShell(context: CanvasRenderingContext2D): void {
  const body = context.createLinearGradient(0, 6, 0, 26);
  body.addColorStop(0, "#fff0cf");
  body.addColorStop(0.5, "#ffb048");
  body.addColorStop(1, "#a8481a");
  context.fillStyle = body;
  context.beginPath();
  context.moveTo(60, 16);
  context.quadraticCurveTo(52, 5, 36, 6);
  context.lineTo(14, 6);
  context.lineTo(14, 26);
  context.lineTo(36, 26);
  context.quadraticCurveTo(52, 27, 60, 16);
  context.fill();
  context.fillStyle = "#3a2a20";
  context.fillRect(6, 4, 9, 24);
}

function outlined(context: CanvasRenderingContext2D, trace: () => void): void {
  context.beginPath();
  trace();
  context.fill();
  context.strokeStyle = "rgba(10,8,7,0.9)";
  context.lineWidth = 3;
  context.stroke();
}

/** Multiplies a "#rrggbb" colour's brightness. */
function shade(colour: string, factor: number): string {
  const channel = (at: number): number =>
    Math.min(255, Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * factor));
  return `rgb(${channel(1)},${channel(3)},${channel(5)})`;
}
