/** A player's rating in each queue: the number, or the placement matches that are left, and how it went. */
import type { PublicProfile, RatingAnswer, RatingHistoryAnswer } from "../../src/index.ts";
import { element } from "../dom.ts";
import { playerApi } from "../net/player-api.ts";
import { counted, readableId, whole } from "../text.ts";
import { loadInto } from "../ui/load-into.ts";
import { card } from "./profile-head.ts";
import { type GraphPoint, RatingGraph } from "./rating-graph.ts";

const QUEUE_NAMES: Readonly<Record<string, string>> = { ffa: "Free for all", teams: "Teams" };

export function queueName(queue: string): string {
  return QUEUE_NAMES[queue] ?? readableId(queue);
}

export function ratingSections(profile: PublicProfile, signal: AbortSignal): HTMLElement[] {
  return profile.ratings.map((rating) => ratingSection(profile.playerId, rating, signal));
}

function ratingSection(playerId: string, rating: RatingAnswer, signal: AbortSignal): HTMLElement {
  const host = element("div", { className: "rating-host" });
  if (rating.games > 0)
    void loadInto(host, {
      signal,
      load: () => playerApi.ratings(playerId, rating.queue),
      show: (history) => showGraph(history, signal),
    });
  else host.append(element("p", { className: "quiet", text: "No rated match yet." }));
  const section = card(`Rating · ${queueName(rating.queue)}`, { testId: "rating" }, ratingLine(rating), host);
  section.dataset.queue = rating.queue;
  return section;
}

function ratingLine({ displayed, games, placementsLeft }: RatingAnswer): HTMLElement {
  const line = element("p", { className: "rating-line" });
  if (displayed !== undefined)
    line.append(
      element("b", { className: "rating-number", testId: "rating-number", text: whole(displayed) }),
      element("span", {
        className: "quiet",
        text: `after ${counted(games, "rated match", "rated matches")}`,
      }),
    );
  else {
    const pips = element("span", { className: "pips" });
    for (let pip = 0; pip < games + placementsLeft; pip += 1)
      pips.append(element("i", { className: pip < games ? "pip pip-done" : "pip" }));
    line.append(
      pips,
      element("span", {
        testId: "placements",
        text: `${counted(placementsLeft, "placement match", "placement matches")} left`,
      }),
    );
  }
  return line;
}

function showGraph({ queue, points }: RatingHistoryAnswer, signal: AbortSignal): Node {
  const shown: GraphPoint[] = points.flatMap(({ at, displayed }) =>
    displayed === undefined ? [] : [{ at, value: displayed }],
  );
  if (shown.length === 0)
    return element("p", { className: "quiet", text: "The graph begins with the last placement match." });
  return new RatingGraph(shown, `Rating in ${queueName(queue)}`, signal).root;
}
