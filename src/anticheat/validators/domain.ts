/**
 * Inputs that no honest client can make: numbers outside of what the game's own controls send. They are judged before
 * `sanitize` makes them harmless. Nothing honest looks like it, but for a client of another version.
 */
import type { ValidatorConfig } from "../../config/validator-config.ts";
import { defineLimit, type Limit, type ReceivedInput, type Violation } from "../validator.ts";

/** What a field may hold: both ends included, finite in any case. */
export type Range = readonly [low: number, high: number];

export interface DomainOptions {
  ranges: Readonly<Record<string, Range>>;
  /** Combinations that the controls cannot make. */
  isLegal?: (fields: ReceivedInput["fields"]) => boolean;
}

export function domain(settings: ValidatorConfig["domain"], { ranges, isLegal }: DomainOptions): Limit {
  const fields = Object.entries(ranges);
  return defineLimit({
    name: "domain",
    settings,
    start: () => undefined,
    received(_state, input): Violation | undefined {
      for (const [name, [low, high]] of fields) {
        const value = input.fields[name] as number;
        if (value >= low && value <= high) continue;
        return { points: 1, measured: { [name]: Number.isFinite(value) ? value : 0, low, high } };
      }
      return isLegal === undefined || isLegal(input.fields) ? undefined : { points: 1, measured: {} };
    },
  });
}
