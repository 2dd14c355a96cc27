/** The lobby: queues to enter, the party, friends, rooms to join. What it shows lives longer than the page. */
import { button, element, link, setText } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { routeHash } from "../navigation/route.ts";
import { Refusal } from "../net/request-json.ts";
import { toRefusal } from "../net/room-refusal.ts";
import { counted } from "../text.ts";
import { friendInvites } from "./friend-invites.ts";
import { partyPanel } from "./party-panel.ts";
import { queueCards } from "./queue-cards.ts";
import { queuePanel } from "./queue-panel.ts";
import { roomList } from "./room-list.ts";
import type { SocialSession } from "./social-session.ts";

/** @param partyCode a party to join, from a link. */
export function lobbyPage(context: PageContext, partyCode?: string): PageView {
  const { social, signal, go } = context;
  const { lobby, party, queue } = social;
  lobby.open();
  if (partyCode !== undefined && partyCode !== party.code)
    party.join(partyCode).catch((error: unknown) => {
      // A link that was mixed up still leads to what it names.
      if (error instanceof Refusal && error.code === "other_kind") go({ page: "custom", code: partyCode });
      else party.warn(toRefusal(error).message);
    });
  const root = element(
    "div",
    { className: "page lobby-page", testId: "lobby-page" },
    lobbyHead(social, signal),
    queuePanel(queue, signal),
    customBanner(social, signal),
    element(
      "div",
      { className: "columns lobby-columns" },
      element("div", { className: "column" }, queueCards(context), roomList(context)),
      element(
        "div",
        { className: "column" },
        partyPanel(context),
        friendInvites(context, {
          invite: (playerId) => social.inviteToParty(playerId),
          isMember: (playerId) => party.members.some((member) => member.playerId === playerId),
          watch: (watcher, until) => party.watch(watcher, until),
        }),
      ),
    ),
  );
  return { root, title: "Lobby · Skirmish" };
}

function lobbyHead({ lobby }: SocialSession, signal: AbortSignal): HTMLElement {
  const count = element("p", { className: "quiet lobby-count", testId: "lobby-count" });
  const elsewhere = button(
    "Use it here",
    { className: "button-quiet button-small", testId: "lobby-here" },
    () => lobby.open(),
  );
  lobby.watch(() => {
    const { status, online, playing } = lobby;
    count.dataset.status = status;
    setText(
      count,
      status === "in" ? `${counted(online, "player")} online · ${playing} in a match` : "not connected",
    );
    elsewhere.hidden = status !== "elsewhere";
  }, signal);
  return element(
    "div",
    { className: "page-intro lobby-intro" },
    element("h1", { text: "Lobby" }),
    count,
    elsewhere,
  );
}

/** The player is in a custom game, but not on its page. */
function customBanner({ custom }: SocialSession, signal: AbortSignal): HTMLElement {
  const words = element("span");
  const way = link("Back to it", "#", { className: "button-quiet button-small", testId: "custom-return" });
  const root = element(
    "div",
    { className: "panel custom-banner", testId: "custom-banner" },
    words,
    element(
      "div",
      { className: "button-row" },
      way,
      button("Leave it", { className: "button-quiet button-small", testId: "custom-banner-leave" }, () =>
        custom.leave(),
      ),
    ),
  );
  custom.watch(() => {
    root.hidden = custom.code === "";
    if (root.hidden) return;
    setText(words, `You are in the custom game ${custom.state?.name || custom.code}.`);
    way.href = routeHash({ page: "custom", code: custom.code });
  }, signal);
  return root;
}
