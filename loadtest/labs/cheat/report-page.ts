/** The lab's findings as one HTML page: tables with bars, charts, no scripts, nothing fetched. */
import { skirmishValidators } from "../../../rooms/skirmish/match-watch.ts";
import { type Chart, drawChart, escapeText, roundUp } from "../../chart.ts";
import { STYLE } from "../../report-style.ts";
import { PROVABLE } from "./cheats.ts";
import { STANDARD_CONFIG } from "./lab-config.ts";
import type { CheatFigures, CheatLabReport, CurveFigures, HonestReport } from "./lab-report.ts";
import { drawRanges } from "./range-plot.ts";

const MORE_STYLE = `
.bar { position: relative; min-width: 108px; text-align: left; }
.bar i { position: absolute; left: 0; top: 3px; bottom: 3px; border-radius: 4px; background: var(--arena); opacity: .22; }
.bar i.short { background: var(--queue-room); opacity: .34; } .bar b { position: relative; font-weight: 600; } .bar small { position: relative; display: block; color: var(--quiet); }
td.words { white-space: normal; text-align: left; color: var(--quiet); min-width: 190px; } td.group { text-align: left; color: var(--quiet); }
tbody th small { display: block; font-weight: 400; color: var(--quiet); } .bad { color: var(--queue-room); font-weight: 600; }
.ranges text.name { fill: var(--ink); font-size: 12.5px; } .wide { grid-column: 1 / -1; } .wide figcaption { min-height: 0; }`;

export function renderReport(report: CheatLabReport): string {
  const parts = [
    report.cheats.length > 0 && foundSection(report),
    report.honest.playerHours > 0 && honestSection(report.honest),
    report.curves.length > 0 && curvesSection(report.curves),
    queueSection(report),
  ].filter(Boolean);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cheats and honest hours</title><style>${STYLE}${MORE_STYLE}</style></head><body>
<header><h1>Cheats and honest hours</h1>
<p>Synthetic people and programs on the room's own simulation, seed ${report.seed}. Networks are round trip in ms / jitter in ms / loss in %; on a WebSocket a loss is a stall, on a lane the datagram is gone. ${report.playerHoursPerCoreHour > 0 ? `${report.playerHoursPerCoreHour.toLocaleString("en-GB")} player-hours in an hour of one core.` : ""}</p>
<div class="tiles">${tiles(report).join("")}</div></header>
${parts.join("\n")}
</body></html>
`;
}

function tiles({ cheats, honest }: CheatLabReport): string[] {
  const provable = cheats.filter(({ group }) => PROVABLE.includes(group));
  const made: string[] = [];
  if (provable.length > 0) {
    const worst = provable.reduce((low, one) => (one.detectedShare < low.detectedShare ? one : low));
    made.push(
      tile(
        percent(worst.detectedShare),
        `found within 60 s, the least of protocol, time and stamp cheats (${worst.cheat}, ${worst.network})`,
      ),
    );
    const speed = Math.max(...provable.map(({ advantage }) => advantage.speed));
    made.push(tile(signed(speed), "the most speed that any of them had over a minute, kicks left out"));
    const back = Math.max(...cheats.map(({ advantage }) => advantage.lookBackMs.max));
    made.push(tile(`${Math.round(back)} ms`, "the farthest that any shot looked back"));
  }
  if (honest.playerHours > 0) {
    made.push(tile(Math.round(honest.playerHours).toLocaleString("en-GB"), "honest player-hours"));
    made.push(tile(`${honest.kicks} / ${honest.flags}`, "honest players kicked / flagged at all"));
    made.push(
      tile(
        honest.upperPer10000Hours.toFixed(2),
        "flags in 10,000 honest hours at most, with 95 % confidence",
      ),
    );
  }
  return made;
}

function foundSection({ cheats, sessions }: CheatLabReport): string {
  const networks = [...new Set(cheats.map(({ network }) => network))];
  const rows = [...Map.groupBy(cheats, ({ cheat }) => cheat)].map(([cheat, found]) => {
    const cells = networks.map((network) => {
      const one = found.find((figures) => figures.network === network);
      return one ? foundCell(one) : "<td></td>";
    });
    return `<tr><th>${escapeText(cheat)}<small>${found[0]?.group ?? ""}</small></th>${cells.join("")}<td class="words">${escapeText(raised(found))}</td></tr>`;
  });
  const head = networks.map((network) => `<th>${escapeText(network)}</th>`).join("");
  return `<section><h2>Found</h2>
<p>Of ${sessions} sessions each: the share that was flagged (matched apart, mitigated, a case for people, or kicked) within 60 seconds for protocol, time and stamp cheats, within 60 engagements for all others, and when half of them were. A dash: fewer than half ever.</p>
<div class="scroll"><table><thead><tr><th></th>${head}<th>raised by</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<div class="charts" style="margin-top:14px"><figure class="wide"><figcaption><b>Time until found</b> Median to 99th percentile, seconds since the match began; an open end was never reached.</figcaption>${drawRanges(cheats, networks)}</figure></div>
<h3>What they gain until then</h3>
<p>Speed: steps beyond what the time has, over a whole minute for cheats with time, stamps and links, kicks left out. Hits: a minute's over those of the honest players in the same matches, until the first flag.</p>
${gainTable(cheats)}</section>`;
}

function foundCell({ detectedShare, group, seconds, engagements }: CheatFigures): string {
  const time =
    seconds.median === null
      ? "–"
      : PROVABLE.includes(group) || group === "link"
        ? `${seconds.median} s`
        : `${engagements.median} engagements`;
  const short = detectedShare < 0.99 ? ' class="short"' : "";
  return `<td class="bar"><i${short} style="width:${(detectedShare * 100).toFixed(1)}%"></i><b>${percent(detectedShare)}</b><small>${time}</small></td>`;
}

function raised(found: readonly CheatFigures[]): string {
  const counts = new Map<string, number>();
  for (const { raisedBy } of found)
    for (const [name, count] of Object.entries(raisedBy)) counts.set(name, (counts.get(name) ?? 0) + count);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([name, count]) => `${name} ${Math.round((count / total) * 100)} %`)
    .join(", ");
}

function gainTable(cheats: readonly CheatFigures[]): string {
  const rows = cheats.map(
    ({ cheat, network, advantage, restrictedShare, restrictedSeconds, kickedShare }) => {
      const { speed, distance, lookBackMs, hits, accuracy, honestAccuracy } = advantage;
      const cells = [
        `<span class="${speed > 0.005 ? "bad" : ""}">${signed(speed)}</span>`,
        signed(distance),
        `${Math.round(lookBackMs.mean)} ms`,
        `<span class="${lookBackMs.max > 250.5 ? "bad" : ""}">${Math.round(lookBackMs.max)} ms</span>`,
        `× ${hits.toFixed(2)}`,
        percent(accuracy),
        percent(honestAccuracy),
        restrictedSeconds.median === null ? "–" : `${restrictedSeconds.median} s`,
        percent(restrictedShare),
        percent(kickedShare),
      ];
      return `<tr><th>${escapeText(cheat)}<small>${escapeText(network)}</small></th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    },
  );
  const head = [
    "speed",
    "distance",
    "look-back, mean",
    "look-back, most",
    "hits",
    "accuracy",
    "… of the honest",
    "restricted after (median)",
    "restricted ever",
    "kicked",
  ];
  return `<details><summary>Every cheat on every network</summary><div class="scroll"><table><thead><tr><th></th>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div></details>`;
}

function honestSection(honest: HonestReport): string {
  const most = Math.max(1, ...honest.networks.map(({ upperPer10000Hours }) => upperPer10000Hours));
  const rows = honest.networks.map(
    ({ network, playerHours, reached, raisedBy, flagsPer10000Hours, upperPer10000Hours, accuracy }) => {
      const counts = [
        reached.kick,
        reached.case,
        reached.review,
        reached.mitigated,
        reached.apart,
        reached.watched,
        reached.restrict,
      ];
      const words = Object.entries(raisedBy)
        .toSorted((a, b) => b[1] - a[1])
        .map(([name, count]) => `${name} × ${count}`)
        .join(", ");
      return `<tr><th>${escapeText(network)}</th><td>${playerHours.toLocaleString("en-GB")}</td>${counts
        .map(
          (count = 0, index) =>
            `<td>${count > 0 && index < 5 ? `<span class="bad">${count}</span>` : count}</td>`,
        )
        .join(
          "",
        )}<td>${flagsPer10000Hours.toFixed(2)}</td><td class="bar"><i class="short" style="width:${((upperPer10000Hours / most) * 100).toFixed(1)}%"></i><b>${upperPer10000Hours.toFixed(2)}</b></td><td>${percent(accuracy)}</td><td class="words">${escapeText(words)}</td></tr>`;
    },
  );
  const head = [
    "player-hours",
    "kicked",
    "case",
    "review",
    "mitigated",
    "apart",
    "watched",
    "restricted",
    "flags in 10,000 h",
    "at most (95 %)",
    "accuracy",
    "raised by",
  ];
  return `<section><h2>Honest hours</h2>
<p>Players who came to a level, by network. Kicked, a case, review, mitigated and apart are flags; watched and restricted are told to nobody. The upper bound is exact for none (the rule of three).</p>
<div class="scroll"><table><thead><tr><th></th>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>
<h3>How often honest players do what cheats do</h3>
<p>Positive observations of each trial against the share that it grants the honest (p0): the mean, of one player-hour in a thousand, and the mean by kind of hands. What is above p0 on the average can add up to a flag.</p>
${trialsTable(honest)}</section>`;
}

function trialsTable({ networks }: HonestReport): string {
  const granted = new Map(
    skirmishValidators(STANDARD_CONFIG.validators).flatMap((one) =>
      one.kind === "trial" ? [[one.name, one.settings.p0] as const] : [],
    ),
  );
  const rows = networks.flatMap(({ network, trials }) =>
    Object.entries(trials).map(([name, { observed, share, p999Share, byHands }]) => {
      const p0 = granted.get(name) ?? 0;
      const mark = (value: number): string =>
        `<span class="${value > p0 ? "bad" : ""}">${percent(value)}</span>`;
      const hands = Object.entries(byHands).map(([kind, value]) => `${kind} ${percent(value)}`);
      return `<tr><th>${escapeText(name)}<small>${escapeText(network)}</small></th><td>${observed.toLocaleString("en-GB")}</td><td>${percent(p0)}</td><td>${mark(share)}</td><td>${mark(p999Share)}</td><td class="words">${hands.join(", ")}</td></tr>`;
    }),
  );
  return `<div class="scroll"><table><thead><tr><th></th><th>observations</th><th>p0</th><th>mean</th><th>1 in 1,000 hours</th><th>mean by hands</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function curvesSection(curves: readonly CurveFigures[]): string {
  const figures = curves.map(({ name, points, parameter, network }) => {
    const note = `Found ${points[0] && PROVABLE_CURVES.has(name) ? "within 60 seconds" : "within 60 engagements"} on ${network}, ${points[0]?.sessions ?? 0} sessions a point.`;
    return `<figure><figcaption><b>${escapeText(name)}</b> ${escapeText(note)}</figcaption>${drawChart(curveChart(name, parameter, points))}</figure>`;
  });
  return `<section><h2>Turned down</h2>
<p>What is humanised enough passes: no promise is made here. The area is what it still gains, in hits over honest players'.</p>
<div class="charts">${figures.join("")}</div></section>`;
}

const PROVABLE_CURVES = new Set(["time warp", "stamps", "backtrack"]);

function curveChart(name: string, parameter: string, points: CurveFigures["points"]): Chart {
  const most = Math.max(...points.map(({ at }) => at));
  const hits = Math.max(2, ...points.map((point) => point.hits));
  return {
    says: `${name}: share found by ${parameter}.`,
    x: { label: parameter, min: 0, max: roundUp(most), format: plain },
    y: { label: "found, %", min: 0, max: 100, step: 20, format: plain },
    series: [
      {
        name: "found",
        tone: "arena",
        form: "dots",
        points: points.map(({ at, detectedShare }) => [at, detectedShare * 100] as const),
      },
    ],
    behind: {
      name: "hits, × honest",
      axis: { label: "hits, × honest", min: 0, max: roundUp(hits), format: plain },
      points: points.map((point) => [point.at, point.hits] as const),
    },
  };
}

function queueSection({ pairs, elsewhere }: CheatLabReport): string {
  const trading = pairs.trading.map(
    ({ partnerShare, sessions, detected, pairGamesMedian, pairGamesP99 }) =>
      `<tr><th>${percent(partnerShare)} of games with a partner</th><td>${sessions}</td><td>${percent(detected)}</td><td>${games(pairGamesMedian)}</td><td>${games(pairGamesP99)}</td></tr>`,
  );
  const dodging = pairs.dodging.map(
    ({ declined, matchesPerHour, lockedShare }) =>
      `<tr><th>declines ${percent(declined)}</th><td>${matchesPerHour}</td><td>${percent(lockedShare)}</td></tr>`,
  );
  const named = elsewhere.map(
    ({ cheat, test, named: sentence }) =>
      `<tr><th>${escapeText(cheat)}</th><td class="words">${escapeText(sentence)}</td><td class="group">${escapeText(test)}</td></tr>`,
  );
  return `<section><h2>Around the match</h2>
<p>Win trading: seasons of 120 duels in a pool of ${pairs.pool}; of ${pairs.honestSeasons.toLocaleString("en-GB")} honest seasons ${pairs.honestFlagged} stood out. Dodging: what the cooldowns leave of a day.</p>
<div class="charts"><div class="scroll"><table><thead><tr><th></th><th>seasons</th><th>found</th><th>games of the pair, median</th><th>… 99 %</th></tr></thead><tbody>${trading.join("")}</tbody></table></div>
<div class="scroll"><table><thead><tr><th></th><th>matches an hour</th><th>time locked out</th></tr></thead><tbody>${dodging.join("")}</tbody></table></div></div>
<h3>Tried against a real server</h3>
<div class="scroll"><table><tbody>${named.join("")}</tbody></table></div></section>`;
}

function tile(value: string, words: string): string {
  return `<div class="tile"><b>${escapeText(value)}</b><span>${escapeText(words)}</span></div>`;
}

const plain = (value: number): string => String(Math.round(value * 100) / 100);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const signed = (share: number): string => `${share > 0 ? "+" : ""}${(share * 100).toFixed(2)} %`;
const games = (count: number): string => (count < 0 ? "–" : String(count));
