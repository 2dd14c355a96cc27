/** The match history, a page at a time, newest first. */
import type { HistoryAnswer } from "../../src/index.ts";
import { element, link } from "../dom.ts";
import { routeHash } from "../navigation/route.ts";
import { HISTORY_PAGE, playerApi } from "../net/player-api.ts";
import type { Account } from "../session/account.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { loadInto } from "../ui/load-into.ts";
import { matchLine, matchList } from "./match-list.ts";
import { card } from "./profile-head.ts";

/** @param account of whose history it is, to report and commend others from there. */
export function historySection(
  playerId: string,
  empty: string,
  signal: AbortSignal,
  account?: Account,
): HTMLElement {
  const host = element("div");
  void loadInto(host, {
    signal,
    load: () => playerApi.history(playerId),
    show: (first) => showHistory(playerId, first, empty, account),
  });
  const open = link("Open a replay's file", routeHash({ page: "replay" }), { className: "more-link" });
  return card("Matches", { testId: "history" }, host, open);
}

function showHistory(
  playerId: string,
  first: HistoryAnswer,
  empty: string,
  account: Account | undefined,
): Node[] {
  if (first.matches.length === 0) return [element("p", { className: "quiet", text: empty })];
  const list = matchList(first.matches, Date.now(), account);
  list.classList.add("matches-rated");
  let oldest = first.matches.at(-1)?.endedAt;
  const note = new ActionNote();
  const more = actionButton({
    text: "Load more",
    busyText: "Loading…",
    testId: "history-more",
    note,
    run: async () => {
      const { matches } = await playerApi.history(playerId, HISTORY_PAGE, oldest);
      list.append(...matches.map((match) => matchLine(match, Date.now(), account)));
      oldest = matches.at(-1)?.endedAt ?? oldest;
      foot.hidden = matches.length < HISTORY_PAGE;
    },
  });
  const foot = element("div", { className: "card-foot" }, more, note.root);
  foot.hidden = first.matches.length < HISTORY_PAGE;
  return [list, foot];
}
