/**
 * The best match for one ticket among its neighbours by skill.
 *
 * Looks outward from the ticket, at the nearest first, and keeps those whom the pair filters let meet it. Takes them in
 * the order of what the preferences say, as long as they may meet everybody taken before and the parties fit into the
 * teams; splits them into teams; and asks the match filters. That is tried again with large parties first, and with each
 * of the others taken first; then single tickets of the cheapest match are exchanged for others while that makes it
 * cheaper.
 *
 * Bounded: how many are looked at depends on the match's size, and on how few wait; tries beyond the first come out of
 * a purse for all of the pass, which those who come first may empty.
 */
import { MatchJudge } from "./match-judge.ts";
import { Neighbourhood } from "./neighbourhood.ts";
import { FactTable } from "./pair-facts.ts";
import { PairRules } from "./pair-rules.ts";
import type { Filter, FormedMatch, QueueRules } from "./queue-rules.ts";
import type { SkillOrder } from "./skill-order.ts";
import { fits } from "./team-assignment.ts";

/** In a short queue everybody is looked at: so many looks in all of a pass. */
const LOOKS = 250_000;
/** Looks of those who have waited too long, beyond the usual, in all of a pass: for each ticket, and at least. */
const EXTRA_LOOKS_EACH = 20;
const EXTRA_LOOKS = 250_000;
/** Tries beyond the first, in all of a pass: for each match that could be formed, and at least. */
const EXTRA_TRIES_EACH = 3;
const EXTRA_TRIES = 1000;
/** A try of a large match is as much work as its players squared: it has so much less of them. */
const EXTRA_TRY_WORK = 100_000;
/** Of one ticket. */
const MOST_TRIES = 40;
/** Players among whom to choose, also where a match needs few. */
const LEAST_COMPANY = 10;
/** How many of the nearest are taken first in turn, once there is a match at all. */
const MOST_LEADS = 4;

export interface SearchOptions {
  /** Rises from pass to pass. */
  readonly seed: number;
  /** The share of these tickets in all of the queue, 0–1: of what a pass may spend at most. */
  readonly share: number;
}

export interface FoundMatch {
  readonly match: FormedMatch;
  /** Places in the order by skill. */
  readonly taken: readonly number[];
}

/** What came of a search: a match, or what stood in its way first (nothing: too few who may meet). */
export type SearchResult = { found: FoundMatch } | { found: undefined; refusedBy: Filter | undefined };

/** One search's tries. */
interface Attempts {
  best: { match: FormedMatch; taken: readonly number[] } | undefined;
  refusedBy: Filter | undefined;
  /** By `keyOf`. */
  readonly seen: Set<number>;
  left: number;
}

export class MatchSearch {
  readonly #rules: QueueRules;
  readonly #order: SkillOrder;
  readonly #seed: number;
  readonly #places: number;
  readonly #window: number;
  readonly #looks: number;
  readonly #near: Neighbourhood;
  readonly #judge: MatchJudge;
  #extraLooks: number;
  #extraTries: number;
  /** Who have waited too long share the extra looks out over so many passes. */
  readonly #shares: number;
  #overdueSoFar = 0;

  constructor(rules: QueueRules, order: SkillOrder, { seed, share }: SearchOptions) {
    const count = order.tickets.length;
    this.#rules = rules;
    this.#order = order;
    this.#seed = seed;
    this.#places = rules.teams.reduce((sum, size) => sum + size, 0);
    this.#window = 2 * this.#places + 8;
    this.#looks = Math.max(4 * this.#window, Math.floor((share * LOOKS) / Math.max(1, count)));
    const table = new FactTable(order.tickets);
    this.#near = new Neighbourhood(order, new PairRules(rules, order, table), this.#window);
    this.#judge = new MatchJudge(rules, order, this.#near, table);
    this.#extraLooks = EXTRA_LOOKS_EACH * count + Math.floor(share * EXTRA_LOOKS);
    const least = Math.min(EXTRA_TRIES, EXTRA_TRY_WORK / this.#places ** 2);
    this.#extraTries = Math.floor((EXTRA_TRIES_EACH * count) / this.#places + share * least);
    const overdue = order.waited.reduce((sum, waited) => sum + (waited >= rules.mostWaitSeconds ? 1 : 0), 0);
    this.#shares = Math.max(1, Math.ceil((overdue * count) / this.#extraLooks));
  }

  /** A full match; where there is none, for who has waited long enough, one with open places for bots. */
  find(anchor: number): SearchResult {
    const waited = this.#order.waited[anchor] as number;
    const { mostWaitSeconds, fillAfterSeconds, leastPlayers } = this.#rules;
    const stages = [{ hardOnly: false, looks: this.#looks }];
    if (waited >= mostWaitSeconds)
      stages.push({ hardOnly: true, looks: this.#looks + this.#extraLooksOfNext() });
    const mayFill = fillAfterSeconds !== undefined && waited >= fillAfterSeconds;
    let refusedBy: Filter | undefined;
    for (const least of mayFill ? [this.#places, leastPlayers] : [this.#places])
      for (const { hardOnly, looks } of stages) {
        const players = this.#gather(anchor, hardOnly, looks);
        if (players < least) continue;
        const result = this.#choose(hardOnly, least);
        if (result.found) return result;
        refusedBy ??= result.refusedBy;
      }
    return { found: undefined, refusedBy };
  }

  /** For the next who has waited too long. */
  #extraLooksOfNext(): number {
    const isTheirTurn = (this.#overdueSoFar + this.#seed) % this.#shares === 0;
    this.#overdueSoFar += 1;
    return isTheirTurn ? this.#extraLooks : 0;
  }

  /** @returns how many players may meet the anchor, with its own. */
  #gather(anchor: number, hardOnly: boolean, looks: number): number {
    const order = this.#order;
    const near = this.#near;
    const { mu, size } = order;
    const self = mu[anchor] as number;
    const enough = hardOnly ? Number.POSITIVE_INFINITY : Math.max(3 * this.#places, LEAST_COMPANY);
    near.begin(anchor, hardOnly);
    let players = size[anchor] as number;
    let below = order.below(anchor);
    let above = order.above(anchor);
    let looked = 0;
    while ((below >= 0 || above >= 0) && looked < looks && !near.isFull && players < enough) {
      looked += 1;
      const takeBelow =
        above < 0 || (below >= 0 && self - (mu[below] as number) <= (mu[above] as number) - self);
      const at = takeBelow ? below : above;
      if (takeBelow) below = order.below(below);
      else above = order.above(above);
      if (near.offer(at)) players += size[at] as number;
    }
    this.#extraLooks -= Math.max(0, looked - this.#looks);
    near.seal();
    return players;
  }

  #choose(hardOnly: boolean, leastPlayers: number): SearchResult {
    const near = this.#near;
    const attempts: Attempts = { best: undefined, refusedBy: undefined, seen: new Set(), left: MOST_TRIES };
    const byCost = Array.from({ length: near.count - 1 }, (_, at) => at + 1);
    const first = this.#select(byCost, leastPlayers);
    this.#try(attempts, first, hardOnly);
    // What could not be packed by cost may be packed by size: that is never saved on.
    if ((!first || this.#extraTries > 0) && byCost.some((at) => near.sizeOf(at) > 1)) {
      const bySize = byCost.toSorted((a, b) => near.sizeOf(b) - near.sizeOf(a) || a - b);
      this.#try(attempts, this.#select(bySize, leastPlayers), hardOnly);
    }
    for (let index = 1; index < byCost.length && attempts.left > 0 && this.#extraTries > 0; index += 1) {
      if (attempts.best && index > MOST_LEADS) break;
      const lead = byCost[index] as number;
      this.#try(attempts, this.#select([lead, ...byCost.toSpliced(index, 1)], leastPlayers), hardOnly);
    }
    while (this.#exchange(attempts, hardOnly));
    const { best, refusedBy } = attempts;
    if (!best) return { found: undefined, refusedBy };
    return { found: { match: best.match, taken: best.taken.map((at) => near.placeOf(at)) } };
  }

  /** @returns who plays, the anchor first; undefined when they are too few. */
  #select(candidates: readonly number[], leastPlayers: number): number[] | undefined {
    const near = this.#near;
    const { teams } = this.#rules;
    const taken = [0];
    const sizes = [near.sizeOf(0)];
    let players = near.sizeOf(0);
    let parties = players > 1;
    for (const at of candidates) {
      if (players === this.#places) break;
      const size = near.sizeOf(at);
      if (players + size > this.#places || !this.#mayJoin(taken, at, -1)) continue;
      sizes.push(size);
      if ((size > 1 || parties) && !fits(sizes, teams)) {
        sizes.pop();
        continue;
      }
      parties ||= size > 1;
      taken.push(at);
      players += size;
    }
    return players >= leastPlayers ? taken : undefined;
  }

  #mayJoin(taken: readonly number[], at: number, without: number): boolean {
    for (const other of taken) if (other !== without && !this.#near.mayMeet(other, at)) return false;
    return true;
  }

  /** One ticket of the best match for another of its size. @returns whether that made it cheaper. */
  #exchange(attempts: Attempts, hardOnly: boolean): boolean {
    const { best } = attempts;
    if (!best) return false;
    const near = this.#near;
    for (let index = 1; index < best.taken.length; index += 1) {
      const out = best.taken[index] as number;
      for (let at = 1; at < near.count; at += 1) {
        if (attempts.left <= 0 || this.#extraTries <= 0) return false;
        if (near.sizeOf(at) !== near.sizeOf(out) || best.taken.includes(at)) continue;
        if (!this.#mayJoin(best.taken, at, out)) continue;
        this.#try(attempts, best.taken.with(index, at), hardOnly);
        if (attempts.best !== best) return true;
      }
    }
    return false;
  }

  #try(attempts: Attempts, taken: readonly number[] | undefined, hardOnly: boolean): void {
    if (!taken) return;
    const key = keyOf(taken);
    if (attempts.seen.has(key)) return;
    if (attempts.seen.size > 0) this.#extraTries -= 1;
    attempts.seen.add(key);
    attempts.left -= 1;
    const result = this.#judge.cheapest(taken, hardOnly, attempts.best?.match);
    if (result.match) attempts.best = { match: result.match, taken };
    else attempts.refusedBy ??= result.refusedBy;
  }
}

/** The same for the same tickets in whatever order. Of two selections that share one by chance the second is not tried. */
function keyOf(taken: readonly number[]): number {
  let key = 0;
  for (const at of taken) {
    const word = Math.imul(at + 1, 0x9e3779b1);
    key += Math.imul(word ^ (word >>> 15), 0x85ebca6b) >>> 0;
  }
  return key;
}
