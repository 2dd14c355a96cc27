/**
 * Clicks that come like clockwork. A program clicks at even times, so the clicks of one run lie on a straight line but for
 * counting in whole inputs, which leaves a variance of 1/12 about the line (by least squares); a finger's intervals differ
 * by a tenth and more, and what differs adds up. The deviation is `√max(0, variance − 1/12) / mean interval`, over runs of
 * clicks until together they hold `clicks` of them. One observation for those.
 *
 * Honest players who look like it: a wheel bound to fire, accessibility hardware, who taps to music. A macro with a jitter
 * of its own passes; all that it gains is the weapon's own rate of fire, which the room holds.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineTrial, type Trial } from "../validator.ts";

const COUNTING_VARIANCE = 1 / 12;
/** A line through fewer says nothing. */
const SHORTEST_RUN = 3;
/** Every other input a click: there is nothing that could deviate. */
const FASTEST_TICKS = 2.5;

/** Clicks since the last pause, and the sums for the line through them: index over time. */
interface Run {
  clicks: number;
  time: number;
  sumTime: number;
  sumProduct: number;
  sumSquares: number;
}

const emptyRun = (): Run => ({ clicks: 1, time: 0, sumTime: 0, sumProduct: 0, sumSquares: 0 });

export function autofire(settings: ValidatorConfig["autofire"]): Trial {
  return defineTrial({
    name: "autofire",
    settings,
    start: () => ({ run: emptyRun(), squares: 0, freedom: 0, ticks: 0, intervals: 0 }),
    clicked(state, { ticks }) {
      const { run } = state;
      if (ticks <= settings.slowestTicks) extend(run, ticks);
      if (ticks <= settings.slowestTicks && state.freedom + run.clicks < settings.clicks) return undefined;
      if (run.clicks >= SHORTEST_RUN) {
        state.squares += squaresAboutLine(run);
        state.freedom += run.clicks - 2;
        state.ticks += run.time;
        state.intervals += run.clicks - 1;
      }
      state.run = emptyRun();
      if (state.freedom < settings.clicks - 2) return undefined;
      const variance = state.squares / state.freedom;
      const mean = state.ticks / state.intervals;
      Object.assign(state, { squares: 0, freedom: 0, ticks: 0, intervals: 0 });
      if (mean < FASTEST_TICKS) return undefined;
      const deviation = Math.sqrt(Math.max(0, variance - COUNTING_VARIANCE)) / mean;
      return {
        positive: deviation < settings.regularity,
        measured: { deviation, intervalTicks: mean, regularity: settings.regularity },
      };
    },
  });
}

function extend(run: Run, ticks: number): void {
  run.time += ticks;
  run.sumTime += run.time;
  run.sumProduct += run.clicks * run.time;
  run.sumSquares += run.time * run.time;
  run.clicks += 1;
}

function squaresAboutLine({ clicks, sumTime, sumProduct, sumSquares }: Run): number {
  const sumIndex = (clicks * (clicks - 1)) / 2;
  const indexSquares = (clicks * (clicks * clicks - 1)) / 12;
  const product = sumProduct - (sumIndex * sumTime) / clicks;
  return Math.max(0, sumSquares - (sumTime * sumTime) / clicks - (product * product) / indexSquares);
}
