/**
 * A simulated day in two queues, five against five with parties and one against one, through three matchers on the same
 * arrivals: the arena's `formMatches`, Colyseus' own `QueueRoom`, and first come, first served. It shows what the
 * arena's costs and gives: waits, how even the matches are, round trips, split parties, who starved, and the time of a
 * pass. Strictness and `QueueRoom`'s `compare` are swept, which gives trade-off curves; the fair comparison is the one
 * where nobody waits longer (`atEqualWait`).
 *
 * Everything but the pass times and `seconds` comes out the same for the same seed. A table goes to standard error, a
 * page with charts to `--out` (default `loadtest/reports/matchmaking.html`). Options: `--seed` (default 1), `--hours`
 * of the day (default 24), `--load` a factor on the arrivals (default 1).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { formMatches } from "../../src/matchmaking/form-matches.ts";
import type { Experiment } from "../run.ts";
import { DECLINE_SHARE } from "./matchmaking/arrivals.ts";
import { LAB_CASES } from "./matchmaking/lab-cases.ts";
import { type CaseReport, describeCase, type MatchmakingReport } from "./matchmaking/lab-report.ts";
import { type NamedSamples, renderReport } from "./matchmaking/report-page.ts";
import { runCase } from "./matchmaking/run-case.ts";

const PAGE = join(import.meta.dirname, "../reports/matchmaking.html");

export interface MatchmakingLabOptions {
  seed: number;
  hours: number;
  load: number;
  out: string;
}

export function runMatchmakingLab(
  { seed, hours, load, out }: MatchmakingLabOptions,
  progress: (line: string) => void,
): MatchmakingReport {
  const startedAt = performance.now();
  const cases: Record<string, CaseReport> = {};
  const samples: Record<string, NamedSamples[]> = {};
  for (const [name, lab] of Object.entries(LAB_CASES)) {
    const found = runCase(name, lab, { seed, hours, load, form: formMatches }, progress);
    cases[name] = found.report;
    samples[name] = found.samples;
  }
  for (const [name, found] of Object.entries(cases)) progress(describeCase(name, found));
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const report = { seed, hours, load, declineShare: DECLINE_SHARE, cases, seconds, page: resolve(out) };
  mkdirSync(dirname(report.page), { recursive: true });
  writeFileSync(report.page, renderReport(report, samples));
  progress(`\nthe page: ${report.page}`);
  return report;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
}

const experiment: Experiment = {
  about:
    "A day of arrivals through the arena's matchmaking, QueueRoom, and first come; waits against fairness.",
  run: async ({ seed = "1", hours = "24", load = "1", out = PAGE }, progress) =>
    runMatchmakingLab(
      { seed: positive("seed", seed), hours: positive("hours", hours), load: positive("load", load), out },
      progress,
    ),
};
export default experiment;
