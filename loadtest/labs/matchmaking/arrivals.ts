/**
 * A day of people who want to play, made from a seed: when they come, with whom, how well they play, where they live,
 * and whether they will decline the ready check. Every queue of the lab sees the very same ones.
 *
 * - Load follows the evening of three regions in different time zones. Together they swing by a factor of about five.
 * - Ratings are a bell with a longer upper tail; newcomers are near the middle and uncertain.
 * - Friends who play together are closer in skill than strangers, and live in one region.
 *
 * What it does not do: a player who comes back is a new player here, so nobody has recent opponents.
 */
import { createRandom, type Random } from "../../../rooms/skirmish/shared/random.ts";
import type { Ticket, TicketMember } from "../../../src/matchmaking/ticket.ts";

export interface ArrivalSettings {
  readonly seed: number;
  readonly hours: number;
  /** Tickets per second, mean of a whole day. */
  readonly ticketsPerSecond: number;
  /** Shares of parties of 1, 2, 3 … members; their sum 1. */
  readonly partyShares: readonly number[];
}

export interface Arrival {
  readonly ticket: Ticket;
  /** Lets the ready check run out whenever asked, and has left the queue then. */
  readonly declines: boolean;
  /** From the question to this ticket's yes. */
  readonly answerSeconds: number;
}

const HOUR_SECONDS = 3600;
export const DECLINE_SHARE = 0.08;
const OTHER_BUILD_SHARE = 0.02;
const BLOCK_SHARE = 0.005;
/** A block concerns somebody who came not long ago: one who could be met. */
const BLOCK_AMONG = 100;

/** `peakHour` in the day's own time; shares are of all tickets of a day. */
export const REGIONS = [
  { name: "europe", share: 0.55, peakHour: 19 },
  { name: "america", share: 0.3, peakHour: 25 },
  { name: "asia", share: 0.15, peakHour: 11 },
] as const;

type RegionName = (typeof REGIONS)[number]["name"];

/** A region's busiest moment has e^(2 × 1.8), about 37 times, as many arrivals as its quietest. */
const EVENING_PEAK = 1.8;
/** Mean of exp(k cos x) over a day for k = 1.8: the modified Bessel function I0. */
const EVENING_MEAN = 1.9896;

/** Round trips between regions, milliseconds: lowest and highest. */
const HOME_TRIP = [20, 60] as const;
const FAR_TRIPS: Readonly<Record<string, readonly [number, number]>> = {
  "america europe": [80, 140],
  "america asia": [120, 190],
  "asia europe": [150, 220],
};

/** Tickets per second at a moment of the day, for a mean of 1. */
export function loadAt(seconds: number): { total: number; regions: readonly number[] } {
  const hour = seconds / HOUR_SECONDS;
  const regions = REGIONS.map(
    ({ share, peakHour }) =>
      (share * Math.exp(EVENING_PEAK * Math.cos(((hour - peakHour) / 12) * Math.PI))) / EVENING_MEAN,
  );
  return { total: regions.reduce((sum, load) => sum + load, 0), regions };
}

/** In order of arrival. Times are milliseconds from the day's beginning. */
export function makeArrivals(settings: ArrivalSettings): Arrival[] {
  const random = createRandom(settings.seed);
  const highestLoad = 2 * settings.ticketsPerSecond;
  const arrivals: Arrival[] = [];
  // Thinning (Lewis and Shedler 1979): candidates at the highest load, each kept with the chance load / highest load.
  let seconds = 0;
  for (;;) {
    seconds -= Math.log(1 - random.next()) / highestLoad;
    if (seconds >= settings.hours * HOUR_SECONDS) return arrivals;
    const { total, regions } = loadAt(seconds);
    if (random.next() * highestLoad >= total * settings.ticketsPerSecond) continue;
    const region = REGIONS[pick(random, regions)]?.name ?? "europe";
    arrivals.push(makeArrival(random, settings, arrivals, Math.floor(seconds * 1000), region));
  }
}

function makeArrival(
  random: Random,
  { partyShares }: ArrivalSettings,
  earlier: readonly Arrival[],
  at: number,
  region: RegionName,
): Arrival {
  const size = pick(random, partyShares) + 1;
  const ticketId = `t${earlier.length}`;
  const build = random.next() < OTHER_BUILD_SHARE ? "1.4.1" : "1.4.0";
  const leader = drawSkill(random);
  const member = (index: number): TicketMember => ({
    playerId: `${ticketId}p${index}`,
    skill: index === 0 ? leader : friendOf(random, leader),
    latencies: drawLatencies(random, region),
    build,
    trustTier: 0,
    input: "keyboard",
    blocks: drawBlocks(random, earlier),
    recentOpponents: [],
    attributes: {},
  });
  const members: [TicketMember, ...TicketMember[]] = [member(0)];
  for (let index = 1; index < size; index += 1) members.push(member(index));
  return {
    ticket: { ticketId, members, enqueuedAt: at, returned: 0 },
    declines: random.next() < DECLINE_SHARE,
    answerSeconds: 1 + random.next() * 5,
  };
}

function drawSkill(random: Random): { mu: number; sigma: number } {
  const kind = random.next();
  if (kind < 0.15) return { mu: clampMu(25 + 3 * bell(random)), sigma: 5.5 + random.next() * 2.5 };
  const mu = kind < 0.24 ? 34 + 6 * bell(random) : 24.5 + 5.5 * bell(random);
  // Most have played for long: the square keeps most of them at the certain end.
  return { mu: clampMu(mu), sigma: 1.5 + 4 * random.next() ** 2 };
}

function friendOf(random: Random, leader: { mu: number }): { mu: number; sigma: number } {
  const own = drawSkill(random);
  return { mu: 0.6 * leader.mu + 0.4 * own.mu, sigma: own.sigma };
}

function clampMu(mu: number): number {
  return Math.min(55, Math.max(3, mu));
}

/** Standard normal, after Box and Muller. */
function bell(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function drawLatencies(random: Random, home: RegionName): Record<string, number> {
  const latencies: Record<string, number> = {};
  for (const { name } of REGIONS) {
    const [lowest, highest] =
      name === home ? HOME_TRIP : (FAR_TRIPS[[home, name].sort().join(" ")] ?? HOME_TRIP);
    latencies[name] = Math.round(lowest + random.next() * (highest - lowest));
  }
  return latencies;
}

function drawBlocks(random: Random, earlier: readonly Arrival[]): ReadonlySet<string> {
  if (random.next() >= BLOCK_SHARE) return new Set();
  const other = earlier.at(-1 - random.below(BLOCK_AMONG));
  return new Set(other ? [other.ticket.members[0].playerId] : []);
}

/** An index, as likely as its weight. */
function pick(random: Random, weights: readonly number[]): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index === -1 ? weights.length - 1 : index;
}
