/**
 * How likely each team is to win: what openskill's `predictWin` says (Weng and Lin, "A Bayesian Approximation Method for
 * Online Ranking", JMLR 12, 2011, sections 3 and 4, with openskill's default β = 25/6), without its way through lists
 * of lists: a pass asks some hundred thousand times.
 *
 * A team with fewer players than the largest counts as if its players stood there several times over, up to the same
 * number: whoever makes the teams uneven evens them out by what each can do, and open places are the bots'. So four
 * hunters are not the favourites for being four. For teams of one size it is `predictWin` exactly.
 */
import type { Skill } from "./ticket.ts";

const BETA_SQUARED = (25 / 6) ** 2;

/** One chance a team, their sum 1. A team without players counts as the mean of the others. */
export function winChancesOf(teams: readonly (readonly Skill[])[]): number[] {
  const count = teams.length;
  let largest = 0;
  for (const { length } of teams) largest = Math.max(largest, length);
  if (count < 2 || largest === 0) return teams.map(() => 1 / count);
  const mus = new Float64Array(count);
  const variances = new Float64Array(count);
  let filled = 0;
  for (let team = 0; team < count; team += 1) {
    const skills = teams[team] as readonly Skill[];
    if (skills.length === 0) continue;
    let mu = 0;
    let variance = 0;
    for (const skill of skills) {
      mu += skill.mu;
      variance += skill.sigma * skill.sigma;
    }
    mus[team] = mu * (largest / skills.length);
    variances[team] = variance * (largest / skills.length);
    filled += 1;
  }
  if (filled < count) fillEmpty(teams, filled, mus, variances);
  const wins = Array.from({ length: count }, () => 0);
  for (let one = 0; one < count; one += 1)
    for (let other = one + 1; other < count; other += 1) {
      const variance = (variances[one] as number) + (variances[other] as number);
      const lead = (mus[one] as number) - (mus[other] as number);
      const chance = normal(lead / Math.sqrt(count * BETA_SQUARED + variance));
      wins[one] = (wins[one] as number) + chance;
      wins[other] = (wins[other] as number) + 1 - chance;
    }
  const games = (count * (count - 1)) / 2;
  for (let team = 0; team < count; team += 1) wins[team] = (wins[team] as number) / games;
  return wins;
}

function fillEmpty(
  teams: readonly (readonly Skill[])[],
  filled: number,
  mus: Float64Array,
  variances: Float64Array,
): void {
  const mu = mus.reduce((sum, value) => sum + value, 0) / filled;
  const variance = variances.reduce((sum, value) => sum + value, 0) / filled;
  for (const [team, { length }] of teams.entries()) {
    if (length > 0) continue;
    mus[team] = mu;
    variances[team] = variance;
  }
}

/**
 * The standard normal distribution up to there: its density times x + x³/3 + x⁵/(3·5) + … (Abramowitz and Stegun,
 * 26.2.11). Every term has the sign of x, so nothing cancels out: good to 15 digits.
 */
function normal(x: number): number {
  if (x < -9) return 0;
  if (x > 9) return 1;
  const squared = x * x;
  let term = x;
  let sum = x;
  for (let factor = 3; Math.abs(term) > 1e-17 * Math.abs(sum); factor += 2) {
    term *= squared / factor;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-squared / 2)) / Math.sqrt(2 * Math.PI);
}
