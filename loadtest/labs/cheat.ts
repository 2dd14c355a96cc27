/**
 * Cheats against the validators, and honest hours against them: a corpus of programs on the hands of synthetic people
 * (`cheat/people.ts`, `cheat/hands.ts`), over networks that stall (`cheat/networks.ts`), on the room's own simulation at
 * thousands of times real time. For each cheat and network: how many were found and how soon, and what they gained until
 * then; for each network: hours of honest play, and whom they would have harmed. The same seed gives the same figures,
 * however many workers there are. What it does not do: play against the network stack, the frame guard or fog of war.
 *
 * A page with charts goes to `--out` (default `loadtest/reports/cheat.html`). Options: `--hours` of honest play (default
 * 300), `--sessions` of each cheat on each network (default 298: none missed means 99 % with 95 % confidence),
 * `--curve-sessions` (default 60), `--only` NAME of a cheat, or `honest`, or `curves`, or `cheats`; `--network` NAME,
 * `--seed` (default 1), `--workers` (default one a core; 0: this thread). `--resume FILE` keeps honest hours in a file
 * and goes on where it ended, so that many can be collected bit by bit; `--hours` is then how many are to be in it.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Experiment } from "../run.ts";
import { CHEATS_IN_MATCH, type SessionBatch } from "./cheat/cheat-sessions.ts";
import type { Cheat } from "./cheat/cheats.ts";
import { CORPUS, CURVES } from "./cheat/corpus.ts";
import { TESTED_ELSEWHERE } from "./cheat/elsewhere.ts";
import { HonestFile } from "./cheat/honest-file.ts";
import type { HonestTotals } from "./cheat/honest-hours.ts";
import type { LabJob } from "./cheat/lab-jobs.ts";
import {
  type CheatFigures,
  type CheatLabReport,
  type CurveFigures,
  figuresOf,
  honestReport,
} from "./cheat/lab-report.ts";
import { NETWORKS } from "./cheat/networks.ts";
import { playPairs } from "./cheat/pair-graphs.ts";
import { Progress } from "./cheat/progress.ts";
import { renderReport } from "./cheat/report-page.ts";
import { describe } from "./cheat/say-figures.ts";
import { WorkerPool } from "./cheat/worker-pool.ts";

const PAGE = join(import.meta.dirname, "../reports/cheat.html");
const HOURS_A_CHUNK = 7.9;
const MOST_SESSIONS = 100_000;

const cheatLab: Experiment = {
  about: "Cheats found, how soon, and what they gain until then; honest hours, and the flags raised in them.",
  async run(options, progress) {
    const startedAt = performance.now();
    const seed = whole("seed", options["seed"] ?? "1");
    const workers = whole("workers", options["workers"] ?? String(availableParallelism()));
    const sessions = whole("sessions", options["sessions"] ?? "298");
    const curveSessions = whole("curve-sessions", options["curve-sessions"] ?? "60");
    const only = options["only"];
    const networks = NETWORKS.filter(
      ({ name }) => options["network"] === undefined || name === options["network"],
    );
    if (networks.length === 0)
      throw new Error(`--network is one of ${NETWORKS.map(({ name }) => name).join(", ")}`);
    const corpus = CORPUS.filter(({ name }) => only === undefined || only === "cheats" || name === only);
    if (corpus.length === 0 && only !== "honest" && only !== "curves")
      throw new Error(
        `--only is honest, cheats, curves or one of ${CORPUS.map(({ name }) => name).join(", ")}`,
      );
    const pool = new WorkerPool(workers);
    const run = { seed, pool, progress };
    const cheats: CheatFigures[] = [];
    for (const cheat of corpus) {
      for (const { name: network } of networks) {
        const found = await playCheat({ ...run, cheat, network, sessions });
        cheats.push(found);
        progress(describe(found));
      }
    }
    const curves = only === undefined || only === "curves" ? await playCurves(run, curveSessions) : [];
    const hours = only === undefined || only === "honest" ? positive("hours", options["hours"] ?? "300") : 0;
    const { totals, coreHours, playerHours } = await playHonest(run, hours, options["resume"]);
    await pool.close();
    const page = resolve(options["out"] ?? PAGE);
    const report: CheatLabReport = {
      seed,
      workers,
      sessions,
      cheats,
      curves,
      honest: honestReport(totals),
      pairs: playPairs(seed, Math.min(sessions, 300)),
      elsewhere: TESTED_ELSEWHERE.filter(({ test }) => existsSync(join(import.meta.dirname, "../..", test))),
      playerHoursPerCoreHour: coreHours === 0 ? 0 : Math.round(playerHours / coreHours),
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      page,
    };
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, renderReport(report));
    progress(`the page: ${page}`);
    return report;
  },
};

export default cheatLab;

interface Run {
  seed: number;
  pool: WorkerPool;
  progress: (line: string) => void;
}

async function playCheat({
  seed,
  pool,
  cheat,
  network,
  sessions,
}: Run & { cheat: Cheat; network: string; sessions: number }): Promise<CheatFigures> {
  const jobs = Array.from({ length: Math.ceil(sessions / CHEATS_IN_MATCH) }, (_, batch): LabJob => {
    return { kind: "cheat", seed, cheat: cheat.name, network, batch };
  });
  const batches: SessionBatch[] = [];
  await pool.run(jobs, (result) => batches.push(result as SessionBatch));
  return figuresOf(cheat, network, batches, sessions);
}

/** On the first network: what a cheat hides in there, it hides in all the more on others. */
async function playCurves(run: Run, sessions: number): Promise<CurveFigures[]> {
  const curves: CurveFigures[] = [];
  const network = NETWORKS[0]?.name ?? "";
  for (const { name, parameter, points } of CURVES) {
    const found: CurveFigures = { name, parameter, network, points: [] };
    for (const { at, cheat } of points) {
      const {
        detectedShare,
        sessions: played,
        seconds,
        engagements,
        advantage,
      } = await playCheat({
        ...run,
        cheat,
        network,
        sessions,
      });
      found.points.push({
        at,
        sessions: played,
        detectedShare,
        medianSeconds: seconds.median,
        medianEngagements: engagements.median,
        hits: advantage.hits,
      });
    }
    curves.push(found);
    run.progress(
      `${name}: ${found.points.map(({ at, detectedShare }) => `${at}: ${Math.round(detectedShare * 100)} %`).join(", ")}`,
    );
  }
  return curves;
}

async function playHonest({ seed, pool, progress }: Run, hours: number, path: string | undefined) {
  const file = new HonestFile(path === undefined ? undefined : resolve(path), seed);
  const first = file.chunks;
  const before = file.playerHours;
  const chunks = Math.max(0, Math.ceil((hours - before) / HOURS_A_CHUNK));
  const jobs = Array.from(
    { length: chunks },
    (_, index): LabJob => ({ kind: "honest", seed, index: first + index }),
  );
  const told = new Progress(hours - before, progress);
  // Of all threads: what others do on the machine does not count.
  const spentBefore = process.cpuUsage();
  await pool.run(jobs, (result) => {
    file.add(result as HonestTotals, performance.now());
    told.tell(file.playerHours - before, file.totals.flags.length);
  });
  if (chunks > 0) file.write();
  const spent = process.cpuUsage(spentBefore);
  const coreHours = (spent.user + spent.system) / 3.6e9;
  return {
    totals: file.totals,
    coreHours: chunks === 0 ? 0 : coreHours,
    playerHours: file.playerHours - before,
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > MOST_SESSIONS)
    throw new Error(`--${name} must be a whole number from 0 to ${MOST_SESSIONS}, not "${text}"`);
  return value;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
}
