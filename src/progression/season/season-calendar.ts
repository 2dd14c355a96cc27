/** Which season a moment belongs to. Pure: seasons follow one another without gaps, so nobody has to start one. */
import type { SeasonRules } from "../../config/progression-config.ts";

export interface Season {
  /** `season-1`, `season-2` … */
  id: string;
  /** From 1. */
  number: number;
  startsAt: Date;
  /** The next season's start: it does not belong to this one. */
  endsAt: Date;
}

const DAY_MS = 86_400_000;

/** Undefined before the first season. */
export function seasonAt(rules: SeasonRules, moment: Date): Season | undefined {
  const since = moment.getTime() - rules.firstStartsAt.getTime();
  return since < 0 ? undefined : seasonNumber(rules, Math.floor(since / lengthMs(rules)) + 1);
}

/** @param number from 1. */
export function seasonNumber(rules: SeasonRules, number: number): Season {
  const first = rules.firstStartsAt.getTime();
  const startsAt = new Date(first + (number - 1) * lengthMs(rules));
  return { id: `season-${number}`, number, startsAt, endsAt: new Date(first + number * lengthMs(rules)) };
}

/** The season that an id names, whether it has begun or not; undefined for other words. */
export function seasonNamed(rules: SeasonRules, id: string): Season | undefined {
  const number = /^season-([1-9]\d{0,8})$/.exec(id)?.[1];
  return number === undefined ? undefined : seasonNumber(rules, Number(number));
}

/** Whether a result may still be ranked in a season: while it runs, and for the grace that late results have. */
export function isOpen(rules: SeasonRules, season: Season, now: Date): boolean {
  return now.getTime() < season.endsAt.getTime() + rules.closingGraceMs;
}

function lengthMs({ lengthDays }: SeasonRules): number {
  return Math.round(lengthDays * DAY_MS);
}
