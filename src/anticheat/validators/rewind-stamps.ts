/**
 * What an input says its screen showed. `stampLevel`: nobody sees a picture older than the link and the game's own
 * interpolation make it, so over a window the youngest picture is at most `oldestPictureMs` older than the round trip
 * (the shortest that was proved in it), and as much more as a restless link makes interpolation wait. `stampStep`: screens do not run backwards, so a stamp lies at most `backwardsMs`
 * (and what the link's unrest moves clocks by) before the newest one so far; and a client that dates its shots alone into a better past has to come back: a stamp that falls by more
 * than `dipMs` and is up again within `dipInputs` is no clock that was set right.
 *
 * Honest players who look like it: clocks that are set right, and jitter so bad that the interpolation holds more than
 * a third of a second. Neither costs anybody more than lag compensation: what is believed is bounded in any case
 * (`rewind-stamp.ts`, and the room's own limit).
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineLimit, type Limit, type Violation } from "../validator.ts";

/** A window is judged once a second. */
const JUDGED_EVERY_MS = 1000;
const FEWEST_STAMPS = 30;
const UNREST_SHARE = 1;
const UNREST_WINDOW_MS = 10_000;

export function stampLevel(settings: ValidatorConfig["stampLevel"]): Limit {
  return defineLimit({
    name: "stamp-level",
    settings,
    start: () => ({
      youngest: Number.POSITIVE_INFINITY,
      before: Number.POSITIVE_INFINITY,
      stamps: 0,
      since: 0,
      judgedAt: 0,
    }),
    received(state, { at, stampAt }, history) {
      if (stampAt <= 0) return undefined;
      // Two halves that take turns: what is judged covers the last whole one and the running one.
      if (at - state.since > settings.windowMs / 2) {
        state.before = state.youngest;
        state.youngest = Number.POSITIVE_INFINITY;
        state.since = at;
      }
      state.youngest = Math.min(state.youngest, at - stampAt);
      state.stamps += 1;
      if (at - state.judgedAt < JUDGED_EVERY_MS || state.stamps < FEWEST_STAMPS) return undefined;
      state.judgedAt = at;
      const roundTrip = history.shortestRoundTrip(at - settings.windowMs);
      if (roundTrip === undefined || roundTrip > settings.longestRoundTripMs) return undefined;
      const pictureMs = Math.min(state.youngest, state.before) - roundTrip;
      if (pictureMs <= settings.oldestPictureMs) return undefined;
      const unrestMs = history.roundTripUnrest(at - settings.windowMs);
      if (pictureMs <= settings.oldestPictureMs + UNREST_SHARE * unrestMs) return undefined;
      return {
        points: 1,
        measured: { pictureMs, oldestMs: settings.oldestPictureMs, roundTripMs: roundTrip },
      };
    },
  });
}

export function stampStep(settings: ValidatorConfig["stampStep"]): Limit {
  return defineLimit({
    name: "stamp-step",
    settings,
    start: () => ({ newest: 0, before: 0, fellBy: 0, fellAgo: 0 }),
    received(state, { at, stampAt }, history): Violation | undefined {
      if (stampAt <= 0) return undefined;
      const backwardsMs = state.newest - stampAt;
      const onwardMs = stampAt - state.before - history.stepMs;
      const first = state.before === 0;
      state.newest = Math.max(state.newest, stampAt);
      state.before = stampAt;
      if (first) return undefined;
      state.fellAgo += 1;
      const backwards = backwardsMs > settings.backwardsMs;
      if (onwardMs < -settings.dipMs) Object.assign(state, { fellBy: -onwardMs, fellAgo: 0 });
      // As far up again as it had come down.
      const dippedMs =
        state.fellAgo <= settings.dipInputs && onwardMs > 0.7 * state.fellBy ? state.fellBy : 0;
      const dipped = dippedMs > settings.dipMs;
      if (dipped) state.fellBy = 0;
      if (!dipped && !backwards) return undefined;
      const since = at - UNREST_WINDOW_MS;
      const roundTrip = history.shortestRoundTrip(since);
      // Where nothing came back for so long, nothing is known of the link's unrest either.
      if (roundTrip === undefined || roundTrip > settings.longestRoundTripMs) return undefined;
      const unrestMs = history.roundTripUnrest(since);
      if (dipped && dippedMs > settings.dipMs + unrestMs)
        return { points: 1, measured: { dippedMs, allowedMs: settings.dipMs + unrestMs } };
      if (backwardsMs <= settings.backwardsMs + unrestMs) return undefined;
      return { points: 1, measured: { backwardsMs, allowedMs: settings.backwardsMs + unrestMs } };
    },
  });
}
