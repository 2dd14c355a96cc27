/**
 * Time cannot be bought by sending more of it. Every input uses up a step of the player's time, which passes no faster
 * than the server's (the generic cell rate algorithm, ITU-T I.371): `spent = max(spent, floor) + step · (1 − tolerance)`,
 * and an input that brings `spent` past the present is one too many. The floor is how far back saved time reaches: to
 * when the newest echoed number was sent, less `slackMs`, since what came after the echo in the same ordered stream was
 * made after that number was known. So a stalled link may deliver its whole backlog at once, however long it stood, and
 * a client that only held its inputs back may not.
 *
 * Honest players who look like it: clocks that run fast (within `tolerance`), pages that hitch and catch up (Colyseus'
 * SDK makes up for five steps at most). A connection that echoes nothing has `slackWithoutProofMs`.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineLimit, type Limit } from "../validator.ts";

/** A link may stall as it opens, and hold up the first echo with all the inputs. */
const FIRST_PROOF_MS = 60_000;

export function timeBudget(settings: ValidatorConfig["timeBudget"]): Limit {
  return defineLimit({
    name: "time-budget",
    settings,
    start: ({ openedAt }) => ({ spent: openedAt - settings.slackMs }),
    received(state, { at }, { newestProof, openedAt, stepMs }) {
      const beginning = openedAt - settings.slackMs;
      const unproved = at - openedAt < FIRST_PROOF_MS ? beginning : at - settings.slackWithoutProofMs;
      const floor = newestProof ? newestProof.sentAt - settings.slackMs : Math.max(beginning, unproved);
      const spent = Math.max(state.spent, floor) + stepMs * (1 - settings.tolerance);
      if (spent <= at) {
        state.spent = spent;
        return undefined;
      }
      // The time is not charged for, so one who stops is in order again at once.
      return { points: 1, measured: { aheadMs: spent - at } };
    },
  });
}
