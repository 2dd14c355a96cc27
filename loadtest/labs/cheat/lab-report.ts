/** What the lab found, in figures: of cheats by network, of honest hours by network, of curves. */
import { percentile, round, shareOf } from "../../distribution.ts";
import { type SessionBatch, WITHIN_ENGAGEMENTS, WITHIN_SECONDS } from "./cheat-sessions.ts";
import { type Cheat, type CheatGroup, PROVABLE } from "./cheats.ts";
import type { Flag, HonestTotals } from "./honest-hours.ts";
import { FLAGS, type SeatOutcome, type Step } from "./lab-seat.ts";
import type { PairReport } from "./pair-graphs.ts";

const STEP_MS = 1000 / 30;

/** The quantiles of what not everybody reached: null stands for never. */
export interface Until {
  median: number | null;
  p99: number | null;
}

export interface CheatFigures {
  cheat: string;
  group: CheatGroup;
  network: string;
  sessions: number;
  /** Flagged within a minute (protocol, time, stamps) or within sixty engagements (all others). */
  detected: number;
  detectedShare: number;
  /** Everything of this kind that the room would take away was, at some time: their shots are judged in the present. */
  restrictedShare: number;
  seconds: Until;
  engagements: Until;
  restrictedSeconds: Until;
  kickedShare: number;
  /** What raised the first flags. */
  raisedBy: Record<string, number>;
  advantage: {
    /** Steps over those that the time has; 0.005 is half a percent. Below zero: the link or the page lost some. */
    speed: number;
    /** Metres a second over the honest players'. */
    distance: number;
    lookBackMs: { mean: number; max: number };
    /** Hits a minute over the honest players'; 1 is as many. */
    hits: number;
    accuracy: number;
    honestAccuracy: number;
  };
}

export interface CurvePoint {
  at: number;
  sessions: number;
  detectedShare: number;
  medianSeconds: number | null;
  medianEngagements: number | null;
  hits: number;
}

export interface CurveFigures {
  name: string;
  parameter: string;
  network: string;
  points: CurvePoint[];
}

export interface HonestNetwork {
  network: string;
  playerHours: number;
  /** Players who reached a level, or were kicked, and what raised it. */
  reached: Partial<Record<Step, number>>;
  raisedBy: Record<string, number>;
  flagsPer10000Hours: number;
  /** With 95 % confidence no more than that. */
  upperPer10000Hours: number;
  /** Of each trial: the mean share of positive observations, of the player-hour in a thousand, by kind of hands. */
  trials: Record<
    string,
    { observed: number; share: number; p999Share: number; byHands: Record<string, number> }
  >;
  accuracy: number;
  /** Natural logarithm of the highest evidence in a thousand player-hours. */
  evidenceP999: number;
}

export interface HonestReport {
  playerHours: number;
  kicks: number;
  flags: number;
  upperPer10000Hours: number;
  networks: HonestNetwork[];
  listed: Flag[];
}

export interface CheatLabReport {
  seed: number;
  workers: number;
  sessions: number;
  cheats: CheatFigures[];
  curves: CurveFigures[];
  honest: HonestReport;
  /** Of the longest run, whose result is kept. */
  pairs: PairReport;
  elsewhere: readonly { cheat: string; test: string; named: string }[];
  playerHoursPerCoreHour: number;
  seconds: number;
  page: string;
}

/** Counts a cheat's sessions; more than were asked for are left out. */
export function figuresOf(
  cheat: Cheat,
  network: string,
  batches: readonly SessionBatch[],
  sessions: number,
): CheatFigures {
  const seats = batches.flatMap(({ cheats }) => cheats).slice(0, sessions);
  const provable = PROVABLE.includes(cheat.group);
  const flags = seats.map((seat) => firstFlag(seat));
  const inTime = flags.filter(
    (flag) =>
      flag && (provable ? flag.atMs <= (WITHIN_SECONDS + 2) * 1000 : flag.engagements <= WITHIN_ENGAGEMENTS),
  );
  const raisedBy: Record<string, number> = {};
  for (const flag of inTime) if (flag) raisedBy[flag.by] = (raisedBy[flag.by] ?? 0) + 1;
  const restricted = seats.map(({ firsts }) => firsts.restrict ?? firsts.mitigated);
  return {
    cheat: cheat.name,
    group: cheat.group,
    network,
    sessions: seats.length,
    detected: inTime.length,
    detectedShare: shareOf(inTime.length, seats.length),
    restrictedShare: shareOf(restricted.filter(Boolean).length, seats.length),
    seconds: until(flags.map((flag) => flag && flag.atMs / 1000)),
    engagements: until(flags.map((flag) => flag?.engagements)),
    restrictedSeconds: until(restricted.map((first) => first && first.atMs / 1000)),
    kickedShare: shareOf(seats.filter(({ firsts }) => firsts.kick).length, seats.length),
    raisedBy,
    advantage: advantageOf(seats, batches),
  };
}

function firstFlag({ firsts }: SeatOutcome) {
  let first: { atMs: number; engagements: number; by: string } | undefined;
  for (const step of FLAGS) {
    const reached = firsts[step];
    if (reached && (!first || reached.atMs < first.atMs)) first = reached;
  }
  return first;
}

function until(values: readonly (number | undefined)[]): Until {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = percentile(sorted, share);
    return Number.isFinite(value) ? round(value, 1) : null;
  };
  return { median: at(0.5), p99: at(0.99) };
}

function advantageOf(
  seats: readonly SeatOutcome[],
  batches: readonly SessionBatch[],
): CheatFigures["advantage"] {
  const sum = (of: (seat: SeatOutcome) => number): number =>
    seats.reduce((total, seat) => total + of(seat), 0);
  const honest = { steps: 0, stepMs: 0, metres: 0, shots: 0, hits: 0 };
  for (const batch of batches)
    for (const key of ["steps", "stepMs", "metres", "shots", "hits"] as const)
      honest[key] += batch.honest[key];
  const ms = Math.max(
    1,
    sum(({ stepMs }) => stepMs),
  );
  const over = (own: number, theirs: number): number =>
    theirs === 0 ? 0 : round(own / ms / (theirs / Math.max(1, honest.stepMs)), 4);
  const looks = sum(({ lookBackMs }) => lookBackMs.count);
  return {
    speed: round((sum(({ steps }) => steps) * STEP_MS) / ms - 1, 4),
    distance: round(
      over(
        sum(({ metres }) => metres),
        honest.metres,
      ) - 1,
      4,
    ),
    lookBackMs: {
      mean: round(sum(({ lookBackMs }) => lookBackMs.sum) / Math.max(1, looks), 1),
      max: round(Math.max(0, ...seats.map(({ lookBackMs }) => lookBackMs.max)), 1),
    },
    hits: over(
      sum(({ hits }) => hits),
      honest.hits,
    ),
    accuracy: shareOf(
      sum(({ hits }) => hits),
      sum(({ shots }) => shots),
    ),
    honestAccuracy: shareOf(honest.hits, honest.shots),
  };
}

export function honestReport({ networks, flags }: HonestTotals): HonestReport {
  const rows = Object.entries(networks).map(([network, totals]): HonestNetwork => {
    const { playerHours, reached } = totals;
    const flagged = flaggedIn(reached);
    const trials = Object.fromEntries(
      Object.entries(totals.trials).map(([name, { observed, positive, shares }]) => {
        const byHands = Object.fromEntries(
          Object.entries(totals.trialsOf).flatMap(([kind, trialsOf]) => {
            const trial = trialsOf[name];
            return trial ? [[kind, shareOf(trial.positive, trial.observed)]] : [];
          }),
        );
        const p999Share = round((binAt(shares, 0.999) + 1) / 20, 2);
        return [
          name,
          { observed, share: shareOf(positive, observed), p999Share: Math.min(1, p999Share), byHands },
        ];
      }),
    );
    return {
      network,
      playerHours: round(playerHours, 1),
      reached,
      raisedBy: totals.raisedBy,
      flagsPer10000Hours: round((flagged / Math.max(1e-9, playerHours)) * 10_000, 2),
      upperPer10000Hours: round((upperBound(flagged) / Math.max(1e-9, playerHours)) * 10_000, 2),
      trials,
      accuracy: shareOf(totals.hits, totals.shots),
      evidenceP999: binAt(totals.evidence, 0.999),
    };
  });
  const playerHours = rows.reduce((sum, row) => sum + row.playerHours, 0);
  const flagged = Object.values(networks).reduce((sum, { reached }) => sum + flaggedIn(reached), 0);
  return {
    playerHours: round(playerHours, 1),
    kicks: Object.values(networks).reduce((sum, { reached }) => sum + (reached.kick ?? 0), 0),
    flags: flagged,
    upperPer10000Hours: round((upperBound(flagged) / Math.max(1e-9, playerHours)) * 10_000, 2),
    networks: rows,
    listed: flags,
  };
}

/** Levels include those before them, so the lowest and what comes by limits. */
function flaggedIn(reached: Partial<Record<Step, number>>): number {
  return (reached.apart ?? 0) + (reached.case ?? 0) + (reached.kick ?? 0);
}

/** The bin of a histogram that a share of all is at or below. */
function binAt(bins: readonly number[], share: number): number {
  const total = bins.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [bin, count] of bins.entries()) {
    seen += count;
    if (seen > 0 && seen >= share * total) return bin;
  }
  return 0;
}

/**
 * The upper end of the exact one-sided 95 % interval of a Poisson mean: 3.0 of none, the rule of three. By the
 * Wilson–Hilferty approximation of the chi-square quantile, which is right to a percent from one on.
 */
export function upperBound(count: number): number {
  if (count === 0) return -Math.log(0.05);
  const degrees = 2 * (count + 1);
  return (degrees * (1 - 2 / (9 * degrees) + 1.6449 * Math.sqrt(2 / (9 * degrees))) ** 3) / 2;
}
