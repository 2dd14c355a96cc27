/** The lab's findings as one HTML page: charts, and every figure as a table. No scripts, nothing fetched. */

import {
  type Chart,
  drawChart,
  escapeText,
  type Mark,
  roundUp,
  type Series,
  type Tone,
} from "../../chart.ts";
import { STYLE } from "../../report-style.ts";
import { loadAt } from "./arrivals.ts";
import type { CaseReport, MatchmakingReport } from "./lab-report.ts";
import { type DayFigures, type DaySamples, percentile, SLICE_SECONDS } from "./measure-day.ts";

/** The samples of one matcher's day at its usual setting. */
export interface NamedSamples {
  readonly name: string;
  readonly tone: Tone;
  readonly samples: DaySamples;
}

export function renderReport(
  report: MatchmakingReport,
  samples: Readonly<Record<string, readonly NamedSamples[]>>,
): string {
  const sections = Object.entries(report.cases).map(([name, found]) =>
    renderCase(name, found, samples[name] ?? [], report),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Matchmaking: a day in the queue</title><style>${STYLE}</style></head><body>
<header><h1>Matchmaking: a day in the queue</h1>
<p>The same simulated arrivals (seed ${report.seed}, ${report.hours} hours, load × ${report.load}) through three queues: the arena's, Colyseus' <code>QueueRoom</code>, and first come, first served. All three ask everybody “ready?” for ten seconds before a match; ${Math.round(report.declineShare * 100)} % of parties let it run out. A wait counts from the arrival to the start of the match.</p></header>
${sections.join("\n")}
</body></html>
`;
}

function renderCase(
  name: string,
  found: CaseReport,
  samples: readonly NamedSamples[],
  { hours, load }: MatchmakingReport,
): string {
  const equal = found.atEqualWait.queueRoom;
  const tiles = [
    tile(
      equal ? `${equal.spreadRatio.toFixed(2)} ×` : "–",
      "the distance from even of QueueRoom's default, at the same p95 wait",
    ),
    tile(seconds(found.matchers.arena.waitSeconds.p95), "p95 wait, arena"),
    tile(
      String(found.matchers.arena.starved),
      `players who waited longer than ${found.starvedAfterSeconds} s, arena`,
    ),
    tile(
      String(found.matchers.arena.partiesSplit),
      `parties split, arena (QueueRoom: ${found.matchers.queueRoom.partiesSplit})`,
    ),
  ];
  const figures = [
    figure("Fairer teams for longer waits", tradeOff(found), noteOnTradeOff(found)),
    figure(
      "Waiting over the day",
      waiting(samples, hours, found.ticketsPerSecond * load),
      "Mean wait of those who arrived in each half hour, and the load behind it.",
    ),
    figure(
      "How even the matches are",
      favourites(samples),
      "The favourite's predicted chance to win (openskill). The further left, the more even.",
    ),
    figure(
      "Round trips",
      latencies(samples),
      "Players at or below a round trip, in the region where their match is played.",
    ),
  ];
  return `<section><h2>${escapeText(name)}</h2>
<p>${escapeText(found.about)} ${found.tickets.toLocaleString("en-GB")} parties, ${found.players.toLocaleString("en-GB")} players.</p>
<div class="tiles">${tiles.join("")}</div>
<div class="charts">${figures.join("")}</div>
<h3>Figures</h3>
<p>QueueRoom and first come make no teams: theirs are dealt out as a game would, larger parties first, each to the team that is weaker so far, whole where that is possible. “With fairest teams” is what the same players would have had if every match had been split as evenly as whole parties allow. Pass times are processor time.</p>
${figuresTable(found)}
<details><summary>Every setting that was run</summary>${settingsTable(found)}</details>
</section>`;
}

function tile(value: string, words: string): string {
  return `<div class="tile"><b>${escapeText(value)}</b><span>${escapeText(words)}</span></div>`;
}

function figure(title: string, chart: Chart, note: string): string {
  return `<figure><figcaption><b>${escapeText(title)}</b> ${escapeText(note)}</figcaption>${drawChart(chart)}</figure>`;
}

function noteOnTradeOff({ atEqualWait: { queueRoom } }: CaseReport): string {
  const told = "One point a setting; lower and further left is better. ";
  if (!queueRoom) return `${told}No setting of the arena waits as short as QueueRoom's default.`;
  return `${told}At a p95 wait of ${seconds(queueRoom.theirP95Seconds)} QueueRoom's default is ${points(queueRoom.theirSpread)} off even, the arena ${points(queueRoom.spread)}.`;
}

function tradeOff({ curves, matchers, atEqualWait }: CaseReport): Chart {
  const series: Series[] = curves.map(({ name, tone, points: along }) => ({
    name,
    tone,
    form: "dots",
    points: along
      .map(({ figures }) => [figures.waitSeconds.p95, figures.spread * 100] as const)
      .sort((a, b) => a[0] - b[0]),
  }));
  const { queueRoom, firstCome } = matchers;
  series.push({
    name: "first come",
    tone: "first-come",
    form: "dots",
    points: [[firstCome.waitSeconds.p95, firstCome.spread * 100]],
  });
  const all = series.flatMap((one) => one.points);
  const marks: Mark[] = [
    {
      x: queueRoom.waitSeconds.p95,
      y: queueRoom.spread * 100,
      tone: "queue-room",
      words: "QueueRoom's default",
      at: "right",
    },
  ];
  const equal = atEqualWait.queueRoom;
  if (equal)
    marks.push({
      x: equal.p95Seconds,
      y: equal.spread * 100,
      tone: "arena",
      words: `${equal.spreadRatio.toFixed(2)} ×`,
      at: "left",
    });
  return {
    says: "Trade-off curves: mean distance from an even match over the 95th percentile of waits.",
    x: axis("p95 wait, seconds", roundUp(Math.max(...all.map(([x]) => x)) * 1.02)),
    y: axis("off even: mean |p − ½|, points", roundUp(Math.max(...all.map(([, y]) => y)) * 1.02)),
    series,
    marks,
    guideAt: queueRoom.waitSeconds.p95,
  };
}

function waiting(samples: readonly NamedSamples[], hours: number, ticketsPerSecond: number): Chart {
  const series = samples.map(
    ({ name, tone, samples: { waitByArrival } }): Series => ({
      name,
      tone,
      form: "line",
      points: waitByArrival
        .map((wait, slice) => [((slice + 0.5) * SLICE_SECONDS) / 3600, wait] as const)
        .filter(([, wait]) => Number.isFinite(wait)),
    }),
  );
  const load = Array.from({ length: Math.round(hours * 4) + 1 }, (_, quarter) => {
    return [quarter / 4, loadAt(quarter * 900).total * ticketsPerSecond] as const;
  });
  const longest = Math.max(...series.flatMap((one) => one.points.map(([, wait]) => wait)), 1);
  return {
    says: "Mean waiting time over the day, with the load behind it.",
    x: { ...axis("hour of the day", hours), step: hours > 12 ? 3 : hours > 4 ? 1 : 0.5 },
    y: axis("mean wait, seconds", roundUp(longest)),
    series,
    behind: {
      name: "load",
      axis: axis("parties per second", roundUp(Math.max(...load.map(([, rate]) => rate)) * 1.6)),
      points: load,
    },
  };
}

const BIN = 0.025;

function favourites(samples: readonly NamedSamples[]): Chart {
  const series = samples.map(({ name, tone, samples: { favourites: chances } }): Series => {
    const bins = Array.from({ length: 0.5 / BIN }, () => 0);
    for (const chance of chances) {
      const bin = Math.min(bins.length - 1, Math.floor((chance - 0.5) / BIN));
      bins[bin] = (bins[bin] ?? 0) + 100 / chances.length;
    }
    const steps = bins.map((share, bin) => [50 + bin * BIN * 100, share] as const);
    steps.push([100, bins.at(-1) ?? 0]);
    return { name, tone, form: "steps", points: steps };
  });
  const highest = Math.max(...series.flatMap((one) => one.points.map(([, share]) => share)));
  return {
    says: "Distribution of the favourite's chance to win.",
    x: { label: "favourite's chance to win, %", min: 50, max: 100, step: 5, format: String },
    y: axis(`share of matches, % per ${BIN * 100} points`, roundUp(highest)),
    series,
  };
}

function latencies(samples: readonly NamedSamples[]): Chart {
  const series = samples.map(({ name, tone, samples: { latencies: trips } }): Series => {
    const quantiles = Array.from({ length: 101 }, (_, percent) => percent);
    return {
      name,
      tone,
      form: "line",
      points: quantiles.map((percent) => [percentile(trips, percent / 100), percent] as const),
    };
  });
  return {
    says: "Share of players at or below a round trip time.",
    x: { label: "round trip, milliseconds", min: 0, max: 240, step: 20, format: String },
    y: { label: "share of players, %", min: 0, max: 100, step: 20, format: String },
    series,
  };
}

function axis(label: string, max: number): { label: string; min: number; max: number; format: typeof plain } {
  return { label, min: 0, max, format: plain };
}

const plain = (value: number): string => String(Math.round(value * 100) / 100);
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const points = (spread: number): string => `${(spread * 100).toFixed(1)} points`;

const COLUMNS: readonly (readonly [name: string, of: (figures: DayFigures) => string])[] = [
  ["matches", ({ matches }) => matches.toLocaleString("en-GB")],
  ["matched, %", ({ shareMatched }) => (shareMatched * 100).toFixed(2)],
  ["wait mean, s", ({ waitSeconds }) => waitSeconds.mean.toFixed(1)],
  ["wait p95, s", ({ waitSeconds }) => waitSeconds.p95.toFixed(1)],
  ["wait longest, s", ({ waitSeconds }) => waitSeconds.max.toFixed(0)],
  ["off even, points", ({ spread }) => (spread * 100).toFixed(2)],
  ["… with fairest teams", ({ spreadFairest }) => (spreadFairest * 100).toFixed(2)],
  ["team gap, mu", ({ teamGap }) => teamGap.toFixed(2)],
  ["best − worst, mu", ({ ratingRange }) => ratingRange.toFixed(1)],
  ["trip p95 worst, ms", ({ latencyMs }) => latencyMs.worstP95.toFixed(0)],
  ["trip p95 all, ms", ({ latencyMs }) => latencyMs.playersP95.toFixed(0)],
  ["parties split", ({ partiesSplit }) => String(partiesSplit)],
  ["starved", ({ starved }) => String(starved)],
  ["checks failed, %", ({ fellThrough }) => (fellThrough * 100).toFixed(1)],
  ["pass mean, ms", ({ passMs }) => passMs.mean.toFixed(3)],
  ["pass p99, ms", ({ passMs }) => passMs.p99.toFixed(2)],
  ["pass longest, ms", ({ passMs }) => passMs.max.toFixed(1)],
];

function figuresTable({ matchers, rows }: CaseReport): string {
  return table(rows.map(({ key, name }) => [name, matchers[key]] as const));
}

function settingsTable({ curves }: CaseReport): string {
  return table(
    curves.flatMap(({ name, points: along }) =>
      along.map(({ setting, figures }) => [`${name}: ${setting}`, figures] as const),
    ),
  );
}

function table(rows: readonly (readonly [string, DayFigures])[]): string {
  const head = COLUMNS.map(([name]) => `<th>${escapeText(name)}</th>`).join("");
  const body = rows.map(([name, figures]) => {
    const cells = COLUMNS.map(([, of]) => `<td>${escapeText(of(figures))}</td>`).join("");
    return `<tr><th>${escapeText(name)}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
