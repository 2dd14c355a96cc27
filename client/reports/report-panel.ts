/**
 * The other players of a match, each with "Commend" and "Report". Either opens its reasons; a reason is sent as it is
 * pressed. What was said of somebody is shown in the place of the buttons; a refusal is a sentence under them.
 */
import type { GivenAnswer, MatchReportsAnswer } from "../../src/index.ts";
import { button, element } from "../dom.ts";
import { playerApi } from "../net/player-api.ts";
import type { Account } from "../session/account.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { loadInto } from "../ui/load-into.ts";
import {
  closedText,
  givenText,
  type OtherPlayer,
  REASONS,
  REPORT_TEXT_LIMIT,
  type ReportKind,
  reportBodyOf,
} from "./report-words.ts";

/**
 * @param matchId of a match that is stored.
 * @param signal aborted when nobody sees it any more.
 */
export function reportPanel(account: Account, matchId: string, signal: AbortSignal): HTMLElement {
  const host = element("div", { className: "report-panel", testId: "report-panel" });
  void loadInto(host, {
    signal,
    load: () => playerApi.matchReports(account, matchId),
    show: (answer) => showPlayers(answer, account),
  });
  return host;
}

function showPlayers(answer: MatchReportsAnswer, account: Account): HTMLElement {
  const closed = closedText(answer);
  if (closed !== undefined) return element("p", { className: "quiet", text: closed });
  return element(
    "ul",
    { className: "report-players" },
    ...answer.players.map((player) => playerLine(player, answer, account)),
  );
}

function playerLine(
  player: OtherPlayer,
  { matchId, open }: MatchReportsAnswer,
  account: Account,
): HTMLElement {
  const ways = element("div", { className: "report-ways" });
  const reasons = element("div", { className: "report-reasons" });
  const note = new ActionNote("report-note");
  const showGiven = (given: Pick<GivenAnswer, "kind" | "reason">): void => {
    reasons.replaceChildren();
    ways.replaceChildren(
      element("span", {
        className: `report-given report-given-${given.kind}`,
        testId: "report-given",
        text: givenText(given),
      }),
    );
  };
  const buttons = (["commend", "report"] as const).map((kind) => {
    const way = button(
      kind === "commend" ? "Commend" : "Report",
      { className: `button-quiet button-small report-${kind}`, testId: kind },
      () => showReasons(kind),
    );
    way.ariaLabel = `${way.textContent} ${player.name}`;
    way.setAttribute("aria-expanded", "false");
    return [kind, way] as const;
  });
  const showReasons = (kind: ReportKind): void => {
    note.clear();
    const [, pressed] = buttons.find(([one]) => one === kind) ?? [];
    const closes = pressed?.getAttribute("aria-expanded") === "true";
    for (const [one, way] of buttons) way.setAttribute("aria-expanded", String(one === kind && !closes));
    reasons.replaceChildren();
    if (closes) return;
    const words = element("input", { className: "report-text", testId: "report-text" });
    words.maxLength = REPORT_TEXT_LIMIT;
    words.placeholder = "What happened? (if you like)";
    words.ariaLabel = "What happened";
    const give = async (reason: string): Promise<void> =>
      showGiven(
        await playerApi.report(account, matchId, reportBodyOf(kind, player.playerId, reason, words.value)),
      );
    if (kind === "report") reasons.append(words);
    reasons.append(
      ...REASONS[kind].map(([reason, text]) =>
        actionButton({
          text,
          className: "report-reason",
          testId: `reason-${reason}`,
          note,
          run: () => give(reason),
        }),
      ),
    );
  };
  if (player.given) showGiven(player.given);
  else if (open) ways.append(...buttons.map(([, way]) => way));
  const line = element(
    "li",
    { className: "report-player", testId: "report-player" },
    element("b", { className: "report-name", text: player.name }),
    ways,
    reasons,
    note.root,
  );
  line.dataset.player = player.playerId;
  return line;
}
