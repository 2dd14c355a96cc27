/**
 * How Skirmish feels on three networks, on WebSocket alone and with the unreliable lane: prediction error, shots that
 * hit on the shooter's screen and were confirmed, how often somebody is hit behind cover, the age of what others see,
 * bytes. The same seeded players play every case, as real SDK clients with the browser's own prediction against a
 * server process that shapes its connections; see `netcode/` for what is written down and how it is judged.
 *
 * What players do depends on what they see, so two runs of a seed are alike and not the same. A table goes to standard
 * error, a page with charts to `--out` (default `loadtest/reports/netcode.html`). Options: `--seconds` of play per case
 * (default 25), `--quick yes` (6 seconds, one network), `--players` (default 6), `--seed` (default 1), `--network
 * 200/50/5` and `--lane yes|no` for some of the cases.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Experiment } from "../run.ts";
import { type LabCase, labCases, nameOf } from "./netcode/lab-cases.ts";
import {
  type CaseFigures,
  type CaseSamples,
  describeCase,
  type NetcodeReport,
} from "./netcode/lab-report.ts";
import { renderReport } from "./netcode/report-page.ts";
import { runCase } from "./netcode/run-case.ts";

const PAGE = join(import.meta.dirname, "../reports/netcode.html");

const netcode: Experiment = {
  about:
    "Prediction, shots, cover, age and bytes on 40/5/0, 120/20/1 and 200/50/5, with and without the lane.",
  async run(options, progress) {
    const quick = options["quick"] !== undefined;
    const secondsPerCase = positive("seconds", options["seconds"] ?? (quick ? "6" : "25"));
    const players = positive("players", options["players"] ?? "6");
    const seed = positive("seed", options["seed"] ?? "1");
    const cases = chooseCases(options, quick);
    const startedAt = performance.now();
    const figures: CaseFigures[] = [];
    const samples: CaseSamples[] = [];
    for (const [index, lab] of cases.entries()) {
      progress(`${index + 1} of ${cases.length}: ${nameOf(lab)}`);
      const found = await runCase(lab, { players, seconds: secondsPerCase, seed });
      progress(`  ${describeCase(found.figures)}`);
      figures.push(found.figures);
      samples.push(found.samples);
    }
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const page = resolve(options["out"] ?? PAGE);
    const report: NetcodeReport = { seed, players, secondsPerCase, cases: figures, seconds, page };
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, renderReport(report, samples));
    progress(`the page: ${page}`);
    return report;
  },
};

export default netcode;

function chooseCases({ network, lane }: Record<string, string>, quick: boolean): LabCase[] {
  const networks = network === undefined ? (quick ? ["200/50/5"] : undefined) : network.split(",");
  return labCases(networks, lane === undefined ? undefined : [lane === "yes"]);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
}
