/** Lines of a leaderboard: rank or medal, name, score. Names are players' own, so they go in as text. */
import type { BoardLine } from "../../src/index.ts";
import { element, link } from "../dom.ts";
import { routeHash } from "../navigation/route.ts";
import { ago, whole } from "../text.ts";
import { medalIcon } from "../ui/icons.ts";

const MEDALS = 3;

export interface BoardTableOptions {
  entries: readonly BoardLine[];
  ownId: string | undefined;
  scoreTitle: string;
  now: number;
  testId: string;
}

export function boardTable({ entries, ownId, scoreTitle, now, testId }: BoardTableOptions): HTMLTableElement {
  const head = element("tr");
  for (const title of ["#", "Player", scoreTitle, "Reached"]) {
    const cell = element("th", { text: title });
    cell.scope = "col";
    head.append(cell);
  }
  const body = element("tbody");
  for (const entry of entries) body.append(boardLine(entry, entry.playerId === ownId, now));
  return element("table", { className: "board-table", testId }, element("thead", {}, head), body);
}

function boardLine(
  { rank, playerId, name, score, reachedAt }: BoardLine,
  own: boolean,
  now: number,
): HTMLElement {
  const place = element("td", { className: "board-rank" });
  if (rank <= MEDALS) {
    const medal = medalIcon(rank);
    medal.removeAttribute("aria-hidden");
    medal.role = "img";
    medal.ariaLabel = String(rank);
    place.append(medal);
  } else place.textContent = whole(rank);
  const who = element(
    "td",
    { className: "board-name" },
    link(name, routeHash({ page: "profile", playerId }), { className: "name-link" }),
  );
  if (own) who.append(element("span", { className: "badge badge-own", text: "you" }));
  const line = element(
    "tr",
    own ? { className: "board-own", testId: "own-line" } : {},
    place,
    who,
    element("td", { className: "board-score", text: whole(score) }),
    element("td", { className: "board-when quiet", text: ago(reachedAt, now) }),
  );
  line.dataset.rank = String(rank);
  line.dataset.player = playerId;
  return line;
}
