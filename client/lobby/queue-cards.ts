/** The queues one can enter, and quick play: what is played, how many wait, and the way in. */
import type { QueueLine } from "../../schemas/lobby-messages.ts";
import { button, element, setText } from "../dom.ts";
import { teamHue } from "../match/sides.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { fighterColour } from "../scene/palette.ts";
import { counted, readableId } from "../text.ts";
import { ActionNote } from "../ui/action-button.ts";
import { choice } from "../ui/choice.ts";
import { figureIcon } from "../ui/icons.ts";
import { KeyedList, type Line } from "../ui/keyed-list.ts";
import { areAlone, teamSizes } from "./queue-model.ts";
import type { SocialSession } from "./social-session.ts";

/** More figures than this are not drawn: the words say it. */
const MOST_FIGURES = 12;
const ANY_REGION = "any";

export function queueCards({ social, signal }: PageContext): HTMLElement {
  const { lobby, party, queue } = social;
  const note = new ActionNote("lobby-note");
  const list = element("ul", { className: "queue-cards", testId: "queues" });
  let region: string | undefined;
  const cards = new KeyedList<QueueLine>(
    list,
    ({ id }) => id,
    (line) => queueCard(line, social, () => region),
  );
  const regions = element("div", { className: "queue-regions" });
  let shownRegions: readonly string[] = [];
  const status = element("p", { className: "quiet lobby-status", testId: "lobby-status" });
  status.role = "status";
  const quick = quickCard(() => lobby.quickPlay());
  const root = element(
    "section",
    { className: "lobby-queues" },
    status,
    note.root,
    regions,
    quick.root,
    list,
  );
  root.ariaLabel = "Queues";
  const update = (): void => {
    setText(status, lobbyStatus(social));
    status.hidden = status.textContent === "";
    note.show(lobby.note);
    cards.update(lobby.queues ?? []);
    quick.setEnabled(lobby.status === "in");
    if (lobby.regions !== shownRegions) {
      shownRegions = lobby.regions;
      regions.replaceChildren(
        ...(shownRegions.length > 1 ? [regionChoice(shownRegions, (name) => (region = name))] : []),
      );
    }
  };
  for (const watched of [lobby, party, queue]) watched.watch(update, signal);
  return root;
}

function lobbyStatus({ lobby }: SocialSession): string {
  switch (lobby.status) {
    case "in":
      return lobby.queues?.length === 0 ? "There are no queues here." : "";
    case "away":
      return lobby.problem === ""
        ? "The connection to the lobby is lost and being brought back…"
        : `${lobby.problem} Trying again…`;
    case "elsewhere":
      return lobby.problem;
    default:
      return "Entering the lobby…";
  }
}

function regionChoice(
  regions: readonly string[],
  onChoose: (region: string | undefined) => void,
): HTMLElement {
  return choice(
    "Region",
    [[ANY_REGION, "Nearest region"], ...regions.map((region) => [region, readableId(region)] as const)],
    ANY_REGION,
    (region) => onChoose(region === ANY_REGION ? undefined : region),
  );
}

function quickCard(onPlay: () => void): { root: HTMLElement; setEnabled: (enabled: boolean) => void } {
  const play = button("Play", { className: "button-quiet", testId: "lobby-quick-play" }, onPlay);
  return {
    root: element(
      "div",
      { className: "panel quick-card" },
      element(
        "div",
        {},
        element("h3", { text: "Quick play" }),
        element("p", { className: "quiet", text: "A running match that has room for you, right away." }),
      ),
      play,
    ),
    setEnabled: (enabled) => {
      play.disabled = !enabled;
    },
  };
}

function queueCard(
  { id }: QueueLine,
  social: SocialSession,
  region: () => string | undefined,
): Line<QueueLine> {
  const name = element("h3");
  const sizes = element("b", { className: "queue-sizes" });
  const figures = element("div", { className: "queue-figures" });
  const description = element("p", { className: "quiet queue-description" });
  const waiting = element("span", { className: "queue-waiting", testId: `queue-waiting-${id}` });
  const enter = button("Enter", { className: "button-ember", testId: `lobby-enter-${id}` }, () =>
    social.enterQueue(id, region()),
  );
  const root = element(
    "li",
    { className: "panel queue-card", testId: `queue-${id}` },
    element("div", { className: "queue-card-top" }, name, sizes),
    figures,
    description,
    element("div", { className: "queue-card-foot" }, waiting, enter),
  );
  let drawn = "";
  return {
    root,
    update(line) {
      setText(name, line.name);
      setText(description, line.description);
      setText(sizes, teamSizes(line.teams));
      const teams = line.teams.join();
      if (teams !== drawn) {
        drawn = teams;
        figures.classList.toggle("queue-figures-alone", areAlone(line.teams));
        figures.replaceChildren(...teamFigures(line.teams));
      }
      const here = social.queue.busy && social.queue.model.queue === id;
      root.classList.toggle("queue-card-here", here);
      const why = whyNot(line, social);
      setText(waiting, why === "" ? waitingText(line.waiting) : why);
      waiting.classList.toggle("queue-waiting-some", line.waiting > 0 && why === "");
      enter.disabled = here || why !== "";
      setText(enter, here ? "In queue" : "Enter");
    },
  };
}

/** One figure a player: the own side in blue against the others, or everybody in a colour of their own. */
function teamFigures(teams: readonly number[]): Node[] {
  if (teams.reduce((sum, size) => sum + size, 0) > MOST_FIGURES) return [];
  const alone = areAlone(teams);
  return teams.map((size, team) => {
    const group = element("span", { className: "figures" });
    group.style.color = fighterColour(alone ? team : teamHue(team, 0));
    for (let figure = 0; figure < size; figure += 1) group.append(figureIcon());
    return group;
  });
}

function whyNot({ largestParty }: QueueLine, { party, queue, lobby }: SocialSession): string {
  if (queue.model.phase === "checking" || queue.model.phase === "seated") return "A match is found.";
  if (lobby.status !== "in" || party.status !== "in") return "";
  const { length } = party.members;
  if (length < 2) return "";
  if (length > largestParty)
    return largestParty === 1 ? "For players without a party." : `Parties of up to ${largestParty}.`;
  return party.leads ? "" : "The leader enters the queue.";
}

function waitingText(players: number): string {
  return players === 0 ? "nobody waits" : `${counted(players, "player")} waiting`;
}
