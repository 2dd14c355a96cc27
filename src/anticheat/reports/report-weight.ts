/**
 * How much one report (or commendation) counts, by who made it. Pure.
 *
 *   weight = standing · min(2, reliability) · selectivity · settled
 *
 * - `reliability`: the share of the reporter's earlier reports that came true, as the mean of a Beta posterior, over that
 *   of somebody without a record: `((1 + confirmed) / (5 + confirmed + cleared)) / (1 / 5)`. The prior Beta(1, 4) says
 *   that one report in five comes true: plain reports in other games convict 15–30 %. So nobody's first reports count 1,
 *   four that were cleared bring it to 0.56, and two of two confirmed to the most there is.
 * - `selectivity`: `min(1, (2 + share · met) / given)` over the last 30 days, where `met` counts the other players in
 *   one's matches, `share` is 0.1 for reports and 0.25 for commendations, and `given` includes this one. Whoever reports
 *   nearly everybody says nothing by it.
 * - `settled`: `0.1 + 0.9 · min(1, ageDays / 7, games / 20)`: accounts cost nothing.
 * - `standing`: 0 for players who are suspected themselves, else 1.
 *
 * The result is within 0–2: no one person can have another watched, whatever the record.
 */

export type ReportKind = "report" | "commend";

export interface ReporterRecord {
  /** Earlier reports whose target's case was decided since. */
  confirmed: number;
  cleared: number;
  /** Of this kind in the last 30 days, this one included. */
  given: number;
  /** Other players in the own matches of the last 30 days, each match counted. */
  met: number;
  accountAgeMs: number;
  games: number;
  /** Nothing worse than "watched". */
  inGoodStanding: boolean;
}

export const MOST_WEIGHT = 2;
export const RECORD_DAYS = 30;

const DAY_MS = 86_400_000;
const PRIOR = { confirmed: 1, cleared: 4 } as const;
const FREE = 2;
const SHARE: Readonly<Record<ReportKind, number>> = { report: 0.1, commend: 0.25 };
const NEWCOMER = 0.1;
const SETTLED_AGE_MS = 7 * DAY_MS;
const SETTLED_GAMES = 20;

export function reportWeight(kind: ReportKind, record: ReporterRecord): number {
  if (!record.inGoodStanding) return 0;
  const { confirmed, cleared, given, met, accountAgeMs, games } = record;
  const prior = PRIOR.confirmed / (PRIOR.confirmed + PRIOR.cleared);
  const mean = (PRIOR.confirmed + confirmed) / (PRIOR.confirmed + PRIOR.cleared + confirmed + cleared);
  const selectivity = Math.min(1, (FREE + SHARE[kind] * met) / Math.max(1, given));
  const settled =
    NEWCOMER +
    (1 - NEWCOMER) * Math.max(0, Math.min(1, accountAgeMs / SETTLED_AGE_MS, games / SETTLED_GAMES));
  return Math.min(MOST_WEIGHT, mean / prior) * selectivity * settled;
}
