/**
 * Two players who meet more often, or win off each other more one-sidedly, than chance has it. Pure; for whoever looks
 * through match results.
 *
 * Honest players who look like it: two friends who queue at an hour when nobody else does. Hence the pool's size goes in,
 * and the outcome is a reason to look, never to punish.
 */

/** One rated match of a player, from that player's side. */
export interface PlayedPair {
  opponent: string;
  won: boolean;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface WinTradingOptions {
  /** Players among whom opponents were drawn, at the player's strength and hours. */
  pool: number;
  /** Opponents in one match. */
  opponentsPerMatch: number;
  /** How often the player wins otherwise, 0–1. */
  winRate: number;
}

export interface PairFinding {
  opponent: string;
  games: number;
  wins: number;
  /** Natural logarithm of the probability of meeting so often, and of so lopsided an outcome, by chance. */
  logProbability: number;
}

/**
 * The opponent met most suspiciously: the binomial tail of meeting so often, times the two-sided tail of the outcome, for
 * each opponent, corrected for the number of opponents (Bonferroni).
 * @returns undefined without matches.
 */
export function winTrading(
  pairs: readonly PlayedPair[],
  options: WinTradingOptions,
): PairFinding | undefined {
  const byOpponent = new Map<string, { games: number; wins: number }>();
  for (const { opponent, won } of pairs) {
    const pair = byOpponent.get(opponent) ?? { games: 0, wins: 0 };
    byOpponent.set(opponent, { games: pair.games + 1, wins: pair.wins + (won ? 1 : 0) });
  }
  const matches = pairs.length / Math.max(1, options.opponentsPerMatch);
  const meet = Math.min(0.999, options.opponentsPerMatch / Math.max(1, options.pool));
  let worst: PairFinding | undefined;
  for (const [opponent, { games, wins }] of byOpponent) {
    const often = logBinomialTail(Math.ceil(matches), meet, games);
    const winRate = Math.min(0.99, Math.max(0.01, options.winRate));
    const lopsided = Math.min(
      0,
      Math.LN2 +
        Math.min(logBinomialTail(games, winRate, wins), logBinomialTail(games, 1 - winRate, games - wins)),
    );
    const logProbability = Math.min(0, often + lopsided + Math.log(byOpponent.size));
    if (worst === undefined || logProbability < worst.logProbability)
      worst = { opponent, games, wins, logProbability };
  }
  return worst;
}

/** The natural logarithm of P(X ≥ least), X binomial of `trials` and `probability`. */
export function logBinomialTail(trials: number, probability: number, least: number): number {
  if (least <= 0) return 0;
  if (least > trials) return Number.NEGATIVE_INFINITY;
  // From the first term on each is the one before times a ratio, so nothing underflows.
  let term = 0;
  let sum = 1;
  let logFirst = least * Math.log(probability) + (trials - least) * Math.log1p(-probability);
  for (let index = 1; index <= least; index += 1) logFirst += Math.log((trials - least + index) / index);
  for (let successes = least; successes < trials; successes += 1) {
    term += Math.log(((trials - successes) / (successes + 1)) * (probability / (1 - probability)));
    sum += Math.exp(term);
  }
  return Math.min(0, logFirst + Math.log(sum));
}
