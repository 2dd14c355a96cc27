/**
 * The best match for one ticket among its neighbours by skill. Looks outward from the ticket, at the nearest first, and
 * keeps those whom the pair filters let meet it (`WINDOW` of them, `SCAN` looked at); takes them in the order of what
 * the preferences say about the two, as long as they may meet everybody taken before and the parties fit into the
 * teams; splits them into teams; and asks the match filters. Of a few such tries the cheapest that passes is the match.
 */
import { Proposal } from "./proposal.ts";
import type { Filter, FormedMatch, Preference, QueueRules } from "./queue-rules.ts";
import type { SkillOrder } from "./skill-order.ts";
import { assignTeams, fits } from "./team-assignment.ts";
import type { Ticket } from "./ticket.ts";

/** Splits of one selection that are tried. */
const SPLITS = 4;
/** A distance in mean mu of that much weighs like a preference's cost of 1 in the choice among neighbours. */
const NEAR = 20;

export interface FoundMatch {
  readonly match: FormedMatch;
  /** Places in the order by skill. */
  readonly taken: readonly number[];
}

/** What came of a search: a match, or what stood in its way last (nothing: too few who may meet). */
export type SearchResult = { found: FoundMatch } | { found: undefined; refusedBy: Filter | undefined };

interface Candidate {
  at: number;
  cost: number;
}

export class MatchSearch {
  readonly #rules: QueueRules;
  readonly #order: SkillOrder;
  readonly #places: number;
  readonly #pairFilters: readonly Filter[];
  readonly #hardPairFilters: readonly Filter[];
  readonly #pairPreferences: readonly Preference[];
  readonly #window: number;
  /** Neighbours that may be looked at beyond the usual, in all of a pass. */
  #extraLooks: number;

  constructor(rules: QueueRules, order: SkillOrder) {
    this.#rules = rules;
    this.#order = order;
    this.#places = rules.teams.reduce((sum, size) => sum + size, 0);
    this.#pairFilters = rules.filters.filter(({ pair }) => pair);
    this.#hardPairFilters = this.#pairFilters.filter(({ hard }) => hard);
    this.#pairPreferences = rules.preferences.filter(({ pair }) => pair);
    this.#window = 2 * this.#places + 8;
    this.#extraLooks = 20 * order.tickets.length + 10_000;
  }

  /** A full match, or, for who has waited long enough, one with open places for bots. */
  find(anchor: number): SearchResult {
    const overdue = (this.#order.waited[anchor] as number) >= this.#rules.mostWaitSeconds;
    const candidates = this.#gather(anchor, overdue);
    const full = this.#tryAll(anchor, candidates, overdue, false);
    if (full.found) return full;
    const { fillAfterSeconds } = this.#rules;
    if (fillAfterSeconds === undefined || (this.#order.waited[anchor] as number) < fillAfterSeconds)
      return full;
    const filled = this.#tryAll(anchor, candidates, overdue, true);
    return filled.found ? filled : full;
  }

  /** The cheaper the earlier. */
  #gather(anchor: number, overdue: boolean): Candidate[] {
    const order = this.#order;
    const found: Candidate[] = [];
    let players = order.size[anchor] as number;
    let below = order.below(anchor);
    let above = order.above(anchor);
    let looks = 4 * this.#window;
    const enough = 3 * this.#places;
    while ((below >= 0 || above >= 0) && found.length < this.#window && players < enough) {
      looks -= 1;
      if (looks < 0) {
        if (!overdue || this.#extraLooks <= 0) break;
        this.#extraLooks -= 1;
      }
      const takeBelow =
        above < 0 || (below >= 0 && this.#distance(anchor, below) <= this.#distance(anchor, above));
      const at = takeBelow ? below : above;
      if (takeBelow) below = order.below(below);
      else above = order.above(above);
      if (!this.#mayMeet(anchor, at, overdue)) continue;
      found.push({ at, cost: this.#pairCost(anchor, at) + this.#distance(anchor, at) / NEAR });
      players += order.size[at] as number;
    }
    return found.sort((a, b) => a.cost - b.cost || a.at - b.at);
  }

  #tryAll(anchor: number, candidates: readonly Candidate[], overdue: boolean, fill: boolean): SearchResult {
    let best: FoundMatch | undefined;
    let refusedBy: Filter | undefined;
    const tried = new Set<string>();
    for (const order of this.#ordersOf(candidates)) {
      const taken = this.#select(anchor, order, overdue, fill);
      const key = taken?.join();
      if (!taken || key === undefined || tried.has(key)) continue;
      tried.add(key);
      const result = this.#judge(taken, overdue);
      if (!result.found) refusedBy ??= result.refusedBy;
      else if (!best || result.found.match.cost < best.match.cost) best = result.found;
    }
    return best ? { found: best } : { found: undefined, refusedBy };
  }

  /** By cost; the large parties first, where parties are in the way of each other; without the cheapest. */
  *#ordersOf(candidates: readonly Candidate[]): Generator<readonly Candidate[]> {
    yield candidates;
    const { size } = this.#order;
    if (candidates.some(({ at }) => size[at] !== 1))
      yield candidates.toSorted((a, b) => (size[b.at] as number) - (size[a.at] as number) || a.cost - b.cost);
    yield candidates.slice(1);
  }

  /** @returns who plays, the anchor first; undefined when they are too few. */
  #select(
    anchor: number,
    candidates: readonly Candidate[],
    overdue: boolean,
    fill: boolean,
  ): number[] | undefined {
    const { size } = this.#order;
    const { teams, leastPlayers } = this.#rules;
    const taken = [anchor];
    const sizes = [size[anchor] as number];
    let players = size[anchor] as number;
    for (const { at } of candidates) {
      if (players === this.#places) break;
      const more = size[at] as number;
      if (players + more > this.#places) continue;
      if (!taken.every((other) => other === anchor || this.#mayMeet(other, at, overdue))) continue;
      if ((more > 1 || sizes.some((other) => other > 1)) && !fits([...sizes, more], teams)) continue;
      taken.push(at);
      sizes.push(more);
      players += more;
    }
    return players === this.#places || (fill && players >= leastPlayers) ? taken : undefined;
  }

  #judge(taken: readonly number[], overdue: boolean): SearchResult {
    const { teams: sizes, filters, preferences } = this.#rules;
    const tickets = taken.map((at) => this.#order.tickets[at] as Ticket);
    const longestWait = Math.max(...taken.map((at) => this.#order.waited[at] as number));
    let best: FormedMatch | undefined;
    let refusedBy: Filter | undefined;
    for (const assignment of assignTeams(tickets, sizes, SPLITS)) {
      const proposal = new Proposal(assignment.map((team) => team.map((index) => tickets[index] as Ticket)));
      const refusing = filters.find(
        ({ match, hard }) => match && (hard || !overdue) && !match(proposal, longestWait),
      );
      if (refusing) {
        refusedBy ??= refusing;
        continue;
      }
      let cost = this.#meanPairCost(taken);
      for (const { weight, match } of preferences) if (match) cost += weight * match(proposal);
      if (best && best.cost <= cost) continue;
      const players = taken.reduce((sum, at) => sum + (this.#order.size[at] as number), 0);
      const { teams, winChances, region } = proposal;
      best = { teams, winChances, region, cost, openPlaces: this.#places - players };
    }
    return best ? { found: { match: best, taken } } : { found: undefined, refusedBy };
  }

  #mayMeet(one: number, other: number, overdue: boolean): boolean {
    const a = this.#order.tickets[one] as Ticket;
    const b = this.#order.tickets[other] as Ticket;
    const waited = Math.max(this.#order.waited[one] as number, this.#order.waited[other] as number);
    const filters = overdue ? this.#hardPairFilters : this.#pairFilters;
    for (const { pair } of filters) if (pair && !pair(a, b, waited)) return false;
    return true;
  }

  #pairCost(one: number, other: number): number {
    let cost = 0;
    for (const { weight, pair } of this.#pairPreferences)
      if (pair)
        cost += weight * pair(this.#order.tickets[one] as Ticket, this.#order.tickets[other] as Ticket);
    return cost;
  }

  #meanPairCost(taken: readonly number[]): number {
    let cost = 0;
    let pairs = 0;
    for (let one = 0; one < taken.length; one += 1)
      for (let other = one + 1; other < taken.length; other += 1) {
        cost += this.#pairCost(taken[one] as number, taken[other] as number);
        pairs += 1;
      }
    return pairs === 0 ? 0 : cost / pairs;
  }

  #distance(one: number, other: number): number {
    return Math.abs((this.#order.mu[one] as number) - (this.#order.mu[other] as number));
  }
}
