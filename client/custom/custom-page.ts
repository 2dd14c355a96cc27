/**
 * A custom game: teams to choose, spectators, the host's settings, chat. Its address is a link to join with; a game
 * that is locked asks for its password here. Leaving the page does not leave the game: the button does.
 */
import { button, element, link, setText } from "../dom.ts";
import { chatBox } from "../lobby/chat-box.ts";
import { customHint } from "../lobby/company-model.ts";
import { friendInvites } from "../lobby/friend-invites.ts";
import { queuePanel } from "../lobby/queue-panel.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { routeHash } from "../navigation/route.ts";
import { toRefusal } from "../net/room-refusal.ts";
import { card } from "../profile/profile-head.ts";
import { readableId } from "../text.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { copyButton } from "../ui/copy-button.ts";
import { lockIcon } from "../ui/icons.ts";
import { failureNote } from "../ui/load-into.ts";
import { hostSettings } from "./host-settings.ts";
import { teamColumns } from "./team-columns.ts";

export function customPage(context: PageContext, code: string): PageView {
  const { social, signal } = context;
  const { custom, lobby, queue } = social;
  lobby.open();
  const host = element("div", { className: "custom-host" });
  const root = element(
    "div",
    { className: "page custom-page", testId: "custom-page" },
    queuePanel(queue, signal),
    host,
  );
  const showDoor = (...nodes: Node[]): void => host.replaceChildren(card("Custom game", {}, ...nodes));
  const enter = (password?: string): Promise<void> =>
    custom.join(password === undefined ? { code } : { code, password }).then(showGame);
  const showGame = (): void => {
    if (!signal.aborted) host.replaceChildren(game(context));
  };
  const tryToEnter = (): void => {
    showDoor(joiningNote());
    enter().catch((error: unknown) => {
      if (signal.aborted) return;
      const refusal = toRefusal(error);
      if (refusal.code === "password_wrong") showDoor(passwordForm(enter));
      else showDoor(failureNote(refusal.message, tryToEnter), wayToLobby());
    });
  };
  if (custom.code === code) showGame();
  else tryToEnter();
  let inside = false;
  custom.watch(() => {
    const was = inside;
    inside = custom.code === code;
    // Removed, or the connection is gone for good; by one's own choice the page is left anyway.
    if (was && !inside && custom.status === "out" && custom.note)
      showDoor(failureNote(custom.note.text, tryToEnter, "Join again"), wayToLobby());
  }, signal);
  return { root, title: "Custom game · Skirmish" };
}

function joiningNote(): HTMLElement {
  return element(
    "div",
    { className: "load-note" },
    element("div", { className: "spinner spinner-small" }),
    element("span", { className: "quiet", text: "Joining…" }),
  );
}

function wayToLobby(): HTMLElement {
  return link("To the lobby", routeHash({ page: "lobby" }), { className: "more-link" });
}

function passwordForm(enter: (password: string) => Promise<void>): HTMLElement {
  const note = new ActionNote("custom-password-note");
  const input = element("input", { className: "text-input", testId: "custom-password" });
  input.type = "password";
  input.placeholder = "Password";
  input.ariaLabel = "The game's password";
  input.autocomplete = "off";
  const join = actionButton({
    text: "Join",
    className: "button-ember",
    testId: "custom-password-join",
    note,
    run: () => enter(input.value),
  });
  const form = element("form", { className: "inline-form" }, input, join);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    join.click();
  });
  queueMicrotask(() => input.focus());
  return element(
    "div",
    { className: "password-door", testId: "password-prompt" },
    element(
      "p",
      {},
      lockIcon(),
      element("span", { text: "This game is locked. Its host has given it a password." }),
    ),
    form,
    note.root,
    wayToLobby(),
  );
}

function game(context: PageContext): HTMLElement {
  const { social, signal, go } = context;
  const { custom } = social;
  const title = element("h1", { testId: "custom-name" });
  const facts = element("p", { className: "quiet", testId: "custom-facts" });
  const lock = element("span", { className: "room-lock" }, lockIcon());
  lock.title = "Locked with a password";
  const code = element("output", { className: "party-code", testId: "custom-code" });
  const linkOf = (): string =>
    `${location.origin}${location.pathname}${routeHash({ page: "custom", code: custom.code })}`;
  const leave = button("Leave", { className: "button-quiet", testId: "custom-leave" }, () => {
    custom.leave();
    go({ page: "lobby" });
  });
  const ready = button("Ready", { className: "button-quiet ready-toggle", testId: "custom-ready" }, () =>
    custom.setReady(!(custom.self?.ready ?? false)),
  );
  const start = button("Start the match", { className: "button-ember", testId: "custom-start" }, () =>
    custom.start(),
  );
  const hint = element("p", { className: "quiet", testId: "custom-hint" });
  hint.role = "status";
  const note = new ActionNote("custom-note");
  const chat = chatBox((text) => custom.say(text));
  const settings = hostSettings(custom, signal);
  custom.watch(() => {
    const { state, self } = custom;
    if (!state) {
      if (custom.status === "away") setText(hint, "The connection is lost and being brought back…");
      return;
    }
    setText(title, state.name || "Custom game");
    setText(
      facts,
      [state.mode === "ffa" ? "Free for all" : readableId(state.mode), readableId(state.map)]
        .filter(Boolean)
        .join(" · "),
    );
    setText(code, custom.code);
    lock.hidden = !state.locked;
    ready.setAttribute("aria-pressed", String(self?.ready ?? false));
    setText(ready, self?.ready ? "Ready ✓" : "Ready?");
    ready.hidden = self?.team === -1 || custom.leads;
    start.hidden = !custom.leads;
    start.disabled = state.playing;
    const players = custom.members.filter(({ team }) => team >= 0);
    setText(hint, customHint(custom.status, state.playing, players, custom.leads));
    chat.update(custom.chat);
    note.show(custom.note);
  }, signal);
  return element(
    "div",
    { className: "custom-game" },
    element(
      "div",
      { className: "panel custom-head" },
      element("div", { className: "custom-title" }, title, lock, facts),
      element(
        "div",
        { className: "party-invite" },
        element("div", {}, element("span", { className: "list-title", text: "Code" }), code),
        copyButton(
          "Copy link",
          { className: "button-quiet button-small", testId: "custom-copy-link" },
          linkOf,
        ),
        leave,
      ),
    ),
    element(
      "div",
      { className: "columns" },
      element(
        "div",
        { className: "column" },
        teamColumns(custom, signal),
        element(
          "section",
          { className: "panel card custom-start-card" },
          hint,
          element("div", { className: "button-row" }, start, ready),
          note.root,
        ),
      ),
      element(
        "div",
        { className: "column" },
        settings,
        card("Chat", {}, chat.root),
        friendInvites(context, {
          invite: (playerId) => {
            custom.invite(playerId);
            return Promise.resolve();
          },
          isMember: (playerId) => custom.members.some((member) => member.playerId === playerId),
          watch: (watcher, until) => custom.watch(watcher, until),
        }),
      ),
    ),
  );
}
