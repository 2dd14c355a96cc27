/** Paints what a fight is made of: light, smoke, rings, flashes, digits. White where a tint colours it. Canvas only. */

export function radial(
  context: CanvasRenderingContext2D,
  radius: number,
  stops: readonly (readonly [at: number, alpha: number])[],
  rgb = "255,255,255",
): void {
  const gradient = context.createRadialGradient(radius, radius, 0, radius, radius, radius);
  for (const [at, alpha] of stops) gradient.addColorStop(at, `rgba(${rgb},${alpha})`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, radius * 2, radius * 2);
}

export function paintTracer(context: CanvasRenderingContext2D, width: number, height: number): void {
  for (let y = 0; y < height; y += 1) {
    const across = 1 - Math.abs((y + 0.5) / (height / 2) - 1);
    const line = context.createLinearGradient(0, 0, width, 0);
    line.addColorStop(0, "rgba(255,255,255,0)");
    line.addColorStop(0.55, `rgba(255,255,255,${0.35 * across ** 2})`);
    line.addColorStop(1, `rgba(255,255,255,${across ** 1.5})`);
    context.fillStyle = line;
    context.fillRect(0, y, width, 1);
  }
}

export function paintSmoke(context: CanvasRenderingContext2D, width: number): void {
  for (let puff = 0; puff < 9; puff += 1) {
    const angle = puff * 2.4;
    const x = width / 2 + Math.cos(angle) * puff * 2.2;
    const y = width / 2 + Math.sin(angle) * puff * 2.2;
    const radius = width * (0.3 - puff * 0.012);
    const gradient = context.createRadialGradient(x, y, 0, x, y, radius);
    gradient.addColorStop(0, "rgba(255,255,255,0.22)");
    gradient.addColorStop(1, "rgba(255,255,255,0)");
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, width);
  }
}

export function paintRing(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  width: number,
): void {
  context.strokeStyle = "rgba(255,255,255,0.35)";
  context.lineWidth = width * 2;
  context.beginPath();
  context.arc(centre, centre, radius, 0, Math.PI * 2);
  context.stroke();
  context.strokeStyle = "#fff";
  context.lineWidth = width * 0.7;
  context.stroke();
}

export function paintBubble(context: CanvasRenderingContext2D): void {
  radial(context, 64, [
    [0, 0.02],
    [0.7, 0.1],
    [0.92, 0.42],
    [0.95, 0.75],
    [1, 0],
  ]);
}

export function paintScorch(context: CanvasRenderingContext2D, width: number): void {
  const middle = width / 2;
  for (let blot = 0; blot < 16; blot += 1) {
    const angle = blot * 2.4;
    const reach = middle * (0.08 + 0.034 * blot);
    const radius = middle * (0.46 - blot * 0.016);
    const x = middle + Math.cos(angle) * reach;
    const y = middle + Math.sin(angle) * reach;
    const soot = context.createRadialGradient(x, y, 0, x, y, radius);
    soot.addColorStop(0, "rgba(8,6,5,0.3)");
    soot.addColorStop(1, "rgba(8,6,5,0)");
    context.fillStyle = soot;
    context.fillRect(0, 0, width, width);
  }
}

/** A star that burns forwards: the muzzle is in the left quarter. */
export function paintFlash(context: CanvasRenderingContext2D, width: number): void {
  const middle = width / 2;
  const glow = context.createRadialGradient(middle * 0.6, middle, 0, middle * 0.6, middle, middle * 0.75);
  glow.addColorStop(0, "rgba(255,255,255,1)");
  glow.addColorStop(1, "rgba(255,255,255,0)");
  context.fillStyle = glow;
  context.fillRect(0, 0, width, width);
  context.fillStyle = "rgba(255,255,255,0.95)";
  for (const [angle, length, half] of [
    [0, 0.72, 0.1],
    [0.5, 0.4, 0.07],
    [-0.5, 0.4, 0.07],
    [1.2, 0.26, 0.06],
    [-1.2, 0.26, 0.06],
  ] as const) {
    context.beginPath();
    context.moveTo(middle * 0.5, middle - half * width * Math.cos(angle));
    context.lineTo(
      middle * 0.5 + Math.cos(angle) * length * width,
      middle + Math.sin(angle) * length * width,
    );
    context.lineTo(middle * 0.5, middle + half * width * Math.cos(angle));
    context.fill();
  }
}

export function paintOwnRing(context: CanvasRenderingContext2D, width: number): void {
  const middle = width / 2;
  context.translate(middle, middle);
  context.strokeStyle = "rgba(255,255,255,0.95)";
  context.lineWidth = 5;
  for (let arc = 0; arc < 4; arc += 1) {
    context.beginPath();
    context.arc(0, 0, middle - 14, arc * (Math.PI / 2) + 0.22, (arc + 1) * (Math.PI / 2) - 0.22);
    context.stroke();
  }
  context.fillStyle = "#fff";
  context.beginPath();
  context.moveTo(middle - 1, 0);
  context.lineTo(middle - 15, -8);
  context.lineTo(middle - 15, 8);
  context.fill();
}

export function paintHitMarker(context: CanvasRenderingContext2D, width: number): void {
  context.strokeStyle = "#fff";
  context.lineWidth = 4;
  context.lineCap = "round";
  context.translate(width / 2, width / 2);
  for (let line = 0; line < 4; line += 1) {
    context.rotate(Math.PI / 2);
    context.beginPath();
    context.moveTo(7, 7);
    context.lineTo(16, 16);
    context.stroke();
  }
}

export function paintDigit(context: CanvasRenderingContext2D, digit: string): void {
  context.font = "900 34px 'Arial Narrow', 'Liberation Sans Narrow', sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 6;
  context.lineJoin = "round";
  context.strokeStyle = "rgba(0,0,0,0.85)";
  context.strokeText(digit, 14, 21);
  context.fillStyle = "#fff";
  context.fillText(digit, 14, 21);
}
