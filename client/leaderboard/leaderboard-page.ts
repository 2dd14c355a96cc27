/** The leaderboards: a tab for each board, this season or all time, everybody or friends, and the own place. */
import type { BoardPage, BoardsAnswer, OwnProfile } from "../../src/index.ts";
import { element, link } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { routeHash } from "../navigation/route.ts";
import { BOARD_PAGE, playerApi } from "../net/player-api.ts";
import { counted, dayOfYear, readableId } from "../text.ts";
import { choice } from "../ui/choice.ts";
import { failureNote, loadInto } from "../ui/load-into.ts";
import { boardTable } from "./board-table.ts";

type Board = BoardsAnswer["boards"][number];

/** What is asked for: which season, and whom. */
interface View {
  board: Board;
  season: string;
  friends: boolean;
}

interface Loaded {
  page: BoardPage;
  /** The own place with its neighbours, when the page does not show it. */
  around: BoardPage | undefined;
  profile: OwnProfile;
}

export function leaderboardPage(context: PageContext, boardId: string | undefined): PageView {
  const host = element("div");
  const root = element(
    "div",
    { className: "page board-page", testId: "leaderboard-page" },
    element("header", { className: "page-intro" }, element("h1", { text: "Leaderboard" })),
    host,
  );
  void loadInto(host, {
    signal: context.signal,
    load: () => playerApi.boards(),
    show: (answer) => showBoards(context, answer, boardId),
  });
  return { root, title: "Leaderboard · Skirmish" };
}

function showBoards(
  context: PageContext,
  { boards, season }: BoardsAnswer,
  boardId: string | undefined,
): Node[] {
  const board = boardId === undefined ? boards[0] : boards.find((known) => known.boardId === boardId);
  if (!board) {
    if (boards.length === 0)
      return [element("p", { className: "quiet", text: "There are no leaderboards yet." })];
    return [
      failureNote(
        "There is no leaderboard with this name.",
        () => context.go({ page: "leaderboard" }),
        "All leaderboards",
      ),
    ];
  }
  const view: View = { board, season: board.seasonal && season ? season.id : "all", friends: false };
  const lines = element("div", { className: "board-host" });
  const load = (): void =>
    void loadInto(lines, { signal: context.signal, load: () => loadView(context, view), show });
  const show = (loaded: Loaded): Node[] => showLines(context, view, loaded);
  const switches = element("div", { className: "board-switches" });
  if (board.seasonal && season)
    switches.append(
      choice(
        "Season",
        [
          [season.id, readableId(season.id)],
          ["all", "All time"],
        ],
        view.season,
        (chosen) => {
          view.season = chosen;
          load();
        },
      ),
    );
  switches.append(
    choice(
      "Players",
      [
        ["all", "Everybody"],
        ["friends", "Friends"],
      ],
      "all",
      (chosen) => {
        view.friends = chosen === "friends";
        load();
      },
    ),
  );
  if (board.seasonal && season)
    switches.append(element("small", { className: "quiet", text: `Until ${dayOfYear(season.endsAt)}` }));
  load();
  return [boardTabs(boards, board), element("section", { className: "panel card" }, switches, lines)];
}

function boardTabs(boards: readonly Board[], chosen: Board): HTMLElement {
  const tabs = boards.map(({ boardId, name }) => {
    const tab = link(name, routeHash({ page: "leaderboard", board: boardId }), {
      className: "tab board-tab",
      testId: `board-${boardId}`,
    });
    if (boardId === chosen.boardId) tab.setAttribute("aria-current", "page");
    return tab;
  });
  const nav = element("nav", { className: "tabs board-tabs" }, ...tabs);
  nav.ariaLabel = "Leaderboards";
  return nav;
}

async function loadView({ account }: PageContext, { board, season, friends }: View): Promise<Loaded> {
  const { boardId } = board;
  const [page, profile] = await Promise.all([
    friends ? playerApi.boardFriends(account, boardId, season) : playerApi.boardTop(boardId, season),
    account.loadProfile(),
  ]);
  const own = page.entries.some(({ playerId }) => playerId === profile.playerId);
  const around = own || friends ? undefined : await playerApi.boardAround(account, boardId, season);
  return { page, around, profile };
}

function showLines(context: PageContext, view: View, { page, around, profile }: Loaded): Node[] {
  const scoreTitle = scoreTitleOf(view.board);
  const table = (entries: BoardPage["entries"], testId: string) =>
    boardTable({ entries, ownId: context.account.playerId, scoreTitle, now: Date.now(), testId });
  if (page.entries.length === 0)
    return [
      element(
        "div",
        { className: "board-empty", testId: "board-empty" },
        element("p", {
          text: view.friends ? "None of you is ranked here yet." : "Nobody is ranked here yet.",
        }),
        element("p", { className: "quiet", text: howToEnter(view.board, profile) }),
        link("Play a match", routeHash({ page: "home" }), { className: "more-link" }),
      ),
    ];
  const nodes: Node[] = [table(page.entries, "board-lines")];
  if (around && around.entries.length > 0)
    nodes.push(
      element("h3", { className: "list-title", text: "Around you" }),
      table(around.entries, "board-around"),
    );
  else if (around)
    nodes.push(element("p", { className: "quiet board-foot", text: howToEnter(view.board, profile) }));
  if (!view.friends && page.size > BOARD_PAGE)
    nodes.push(
      element("p", { className: "quiet board-foot", text: `${counted(page.size, "player")} are ranked.` }),
    );
  return nodes;
}

function scoreTitleOf({ by }: Board): string {
  return by.startsWith("rating:") ? "Rating" : readableId(by);
}

/** Why the own name is not there, and what to do about it. */
function howToEnter({ by }: Board, profile: OwnProfile): string {
  const queue = by.startsWith("rating:") ? by.slice("rating:".length) : undefined;
  const rating = profile.ratings.find((known) => known.queue === queue);
  if (rating && rating.placementsLeft > 0)
    return `Ratings are ranked after the placement matches; you have ${rating.placementsLeft} left.`;
  return "You are not ranked here yet: one finished match is enough.";
}
