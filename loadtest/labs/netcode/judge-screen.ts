/** What players saw, in figures: how right the prediction was, how old the others were, what it cost. Pure. */
import type { DrawnFrame, LinkBytes, PlayerRecord } from "./records.ts";
import type { ServerStory } from "./server-story.ts";

/** What is drawn at the newest there is has nothing to go on to: a client may hold it there. */
const FRESH_MS = 1;
/** Smaller ones are rounding. */
const NOTICEABLE_METRES = 0.001;

export interface PredictionSamples {
  /** |predicted − server's| of every acknowledged input, metres. */
  errors: number[];
  /** Lengths of noticeable corrections, metres. */
  corrections: number[];
  /** Set apart: somebody died, came back or the phase changed, which the player could not know when predicting. */
  unknowable: number;
}

export function judgePrediction(player: PlayerRecord, story: ServerStory): PredictionSamples {
  const lives = new Map(player.steps.map(({ sequence, life }) => [sequence, life]));
  const knowable = (sequence: number): boolean => {
    const life = lives.get(sequence);
    const tick = story.acknowledgedIn(player.slot, sequence);
    if (life === undefined || tick === undefined) return false;
    return [tick - 1, tick].every((one) => story.at(one, player.slot)?.life === life);
  };
  const steps = player.steps.filter(({ sequence }) => knowable(sequence));
  const corrections = player.corrections
    .filter(({ metres, sequence }) => metres >= NOTICEABLE_METRES && knowable(sequence))
    .map(({ metres }) => metres);
  return {
    errors: steps.map(({ metres }) => metres),
    corrections,
    unknowable: player.steps.length - steps.length,
  };
}

export interface AgeSamples {
  /** Of the others as drawn, milliseconds behind the server. */
  ages: number[];
  /** Frames that had nothing newer than what they were to draw. */
  starved: number;
}

/** @param clockOffset the frames' clock minus the server's. */
export function judgeAge(frames: readonly DrawnFrame[], clockOffset: number): AgeSamples {
  const starved = frames.filter(({ drawnAt, newestAt }) => drawnAt > newestAt - FRESH_MS);
  const ages = frames.map(({ at, drawnAt, newestAt }) => at - clockOffset - Math.min(drawnAt, newestAt));
  return { ages, starved: starved.length };
}

export interface LinkRates {
  downBytes: number;
  upBytes: number;
  downFrames: number;
  upFrames: number;
}

/** A second and a player. */
export function ratesOf(links: readonly { bytes: LinkBytes; seconds: number }[]): LinkRates {
  const mean = (of: (bytes: LinkBytes) => number): number =>
    links.reduce((sum, { bytes, seconds }) => sum + of(bytes) / seconds, 0) / Math.max(1, links.length);
  return {
    downBytes: Math.round(mean(({ down }) => down)),
    upBytes: Math.round(mean(({ up }) => up)),
    downFrames: Math.round(mean(({ framesDown }) => framesDown) * 10) / 10,
    upFrames: Math.round(mean(({ framesUp }) => framesUp) * 10) / 10,
  };
}
