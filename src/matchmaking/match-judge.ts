/**
 * Whether some tickets of a neighbourhood make a match, and how good: the cheapest of their most even splits that passes
 * the filters over whole matches. The pair filters have been asked before.
 */
import { type Reach, reachOf } from "./common-region.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import type { FactTable } from "./pair-facts.ts";
import { Gathering, Proposal } from "./proposal.ts";
import type { Filter, FormedMatch, QueueRules } from "./queue-rules.ts";
import type { SkillOrder } from "./skill-order.ts";
import { assignTeams, type Party } from "./team-assignment.ts";
import type { Ticket } from "./ticket.ts";

/** Splits that are tried, the most even first. */
const SPLITS = 4;

export interface Judgement {
  readonly match: FormedMatch | undefined;
  /** The filter that refused the most even split, if any did. */
  readonly refusedBy: Filter | undefined;
}

export class MatchJudge {
  readonly #rules: QueueRules;
  readonly #order: SkillOrder;
  readonly #near: Neighbourhood;
  readonly #reachOf: (place: number) => Reach | null;
  readonly #places: number;

  constructor(rules: QueueRules, order: SkillOrder, near: Neighbourhood, table: FactTable) {
    this.#rules = rules;
    this.#order = order;
    this.#near = near;
    this.#reachOf = table.facts(reachOf);
    this.#places = rules.teams.reduce((sum, size) => sum + size, 0);
  }

  /**
   * @param taken indices into the neighbourhood.
   * @param toBeat only a match with fewer open places, or with as many that costs less, is one.
   */
  cheapest(taken: readonly number[], hardOnly: boolean, toBeat: FormedMatch | undefined): Judgement {
    const { teams: sizes, filters, preferences } = this.#rules;
    const order = this.#order;
    const places = taken.map((at) => this.#near.placeOf(at));
    let longestWait = 0;
    let openPlaces = this.#places;
    const parties = places.map((place): Party => {
      const size = order.size[place] as number;
      openPlaces -= size;
      longestWait = Math.max(longestWait, order.waited[place] as number);
      return { size, mu: (order.mu[place] as number) * size };
    });
    const fewerOpen = !toBeat || openPlaces < toBeat.openPlaces;
    let mostCost = fewerOpen ? undefined : toBeat.cost;
    let match: FormedMatch | undefined;
    let refusedBy: Filter | undefined;
    if (!fewerOpen && openPlaces > toBeat.openPlaces) return { match, refusedBy };
    // Preferences over the match cost at least 0. As long as anything is good enough, filters are the cheaper question.
    let pairCost = mostCost === undefined ? undefined : this.#meanPairCost(taken);
    if (pairCost !== undefined && mostCost !== undefined && pairCost >= mostCost) return { match, refusedBy };
    const tickets = places.map((place) => order.tickets[place] as Ticket);
    const gathering = new Gathering(places.map(this.#reachOf));
    for (const assignment of assignTeams(parties, sizes, SPLITS)) {
      const proposal = new Proposal(
        assignment.map((team) => team.map((at) => tickets[at] as Ticket)),
        gathering,
      );
      const refusing = filters.find(
        (filter) => filter.match && (filter.hard || !hardOnly) && !filter.match(proposal, longestWait),
      );
      if (refusing) {
        refusedBy ??= refusing;
        continue;
      }
      pairCost ??= this.#meanPairCost(taken);
      let cost = pairCost;
      for (const preference of preferences)
        if (preference.match) cost += preference.weight * preference.match(proposal);
      if (mostCost !== undefined && cost >= mostCost) continue;
      const { teams, winChances, region } = proposal;
      match = { teams, winChances, region, cost, openPlaces };
      mostCost = cost;
    }
    return { match, refusedBy };
  }

  #meanPairCost(taken: readonly number[]): number {
    let cost = 0;
    let pairs = 0;
    for (let one = 0; one < taken.length; one += 1)
      for (let other = one + 1; other < taken.length; other += 1) {
        cost += this.#near.cost(taken[one] as number, taken[other] as number);
        pairs += 1;
      }
    return pairs === 0 ? 0 : cost / pairs;
  }
}
