/** The party on the lobby page: made, joined by code, or with its members, its code to hand on, and its chat. */
import { button, element, setText } from "../dom.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { readJoinCode, routeHash } from "../navigation/route.ts";
import { Refusal } from "../net/request-json.ts";
import { card } from "../profile/profile-head.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { copyButton } from "../ui/copy-button.ts";
import { KeyedList } from "../ui/keyed-list.ts";
import { chatBox } from "./chat-box.ts";
import { type MemberModel, partyHint } from "./company-model.ts";
import { memberLine } from "./member-line.ts";

export function partyPanel(context: PageContext): HTMLElement {
  const { party } = context.social;
  const { signal } = context;
  const outside = partyDoor(context);
  const inside = partyRoom(context);
  const waiting = element(
    "div",
    { className: "load-note" },
    element("div", { className: "spinner spinner-small" }),
    element("span", { className: "quiet", text: "Joining…" }),
  );
  const note = new ActionNote("party-note");
  const root = card("Party", { testId: "party" }, outside, waiting, inside.root, note.root);
  party.watch(() => {
    const { status } = party;
    const there = status === "in" || status === "away" || (status === "joining" && party.members.length > 0);
    root.dataset.status = status;
    outside.hidden = there || status === "joining";
    waiting.hidden = there || status !== "joining";
    inside.root.hidden = !there;
    note.show(party.note);
    if (there) inside.update();
  }, signal);
  return root;
}

/** For whoever is in no party. */
function partyDoor({ social, go }: PageContext): HTMLElement {
  const { party } = social;
  const note = new ActionNote("party-door-note");
  const create = actionButton({
    text: "Create a party",
    className: "button-ember",
    testId: "party-create",
    note,
    run: () => party.create(),
  });
  const input = element("input", { className: "text-input", testId: "party-join-code" });
  input.placeholder = "Code or link";
  input.ariaLabel = "A party's code or link";
  input.autocomplete = "off";
  input.spellcheck = false;
  const join = actionButton({
    text: "Join",
    testId: "party-join",
    note,
    run: async () => {
      const read = readJoinCode(input.value);
      if (!read) return note.warn("That is no code that can be joined with.");
      if (read.kind === "custom") return go({ page: "custom", code: read.code });
      try {
        await party.join(read.code);
        input.value = "";
      } catch (error) {
        // A bare code may be of a custom game as well.
        if (!(error instanceof Refusal) || error.code !== "other_kind") throw error;
        go({ page: "custom", code: read.code });
      }
    },
  });
  const form = element("form", { className: "inline-form" }, input, join);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    join.click();
  });
  return element(
    "div",
    { className: "party-door" },
    element("p", { className: "quiet", text: "Queue together: a party always ends up on the same team." }),
    create,
    element("span", { className: "party-or quiet", text: "or join one" }),
    form,
    note.root,
  );
}

/** For members. */
function partyRoom({ social }: PageContext): { root: HTMLElement; update: () => void } {
  const { party, queue } = social;
  const code = element("output", { className: "party-code", testId: "party-code" });
  const linkOf = (): string =>
    `${location.origin}${location.pathname}${routeHash({ page: "party", code: party.code })}`;
  const count = element("span", { className: "quiet party-count" });
  const list = element("ul", { className: "members", testId: "party-members" });
  const members = new KeyedList<MemberModel>(
    list,
    ({ playerId }) => playerId,
    (member) =>
      memberLine(member, {
        leads: () => party.leads,
        promote: (playerId) => party.promote(playerId),
        kick: (playerId) => party.kick(playerId),
      }),
  );
  const ready = button("Ready", { className: "button-quiet ready-toggle", testId: "party-ready" }, () =>
    party.setReady(!(party.self?.ready ?? false)),
  );
  const leave = button("Leave", { className: "button-quiet", testId: "party-leave" }, () => {
    // Whoever leaves a party that waits takes its place in the queue with them.
    if (queue.busy) queue.cancel();
    party.leave();
  });
  const hint = element("p", { className: "quiet party-hint", testId: "party-hint" });
  hint.role = "status";
  const chat = chatBox((text) => party.say(text));
  const update = (): void => {
    const { self } = party;
    setText(code, party.code);
    setText(count, `${party.members.length} / ${party.state?.most || party.members.length}`);
    members.update(party.members);
    ready.hidden = party.leads;
    ready.setAttribute("aria-pressed", String(self?.ready ?? false));
    setText(ready, self?.ready ? "Ready ✓" : "Ready?");
    setText(hint, partyHint(party.status, party.members, party.leads));
    chat.update(party.chat);
  };
  return {
    root: element(
      "div",
      { className: "party-room" },
      element(
        "div",
        { className: "party-invite" },
        element("div", {}, element("span", { className: "list-title", text: "Code" }), code),
        copyButton(
          "Copy code",
          { className: "button-quiet button-small", testId: "party-copy-code" },
          () => party.code,
        ),
        copyButton(
          "Copy link",
          { className: "button-quiet button-small", testId: "party-copy-link" },
          linkOf,
        ),
      ),
      element(
        "div",
        { className: "party-head" },
        element("h3", { className: "list-title", text: "Members" }),
        count,
      ),
      list,
      hint,
      element("div", { className: "button-row" }, ready, leave),
      chat.root,
    ),
    update,
  };
}
