/**
 * Keeps a game's own functions from stopping a queue: a filter that throws holds the tickets that it was asked about,
 * a preference that throws, or answers no number, costs 1. Each is told of once a minute at most.
 */
import type { Filter, Preference } from "./queue-rules.ts";

const TELL_MS = 60_000;

/** @param failed is told of what was thrown. */
export function guardFilter(filter: Filter, failed: (name: string, error: unknown) => void): Filter {
  const tell = seldom((error) => failed(filter.name, error));
  const { keyOf, pair, match, ...rest } = filter;
  return {
    ...rest,
    ...(keyOf ? { keyOf: guarded(keyOf, "(failed)", tell) } : {}),
    ...(pair ? { pair: guarded(pair, false, tell) } : {}),
    ...(match ? { match: guarded(match, false, tell) } : {}),
  };
}

/** @param failed is told of what was thrown. */
export function guardPreference(
  preference: Preference,
  failed: (name: string, error: unknown) => void,
): Preference {
  const tell = seldom((error) => failed(preference.name, error));
  const { pair, match, ...rest } = preference;
  return {
    ...rest,
    // Ready-made ones are read by what they compare, and answer numbers.
    ...(pair ? { pair: "facts" in pair ? pair : finite(guarded(pair, 1, tell)) } : {}),
    ...(match ? { match: finite(guarded(match, 1, tell)) } : {}),
  };
}

function guarded<Arguments extends unknown[], Answer>(
  ask: (...given: Arguments) => Answer,
  otherwise: Answer,
  tell: (error: unknown) => void,
): (...given: Arguments) => Answer {
  // Ready-made ones are read by what they compare, and do not throw.
  if ("facts" in ask) return ask;
  return (...given) => {
    try {
      return ask(...given);
    } catch (error) {
      tell(error);
      return otherwise;
    }
  };
}

const finite =
  <Arguments extends unknown[]>(cost: (...given: Arguments) => number) =>
  (...given: Arguments): number => {
    const answer = cost(...given);
    return Number.isFinite(answer) ? answer : 1;
  };

function seldom(tell: (error: unknown) => void): (error: unknown) => void {
  let next = 0;
  return (error) => {
    if (Date.now() < next) return;
    next = Date.now() + TELL_MS;
    tell(error);
  };
}
