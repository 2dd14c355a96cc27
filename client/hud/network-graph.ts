/**
 * Draws the network panel's graphs: half a minute from left to right, now at the right edge. Pure painting: called four
 * times a second while the panel is open, and holds nothing.
 */
import { type NetworkHistory, SLOTS } from "../net/network-history.ts";
import {
  amount,
  type NetworkConditions,
  type NetworkRow,
  rowEnd,
  WAY_COLOURS,
  wayAt,
} from "./network-rows.ts";

const GRID = "rgb(255 208 138 / 14%)";
const SCALE_TEXT = "rgb(242 231 216 / 62%)";
const ASKED = "rgb(255 255 255 / 55%)";
/** Ten seconds. */
const SLOTS_PER_GRID_LINE = 40;
const TOP = 3;

export function drawRow(
  canvas: HTMLCanvasElement,
  row: NetworkRow,
  history: NetworkHistory,
  conditions: NetworkConditions | undefined,
): void {
  const pen = begin(canvas);
  if (!pen) return;
  const { context, width, height } = pen;
  drawGrid(context, width, height);
  const asked = conditions && row.asked?.(conditions);
  const end = rowEnd(row, history, conditions);
  const y = (value: number): number => height - 1 - Math.min(1, value / end) * (height - 1 - TOP);
  context.fillStyle = row.colour;
  context.strokeStyle = row.colour;
  if (row.shape === "bars") drawBars(context, row, history, width, y);
  else drawLine(context, row, history, width, y);
  if (asked) drawAsked(context, width, y(asked));
  drawScale(context, scaleText(end, row.unit));
}

/** By which way patches came: a band of colours. */
export function drawWay(canvas: HTMLCanvasElement, history: NetworkHistory): void {
  const pen = begin(canvas);
  if (!pen) return;
  const { context, width, height } = pen;
  const slot = width / SLOTS;
  context.fillStyle = GRID;
  context.fillRect(0, 0, width, height);
  for (let age = 0; age < SLOTS; age += 1) {
    const way = wayAt(history, age);
    if (!way) continue;
    context.fillStyle = WAY_COLOURS[way];
    // A little wider, so that no seam shows.
    context.fillRect(width - (age + 1) * slot, 0, slot + 0.5, height);
  }
}

interface Pen {
  context: CanvasRenderingContext2D;
  /** CSS pixels. */
  width: number;
  height: number;
}

/** Empty, and as many device pixels as it takes on the screen; undefined while it takes none. */
function begin(canvas: HTMLCanvasElement): Pen | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0 || height === 0) return undefined;
  const scale = Math.max(1, window.devicePixelRatio);
  const wide = Math.round(width * scale);
  const high = Math.round(height * scale);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function drawGrid(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.fillStyle = GRID;
  for (let age = SLOTS_PER_GRID_LINE; age < SLOTS; age += SLOTS_PER_GRID_LINE)
    context.fillRect(Math.round(xOf(age, width)), 0, 1, height);
  context.fillRect(0, height - 1, width, 1);
}

function drawLine(
  context: CanvasRenderingContext2D,
  { series }: NetworkRow,
  history: NetworkHistory,
  width: number,
  y: (value: number) => number,
): void {
  const floor = y(0);
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  // Between gaps, each stretch is a line over its own area.
  for (let age = SLOTS - 1; age >= 0; age -= 1) {
    if (Number.isNaN(history.at(series, age))) continue;
    const oldest = age;
    context.beginPath();
    context.moveTo(xOf(oldest, width), y(history.at(series, oldest)));
    while (age > 0 && !Number.isNaN(history.at(series, age - 1))) {
      age -= 1;
      context.lineTo(xOf(age, width), y(history.at(series, age)));
    }
    context.stroke();
    context.lineTo(xOf(age, width), floor);
    context.lineTo(xOf(oldest, width), floor);
    context.globalAlpha = 0.16;
    context.fill();
    context.globalAlpha = 1;
  }
}

function drawBars(
  context: CanvasRenderingContext2D,
  { series }: NetworkRow,
  history: NetworkHistory,
  width: number,
  y: (value: number) => number,
): void {
  const slot = width / SLOTS;
  const floor = y(0);
  for (let age = 0; age < SLOTS; age += 1) {
    const value = history.at(series, age);
    if (!(value > 0)) continue;
    // However small, it is seen.
    const top = Math.min(floor - 1.5, y(value));
    context.fillRect(width - (age + 1) * slot, top, Math.max(1, slot - 0.4), floor - top);
  }
}

function drawAsked(context: CanvasRenderingContext2D, width: number, y: number): void {
  context.strokeStyle = ASKED;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(0, Math.round(y) + 0.5);
  context.lineTo(width, Math.round(y) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

/** At the oldest end: what is new is looked at most. */
function drawScale(context: CanvasRenderingContext2D, words: string): void {
  context.font = "10px system-ui, sans-serif";
  context.textBaseline = "top";
  context.lineWidth = 3;
  context.strokeStyle = "rgb(13 11 10 / 80%)";
  context.strokeText(words, 3, 2);
  context.fillStyle = SCALE_TEXT;
  context.fillText(words, 3, 2);
}

function scaleText(end: number, unit: string): string {
  if (unit === "B/s") return amount(end / 1000, "kB/s");
  return amount(end, unit, end < 1 ? 1 : 0);
}

/** The middle of a slot. */
function xOf(age: number, width: number): number {
  return width - (age + 0.5) * (width / SLOTS);
}
