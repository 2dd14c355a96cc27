/** What the lab hands out, and how it reads on a terminal. */
import type { Tone } from "../../chart.ts";
import type { DayFigures } from "./measure-day.ts";
import type { CurvePoint, EqualWait } from "./trade-off.ts";

export type MatcherKey = "arena" | "queueRoom" | "queueRoomByRank" | "firstCome";

export interface Curve {
  readonly name: string;
  readonly tone: Tone;
  readonly points: readonly CurvePoint[];
}

export interface CaseReport {
  readonly about: string;
  readonly ticketsPerSecond: number;
  readonly tickets: number;
  readonly players: number;
  readonly starvedAfterSeconds: number;
  /** Each at its usual setting: the arena's strictness 1, `QueueRoom`'s own `compare`. */
  readonly matchers: Readonly<Record<MatcherKey, DayFigures>>;
  /** How they are called, in the order of the tables. */
  readonly rows: readonly { readonly key: MatcherKey; readonly name: string }[];
  readonly curves: readonly Curve[];
  readonly atEqualWait: {
    /** Against `QueueRoom` as it comes. */
    readonly queueRoom: EqualWait | undefined;
    readonly queueRoomByRank: EqualWait | undefined;
    readonly firstCome: EqualWait | undefined;
    /** Against every other setting of `QueueRoom`: the highest of the ratios, where ours gains least. */
    readonly worstOfQueueRooms: EqualWait | undefined;
  };
  /** The arena's pass time divided by `QueueRoom`'s, at their usual settings. */
  readonly passRatio: { readonly mean: number; readonly p99: number; readonly max: number };
}

export interface MatchmakingReport {
  readonly seed: number;
  readonly hours: number;
  readonly load: number;
  readonly declineShare: number;
  readonly cases: Readonly<Record<string, CaseReport>>;
  readonly seconds: number;
  /** The page. */
  readonly page: string;
}

const COLUMNS: readonly (readonly [name: string, of: (figures: DayFigures) => string | number])[] = [
  ["wait mean s", ({ waitSeconds }) => waitSeconds.mean.toFixed(1)],
  ["p95 s", ({ waitSeconds }) => waitSeconds.p95.toFixed(1)],
  ["max s", ({ waitSeconds }) => waitSeconds.max.toFixed(0)],
  ["|p-½|", ({ spread }) => spread.toFixed(4)],
  ["fairest", ({ spreadFairest }) => spreadFairest.toFixed(4)],
  ["gap mu", ({ teamGap }) => teamGap.toFixed(2)],
  ["range mu", ({ ratingRange }) => ratingRange.toFixed(1)],
  ["trip p95 ms", ({ latencyMs }) => latencyMs.worstP95],
  ["(all)", ({ latencyMs }) => latencyMs.playersP95],
  ["matched %", ({ shareMatched }) => (shareMatched * 100).toFixed(2)],
  ["split", ({ partiesSplit }) => partiesSplit],
  ["starved", ({ starved }) => starved],
  ["pass ms", ({ passMs }) => passMs.mean.toFixed(3)],
  ["p99 ms", ({ passMs }) => passMs.p99.toFixed(2)],
  ["max ms", ({ passMs }) => passMs.max.toFixed(1)],
];

/** For reading; the JSON has everything. */
export function describeCase(name: string, found: CaseReport): string {
  const { rows, matchers, curves, atEqualWait, passRatio } = found;
  const lines = [
    ["", ...COLUMNS.map(([column]) => column)],
    ...rows.map((row) => cells(row.name, matchers[row.key])),
    ...curves.flatMap((curve) =>
      curve.points.map(({ setting, figures }) => cells(`${curve.name}, ${setting}`, figures)),
    ),
  ];
  return [
    `\n${name}: ${found.about} ${found.tickets} parties, ${found.players} players; starved: waited longer than ${found.starvedAfterSeconds} s.`,
    alignColumns(lines),
    describeEqualWait("QueueRoom's default", atEqualWait.queueRoom),
    describeEqualWait("QueueRoom with the party's rank", atEqualWait.queueRoomByRank),
    describeEqualWait("first come", atEqualWait.firstCome),
    describeEqualWait("the setting of QueueRoom that comes closest", atEqualWait.worstOfQueueRooms),
    `a pass takes ${passRatio.mean} times as long as QueueRoom's in the mean, ${passRatio.p99} times at p99, ${passRatio.max} times at most`,
  ].join("\n");
}

function cells(name: string, figures: DayFigures): string[] {
  return [name, ...COLUMNS.map(([, of]) => String(of(figures)))];
}

function describeEqualWait(against: string, equal: EqualWait | undefined): string {
  if (!equal) return `against ${against}: no setting of the arena waits as short`;
  return `against ${against}, p95 ${equal.theirP95Seconds} s: spread ${equal.spread} ${equal.setting} (p95 ${equal.p95Seconds} s) to ${equal.theirSpread}: ${equal.spreadRatio} times; ${equal.spreadRatioToFairest} times the fairest teams of its groups`;
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return rows.map(align).join("\n");
}
