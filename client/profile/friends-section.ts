/** Friends: requests to answer, friends, own requests, blocked players; and adding one by id. */
import type { FriendsAnswer } from "../../src/index.ts";
import { button, element, link } from "../dom.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { readPlayerId, routeHash } from "../navigation/route.ts";
import { playerApi } from "../net/player-api.ts";
import type { Account } from "../session/account.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { loadInto } from "../ui/load-into.ts";
import { card } from "./profile-head.ts";

type Friend = FriendsAnswer["friends"][number];

interface ListAction {
  text: string;
  testId: string;
  ask: (account: Account, playerId: string) => Promise<unknown>;
}

const REMOVE: ListAction = { text: "Remove", testId: "unfriend", ask: playerApi.unfriend };
const TAKE_BACK: ListAction = { text: "Take back", testId: "take-back", ask: playerApi.unfriend };
const ACCEPT: ListAction = { text: "Accept", testId: "accept", ask: playerApi.befriend };
const DECLINE: ListAction = { text: "Decline", testId: "decline", ask: playerApi.unfriend };
const UNBLOCK: ListAction = { text: "Unblock", testId: "unblock", ask: playerApi.unblock };

export function friendsSection(context: PageContext, ownId: string): HTMLElement {
  const { account, signal } = context;
  const lists = element("div", { className: "friend-lists" });
  const note = new ActionNote("friend-note");
  const refresh = async (): Promise<void> => {
    const answer = await playerApi.friends(account);
    if (!signal.aborted) lists.replaceChildren(...show(answer));
  };
  const show = (answer: FriendsAnswer): Node[] => {
    const list = (title: string, friends: readonly Friend[], actions: readonly ListAction[]): Node[] =>
      friends.length === 0 ? [] : friendList(account, { title, friends, actions, note, refresh });
    const nodes = [
      ...list("Requests", answer.incoming, [ACCEPT, DECLINE]),
      ...list("Friends", answer.friends, [REMOVE]),
      ...list("You asked", answer.outgoing, [TAKE_BACK]),
      ...list("Blocked", answer.blocked, [UNBLOCK]),
    ];
    if (answer.friends.length === 0 && answer.incoming.length === 0)
      nodes.unshift(
        element("p", { className: "quiet", text: "Nobody yet. Send a friend your id, or add theirs." }),
      );
    return nodes;
  };
  void loadInto(lists, { signal, load: () => playerApi.friends(account), show });
  return card(
    "Friends",
    { testId: "friends" },
    lists,
    addForm(account, ownId, note, refresh),
    note.root,
    ownIdLine(ownId),
  );
}

function friendList(
  account: Account,
  options: {
    title: string;
    friends: readonly Friend[];
    actions: readonly ListAction[];
    note: ActionNote;
    refresh: () => Promise<void>;
  },
): Node[] {
  const { title, friends, actions, note, refresh } = options;
  const lines = friends.map(({ playerId, name }) => {
    const line = element(
      "li",
      {},
      link(name, routeHash({ page: "profile", playerId }), { className: "name-link" }),
      ...actions.map(({ text, testId, ask }) =>
        actionButton({
          text,
          testId,
          note,
          className: "button-quiet button-small",
          run: async () => {
            await ask(account, playerId);
            await refresh();
          },
        }),
      ),
    );
    line.dataset.player = playerId;
    return line;
  });
  return [
    element("h3", { className: "list-title", text: `${title} · ${friends.length}` }),
    element("ul", { className: "friend-list" }, ...lines),
  ];
}

function addForm(
  account: Account,
  ownId: string,
  note: ActionNote,
  refresh: () => Promise<void>,
): HTMLElement {
  const input = element("input", { className: "text-input", testId: "friend-id" });
  input.placeholder = "Player id or profile link";
  input.ariaLabel = "Player id or profile link";
  input.autocomplete = "off";
  input.spellcheck = false;
  const add = actionButton({
    text: "Add",
    testId: "friend-add",
    note,
    run: async () => {
      const playerId = readPlayerId(input.value);
      if (playerId === undefined) return note.warn("That is not a player's id.");
      if (playerId === ownId) return note.warn("That is your own id.");
      const { state } = await playerApi.befriend(account, playerId);
      input.value = "";
      note.say(state === "friends" ? "You are friends now." : "Asked. They have to accept.");
      await refresh();
    },
  });
  const form = element("form", { className: "inline-form" }, input, add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add.click();
  });
  return form;
}

/** The id to hand to friends; where the clipboard may not be used it is selected for copying by hand. */
function ownIdLine(ownId: string): HTMLElement {
  const field = element("input", { className: "text-input text-input-id", testId: "own-id" });
  field.readOnly = true;
  field.value = ownId;
  field.ariaLabel = "Your player id";
  const copy = button("Copy my id", { className: "button-quiet", testId: "copy-id" }, () => {
    field.select();
    // Without https there is no clipboard: the id stays selected.
    const copied = navigator.clipboard?.writeText(ownId) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => (copy.textContent = "Copied"),
      () => (copy.textContent = "Selected"),
    );
  });
  return element("div", { className: "inline-form" }, field, copy);
}
