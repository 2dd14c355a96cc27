/** Lines of match history: place, fight, what it brought, and when. */
import type { HistoryEntry } from "../../src/index.ts";
import { element, link } from "../dom.ts";
import { routeHash } from "../navigation/route.ts";
import { ReportToggle } from "../reports/report-toggle.ts";
import { isRecent } from "../reports/report-words.ts";
import type { Account } from "../session/account.ts";
import { ago, counted, ordinal, signed, whole } from "../text.ts";
import { flagIcon } from "../ui/icons.ts";

export function matchList(
  matches: readonly HistoryEntry[],
  now: number,
  account?: Account,
): HTMLOListElement {
  return element("ol", { className: "matches" }, ...matches.map((match) => matchLine(match, now, account)));
}

/** @param account of the one who played it, to report and commend the others. */
export function matchLine(match: HistoryEntry, now: number, account?: Account): HTMLLIElement {
  const { kills, deaths, earned, rating, ratingChange } = match;
  const watch = watchLink(match);
  const line = element(
    "li",
    { className: match.left ? "match-left" : match.won ? "match-won" : "" },
    element("b", { className: "match-place", text: placeOf(match) }),
    element("span", {
      className: "match-line",
      text: `${counted(kills, "kill")} · ${counted(deaths, "death")}`,
    }),
    element("span", {
      className: "match-earned",
      text: earned === undefined ? "" : `+${whole(earned)} XP`,
    }),
    ratingOf(rating, ratingChange),
    watch,
    timeOf(match.endedAt, now),
  );
  line.dataset.match = match.matchId;
  if (account && isRecent(match.endedAt, now)) addReports(line, watch, match.matchId, account);
  line.title = `${match.players} fighters, ${Math.round(match.seconds)} s, ${match.map}`;
  return line;
}

function placeOf({ left, won, placement }: HistoryEntry): string {
  if (left) return "Left";
  return won ? "Won" : ordinal(placement);
}

function addReports(line: HTMLElement, cell: HTMLElement, matchId: string, account: Account): void {
  const toggle = new ReportToggle(account);
  toggle.ready(matchId);
  toggle.button.ariaLabel = "Report or commend players";
  toggle.button.title = toggle.button.ariaLabel;
  toggle.button.replaceChildren(flagIcon());
  cell.append(toggle.button);
  line.append(toggle.panel);
}

/** To the replay, where there is one. */
function watchLink({ replay, endedAt }: HistoryEntry): HTMLElement {
  const cell = element("span", { className: "match-watch" });
  const matchId = replay === undefined ? undefined : /^\/api\/replays\/([^/]+)$/.exec(replay)?.[1];
  if (matchId === undefined) return cell;
  const watch = link("Watch", routeHash({ page: "replay", matchId }), {
    className: "match-watch-link",
    testId: "watch",
  });
  watch.ariaLabel = `Watch the replay of the match of ${new Date(endedAt).toLocaleString()}`;
  cell.append(watch);
  return cell;
}

function ratingOf(rating: number | undefined, change: number | undefined): HTMLElement {
  const cell = element("span", { className: "match-rating" });
  if (rating === undefined) return cell;
  cell.append(element("span", { text: whole(rating) }));
  if (change !== undefined && change !== 0)
    cell.append(
      element("small", { className: change > 0 ? "change-up" : "change-down", text: signed(change) }),
    );
  return cell;
}

function timeOf(endedAt: string, now: number): HTMLElement {
  const time = element("time", { className: "quiet", text: ago(endedAt, now) });
  time.dateTime = endedAt;
  time.title = new Date(endedAt).toLocaleString();
  return time;
}
