/** What the network panel shows, row by row: names, figures, words and scales. Pure. */
import { type NetworkHistory, type Series, SLOTS, WAYS, type Way } from "../net/network-history.ts";

/** As the server makes its network worse, in development. */
export interface NetworkConditions {
  roundTripMs: number;
  jitterMs: number;
  lossPercent: number;
}

export interface NetworkRow {
  id: string;
  name: string;
  series: Series;
  colour: string;
  /** Bars for what happens, a line for what is. */
  shape: "line" | "bars";
  /** The scale ends no lower. */
  least: number;
  unit: string;
  figure(history: NetworkHistory): string;
  note(history: NetworkHistory): string;
  /** What the network was asked to be: a dashed line. */
  asked?(conditions: NetworkConditions): number;
}

export const NETWORK_ROWS: readonly NetworkRow[] = [
  {
    id: "round-trip",
    name: "Round trip",
    series: "roundTripMs",
    colour: "#ffb35c",
    shape: "line",
    least: 50,
    unit: "ms",
    figure: (history) => amount(history.at("roundTripMs", 0), "ms"),
    note: (history) => `input to answer ${amount(history.at("answerMs", 0), "ms")}`,
    asked: ({ roundTripMs }) => roundTripMs,
  },
  {
    id: "jitter",
    name: "Jitter",
    series: "jitterMs",
    colour: "#ff9d8f",
    shape: "line",
    least: 10,
    unit: "ms",
    figure: (history) => amount(history.at("jitterMs", 0), "ms", 1),
    note: () => "patches off their beat",
  },
  {
    id: "loss",
    name: "Loss",
    series: "lossPercent",
    colour: "#ff5d4f",
    shape: "bars",
    least: 5,
    unit: "%",
    figure: (history) => amount(lossPercent(history), "%", 1),
    note: (history) =>
      history.sum("datagrams") > 0
        ? `datagrams; ${history.sum("patchesLost")} for good`
        : "no data channel: it waits",
    asked: ({ lossPercent: asked }) => asked,
  },
  {
    id: "received",
    name: "Received",
    series: "bytesPerSecond",
    colour: "#7fdc6a",
    shape: "line",
    least: 2000,
    unit: "B/s",
    figure: (history) => amount(history.recent("bytesPerSecond") / 1000, "kB/s", 1),
    note: (history) => `${amount(bytesPerPatch(history), "B")} a patch`,
  },
  {
    id: "patches",
    name: "Patches",
    series: "patchesPerSecond",
    colour: "#b5cf5a",
    shape: "line",
    least: 40,
    unit: "/s",
    figure: (history) => amount(history.recent("patchesPerSecond"), "/s"),
    note: () => "by both ways together",
  },
  {
    id: "corrected",
    name: "Prediction error",
    series: "corrected",
    colour: "#d9a6ff",
    shape: "bars",
    least: 0.2,
    unit: "m",
    figure: (history) => amount(history.most("corrected"), "m", 2),
    note: (history) => {
      const count = history.sum("corrections");
      if (count === 0) return "no correction";
      return count === 1 ? "worst of 1 correction" : `worst of ${count} corrections`;
    },
  },
  {
    id: "drawn-age",
    name: "Others drawn",
    series: "drawnAgeMs",
    colour: "#8fe3ff",
    shape: "line",
    least: 100,
    unit: "ms",
    figure: (history) => amount(history.at("drawnAgeMs", 0), "ms"),
    note: () => "ago",
  },
];

const UNCUT_SHARE = 0.94;
const HEADROOM = 1.15;

export const WAY_WORDS: Readonly<Record<Way, string>> = {
  channel: "Data channel",
  websocket: "WebSocket",
  reconnecting: "Reconnecting",
};

/** Light enough on the panel, and told apart without red and green. */
export const WAY_COLOURS: Readonly<Record<Way, string>> = {
  channel: "#5cc8f2",
  websocket: "#d8a03c",
  reconnecting: "#ff4436",
};

/** Undefined for a slot without a reading. */
export function wayAt(history: NetworkHistory, age: number): Way | undefined {
  return WAYS[history.at("way", age)];
}

/** Of the whole graph's datagrams; NaN when there were none. */
export function lossPercent(history: NetworkHistory): number {
  return (100 * history.sum("datagramsMissing")) / history.sum("datagrams");
}

/** All that came for one patch, events and repeats included, over the last second. */
export function bytesPerPatch(history: NetworkHistory): number {
  return history.recent("bytes") / history.recent("patches");
}

/**
 * Where a row's scale ends. Of a line the highest peaks are cut: one stall would flatten everything else for half a
 * minute. Bars are peaks.
 */
export function rowEnd(row: NetworkRow, history: NetworkHistory, conditions?: NetworkConditions): number {
  const { series, shape, least } = row;
  const high = shape === "bars" ? history.most(series) : history.quantile(series, UNCUT_SHARE) * HEADROOM;
  return scaleEnd(
    Math.max(high || 0, history.at(series, 0) || 0, (conditions && row.asked?.(conditions)) ?? 0),
    least,
  );
}

/** The next round value: 1, 2 or 5 times a power of ten. */
export function scaleEnd(most: number, least: number): number {
  const value = Math.max(least, most);
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((step) => step * power >= value * 0.999) ?? 10;
  return factor * power;
}

export function describeConditions({ roundTripMs, jitterMs, lossPercent: lost }: NetworkConditions): string {
  return `Made worse by the server: ${roundTripMs} ms round trip, ±${jitterMs} ms, ${lost} % lost each way`;
}

/** For those who cannot see the graph. */
export function describeHistory(history: NetworkHistory): string {
  const seconds = Math.round(SLOTS / 4);
  const worst = (series: Series, unit: string, digits = 0) => amount(history.most(series), unit, digits);
  return (
    `The last ${seconds} seconds at their worst: round trip ${worst("roundTripMs", "ms")}, ` +
    `jitter ${worst("jitterMs", "ms")}, loss ${worst("lossPercent", "%")}, ` +
    `prediction error ${worst("corrected", "m", 2)}, others drawn ${worst("drawnAgeMs", "ms")} ago`
  );
}

/** A dash for what is not known. */
export function amount(value: number, unit: string, digits = 0): string {
  if (!Number.isFinite(value)) return "–";
  const space = unit.startsWith("/") ? "" : " ";
  return `${value.toFixed(digits)}${space}${unit}`;
}
