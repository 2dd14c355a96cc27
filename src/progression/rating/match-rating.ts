/**
 * What a match does to the rating of one of its players. The method is Weng and Lin's with the Plackett-Luce model
 * ("A Bayesian Approximation Method for Online Ranking", JMLR 12, 2011), as `openskill` computes it, with
 * `beta = rules.sigma / 2` (the paper's proportion). Pure, and one player at a time: each player's document is updated
 * on its own, from the same ratings before the match, so that order and repetition do not matter.
 *
 * Sides: in a team game everybody on a `team`, otherwise everybody alone. A side's rank comes from `placement`, the
 * best of its members; in a team game a side with a member who `won` is ahead of those without, whatever the
 * placements. Rooms give all members of a team the team's placement: in a draw nothing else tells the teams apart.
 * Bots are members and opponents of the fixed strength `rules.bots`, or left out when that is null. Whoever meets bots
 * alone cannot rise above their mu by more than `rules.sigma`: a fixed strength could else be beaten for ever.
 *
 * A player who `left` is rated as if the own side had come last, alone, while everybody else is rated by what was
 * played. Nothing is ever won by leaving: of both calculations it brings the lower mu and the higher sigma.
 *
 * Who came `late`, in another's place, is not rated when the match would cost mu, and stands in nobody else's
 * calculation: the team is judged as it began.
 *
 * Ties are the model's own: exact between two sides, coarse among many. In a large free-for-all two who share a place
 * gain less than they would on the place below (philihp/openskill.js issue 377).
 */
import { rate } from "openskill";
import type { RatingRules } from "../../config/progression-config.ts";
import type { MatchResult } from "../../match/match-result.ts";
import type { Skill } from "./player-rating.ts";

interface Member {
  playerId: string | undefined;
  team: number;
  placement: number;
  won: boolean;
  skill: Skill;
}

type Side = readonly Member[];

/**
 * The player's new mu and sigma. `ratings` are those of the match's players before it, aged; another player who has
 * none there stands in as a newcomer.
 * @returns undefined when the match cannot be rated: the player is not in it or not in `ratings`, fewer than two sides
 * are left, a rating or a placement is no finite number, or the outcome is none.
 */
export function rateMatch(
  rules: RatingRules,
  result: Pick<MatchResult, "teamGame" | "players" | "bots">,
  ratings: ReadonlyMap<string, Skill>,
  playerId: string,
): Skill | undefined {
  const own = result.players.find((player) => player.playerId === playerId);
  if (!own || !ratings.has(playerId)) return undefined;
  const members = membersOf(rules, result, ratings, playerId);
  const sides = sidesOf(result.teamGame, members);
  if (sides.length < 2 || !members.every(hasNumbers)) return undefined;
  const ranks = ranksOf(sides);
  const ownSide = sides.findIndex((side) => side.some((member) => member.playerId === playerId));
  const played = skillAfter(rules, sides, ranks, ownSide, playerId);
  // Whoever came into a lost match is not to blame for it.
  if (own.late && !own.left && played && played.mu < (ratings.get(playerId)?.mu ?? 0)) return undefined;
  if (!own.left) return played && againstBots(rules, sides, ownSide, ratings.get(playerId), played);
  const last = skillAfter(rules, sides, ranks.with(ownSide, sides.length), ownSide, playerId);
  if (!played || !last) return undefined;
  return { mu: Math.min(played.mu, last.mu), sigma: Math.max(played.sigma, last.sigma) };
}

function againstBots(
  rules: RatingRules,
  sides: readonly Side[],
  ownSide: number,
  before: Skill | undefined,
  { mu, sigma }: Skill,
): Skill {
  const metPeople = sides.some(
    (side, index) => index !== ownSide && side.some(({ playerId }) => playerId !== undefined),
  );
  if (metPeople || !rules.bots || !before) return { mu, sigma };
  return { mu: Math.min(mu, Math.max(before.mu, rules.bots.mu + rules.sigma)), sigma };
}

function membersOf(
  rules: RatingRules,
  { teamGame, players, bots }: Pick<MatchResult, "teamGame" | "players" | "bots">,
  ratings: ReadonlyMap<string, Skill>,
  playerId: string,
): Member[] {
  const newcomer: Skill = { mu: rules.mu, sigma: rules.sigma };
  const own = players.find((player) => player.playerId === playerId);
  const judged = players.filter((player) => {
    if (player === own) return true;
    // In whose place a late player came cannot be told: of the own team only those who stayed count.
    return !player.late && !(own?.late && player.left && player.team === own.team);
  });
  const members: Member[] = judged.map(({ playerId, team, placement, won }) => ({
    playerId,
    team,
    placement,
    won: teamGame && won,
    skill: ratings.get(playerId) ?? newcomer,
  }));
  const skill = rules.bots;
  if (!skill) return members;
  return members.concat(
    bots.map(({ team, placement }) => ({ playerId: undefined, team, placement, won: false, skill })),
  );
}

const hasNumbers = ({ placement, skill: { mu, sigma } }: Member): boolean =>
  Number.isFinite(placement) && Number.isFinite(mu) && Number.isFinite(sigma);

function sidesOf(teamGame: boolean, members: Member[]): Side[] {
  if (!teamGame) return members.map((member) => [member]);
  return [...Map.groupBy(members, ({ team }) => team).values()];
}

/** How many sides are ahead of each: 0 for the first, equal for sides level with each other. */
function ranksOf(sides: readonly Side[]): number[] {
  const outcomes = sides.map((side) => ({
    won: side.some(({ won }) => won),
    placement: Math.min(...side.map(({ placement }) => placement)),
  }));
  return outcomes.map(
    (one) =>
      outcomes.filter((other) => (other.won === one.won ? other.placement < one.placement : other.won))
        .length,
  );
}

function skillAfter(
  rules: RatingRules,
  sides: readonly Side[],
  rank: number[],
  ownSide: number,
  playerId: string,
): Skill | undefined {
  const side = sides[ownSide] ?? [];
  const ownSeat = side.findIndex((member) => member.playerId === playerId);
  // The model takes exp(mu of a side / c), which overflows for large teams of certain players; it depends on the
  // differences between sides alone, so they are moved around 0 and back.
  const strengths = sides.map((members) => members.reduce((sum, { skill }) => sum + skill.mu, 0));
  const centre = (Math.max(...strengths) + Math.min(...strengths)) / 2;
  const teams = sides.map((members) =>
    members.map(({ skill: { mu, sigma } }) => ({ mu: mu - centre / members.length, sigma })),
  );
  const options = { rank, tau: rules.tau, mu: rules.mu, sigma: rules.sigma, beta: rules.sigma / 2 };
  const before = side[ownSeat]?.skill;
  const after = rate(teams, options)[ownSide]?.[ownSeat];
  if (!before || !after) return undefined;
  const mu = after.mu + centre / side.length;
  // tau would otherwise carry the uncertainty of a player whose matches tell nothing beyond a newcomer's.
  const sigma = Math.min(after.sigma, Math.max(before.sigma, rules.sigma));
  return Number.isFinite(mu) && Number.isFinite(sigma) && sigma > 0 ? { mu, sigma } : undefined;
}
