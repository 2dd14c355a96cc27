/** How a case's evidence grew, against the levels' thresholds: powers of ten over observations. */
import type { CaseEvidence } from "../../src/index.ts";
import { svg } from "../dom.ts";

const WIDTH = 640;
const HEIGHT = 190;
const LEFT = 46;
const BOTTOM = 22;
const TOP = 10;
/** Of a validator's own e-value; the levels are of the combined one, which is never more. */
const LEVELS = [
  [2, "watched"],
  [3, "apart"],
  [4, "mitigated"],
  [6, "review"],
] as const;
const COLOURS = ["#ff8a2a", "#7fdc6a", "#6ab7dc", "#dc6ab0", "#ffd08a", "#a39585"];

export interface EvidenceLine {
  validator: string;
  points: { index: number; powerOfTen: number; positive: boolean }[];
}

/** One line a validator, over all observations in their order. Pure. */
export function evidenceLines(evidence: readonly CaseEvidence[]): EvidenceLine[] {
  const lines = new Map<string, EvidenceLine>();
  evidence.forEach(({ validator, logEvidence, positive }, index) => {
    const line = lines.get(validator) ?? { validator, points: [] };
    lines.set(validator, line);
    line.points.push({ index, powerOfTen: logEvidence / Math.LN10, positive });
  });
  return [...lines.values()];
}

export function evidenceChart(evidence: readonly CaseEvidence[]): SVGSVGElement {
  const lines = evidenceLines(evidence);
  const powers = lines.flatMap(({ points }) => points.map(({ powerOfTen }) => powerOfTen));
  const high = Math.max(7, ...powers) + 0.5;
  const low = Math.min(0, ...powers) - 0.5;
  const x = (index: number): number =>
    LEFT + ((index + 0.5) / Math.max(1, evidence.length)) * (WIDTH - LEFT - 8);
  const y = (power: number): number => TOP + ((high - power) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "evidence-chart", role: "img" });
  for (const [power, name] of LEVELS) {
    const at = y(power);
    chart.append(
      svg("line", { x1: LEFT, x2: WIDTH, y1: at, y2: at, class: "threshold" }),
      label(svg("text", { x: WIDTH - 4, y: at - 3, class: "threshold-name" }), name),
      label(svg("text", { x: LEFT - 6, y: at + 4, class: "axis" }), `10^${power}`),
    );
  }
  chart.append(svg("line", { x1: LEFT, x2: WIDTH, y1: y(0), y2: y(0), class: "zero" }));
  lines.forEach(({ validator, points }, number) => {
    const colour = COLOURS[number % COLOURS.length] as string;
    const path = points.map(({ index, powerOfTen }) => `${x(index)},${y(powerOfTen)}`).join(" ");
    chart.append(svg("polyline", { points: path, fill: "none", stroke: colour, "stroke-width": 2 }));
    for (const { index, powerOfTen, positive } of points)
      chart.append(
        svg("circle", {
          cx: x(index),
          cy: y(powerOfTen),
          r: 3,
          fill: positive ? colour : "#1c1917",
          stroke: colour,
        }),
      );
    chart.append(
      label(
        svg("text", { x: LEFT + 8 + number * 96, y: HEIGHT - 6, fill: colour, class: "legend" }),
        validator,
      ),
    );
  });
  return chart;
}

function label(node: SVGTextElement, text: string): SVGTextElement {
  node.textContent = text;
  return node;
}
