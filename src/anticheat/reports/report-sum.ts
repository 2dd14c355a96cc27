/**
 * What all reports (or all commendations) of one player come to. Pure.
 *
 * Each counts `weight · 2^(−age / halfLife)`. A company counts once, with the strongest of its members' reports: players
 * who are tied to each other (friends at the time) and speak of the same player in the same match, and whoever is so tied
 * to one of them. Everybody is a company with oneself, so reports of several matches by one person do not add up either.
 * Thus the sum is at most the greatest weight times the number of companies, however often they write.
 *
 * A commendation counts half between friends, and where the other commended the reporter within 7 days of it. Rings of
 * three and more strangers are not found.
 */

export interface GivenReport {
  reporterId: string;
  matchId: string;
  at: Date;
  weight: number;
  /** Players of the same match who were the reporter's friends then. */
  friends: readonly string[];
}

const DAY_MS = 86_400_000;
const RETURNED_WITHIN_MS = 7 * DAY_MS;
const RETURNED = 0.5;

export function sumReports(reports: readonly GivenReport[], now: Date, halfLifeDays: number): number {
  const companies = companiesOf(reports);
  const strongest = new Map<string, number>();
  for (const { reporterId, at, weight } of reports) {
    const company = companies.of(reporterId);
    const counts = weight * 2 ** -(Math.max(0, now.getTime() - at.getTime()) / DAY_MS / halfLifeDays);
    strongest.set(company, Math.max(strongest.get(company) ?? 0, counts));
  }
  let sum = 0;
  for (const counts of strongest.values()) sum += counts;
  return sum;
}

/**
 * @param targetId whom the commendations are of.
 * @param returned the target's own commendations.
 */
export function discountReturned<T extends GivenReport>(
  commendations: readonly T[],
  targetId: string,
  returned: readonly { targetId: string; at: Date }[],
): T[] {
  return commendations.map((commendation) => {
    const { reporterId, at, weight, friends } = commendation;
    const isReturned = returned.some(
      (other) =>
        other.targetId === reporterId && Math.abs(other.at.getTime() - at.getTime()) <= RETURNED_WITHIN_MS,
    );
    return isReturned || friends.includes(targetId)
      ? { ...commendation, weight: weight * RETURNED }
      : commendation;
  });
}

/** Reporters as nodes, joined where they are friends and speak of the same match. */
function companiesOf(reports: readonly GivenReport[]): { of: (reporterId: string) => string } {
  const parents = new Map<string, string>();
  const find = (reporterId: string): string => {
    let root = reporterId;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    return root;
  };
  for (const inMatch of Map.groupBy(reports, ({ matchId }) => matchId).values()) {
    const reporters = new Set(inMatch.map(({ reporterId }) => reporterId));
    for (const { reporterId, friends } of inMatch)
      for (const friend of friends) {
        if (!reporters.has(friend)) continue;
        const [one, other] = [find(reporterId), find(friend)];
        if (one !== other) parents.set(one, other);
      }
  }
  return { of: find };
}
