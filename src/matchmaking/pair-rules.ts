/**
 * The pair filters and pair preferences of a queue over one order of tickets. Filters are asked in whatever order
 * refuses soonest: one that refuses moves a place to the front, which changes nothing but the time it takes.
 */
import type { FactTable, OfPlaces } from "./pair-facts.ts";
import type { Filter, QueueRules } from "./queue-rules.ts";
import type { SkillOrder } from "./skill-order.ts";

export class PairRules {
  readonly #order: SkillOrder;
  readonly #all: OfPlaces<boolean>[];
  readonly #hard: OfPlaces<boolean>[];
  readonly #costs: { weight: number; cost: OfPlaces<number> }[];

  constructor({ filters, preferences }: QueueRules, order: SkillOrder, table: FactTable) {
    const tests = new Map<Filter, OfPlaces<boolean>>();
    for (const filter of filters) if (filter.pair) tests.set(filter, table.overPlaces(filter.pair));
    this.#order = order;
    this.#all = [...tests.values()];
    this.#hard = [...tests].filter(([{ hard }]) => hard).map(([, test]) => test);
    this.#costs = preferences.flatMap(({ weight, pair }) =>
      pair ? [{ weight, cost: table.overPlaces(pair) }] : [],
    );
  }

  mayMeet(one: number, other: number, hardOnly: boolean): boolean {
    const tests = hardOnly ? this.#hard : this.#all;
    const { waited } = this.#order;
    const longestWait = Math.max(waited[one] as number, waited[other] as number);
    for (let at = 0; at < tests.length; at += 1) {
      const test = tests[at] as OfPlaces<boolean>;
      if (test(one, other, longestWait)) continue;
      if (at > 0) {
        tests[at] = tests[at - 1] as OfPlaces<boolean>;
        tests[at - 1] = test;
      }
      return false;
    }
    return true;
  }

  /** Weighted sum of what the preferences say about the two. */
  cost(one: number, other: number): number {
    let sum = 0;
    for (const { weight, cost } of this.#costs) sum += weight * cost(one, other, 0);
    return sum;
  }
}
