/**
 * What a day was like for the players, in figures. Waits are those of players (each member of a party counts) whose
 * match has started, from the first arrival. Everything else is over started matches.
 */
import { predictWin } from "openskill";
import type { TicketMember } from "../../../src/matchmaking/ticket.ts";
import type { Day, Seat, StartedMatch } from "./simulate-day.ts";
import { fairestTeams } from "./split-teams.ts";

export interface DayFigures {
  matches: number;
  /** Ready checks that fell through, as a share of all. */
  fellThrough: number;
  /** Of the players who would not decline, those whose match started before the day's end. */
  shareMatched: number;
  waitSeconds: { mean: number; p50: number; p95: number; p99: number; max: number };
  /** Mean distance of the predicted chance to win from one half: as the teams were … */
  spread: number;
  /** … and as the fairest teams of the same players would have had it, parties whole. */
  spreadFairest: number;
  /** Mean difference of the teams' mean mu. */
  teamGap: number;
  /** Mean difference between the best and the worst player of a match, in mu. */
  ratingRange: number;
  /** Round trips in the region that is best for the worst placed player of the match. */
  latencyMs: { worstP95: number; worstMean: number; playersP95: number; playersMean: number };
  /** Parties whose members started in different matches or on different teams. */
  partiesSplit: number;
  parties: number;
  /** Players who waited longer than `starvedAfterSeconds`, whether matched in the end or not. */
  starved: number;
  leftWaiting: number;
  passMs: { mean: number; p99: number; max: number };
}

/** What charts are drawn from; a day's samples are in rising order. */
export interface DaySamples {
  waits: readonly number[];
  /** The favourite's chance, 0.5–1, of every match. */
  favourites: readonly number[];
  latencies: readonly number[];
  /** Mean wait of those who arrived in each slice of the day; NaN where nobody did. */
  waitByArrival: readonly number[];
}

export interface MeasuredDay {
  figures: DayFigures;
  samples: DaySamples;
}

export const SLICE_SECONDS = 1800;

export function measureDay(day: Day, teamSize: number, starvedAfterSeconds: number): MeasuredDay {
  const waits: number[] = [];
  const favourites: number[] = [];
  const fairest: number[] = [];
  const gaps: number[] = [];
  const ranges: number[] = [];
  const worstTrips: number[] = [];
  const trips: number[] = [];
  const slices = Array.from({ length: Math.ceil(day.endsAt / 1000 / SLICE_SECONDS) }, () => [] as number[]);
  for (const match of day.started) {
    const seats = match.teams.flat();
    favourites.push(favouriteOf(match.teams));
    fairest.push(favouriteOf(fairestTeams(seats, teamSize)));
    gaps.push(Math.abs(meanOf(match.teams[0] ?? [], muOf) - meanOf(match.teams[1] ?? [], muOf)));
    const mus = seats.map(muOf);
    ranges.push(Math.max(...mus) - Math.min(...mus));
    const own = tripsOf(match);
    trips.push(...own);
    worstTrips.push(Math.max(...own));
    for (const { arrival } of seats) {
      const wait = (match.startedAt - arrival.ticket.enqueuedAt) / 1000;
      waits.push(wait);
      slices[Math.floor(arrival.ticket.enqueuedAt / 1000 / SLICE_SECONDS)]?.push(wait);
    }
  }
  for (const samples of [waits, favourites, trips, worstTrips]) samples.sort((a, b) => a - b);
  const stillWaited = day.left.map(({ arrival }) => (day.endsAt - arrival.ticket.enqueuedAt) / 1000);
  const left = day.left.filter(({ arrival }) => !arrival.declines);
  const figures: DayFigures = {
    matches: day.started.length,
    fellThrough: round(day.fellThrough / (day.fellThrough + day.started.length), 3),
    shareMatched: round(waits.length / (waits.length + left.length), 4),
    waitSeconds: {
      mean: round(mean(waits), 2),
      p50: round(percentile(waits, 0.5), 2),
      p95: round(percentile(waits, 0.95), 2),
      p99: round(percentile(waits, 0.99), 2),
      max: round(percentile(waits, 1), 2),
    },
    spread: round(mean(favourites) - 0.5, 5),
    spreadFairest: round(mean(fairest) - 0.5, 5),
    teamGap: round(mean(gaps), 3),
    ratingRange: round(mean(ranges), 2),
    latencyMs: {
      worstP95: percentile(worstTrips, 0.95),
      worstMean: round(mean(worstTrips), 1),
      playersP95: percentile(trips, 0.95),
      playersMean: round(mean(trips), 1),
    },
    ...countParties(day.started),
    starved: [...waits, ...stillWaited].filter((wait) => wait > starvedAfterSeconds).length,
    leftWaiting: left.length,
    passMs: {
      mean: round(day.passMs.mean, 4),
      p99: round(day.passMs.p99, 3),
      max: round(day.passMs.max, 2),
    },
  };
  const waitByArrival = slices.map((slice) => mean(slice));
  return { figures, samples: { waits, favourites, latencies: trips, waitByArrival } };
}

function favouriteOf(teams: readonly (readonly Seat[])[]): number {
  return Math.max(...predictWin(teams.map((team) => team.map(({ member }) => member.skill))));
}

/** Everybody's round trip where the match is played: the matcher's region, else the best common one. */
function tripsOf({ teams, region }: StartedMatch): number[] {
  const members = teams.flat().map(({ member }) => member);
  const at = (name: string): number[] => members.map(({ latencies }) => latencies[name] ?? Infinity);
  const regions = region ? [region] : Object.keys(members[0]?.latencies ?? {});
  const worst = (name: string): number => Math.max(...at(name));
  return at(regions.reduce((best, name) => (worst(name) < worst(best) ? name : best), regions[0] ?? ""));
}

function countParties(started: readonly StartedMatch[]): { parties: number; partiesSplit: number } {
  const seatedWhole = new Map<TicketMember, boolean>();
  for (const { teams } of started) {
    for (const team of teams) {
      const members = new Set(team.map(({ member }) => member));
      for (const { arrival } of team) {
        const { members: party } = arrival.ticket;
        if (party.length === 1) continue;
        const whole = party.every((member) => members.has(member));
        seatedWhole.set(party[0], whole && seatedWhole.get(party[0]) !== false);
      }
    }
  }
  const split = [...seatedWhole.values()].filter((whole) => !whole);
  return { parties: seatedWhole.size, partiesSplit: split.length };
}

const muOf = ({ member }: Seat): number => member.skill.mu;

function meanOf<T>(items: readonly T[], value: (item: T) => number): number {
  return mean(items.map(value));
}

function mean(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum / numbers.length;
}

/** Nearest rank, of numbers in rising order. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
