/** The lab's findings as one HTML page: charts, and every figure as a table. No scripts, nothing fetched. */
import { type Chart, drawChart, escapeText, roundUp, type Series, type Tone } from "../../chart.ts";
import { percentile } from "../../distribution.ts";
import { STYLE } from "../../report-style.ts";
import { nameOf } from "./lab-cases.ts";
import type { CaseFigures, CaseSamples, NetcodeReport } from "./lab-report.ts";

interface Found {
  figures: CaseFigures;
  samples: CaseSamples;
}

export function renderReport(report: NetcodeReport, samples: readonly CaseSamples[]): string {
  const found = report.cases.map((figures, index) => ({ figures, samples: samples[index] as CaseSamples }));
  const sections = [...Map.groupBy(found, ({ figures }) => figures.network)].map(([network, cases]) =>
    renderNetwork(network, cases),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Netcode: what players see</title><style>${STYLE}</style></head><body>
<header><h1>Netcode: what players see</h1>
<p>${report.players} seeded players (seed ${report.seed}), ${report.secondsPerCase} seconds of each case, with the browser's own prediction on real connections that the server shapes. Networks are round trip in ms / jitter in ms / loss in %. On a WebSocket a loss is a stall: what follows waits until it was sent again.</p></header>
${sections.join("\n")}
<section><h2>Figures</h2>${figuresTable(report.cases)}</section>
</body></html>
`;
}

function renderNetwork(network: string, cases: readonly Found[]): string {
  const compensated = cases.filter(({ figures }) => figures.lagCompensationMs > 0);
  const tiles = cases.flatMap(({ figures }) => [
    tile(
      percent(figures.shots.confirmedShare),
      `of ${figures.shots.hitsOnScreen} hits on the shooter's screen confirmed: ${wayOf(figures)}`,
    ),
  ]);
  const charts = [
    figure(
      "How old the others are",
      shares(compensated, ({ ages }) => ages, "behind the server, milliseconds", 0.995),
      "Frames at or below an age. The line that is steeper and further left shows fresher and steadier movement.",
    ),
    figure(
      "Where targets were looked for",
      shares(
        cases,
        ({ apart }) => apart.map((metres) => metres * 100),
        "from where they were drawn, cm",
        0.98,
      ),
      "Of shots that hit on the shooter's screen. A fighter's radius is 50 cm.",
    ),
    figure(
      "Hit behind cover",
      shares(cases, ({ behindMs }) => behindMs, "since the shooter was last in sight, milliseconds", 0.98),
      "Of all hits, for how long the shooter had been out of the victim's sight when it heard of them, 0 for those in sight: the other side of the favour.",
    ),
    figure(
      "Prediction",
      shares(
        compensated,
        ({ errors }) => errors.map((metres) => metres * 100),
        "off the server's result, cm",
        0.98,
      ),
      "Inputs at or below an error. Zero is an exact prediction.",
    ),
  ];
  return `<section><h2>${escapeText(network)}</h2>
<div class="tiles">${tiles.join("")}</div>
<div class="charts">${charts.join("")}</div></section>`;
}

/** Share of samples at or below a value. @param upTo the share that the axis has to hold. */
function shares(
  cases: readonly Found[],
  of: (samples: CaseSamples) => readonly number[],
  label: string,
  upTo: number,
): Chart {
  const series = cases.map(({ figures, samples }): Series => {
    const sorted = of(samples).toSorted((a, b) => a - b);
    const points = Array.from({ length: sorted.length === 0 ? 0 : 201 }, (_, step) => {
      return [percentile(sorted, step / 200), step / 2] as const;
    });
    return { name: wayOf(figures), tone: toneOf(figures), form: "line", points };
  });
  const ends = cases.map(({ samples }) =>
    percentile(
      of(samples).toSorted((a, b) => a - b),
      upTo,
    ),
  );
  const max = roundUp(Math.max(...ends.filter(Number.isFinite), 1));
  return {
    says: `Share of samples at or below a value: ${label}.`,
    x: { label, min: 0, max, format: plain },
    y: { label: "share, %", min: 0, max: 100, step: 20, format: plain },
    series: series.map((one) => ({ ...one, points: one.points.filter(([x]) => x <= max) })),
  };
}

function wayOf({ lane, lagCompensationMs }: CaseFigures): string {
  return `${lane ? "lane" : "WebSocket"}${lagCompensationMs === 0 ? ", not compensated" : ""}`;
}

function toneOf({ lane, lagCompensationMs }: CaseFigures): Tone {
  const tone = lane ? "lane" : "web-socket";
  return lagCompensationMs === 0 ? `${tone}-dashed` : tone;
}

function tile(value: string, words: string): string {
  return `<div class="tile"><b>${escapeText(value)}</b><span>${escapeText(words)}</span></div>`;
}

function figure(title: string, chart: Chart, note: string): string {
  return `<figure><figcaption><b>${escapeText(title)}</b> ${escapeText(note)}</figcaption>${drawChart(chart)}</figure>`;
}

const plain = (value: number): string => String(Math.round(value * 100) / 100);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const COLUMNS: readonly (readonly [name: string, of: (figures: CaseFigures) => string | number])[] = [
  ["error p50, m", ({ prediction }) => prediction.errorMetres.p50],
  ["error p99, m", ({ prediction }) => prediction.errorMetres.p99],
  ["corrections a minute", ({ prediction }) => prediction.correctionsPerMinute],
  ["correction p99, m", ({ prediction }) => prediction.correctionMetres.p99],
  ["hits on screen", ({ shots }) => shots.hitsOnScreen],
  ["confirmed", ({ shots }) => percent(shots.confirmedShare)],
  ["died first", ({ shots }) => shots.diedFirst],
  ["drawn to judged p99, m", (figures) => figures.drawnToJudgedMetres.p99],
  ["looked back p50, ms", (figures) => figures.lookedBackMs.p50],
  ["behind cover, server", ({ favour }) => percent(favour.behindCoverShare)],
  ["… p95, ms", ({ favour }) => favour.behindCoverMs.p95],
  ["… victim's screen", ({ favour }) => percent(favour.onVictimsScreen.behindCoverShare)],
  ["… p95, ms", ({ favour }) => favour.onVictimsScreen.behindCoverMs.p95],
  ["age p50, ms", ({ ageMs }) => ageMs.p50],
  ["age p95, ms", ({ ageMs }) => ageMs.p95],
  ["age p99, ms", ({ ageMs }) => ageMs.p99],
  ["starved", ({ starvedShare }) => percent(starvedShare)],
  ["down, B/s", ({ webSocket, unreliableLane }) => webSocket.downBytes + unreliableLane.downBytes],
  ["up, B/s", ({ webSocket, unreliableLane }) => webSocket.upBytes + unreliableLane.upBytes],
  ["frames late", ({ machine }) => percent(machine.framesLate / Math.max(1, machine.framesDrawn))],
];

function figuresTable(cases: readonly CaseFigures[]): string {
  const head = COLUMNS.map(([name]) => `<th>${escapeText(name)}</th>`).join("");
  const body = cases.map((figures) => {
    const cells = COLUMNS.map(([, of]) => `<td>${escapeText(String(of(figures)))}</td>`).join("");
    return `<tr><th>${escapeText(nameOf(figures))}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
