/** One member of a party or a custom game: crown, name, what they do, whether they are ready; the leader's menu. */
import { button, element, link, setText } from "../dom.ts";
import { routeHash } from "../navigation/route.ts";
import { crownIcon, tickIcon } from "../ui/icons.ts";
import type { Line } from "../ui/keyed-list.ts";
import { playerBadge } from "../ui/player-badge.ts";
import { type MemberModel, memberStatus } from "./company-model.ts";

export interface MemberActions {
  /** Whether this page's player leads. */
  leads: () => boolean;
  promote: (playerId: string) => void;
  kick: (playerId: string) => void;
}

export function memberLine(first: MemberModel, { leads, promote, kick }: MemberActions): Line<MemberModel> {
  const { playerId } = first;
  const crown = element("span", { className: "member-crown" }, crownIcon());
  crown.title = "Leader";
  const name = link("", routeHash({ page: "profile", playerId }), { className: "name-link" });
  const you = element("span", { className: "badge badge-own", text: "you" });
  const status = element("small", { className: "member-status" });
  const tick = element("span", { className: "member-tick" }, tickIcon());
  tick.ariaHidden = "true";
  const menu = memberMenu(
    () => promote(playerId),
    () => kick(playerId),
  );
  const root = element(
    "li",
    { className: "member", testId: "member" },
    playerBadge(playerId, first.name),
    element(
      "div",
      { className: "member-words" },
      element("div", { className: "member-name" }, name, crown, you),
      status,
    ),
    tick,
    menu,
  );
  root.dataset.player = playerId;
  return {
    root,
    update(member) {
      setText(name, member.name);
      setText(status, memberStatus(member));
      crown.hidden = !member.leader;
      you.hidden = !member.own;
      root.classList.toggle("member-ready", member.ready);
      root.classList.toggle("member-away", !member.connected);
      root.dataset.ready = String(member.ready);
      menu.hidden = member.own || !leads();
    },
  };
}

function memberMenu(promote: () => void, kick: () => void): HTMLElement {
  const sign = element("summary", { className: "member-menu-sign", text: "⋯", testId: "member-menu" });
  sign.ariaLabel = "What to do with this member";
  const choose = (act: () => void) => (): void => {
    menu.open = false;
    act();
  };
  const menu = element(
    "details",
    { className: "member-menu" },
    sign,
    element(
      "div",
      { className: "member-menu-list" },
      button(
        "Make leader",
        { className: "button-quiet button-small", testId: "member-promote" },
        choose(promote),
      ),
      button(
        "Remove",
        { className: "button-quiet button-small button-danger", testId: "member-kick" },
        choose(kick),
      ),
    ),
  );
  // Like any menu: away with Escape, and when the focus goes elsewhere.
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    sign.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    // Some browsers give a clicked button no focus: then there is no target, and the click is yet to come.
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  const closeOutside = ({ target }: PointerEvent): void => {
    if (!(target instanceof Node && menu.contains(target))) menu.open = false;
  };
  menu.addEventListener("toggle", () => {
    if (menu.open) document.addEventListener("pointerdown", closeOutside);
    else document.removeEventListener("pointerdown", closeOutside);
  });
  return menu;
}
