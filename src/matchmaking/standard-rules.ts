/** The rules of a queue that declares none: what players of most games expect. Ratings on openskill's scale (mu 25). */
import {
  avoidBlocked,
  avoidRecentOpponents,
  commonRegion,
  ratingDistance,
  sameBuild,
  trustApart,
  until,
  winChance,
} from "./filters.ts";
import { closeMatch, closeRatings, evenParties, freshOpponents, lowLatency } from "./preferences.ts";
import type { Filter, Preference } from "./queue-rules.ts";

export function standardFilters(): Filter[] {
  return [
    sameBuild(),
    trustApart(),
    avoidBlocked(),
    ratingDistance([
      [0, 4],
      [30, 8],
      [60, 20],
      [90, 60],
    ]),
    commonRegion([
      [0, 90],
      [30, 150],
      [90, 300],
    ]),
    winChance([
      [0, 0.05],
      [30, 0.1],
      [60, 0.25],
      [90, 0.5],
    ]),
    until(20, avoidRecentOpponents(1)),
  ];
}

export function standardPreferences(): Preference[] {
  return [closeMatch(), closeRatings(), lowLatency(), evenParties(), freshOpponents()];
}

/** For joining a running match, of whose players no latencies and builds are known. */
export function standardRoomFilters(): Filter[] {
  return [trustApart(), avoidBlocked(), ratingDistance(15)];
}
