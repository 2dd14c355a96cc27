/**
 * The two queues of the lab, and the arena's rules for them. `strictness` stretches the time in which limits relax: at
 * 0 everybody is taken at once whom hard filters let pass, at 2 limits hold twice as long as usual.
 */
import {
  avoidBlocked,
  commonRegion,
  ratingDistance,
  sameBuild,
  trustApart,
  until,
  winChance,
} from "../../../src/matchmaking/filters.ts";
import { closeMatch, closeRatings, evenParties, lowLatency } from "../../../src/matchmaking/preferences.ts";
import type { QueueRules, Relaxing } from "../../../src/matchmaking/queue-rules.ts";

export interface LabCase {
  readonly about: string;
  readonly teamSize: number;
  /** Mean of a whole day. */
  readonly ticketsPerSecond: number;
  readonly partyShares: readonly number[];
  /** The bound that nobody's wait may pass. */
  readonly starvedAfterSeconds: number;
  /** Settings of the arena; 1 is the usual one. */
  readonly strictness: readonly number[];
  /** Settings of `QueueRoom` besides its own `compare`: how far from a group's average its next player may be, in mu. */
  readonly farthest: readonly number[];
  readonly rules: (strictness: number) => QueueRules;
}

const STRICTNESS = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];
const FARTHEST = [8, 4, 2, 1];
const MOST_WAIT_SECONDS = 120;
/** `MOST_WAIT_SECONDS`, and a minute for ready checks that others let fall through. */
const STARVED_AFTER_SECONDS = 180;

export const LAB_CASES: Readonly<Record<string, LabCase>> = {
  "5v5": {
    about: "Five against five, parties of one to four.",
    teamSize: 5,
    ticketsPerSecond: 0.6,
    partyShares: [0.6, 0.25, 0.1, 0.05],
    starvedAfterSeconds: STARVED_AFTER_SECONDS,
    strictness: STRICTNESS,
    farthest: FARTHEST,
    rules: (strictness) => ({
      teams: [5, 5],
      largestParty: 4,
      filters: [
        trustApart(),
        avoidBlocked(),
        until(20 * strictness, sameBuild()),
        winChance(stretch(strictness, [0, 0.01], [27, 0.03], [45, 0.1], [58, 0.5])),
        ratingDistance(stretch(strictness, [0, 4], [27, 8], [50, 20], [58, 60])),
        commonRegion(stretch(strictness, [0, 100], [15, 170], [30, 300])),
      ],
      preferences: [closeMatch(), closeRatings(), lowLatency(), evenParties()],
      mostWaitSeconds: MOST_WAIT_SECONDS,
      leastPlayers: 10,
    }),
  },
  "1v1": {
    about: "One against one, a smaller crowd.",
    teamSize: 1,
    ticketsPerSecond: 0.25,
    partyShares: [1],
    starvedAfterSeconds: STARVED_AFTER_SECONDS,
    strictness: STRICTNESS,
    farthest: FARTHEST,
    rules: (strictness) => ({
      teams: [1, 1],
      largestParty: 1,
      filters: [
        trustApart(),
        avoidBlocked(),
        until(4 * strictness, sameBuild()),
        winChance(stretch(strictness, [0, 0], [13, 0.2], [14.5, 0.5])),
        commonRegion(stretch(strictness, [0, 180], [14, 300])),
      ],
      preferences: [closeMatch(), closeRatings(), lowLatency()],
      mostWaitSeconds: MOST_WAIT_SECONDS,
      leastPlayers: 2,
    }),
  },
};

function stretch(strictness: number, ...steps: readonly (readonly [number, number])[]): Relaxing {
  return steps.map(([seconds, value]) => [seconds * strictness, value] as const);
}
