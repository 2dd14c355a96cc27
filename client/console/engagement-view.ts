/** An engagement, drawn from above: the map, both ways, the suspect's aim from tick to tick, and the numbers of one moment. */
import type { ArenaMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { button, element, setText } from "../dom.ts";
import type { Moment } from "./engagement.ts";

const WIDTH = 720;
const TICK_MS = 1000 / 30;

export function engagementView(map: ArenaMap, moments: readonly Moment[], fromTick: number): HTMLElement {
  const canvas = element("canvas", { className: "engagement", testId: "engagement" });
  const scale = WIDTH / map.width;
  canvas.width = WIDTH * devicePixelRatio;
  canvas.height = map.height * scale * devicePixelRatio;
  const slider = element("input", { className: "scrub" });
  slider.type = "range";
  slider.max = String(Math.max(0, moments.length - 1));
  const start = moments.findIndex(({ tick }) => tick >= fromTick);
  slider.value = String(Math.max(0, start));
  const numbers = element("p", { className: "numbers" });
  const draw = (): void => {
    const at = Number(slider.value);
    paint(canvas, map, moments, at, scale);
    const moment = moments[at];
    if (moment) setText(numbers, describe(moment));
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  const play = button("Play", { className: "quiet-button" }, () => {
    clearInterval(timer);
    if (Number(slider.value) >= Number(slider.max)) slider.value = "0";
    timer = setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      draw();
      if (Number(slider.value) >= Number(slider.max) || !canvas.isConnected) clearInterval(timer);
    }, TICK_MS);
  });
  slider.addEventListener("input", () => {
    clearInterval(timer);
    draw();
  });
  draw();
  return element(
    "div",
    { className: "engagement-view" },
    canvas,
    element("div", { className: "transport" }, play, slider),
    numbers,
  );
}

function describe({ tick, errorDegrees, turnedDegrees, visible, fired, hit, target }: Moment): string {
  const aim = errorDegrees === undefined ? "" : ` · ${errorDegrees.toFixed(1)}° off`;
  const sight = visible === undefined || !target?.alive ? "" : visible ? " · in sight" : " · out of sight";
  return `tick ${tick}${aim} · turned ${turnedDegrees.toFixed(1)}°${sight}${fired ? (hit ? " · hits" : " · fires") : ""}`;
}

function paint(
  canvas: HTMLCanvasElement,
  map: ArenaMap,
  moments: readonly Moment[],
  at: number,
  scale: number,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(scale * devicePixelRatio, 0, 0, scale * devicePixelRatio, 0, 0);
  context.fillStyle = "#171412";
  context.fillRect(0, 0, map.width, map.height);
  for (const [boxes, colour] of [
    [map.walls, "#57504a"],
    [map.cover, "#6b4a24"],
  ] as const) {
    context.fillStyle = colour;
    for (const { x, y, width, height } of boxes) context.fillRect(x, y, width, height);
  }
  const shown = moments.slice(0, at + 1);
  way(
    context,
    shown.flatMap(({ target }) => (target?.alive ? [target] : [])),
    "#6ab7dc",
  );
  way(
    context,
    shown.flatMap(({ suspect }) => (suspect.alive ? [suspect] : [])),
    "#ff8a2a",
  );
  // The newest aims are the brightest.
  shown.slice(-16).forEach((moment, index, recent) => aimLine(context, moment, (index + 1) / recent.length));
  const now = moments[at];
  if (!now) return;
  if (now.target?.alive) body(context, now.target, "#6ab7dc", now.visible === false);
  if (now.suspect.alive) body(context, now.suspect, "#ff8a2a", false);
}

function way(
  context: CanvasRenderingContext2D,
  points: readonly { x: number; y: number }[],
  colour: string,
): void {
  context.strokeStyle = colour;
  context.globalAlpha = 0.35;
  context.lineWidth = 0.12;
  context.beginPath();
  points.forEach(({ x, y }, index) => {
    const before = points[index - 1];
    // Nobody walks so far in a tick: a respawn.
    if (!before || Math.abs(before.x - x) + Math.abs(before.y - y) > 3) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
  context.globalAlpha = 1;
}

function aimLine(context: CanvasRenderingContext2D, { suspect, fired, hit }: Moment, strength: number): void {
  if (!suspect.alive) return;
  context.strokeStyle = hit ? "#ff4436" : fired ? "#ffd08a" : "#f2e7d8";
  context.globalAlpha = (fired ? 0.9 : 0.28) * strength;
  context.lineWidth = fired ? 0.12 : 0.06;
  context.beginPath();
  context.moveTo(suspect.x, suspect.y);
  const reach = fired ? 26 : 8;
  context.lineTo(suspect.x + Math.cos(suspect.angle) * reach, suspect.y + Math.sin(suspect.angle) * reach);
  context.stroke();
  context.globalAlpha = 1;
}

function body(
  context: CanvasRenderingContext2D,
  { x, y }: { x: number; y: number },
  colour: string,
  hollow: boolean,
): void {
  context.beginPath();
  context.arc(x, y, 0.5, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 0.12;
  if (hollow) context.stroke();
  else context.fill();
}
