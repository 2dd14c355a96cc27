/** Another player's profile: what anybody may see, and what there is between the two players. */
import type { FriendsAnswer } from "../../src/index.ts";
import { element } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { playerApi } from "../net/player-api.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { loadInto } from "../ui/load-into.ts";
import { achievementList } from "./achievement-list.ts";
import { historySection } from "./history-section.ts";
import { card, profileHead } from "./profile-head.ts";
import { ratingSections } from "./rating-section.ts";

type Relation = "none" | "friends" | "asked" | "asking" | "blocked";

export function playerPage(context: PageContext, playerId: string): PageView {
  const { account, signal } = context;
  const root = element("div", { className: "page profile-page", testId: "player-page" });
  void loadInto(root, {
    signal,
    load: async () => {
      const [profile, catalogue, friends] = await Promise.all([
        playerApi.profile(playerId),
        playerApi.catalogue(),
        playerApi.friends(account),
      ]);
      return { profile, catalogue, relation: relationTo(playerId, friends) };
    },
    show: ({ profile, catalogue, relation }) => [
      profileHead(profile, relationBox(context, playerId, relation)),
      element(
        "div",
        { className: "columns" },
        element(
          "div",
          { className: "column" },
          ...ratingSections(profile, signal),
          historySection(playerId, "No match yet.", signal),
        ),
        element(
          "div",
          { className: "column" },
          card("Achievements", { testId: "achievements" }, achievementList(profile, catalogue, false)),
        ),
      ),
    ],
  });
  return { root, title: "Player · Skirmish" };
}

export function relationTo(playerId: string, lists: FriendsAnswer): Relation {
  const holds = (list: FriendsAnswer["friends"]): boolean =>
    list.some((player) => player.playerId === playerId);
  if (holds(lists.blocked)) return "blocked";
  if (holds(lists.friends)) return "friends";
  if (holds(lists.incoming)) return "asking";
  return holds(lists.outgoing) ? "asked" : "none";
}

const SENTENCES: Readonly<Record<Relation, string>> = {
  none: "",
  friends: "Your friend",
  asked: "You asked for friendship",
  asking: "Wants to be your friend",
  blocked: "You blocked this player",
};

/** Buttons for what the two can be to each other; each answer of the server draws them anew. */
function relationBox({ account }: PageContext, playerId: string, relation: Relation): HTMLElement {
  const box = element("div", { className: "relation", testId: "relation" });
  const note = new ActionNote();
  const act = (text: string, testId: string, ask: () => Promise<{ state: Relation }>): HTMLButtonElement =>
    actionButton({ text, testId, note, run: async () => draw((await ask()).state) });
  const befriend = (text: string) => act(text, "befriend", () => playerApi.befriend(account, playerId));
  const unfriend = (text: string) => act(text, "unfriend", () => playerApi.unfriend(account, playerId));
  const draw = (now: Relation): void => {
    box.dataset.state = now;
    const buttons = {
      none: () => [befriend("Add friend")],
      friends: () => [unfriend("Remove friend")],
      asked: () => [unfriend("Take back")],
      asking: () => [befriend("Accept"), unfriend("Decline")],
      blocked: () => [act("Unblock", "unblock", () => playerApi.unblock(account, playerId))],
    }[now]();
    if (now !== "blocked") buttons.push(act("Block", "block", () => playerApi.block(account, playerId)));
    const sentence = element("p", { className: "quiet", text: SENTENCES[now] });
    box.replaceChildren(sentence, element("div", { className: "button-row" }, ...buttons), note.root);
  };
  draw(relation);
  return box;
}
