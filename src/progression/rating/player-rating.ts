/**
 * One player's rating in one queue, outside of matches: how it begins, what absence and a season's turn do to it, and
 * what is shown of it. Pure: `now` comes in, arguments are never changed, the answer is always a new object.
 *
 * Order: a rating is stored as a match or a season left it, and aged when it is looked at. Compute `agedRating` from
 * the stored rating each time and never store the outcome of a mere read: `ratedAt` stays, so that the same absence
 * would be counted twice. Before a match: `seasonRating` if a season began since (once, however many did), then `agedRating`, then
 * `rateMatch`; what that returns is stored with `ratedAt` at the match's end and one more game.
 */
import type { RatingRules } from "../../config/progression-config.ts";
import type { StoredRating } from "../player/player-document.ts";

/** Mean and uncertainty of a skill, as Weng and Lin's method has it. */
export type Skill = Pick<StoredRating, "mu" | "sigma">;

const DAY_MS = 86_400_000;

export function freshRating(rules: RatingRules, now: Date): StoredRating {
  return { mu: rules.mu, sigma: rules.sigma, games: 0, ratedAt: now };
}

/**
 * The rating as it stands at `now`, after `absenceGraceDays` without a rated match and `t` days more:
 * - sigma² grows by `c² · t`, `c² = rules.sigma² / uncertaintyRegrowthDays`, up to `rules.sigma²`. The idea and the
 *   form are the Glicko system's, `RD = min(√(RD² + c² t), 350)` (Glickman, "The Glicko system", step 1). As there,
 *   a rating that is not quite certain to begin with is back at the start sooner.
 * - mu loses half of its distance to `rules.mu` in every `muHalfLifeDays`; with 0 it stays. A weak player's mu rises
 *   in that way: after a long absence everybody is a newcomer again.
 *
 * Sigma never shrinks: one that is above `rules.sigma` stays. `games` and `ratedAt` stay, and a `now` before `ratedAt`
 * (clocks differ) is no absence.
 */
export function agedRating(rules: RatingRules, rating: StoredRating, now: Date): StoredRating {
  const days = (now.getTime() - rating.ratedAt.getTime()) / DAY_MS - rules.absenceGraceDays;
  if (!(days > 0)) return { ...rating };
  const variance = rating.sigma ** 2 + (days * rules.sigma ** 2) / rules.uncertaintyRegrowthDays;
  const share = rules.muHalfLifeDays === 0 ? 1 : 0.5 ** (days / rules.muHalfLifeDays);
  return {
    ...rating,
    mu: rules.mu + (rating.mu - rules.mu) * share,
    sigma: Math.max(rating.sigma, Math.min(Math.sqrt(variance), rules.sigma)),
  };
}

/**
 * The rating that a new season begins with: a soft reset. Mu loses the share `seasonReset` of its distance to
 * `rules.mu`, sigma² that share of its distance to `rules.sigma²` (a sigma above `rules.sigma` stays). 0 changes
 * nothing, 1 makes a newcomer's rating of it.
 *
 * `games` stays: whoever was placed stays placed. Players expect to see their rank on the season's first day, lower
 * and quicker to move, and to win it back; being hidden behind placement matches again is what a game asks for with
 * full resets, and it would tell them nothing that the larger sigma does not. `ratedAt` stays as well: a season's turn
 * is not play, and absence goes on counting across it.
 */
export function seasonRating(rules: RatingRules, rating: StoredRating): StoredRating {
  const variance = rating.sigma ** 2 + rules.seasonReset * (rules.sigma ** 2 - rating.sigma ** 2);
  return {
    ...rating,
    mu: rating.mu + rules.seasonReset * (rules.mu - rating.mu),
    sigma: Math.max(rating.sigma, Math.sqrt(variance)),
  };
}

/**
 * What players see: `max(0, round(displayOffset + displayScale · (mu − 3 sigma)))`, a skill that the
 * player almost certainly has (three standard deviations below the mean), scaled. Undefined while placement matches are still to be played.
 */
export function displayedRating(
  rules: RatingRules,
  rating: Skill & Pick<StoredRating, "games">,
): number | undefined {
  if (rating.games < rules.placementMatches) return undefined;
  return Math.max(0, Math.round(rules.displayOffset + rules.displayScale * (rating.mu - 3 * rating.sigma)));
}
