/**
 * Whether a recorded match comes out the same when it is run again: plays matches at full speed in this process
 * (`determinism/play-match.ts`), runs every one of them again from its recording, and compares each tick. Then turns
 * one random bit in an input of each of some recordings, and asks whether the re-run names the tick of that input.
 *
 * Options: `--ticks` re-simulated at least (default 1,000,000), `--match-ticks` of one match (default 5,400: three
 * minutes), `--flips` (default 100), `--seed` (default 1). Ticks, mismatches and bytes come out the same for a seed.
 */
import { gzipSync } from "node:zlib";
import { TICK_RATE } from "../../rooms/skirmish/shared/constants.ts";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { openRerun } from "../../rooms/skirmish/shared/replay-game.ts";
import { encodeReplay } from "../../src/replay/replay-file.ts";
import { verifyReplay } from "../../src/replay/verify-replay.ts";
import { distributionOf, round } from "../distribution.ts";
import type { Experiment } from "../run.ts";
import { flipBit } from "./determinism/flip-bit.ts";
import { playMatch, type RecordedMatch } from "./determinism/play-match.ts";
import { PARTS, type Part, partsOf } from "./determinism/recording-columns.ts";

/** A flipped bit is as well named in a short match. */
const FLIPPED_TICKS = 1800;

export interface DeterminismReport {
  seed: number;
  matches: number;
  ticks: number;
  /** Matches that differed, and where first. */
  mismatches: { seed: number; tick: number }[];
  kills: number;
  /** Simulated seconds in a second: of all, and of the slowest match. */
  speed: { mean: number; slowest: number };
  /** Of the re-run ticks alone, a second. */
  ticksPerSecond: number;
  playerSeconds: number;
  /** Of whole files, header and all. */
  bytesPerPlayerSecond: number;
  /** What of them is for what, each compressed alone. The hands never rest, which costs more than a person does. */
  bytesPerPlayerSecondOf: Record<Part, number>;
  bytesPerMatch: ReturnType<typeof distributionOf>;
  flips: {
    flipped: number;
    named: number;
    unnamed: { seed: number; tick: number; found: number | "none" }[];
  };
  seconds: number;
}

const determinism: Experiment = {
  about: "Recorded matches run again: mismatches, speed, bytes, and flipped bits named at their ticks.",
  async run(options, progress) {
    const startedAt = performance.now();
    const seed = whole("seed", options["seed"] ?? "1");
    const rerun = rerunMatches(
      seed,
      whole("ticks", options["ticks"] ?? "1000000"),
      whole("match-ticks", options["match-ticks"] ?? "5400"),
      progress,
    );
    const flips = nameFlips(seed, whole("flips", options["flips"] ?? "100"), progress);
    const seconds = round((performance.now() - startedAt) / 1000, 1);
    const report: DeterminismReport = { seed, ...rerun, flips, seconds };
    progress(
      `${report.ticks} ticks of ${report.matches} matches again: ${report.mismatches.length} mismatches, ${report.speed.mean} × real time; ${report.bytesPerPlayerSecond} bytes a player-second; ${flips.named} of ${flips.flipped} flipped bits named at their ticks`,
    );
    return report;
  },
};

export default determinism;

function rerunMatches(
  seed: number,
  mostTicks: number,
  matchTicks: number,
  progress: (line: string) => void,
): Omit<DeterminismReport, "seed" | "flips" | "seconds"> {
  const mismatches: DeterminismReport["mismatches"] = [];
  const speeds: number[] = [];
  const sizes: number[] = [];
  const parts: Record<Part, number> = { changes: 0, hashes: 0, moves: 0, aims: 0, seen: 0 };
  let ticks = 0;
  let tookMs = 0;
  let kills = 0;
  let playerSeconds = 0;
  let toldAt = performance.now();
  for (let match = 0; ticks < mostTicks; match += 1) {
    const matchSeed = seed * 100_000 + match;
    const played = playMatch(planOf(matchSeed, match, matchTicks));
    const run = openRerun(played.setup, played.body);
    const report = verifyReplay(run, { now: () => performance.now() });
    if (report.mismatch) mismatches.push({ seed: matchSeed, tick: report.mismatch.tick });
    else if (report.ticks !== played.ticks) mismatches.push({ seed: matchSeed, tick: report.ticks + 1 });
    ticks += report.ticks;
    tookMs += report.tookMs;
    speeds.push(report.speed);
    sizes.push(fileBytes(played));
    const bytes = partsOf(played.body);
    for (const part of PARTS) parts[part] += gzipSync(bytes[part]).length;
    kills += played.kills;
    playerSeconds += played.playerSeconds;
    if (performance.now() - toldAt < 5000) continue;
    toldAt = performance.now();
    progress(`${ticks} of ${mostTicks} ticks, ${mismatches.length} mismatches`);
  }
  return {
    matches: sizes.length,
    ticks,
    mismatches,
    kills,
    speed: {
      mean: Math.round(ticks / TICK_RATE / (tookMs / 1000)),
      slowest: Math.round(Math.min(...speeds)),
    },
    ticksPerSecond: Math.round(ticks / (tookMs / 1000)),
    playerSeconds: Math.round(playerSeconds),
    bytesPerPlayerSecond: round(sizes.reduce((sum, size) => sum + size, 0) / playerSeconds, 2),
    bytesPerPlayerSecondOf: Object.fromEntries(
      PARTS.map((part) => [part, round(parts[part] / playerSeconds, 2)]),
    ) as Record<Part, number>,
    bytesPerMatch: distributionOf(sizes, 0),
  };
}

/** Two to six players, and bots up to six fighters; every other match in teams. */
function planOf(seed: number, match: number, ticks: number): Parameters<typeof playMatch>[0] {
  const players = 2 + (match % 5);
  return { seed, ticks, players, bots: 6 - players, teams: match % 2 === 1 };
}

function fileBytes({ setup, body }: RecordedMatch): number {
  const texts = { game: "skirmish", build: "dev", schema: "", matchId: "", map: "", mode: "", startedAt: "" };
  const header = { ...texts, tickRate: TICK_RATE, about: {}, setup };
  const file = encodeReplay(header, gzipSync(body), body.length);
  if (!file) throw new Error("the recording's header is too long");
  return file.length;
}

function nameFlips(
  seed: number,
  flips: number,
  progress: (line: string) => void,
): DeterminismReport["flips"] {
  const random = createRandom(seed);
  const unnamed: DeterminismReport["flips"]["unnamed"] = [];
  for (let match = 0; match < flips; match += 1) {
    const matchSeed = seed * 100_000 + 50_000 + match;
    const played = playMatch(planOf(matchSeed, match, FLIPPED_TICKS));
    const { body, tick } = flipBit(played, random);
    const found = firstDifference(played.setup, body);
    if (found !== tick) unnamed.push({ seed: matchSeed, tick, found });
    if ((match + 1) % 25 === 0)
      progress(`${match + 1} of ${flips} bits flipped, ${unnamed.length} not named`);
  }
  return { flipped: flips, named: flips - unnamed.length, unnamed };
}

/** The tick that differs, or that holds an input nobody can make. */
function firstDifference(setup: unknown, body: Uint8Array): number | "none" {
  const run = openRerun(setup, body);
  try {
    while (!run.mismatch && run.advance()) continue;
  } catch {
    return run.mismatch?.tick ?? run.tick + 1;
  }
  return run.mismatch?.tick ?? "none";
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number above 0, not "${text}"`);
  return value;
}
