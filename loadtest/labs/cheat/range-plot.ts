/** A row a cheat, a line a network from the median to the 99th percentile, on a logarithmic axis of seconds. */
import { escapeText } from "../../chart.ts";
import type { CheatFigures } from "./lab-report.ts";

const WIDTH = 1180;
const LEFT = 210;
const RIGHT = 24;
const FROM = 0.1;
const TO = 1000;
const LINE = 7;
const TONES = ["arena", "queue-room", "queue-room-other", "first-come"] as const;

export function drawRanges(cheats: readonly CheatFigures[], networks: readonly string[]): string {
  const names = [...new Set(cheats.map(({ cheat }) => cheat))];
  const row = networks.length * LINE + 12;
  const bottom = names.length * row + 8;
  const parts = [0.1, 1, 10, 60, 100, 1000].map(
    (value) =>
      `<line class="${value === 60 ? "guide" : "grid"}" x1="${x(value)}" x2="${x(value)}" y1="0" y2="${bottom}"/><text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${value === 100 ? "" : `${value} s`}</text>`,
  );
  names.forEach((name, index) => {
    const top = index * row + 8;
    parts.push(
      `<text class="name" x="${LEFT - 12}" y="${top + row / 2}" text-anchor="end">${escapeText(name)}</text>`,
    );
    networks.forEach((network, place) => {
      const found = cheats.find((one) => one.cheat === name && one.network === network);
      if (found)
        parts.push(range(found, top + place * LINE + LINE / 2, TONES[place % TONES.length] as string));
    });
  });
  const legend = networks.map(
    (network, place) =>
      `<span><i class="swatch ${TONES[place % TONES.length]}"></i>${escapeText(network)}</span>`,
  );
  return `<p class="legend">${legend.join("")}</p><svg class="ranges" viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-label="Time until found, by cheat and network">${parts.join("")}</svg>`;
}

function range({ seconds: { median, p99 } }: CheatFigures, y: number, tone: string): string {
  if (median === null) return "";
  const from = x(median);
  const to = p99 === null ? WIDTH - RIGHT : x(p99);
  const dashes = p99 === null ? ' stroke-dasharray="3 4"' : "";
  const end = p99 === null ? "" : `<circle class="dot ${tone}" cx="${to}" cy="${y}" r="2.5"/>`;
  return `<line class="line ${tone}" style="stroke-dasharray:${p99 === null ? "3 4" : "none"}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"${dashes}/><circle class="dot ${tone}" cx="${from}" cy="${y}" r="4"/>${end}`;
}

function x(seconds: number): number {
  const share =
    (Math.log10(Math.min(TO, Math.max(FROM, seconds))) - Math.log10(FROM)) /
    (Math.log10(TO) - Math.log10(FROM));
  return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10;
}
