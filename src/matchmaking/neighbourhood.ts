/**
 * A ticket and those near it who may meet it: what a search chooses from. Whether two of them may meet, and what the
 * preferences say about them, is asked once. One object serves all searches of a pass, one after another.
 *
 * Index 0 is the ticket itself, the others follow in the order of what the preferences say about them and it, with
 * their distance in skill; the nearer in skill comes first among equals.
 */
import type { PairRules } from "./pair-rules.ts";
import type { SkillOrder } from "./skill-order.ts";

/** A distance in mean mu of that much weighs like a preference's cost of 1 in the choice among neighbours. */
const NEAR = 20;

/** Of a larger neighbourhood nothing is remembered: it is asked again. */
const MOST_REMEMBERED = 512;

const UNKNOWN = 0;
const YES = 1;
const NO = 2;

export class Neighbourhood {
  readonly #order: SkillOrder;
  readonly #rules: PairRules;
  readonly #capacity: number;
  /** Places in the order by skill. */
  readonly #places: Int32Array;
  readonly #nearness: Float64Array;
  readonly #meets: Uint8Array;
  readonly #costs: Float64Array;
  #count = 0;
  #hardOnly = false;

  /** @param most how many neighbours there can be. */
  constructor(order: SkillOrder, rules: PairRules, most: number) {
    this.#order = order;
    this.#rules = rules;
    this.#capacity = most + 1;
    this.#places = new Int32Array(this.#capacity);
    this.#nearness = new Float64Array(this.#capacity);
    const cells = this.#capacity <= MOST_REMEMBERED ? this.#capacity ** 2 : 0;
    this.#meets = new Uint8Array(cells);
    this.#costs = new Float64Array(cells);
  }

  /** With the ticket itself. */
  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#capacity;
  }

  begin(place: number, hardOnly: boolean): void {
    this.#places[0] = place;
    this.#nearness[0] = Number.NEGATIVE_INFINITY;
    this.#count = 1;
    this.#hardOnly = hardOnly;
  }

  /** @returns false: the filters keep it away from the ticket itself. */
  offer(place: number): boolean {
    const self = this.#places[0] as number;
    if (!this.#rules.mayMeet(self, place, this.#hardOnly)) return false;
    const distance = Math.abs((this.#order.mu[self] as number) - (this.#order.mu[place] as number));
    const nearness = this.#rules.cost(self, place) + distance / NEAR;
    let at = this.#count;
    while ((this.#nearness[at - 1] as number) > nearness) {
      this.#nearness[at] = this.#nearness[at - 1] as number;
      this.#places[at] = this.#places[at - 1] as number;
      at -= 1;
    }
    this.#nearness[at] = nearness;
    this.#places[at] = place;
    this.#count += 1;
    return true;
  }

  /** After the last offer. */
  seal(): void {
    this.#meets.fill(UNKNOWN, 0, this.#count * this.#capacity);
    this.#costs.fill(Number.NaN, 0, this.#count * this.#capacity);
  }

  placeOf(index: number): number {
    return this.#places[index] as number;
  }

  sizeOf(index: number): number {
    return this.#order.size[this.#places[index] as number] as number;
  }

  mayMeet(one: number, other: number): boolean {
    if (one === 0 || other === 0) return true;
    const cell = this.#cell(one, other);
    const known = this.#meets[cell];
    if (known === YES || known === NO) return known === YES;
    const meets = this.#rules.mayMeet(this.placeOf(one), this.placeOf(other), this.#hardOnly);
    this.#meets[cell] = meets ? YES : NO;
    return meets;
  }

  cost(one: number, other: number): number {
    const cell = this.#cell(one, other);
    const known = this.#costs[cell];
    if (known !== undefined && !Number.isNaN(known)) return known;
    const cost = this.#rules.cost(this.placeOf(one), this.placeOf(other));
    this.#costs[cell] = cost;
    return cost;
  }

  #cell(one: number, other: number): number {
    return one < other ? one * this.#capacity + other : other * this.#capacity + one;
  }
}
