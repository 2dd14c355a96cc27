/**
 * Line charts as inline SVG, without scripts: axes with units, a grid, a legend, and an area behind the lines with an
 * axis of its own at the right. Colours come from the page's style sheet, so one drawing is readable on light and dark.
 */

/** Names of colours in `report-style.ts`. */
export type Tone =
  | "arena"
  | "queue-room"
  | "queue-room-other"
  | "first-come"
  | "load"
  | "lane"
  | "lane-dashed"
  | "web-socket"
  | "web-socket-dashed";

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** "dots": a line with its measured points; "steps": level from each x to the next. */
  readonly form: "line" | "dots" | "steps";
}

export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
  /** Distance of ticks; absent: a round one. */
  readonly step?: number;
}

/** A point that is named in the chart. `at` says where its words stand. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly tone: Tone;
  readonly words: string;
  readonly at: "above" | "below" | "right" | "left";
}

export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly behind?: { readonly name: string; readonly axis: Axis; readonly points: Series["points"] };
  readonly marks?: readonly Mark[];
  /** Drawn from top to bottom, dashed. */
  readonly guideAt?: number;
  /** For those who do not see it. */
  readonly says: string;
}

const WIDTH = 620;
const HEIGHT = 340;
const EDGE = { top: 14, right: 20, bottom: 48, left: 62 };
const EDGE_WITH_AXIS = 62;

export function drawChart(chart: Chart): string {
  const right = WIDTH - (chart.behind ? EDGE_WITH_AXIS : EDGE.right);
  const bottom = HEIGHT - EDGE.bottom;
  const x = scale(chart.x, EDGE.left, right);
  const y = scale(chart.y, bottom, EDGE.top);
  const parts = [
    ...ticksOf(chart.y).map(
      (value) =>
        `<line class="grid" x1="${EDGE.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>` +
        words(EDGE.left - 8, y(value) + 4, "end", chart.y.format(value)),
    ),
    ...(chart.behind ? [drawBehind(chart.behind, x, right, bottom)] : []),
    ...ticksOf(chart.x).map(
      (value) =>
        `<line class="axis" x1="${x(value)}" x2="${x(value)}" y1="${bottom}" y2="${bottom + 5}"/>` +
        words(x(value), bottom + 19, "middle", chart.x.format(value)),
    ),
    `<line class="axis" x1="${EDGE.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    words((EDGE.left + right) / 2, HEIGHT - 8, "middle", chart.x.label, "label"),
    upright(15, (EDGE.top + bottom) / 2, chart.y.label),
    ...(chart.guideAt === undefined
      ? []
      : [
          `<line class="guide" x1="${x(chart.guideAt)}" x2="${x(chart.guideAt)}" y1="${EDGE.top}" y2="${bottom}"/>`,
        ]),
    ...chart.series.map((series) => drawSeries(series, x, y)),
    ...(chart.marks ?? []).map((mark) => drawMark(mark, x, y)),
  ];
  const drawing = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(chart.says)}">${parts.join("")}</svg>`;
  return `${drawLegend(chart)}${drawing}`;
}

function drawSeries({ tone, points, form, name }: Series, x: Scale, y: Scale): string {
  if (points.length === 0) return "";
  const path = points.map(([px, py], index) => {
    if (index === 0) return `M${x(px)} ${y(py)}`;
    return form === "steps" ? `H${x(px)}V${y(py)}` : `L${x(px)} ${y(py)}`;
  });
  const line = points.length > 1 ? `<path class="line ${tone}" d="${path.join("")}"/>` : "";
  if (form !== "dots") return line;
  const radius = points.length === 1 ? 6 : 4;
  const dots = points.map(
    ([px, py]) =>
      `<circle class="dot ${tone}" cx="${x(px)}" cy="${y(py)}" r="${radius}"><title>${escapeText(name)}</title></circle>`,
  );
  return line + dots.join("");
}

function drawMark(mark: Mark, x: Scale, y: Scale): string {
  const [px, py] = [x(mark.x), y(mark.y)];
  const place = {
    above: [px, py - 13, "middle"],
    below: [px, py + 22, "middle"],
    right: [px + 12, py + 4, "start"],
    left: [px - 12, py + 4, "end"],
  } as const;
  const [wx, wy, anchor] = place[mark.at];
  return `<circle class="ring ${mark.tone}" cx="${px}" cy="${py}" r="8"/>${words(wx, wy, anchor, mark.words, "mark")}`;
}

function drawBehind(
  { axis, points }: NonNullable<Chart["behind"]>,
  x: Scale,
  right: number,
  bottom: number,
): string {
  const y = scale(axis, bottom, EDGE.top);
  const outline = points.map(([px, py]) => `L${x(px)} ${y(py)}`).join("");
  const area = `<path class="area load" d="M${x(points[0]?.[0] ?? 0)} ${bottom}${outline}L${x(points.at(-1)?.[0] ?? 0)} ${bottom}Z"/>`;
  const ticks = ticksOf(axis).map((value) => words(right + 8, y(value) + 4, "start", axis.format(value)));
  return area + ticks.join("") + upright(WIDTH - 8, (EDGE.top + bottom) / 2, axis.label);
}

function drawLegend({ series, behind }: Chart): string {
  const entries = series.map(
    ({ name, tone }) => `<span><i class="swatch ${tone}"></i>${escapeText(name)}</span>`,
  );
  if (behind) entries.push(`<span><i class="swatch wide load"></i>${escapeText(behind.name)}</span>`);
  return `<p class="legend">${entries.join("")}</p>`;
}

type Scale = (value: number) => number;

function scale({ min, max }: Axis, from: number, to: number): Scale {
  return (value) => Math.round((from + ((value - min) / (max - min)) * (to - from)) * 10) / 10;
}

function ticksOf({ min, max, step = roundStep(max - min) }: Axis): number[] {
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** 1, 2 or 5 times a power of ten: four to eight ticks. */
export function roundStep(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 4));
  return power * ([5, 2].find((factor) => range / (factor * power) >= 4) ?? 1);
}

/** The end of an axis that holds `value`: the next tick above it. */
export function roundUp(value: number): number {
  const step = roundStep(value);
  return Math.ceil(value / step) * step;
}

function words(x: number, y: number, anchor: string, text: string, kind = "tick"): string {
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${escapeText(text)}</text>`;
}

function upright(x: number, y: number, text: string): string {
  return `<text class="label" text-anchor="middle" transform="translate(${x} ${y}) rotate(-90)">${escapeText(text)}</text>`;
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
