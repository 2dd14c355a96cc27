/**
 * Thresholds of the ready-made validators: `anticheat.validators` in the configuration. Every one can be switched off
 * and moved; what each measures stands in `src/anticheat/validators`. Part of `anticheat-config.ts`.
 *
 * Limits count points: what oversteps a limit costs some, and they fall off with time. Trials are observations, one an
 * engagement, of something that honest players do with at most probability `p0` and a cheat does with `p1`.
 */
import { z } from "zod";

const positive = (high: number) => z.number().gt(0).max(high);
const probability = () => z.number().gt(0).lt(1);

/** Absent points: never. */
const limit = (defaults: {
  restrictAt?: number;
  suspectAt?: number;
  kickAt?: number;
  pointsLostPerSecond: number;
}) => ({
  enabled: z.boolean().default(true),
  /** The room takes advantages away from the player (Skirmish: shots are judged in the present). */
  restrictAt: optionalPoints(defaults.restrictAt),
  /** A case is opened, for people to look at. */
  suspectAt: optionalPoints(defaults.suspectAt),
  /** The connection is closed. */
  kickAt: optionalPoints(defaults.kickAt),
  pointsLostPerSecond: z.number().min(0).max(1000).default(defaults.pointsLostPerSecond),
});

const optionalPoints = (standard: number | undefined) => {
  const points = positive(1_000_000).optional();
  return standard === undefined ? points : points.default(standard);
};

const trial = (defaults: { p0: number; p1: number; weight: number }) => ({
  enabled: z.boolean().default(true),
  /** Of an honest player who does it more often than nearly all others: an upper percentile, never the mean. */
  p0: probability().default(defaults.p0),
  p1: probability().default(defaults.p1),
  /** In the average of all trials' evidence. */
  weight: z.number().min(0).max(100).default(defaults.weight),
});

const apart = ({ p0, p1 }: { p0: number; p1: number }): boolean => p1 > p0;
const P1_ABOVE = { error: "expected p1 above p0", path: ["p1"] };

export const validatorConfig = z
  .strictObject({
    timeBudget: z
      .strictObject({
        ...limit({ restrictAt: 10, kickAt: 30, pointsLostPerSecond: 0.1 }),
        /** How much time may be in hand on top of what the link explains: a browser's catch-up after a hitch. */
        slackMs: positive(60_000).default(400),
        /** The same for a connection that echoes no pings: all its stalls have to fit in. */
        slackWithoutProofMs: positive(600_000).default(10_000),
        /** How much faster than the server's a client's clock may run: crystals stay within ±0.02 %. */
        tolerance: z.number().min(0).max(0.2).default(0.005),
      })
      .prefault({}),
    stampLevel: z
      .strictObject({
        ...limit({ restrictAt: 1, suspectAt: 20, pointsLostPerSecond: 0.05 }),
        /** The oldest picture that a client may show all the time, beyond the round trip and its ups and downs. */
        oldestPictureMs: positive(5000).default(330),
        windowMs: positive(60_000).default(5000),
        /** Over longer links honest pictures are older than what is compensated for, too: nothing is to be gained. */
        longestRoundTripMs: positive(60_000).default(500),
      })
      .prefault({}),
    stampStep: z
      .strictObject({
        ...limit({ restrictAt: 2, suspectAt: 4.5, pointsLostPerSecond: 0.02 }),
        /** A screen never runs backwards; clocks are set right by less than this. */
        backwardsMs: positive(5000).default(200),
        /** Less is enough when it comes back within `dipInputs`: a clock that is set right stays so. */
        dipMs: positive(5000).default(50),
        dipInputs: z.int().min(1).max(30).default(10),
        longestRoundTripMs: positive(60_000).default(500),
      })
      .prefault({}),
    latencyProof: z
      .strictObject({
        ...limit({ restrictAt: 1, pointsLostPerSecond: 1 }),
        /** Without a proof for so long, or with a longer round trip, shots are judged in the present. */
        withoutProofMs: positive(600_000).default(10_000),
        roundTripMs: positive(60_000).default(1000),
      })
      .prefault({}),
    /** The third within a minute. */
    domain: z.strictObject({ ...limit({ kickAt: 2.5, pointsLostPerSecond: 1 / 120 }) }).prefault({}),
    impossibleAction: z
      .strictObject({ ...limit({ suspectAt: 20, kickAt: 60, pointsLostPerSecond: 0.1 }) })
      .prefault({}),
    aimSnap: z
      .strictObject({
        ...trial({ p0: 0.08, p1: 0.5, weight: 1 }),
        /** A turn onto the target by more than the first, of which less than the second share is left. */
        wideDegrees: positive(180).default(10),
        wideResidual: probability().default(0.2),
        narrowDegrees: positive(180).default(5),
        narrowResidual: probability().default(0.1),
        /** Of the turn, at most, that the input before may have turned. */
        restShare: probability().default(0.15),
        /** Nearer targets swing past the aim by themselves, metres. */
        nearestMetres: z.number().min(0).max(1000).default(3),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
    reaction: z
      .strictObject({
        ...trial({ p0: 0.15, p1: 0.8, weight: 1 }),
        /** Faster than people are: simple visual reactions take 150 ms and more, screens and mice come on top. */
        fastestMs: positive(1000).default(110),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
    autofire: z
      .strictObject({
        ...trial({ p0: 0.1, p1: 0.85, weight: 1 }),
        /** Clicks that are looked at together. */
        clicks: z.int().min(8).max(256).default(16),
        /** Deviation of the intervals, as a share of their mean: less is a machine. */
        regularity: probability().default(0.04),
        /** Slower clicks follow something else than a finger's pace, ticks. */
        slowestTicks: positive(1000).default(12),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
    accuracy: z
      .strictObject({
        ...trial({ p0: 0.3, p1: 0.95, weight: 0.5 }),
        /** Of the shots at one target. */
        share: probability().default(0.9),
        fewestShots: z.int().min(1).max(1000).default(5),
        nearestMetres: z.number().min(0).max(1000).default(6),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
    hiddenAim: z
      .strictObject({
        ...trial({ p0: 0.7, p1: 0.95, weight: 0.5 }),
        /** Ticks on a target that cannot be seen, of itself and its decoy together, before they are compared. */
        fewestTicks: z.int().min(1).max(1000).default(8),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
    fightStalls: z
      .strictObject({
        ...trial({ p0: 0.6, p1: 0.97, weight: 0.5 }),
        /** Inputs that stay away for so long are a stall. */
        stallMs: positive(60_000).default(400),
      })
      .refine(apart, P1_ABOVE)
      .prefault({}),
  })
  .prefault({});

export type ValidatorConfig = z.output<typeof validatorConfig>;
/** What every limit has. Absent points: never. */
export interface LimitSettings {
  enabled: boolean;
  restrictAt?: number | undefined;
  suspectAt?: number | undefined;
  kickAt?: number | undefined;
  pointsLostPerSecond: number;
}
/** What every trial has. */
export type TrialSettings = Pick<ValidatorConfig["aimSnap"], "enabled" | "p0" | "p1" | "weight">;
