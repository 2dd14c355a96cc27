/**
 * A rating over matches, drawn in SVG: one step a match from left to right, so that an evening of play is as readable
 * as a month of it; dates stand below. Pointer, touch and arrow keys show one point's value. Drawn anew when the
 * width changes.
 */
import { svg } from "../dom.ts";
import { clock, day, signed, whole } from "../text.ts";
import { labelledPlaces, roundTicks, widened } from "./graph-scale.ts";

export interface GraphPoint {
  /** ISO 8601. */
  at: string;
  value: number;
}

const HEIGHT = 210;
const LEFT = 46;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 30;
const VALUE_TICKS = 4;
const LEAST_SPAN = 60;
const LABEL_WIDTH = 92;
const TIP_WIDTH = 124;
const TIP_HEIGHT = 42;

export class RatingGraph {
  readonly root: SVGSVGElement;
  readonly #points: readonly GraphPoint[];
  #width = 0;
  #selected: number | undefined;
  #low = 0;
  #high = 1;
  readonly #marker = svg("g", { class: "graph-marker" });

  /** @param points oldest first, one at least. */
  constructor(points: readonly GraphPoint[], label: string, signal: AbortSignal) {
    this.#points = points;
    this.root = svg("svg", {
      class: "rating-graph",
      height: HEIGHT,
      tabindex: 0,
      role: "img",
      "data-testid": "rating-graph",
    });
    this.root.ariaLabel = `${label}: ${whole(points[0]?.value ?? 0)} to ${whole(points.at(-1)?.value ?? 0)} over ${points.length} matches`;
    const resized = new ResizeObserver(([entry]) => this.#draw(Math.round(entry?.contentRect.width ?? 0)));
    resized.observe(this.root);
    signal.addEventListener("abort", () => resized.disconnect());
    for (const type of ["pointermove", "pointerdown"] as const)
      this.root.addEventListener(type, (event) => this.#select(this.#nearest(event.offsetX)));
    this.root.addEventListener("pointerleave", () => this.#select(undefined));
    this.root.addEventListener("blur", () => this.#select(undefined));
    this.root.addEventListener("keydown", (event) => this.#step(event));
  }

  #draw(width: number): void {
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    const values = this.#points.map(({ value }) => value);
    const ticks = roundTicks(...widened(Math.min(...values), Math.max(...values), LEAST_SPAN), VALUE_TICKS);
    this.#low = ticks[0] ?? 0;
    this.#high = ticks.at(-1) ?? 1;
    this.root.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.root.replaceChildren(
      gradient(),
      ...this.#valueAxis(ticks),
      ...this.#dateAxis(),
      ...this.#line(),
      this.#marker,
    );
    this.#showMarker();
  }

  #valueAxis(ticks: readonly number[]): SVGElement[] {
    return ticks.flatMap((tick) => {
      const y = this.#y(tick);
      return [
        svg("line", { x1: LEFT, x2: this.#width - RIGHT, y1: y, y2: y, class: "graph-grid" }),
        label(whole(tick), LEFT - 8, y + 4, "end"),
      ];
    });
  }

  #dateAxis(): SVGElement[] {
    const count = this.#points.length;
    const most = Math.floor((this.#width - LEFT - RIGHT) / LABEL_WIDTH);
    return labelledPlaces(count, most).map((place) => {
      const anchor = count > 1 && place === count - 1 ? "end" : place === 0 ? "start" : "middle";
      return label(this.#dateOf(place), this.#x(place), HEIGHT - 8, count === 1 ? "middle" : anchor);
    });
  }

  /** A day, or the time when all was played on one. */
  #dateOf(place: number): string {
    const at = this.#points[place]?.at ?? "";
    const days = new Set(this.#points.map((point) => day(point.at)));
    return days.size === 1 ? clock(at) : day(at);
  }

  #line(): SVGElement[] {
    const path = this.#points
      .map(
        ({ value }, place) =>
          `${place === 0 ? "M" : "L"}${this.#x(place).toFixed(1)} ${this.#y(value).toFixed(1)}`,
      )
      .join("");
    const last = this.#points.length - 1;
    const floor = HEIGHT - BOTTOM;
    const nodes: SVGElement[] = [];
    if (last > 0) {
      nodes.push(
        svg("path", { d: `${path}L${this.#x(last)} ${floor}L${this.#x(0)} ${floor}Z`, class: "graph-area" }),
      );
      nodes.push(svg("path", { d: path, class: "graph-line" }));
    }
    // Few points are shown as points; many would be a chain of pearls.
    const dots = this.#points.length <= 24 ? this.#points.keys() : [last].values();
    for (const place of dots)
      nodes.push(
        svg("circle", {
          cx: this.#x(place),
          cy: this.#y(this.#points[place]?.value ?? 0),
          r: 3,
          class: "graph-dot",
        }),
      );
    return nodes;
  }

  #x(place: number): number {
    const inner = this.#width - LEFT - RIGHT;
    const last = this.#points.length - 1;
    return last === 0 ? LEFT + inner / 2 : LEFT + (place / last) * inner;
  }

  #y(value: number): number {
    const inner = HEIGHT - TOP - BOTTOM;
    return TOP + (1 - (value - this.#low) / Math.max(1, this.#high - this.#low)) * inner;
  }

  #nearest(x: number): number {
    const last = this.#points.length - 1;
    const share = (x - LEFT) / Math.max(1, this.#width - LEFT - RIGHT);
    return Math.min(last, Math.max(0, Math.round(share * last)));
  }

  #step(event: KeyboardEvent): void {
    const last = this.#points.length - 1;
    const from = this.#selected ?? last;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: this.#selected === undefined ? last : from - 1,
      ArrowRight: from + 1,
      Home: 0,
      End: last,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    this.#select(Math.min(last, Math.max(0, place)));
  }

  #select(place: number | undefined): void {
    if (place === this.#selected) return;
    this.#selected = place;
    this.#showMarker();
  }

  #showMarker(): void {
    const place = this.#selected;
    const point = place === undefined ? undefined : this.#points[place];
    if (place === undefined || !point) {
      this.#marker.replaceChildren();
      return;
    }
    const x = this.#x(place);
    const y = this.#y(point.value);
    const before = this.#points[place - 1];
    const left = Math.min(this.#width - TIP_WIDTH - 2, Math.max(2, x - TIP_WIDTH / 2));
    const top = y - TIP_HEIGHT - 12 < 0 ? y + 12 : y - TIP_HEIGHT - 12;
    const change = before ? ` (${signed(point.value - before.value)})` : "";
    const value = label(
      `${whole(point.value)}${change}`,
      left + TIP_WIDTH / 2,
      top + 17,
      "middle",
      "graph-tip-value",
    );
    const when = label(`${day(point.at)}, ${clock(point.at)}`, left + TIP_WIDTH / 2, top + 33, "middle");
    this.#marker.replaceChildren(
      svg("line", { x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM, class: "graph-cursor" }),
      svg("circle", { cx: x, cy: y, r: 5, class: "graph-dot graph-dot-selected" }),
      svg("rect", { x: left, y: top, width: TIP_WIDTH, height: TIP_HEIGHT, rx: 4, class: "graph-tip" }),
      value,
      when,
    );
  }
}

function label(
  text: string,
  x: number,
  y: number,
  anchor: string,
  className = "graph-label",
): SVGTextElement {
  const node = svg("text", { x, y, "text-anchor": anchor, class: className });
  node.textContent = text;
  return node;
}

function gradient(): SVGElement {
  return svg(
    "defs",
    {},
    svg(
      "linearGradient",
      { id: "graph-fill", x1: 0, x2: 0, y1: 0, y2: 1 },
      svg("stop", { offset: 0, class: "graph-fill-top" }),
      svg("stop", { offset: 1, class: "graph-fill-bottom" }),
    ),
  );
}
