/**
 * Cheats of the queue, on made-up seasons against the pure rules: win trading against `validators/win-trading.ts`, judged
 * as `src/anticheat/pair-watch.ts` judges it, and dodging against the ladder of cooldowns.
 */
import { type PlayedPair, winTrading } from "../../../src/anticheat/validators/win-trading.ts";
import { matchmakingConfig } from "../../../src/config/matchmaking-config.ts";
import { escalatedDuration } from "../../../src/progression/social/penalty-store.ts";
import { percentile, round } from "../../distribution.ts";
import { LabRandom } from "./lab-random.ts";

const REMEMBERED_MATCHES = 60;
const FEWEST_GAMES = 6;
const LOG_IMPROBABLE = Math.log(1e-6);
const SEASON_MATCHES = 120;
const MATCH_MINUTES = 6;
const READY_CHECK_MINUTES = 1;
const HONEST_DECLINES = 0.01;

export interface TradingFigures {
  partnerShare: number;
  sessions: number;
  detected: number;
  /** Games of the pair until it was found; −1: more than half never were. */
  pairGamesMedian: number;
  pairGamesP99: number;
}

export interface DodgingFigures {
  declined: number;
  matchesPerHour: number;
  /** Of the day's minutes, those spent locked out. */
  lockedShare: number;
}

export interface PairReport {
  honestSeasons: number;
  honestFlagged: number;
  pool: number;
  trading: TradingFigures[];
  dodging: DodgingFigures[];
}

export function playPairs(seed: number, sessions: number): PairReport {
  const random = new LabRandom(seed, 0x9a125);
  const pool = 60;
  const honestSeasons = sessions * 10;
  let honestFlagged = 0;
  for (let season = 0; season < honestSeasons; season += 1)
    if (playSeason(random, pool, 0) !== undefined) honestFlagged += 1;
  const trading = [1, 0.5, 0.25, 0.1].map((partnerShare): TradingFigures => {
    const found = Array.from(
      { length: sessions },
      () => playSeason(random, pool, partnerShare) ?? Number.POSITIVE_INFINITY,
    );
    found.sort((a, b) => a - b);
    const games = (share: number): number =>
      Number.isFinite(percentile(found, share)) ? percentile(found, share) : -1;
    return {
      partnerShare,
      sessions,
      detected: round(found.filter(Number.isFinite).length / sessions, 4),
      pairGamesMedian: games(0.5),
      pairGamesP99: games(0.99),
    };
  });
  const dodging = [HONEST_DECLINES, 0.1, 0.3, 0.5].map((share) => playDay(random, share));
  return { honestSeasons, honestFlagged, pool, trading, dodging };
}

/**
 * One player's season of duels, strength against strength.
 * @returns how many games a pair had played when it was found; undefined when none was.
 */
function playSeason(random: LabRandom, pool: number, partnerShare: number): number | undefined {
  const pairs: PlayedPair[] = [];
  let traded = 0;
  for (let match = 0; match < SEASON_MATCHES; match += 1) {
    const withPartner = random.next() < partnerShare;
    const other = random.below(pool - 1);
    if (withPartner) traded += 1;
    // A rating finds opponents that are beaten about every other time; some are easier than others.
    const won = withPartner ? random.next() < 0.97 : random.next() < 0.35 + 0.3 * ((other % 7) / 6);
    pairs.push({ opponent: withPartner ? "partner" : `other-${other}`, won, at: match });
    const kept = pairs.slice(-REMEMBERED_MATCHES);
    const wins = kept.filter((pair) => pair.won).length;
    const found = winTrading(kept, { pool, opponentsPerMatch: 1, winRate: (wins + 10) / (kept.length + 20) });
    if (!found || found.games < FEWEST_GAMES || found.logProbability > LOG_IMPROBABLE) continue;
    return partnerShare === 0 ? found.games : traded;
  }
  return undefined;
}

/** Eight hours in a queue that always finds a match within a minute. */
function playDay(random: LabRandom, declineShare: number): DodgingFigures {
  const { dodgePenaltySeconds } = matchmakingConfig.parse({});
  const [first = 0, ...rest] = dodgePenaltySeconds;
  const dayMinutes = 480;
  const days = 200;
  let matches = 0;
  let locked = 0;
  for (let day = 0; day < days; day += 1) {
    let dodges = 0;
    for (let minute = 0; minute < dayMinutes; ) {
      minute += READY_CHECK_MINUTES;
      if (random.next() < declineShare) {
        const minutes = escalatedDuration(dodges, [first, ...rest]) / 60;
        dodges += 1;
        locked += Math.min(minutes, dayMinutes - minute);
        minute += minutes;
      } else {
        matches += 1;
        minute += MATCH_MINUTES;
      }
    }
  }
  return {
    declined: declineShare,
    matchesPerHour: round(matches / ((days * dayMinutes) / 60), 2),
    lockedShare: round(locked / (days * dayMinutes), 4),
  };
}
