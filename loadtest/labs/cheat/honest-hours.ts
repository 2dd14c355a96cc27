/**
 * Hours of honest play, and what was raised against whom. A chunk is eight people for an hour on one network: a whole
 * window of evidence each. Chunks are independent and add up in any order.
 */
import type { AnticheatConfig } from "./lab-config.ts";
import { LabMatch } from "./lab-match.ts";
import { FLAGS, type SeatOutcome, type Step } from "./lab-seat.ts";
import { NETWORKS, type Network } from "./networks.ts";
import { SLOTS } from "./world-tape.ts";

const CHUNK_SECONDS = 3600;
/** Fewer say little of a player's share. */
const FEWEST_OBSERVATIONS = 20;
const SHARE_BINS = 20;
const EVIDENCE_BINS = 40;
const HONEST = 0x0e57;

export interface Flag {
  network: string;
  kind: string;
  step: Step;
  by: string;
  minute: number;
  /** The chunk that shows it again. */
  chunk: number;
}

export interface TrialTotals {
  observed: number;
  positive: number;
  /** Player-hours with enough observations, by the share of positive ones: 5 % a bin. */
  shares: number[];
}

export interface NetworkTotals {
  playerHours: number;
  /** Players to whom it happened. */
  reached: Partial<Record<Step, number>>;
  /** The same by what raised it. */
  raisedBy: Record<string, number>;
  /** Points of limits. */
  points: Record<string, number>;
  trials: Record<string, TrialTotals>;
  /** The same by kind of hands. */
  trialsOf: Record<string, Record<string, TrialTotals>>;
  /** Player-hours by the highest combined evidence, a bin a natural unit. */
  evidence: number[];
  engagements: number;
  shots: number;
  hits: number;
  steps: number;
  stepMs: number;
  metres: number;
}

export interface HonestTotals {
  networks: Record<string, NetworkTotals>;
  flags: Flag[];
}

/** @param index from 0 on; networks take turns. */
export function playHonestChunk(
  seed: number,
  index: number,
  config: AnticheatConfig,
  seconds = CHUNK_SECONDS,
): HonestTotals {
  const network = NETWORKS[index % NETWORKS.length] as Network;
  const players = Array.from({ length: SLOTS }, () => ({}));
  const match = new LabMatch({ seeds: [seed, HONEST, index], network, players, config });
  match.run(seconds);
  match.close();
  const share = match.liveMs / (seconds * 1000);
  const totals = openNetwork();
  const flags: Flag[] = [];
  for (const { outcome } of match.seats) {
    totals.playerHours += (outcome.ms * share) / 3_600_000;
    note(totals, outcome);
    for (const step of FLAGS) {
      const first = outcome.firsts[step];
      if (first)
        flags.push({
          network: network.name,
          kind: outcome.kind,
          step,
          by: first.by,
          minute: Math.round(first.atMs / 6000) / 10,
          chunk: index,
        });
    }
  }
  return { networks: { [network.name]: totals }, flags };
}

function openNetwork(): NetworkTotals {
  return {
    playerHours: 0,
    reached: {},
    raisedBy: {},
    points: {},
    trials: {},
    trialsOf: {},
    evidence: Array.from({ length: EVIDENCE_BINS }, () => 0),
    engagements: 0,
    shots: 0,
    hits: 0,
    steps: 0,
    stepMs: 0,
    metres: 0,
  };
}

function note(totals: NetworkTotals, outcome: SeatOutcome): void {
  for (const key of ["engagements", "shots", "hits", "steps", "stepMs", "metres"] as const)
    totals[key] += outcome[key];
  for (const [step, first] of Object.entries(outcome.firsts) as [Step, { by: string }][]) {
    totals.reached[step] = (totals.reached[step] ?? 0) + 1;
    const raised = `${step}: ${first.by}`;
    totals.raisedBy[raised] = (totals.raisedBy[raised] ?? 0) + 1;
  }
  for (const [name, points] of Object.entries(outcome.limits))
    totals.points[name] = (totals.points[name] ?? 0) + points;
  const ofKind = (totals.trialsOf[outcome.kind] ??= {});
  for (const [name, { observed, positive }] of Object.entries(outcome.trials))
    for (const trials of [totals.trials, ofKind]) {
      const trial = (trials[name] ??= {
        observed: 0,
        positive: 0,
        shares: Array.from({ length: SHARE_BINS + 1 }, () => 0),
      });
      trial.observed += observed;
      trial.positive += positive;
      if (observed >= FEWEST_OBSERVATIONS)
        addOne(trial.shares, Math.floor((positive / observed) * SHARE_BINS));
    }
  addOne(totals.evidence, Math.min(EVIDENCE_BINS - 1, Math.floor(outcome.highest)));
}

function addOne(bins: number[], bin: number): void {
  bins[bin] = (bins[bin] ?? 0) + 1;
}
