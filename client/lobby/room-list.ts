/** Rooms that can be joined: matches with open places and custom games, as the lobby lists them, filtered there. */
import type { RoomLine } from "../../schemas/lobby-messages.ts";
import { button, element, setText } from "../dom.ts";
import type { PageContext } from "../navigation/page-view.ts";
import { toRefusal } from "../net/room-refusal.ts";
import { card } from "../profile/profile-head.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { choice } from "../ui/choice.ts";
import { eyeIcon, lockIcon } from "../ui/icons.ts";
import { KeyedList, type Line } from "../ui/keyed-list.ts";
import type { RoomFilter } from "./lobby-session.ts";
import { roomWords } from "./room-words.ts";

const KINDS = [
  ["all", "All"],
  ["match", "Matches"],
  ["custom", "Custom games"],
] as const;
const MODES = [
  ["any", "Any mode"],
  ["teams", "Teams"],
  ["ffa", "Free for all"],
] as const;

export function roomList(context: PageContext): HTMLElement {
  const { social, signal, go } = context;
  const { lobby } = social;
  const note = new ActionNote("rooms-note");
  const list = element("ul", { className: "room-list", testId: "room-list" });
  const rooms = new KeyedList<RoomLine>(
    list,
    ({ roomId }) => roomId,
    (room) => roomRow(room, context, note),
  );
  const empty = element("p", { className: "quiet room-empty" });
  let filter: RoomFilter = {};
  const apply = (change: RoomFilter): void => {
    // What is not asked for is left out.
    const wanted = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined);
    filter = Object.fromEntries(wanted);
    lobby.watchRooms(filter);
  };
  const create = actionButton({
    text: "Create a custom game",
    busyText: "Creating…",
    testId: "custom-create",
    note,
    run: async () => {
      await social.custom.join({ create: {} });
      go({ page: "custom", code: social.custom.code });
    },
  });
  lobby.watchRooms(filter);
  signal.addEventListener("abort", () => lobby.unwatchRooms(), { once: true });
  lobby.watch(() => {
    rooms.update(lobby.rooms ?? []);
    empty.hidden = (lobby.rooms?.length ?? 0) > 0;
    setText(
      empty,
      lobby.rooms === undefined
        ? "Looking for rooms…"
        : "Nothing to join right now. Open something yourself.",
    );
  }, signal);
  return card(
    "Open rooms",
    { testId: "rooms" },
    element(
      "div",
      { className: "room-filters" },
      choice("Kind of room", KINDS, "all", (kind) =>
        apply({ kind: kind === "all" ? undefined : (kind as "match") }),
      ),
      choice("Mode", MODES, "any", (mode) => apply({ mode: mode === "any" ? undefined : mode })),
      filterToggle("Open places", "room-open", (open) => apply({ open: open || undefined })),
      filterToggle("No password", "room-unlocked", (unlocked) => apply({ unlocked: unlocked || undefined })),
    ),
    list,
    empty,
    element("div", { className: "card-foot" }, create),
    note.root,
  );
}

function filterToggle(text: string, testId: string, onToggle: (on: boolean) => void): HTMLElement {
  const node = button(text, { className: "filter-toggle", testId }, () => {
    const on = node.getAttribute("aria-pressed") !== "true";
    node.setAttribute("aria-pressed", String(on));
    onToggle(on);
  });
  node.setAttribute("aria-pressed", "false");
  return node;
}

function roomRow(first: RoomLine, { social, go, enterRoom }: PageContext, note: ActionNote): Line<RoomLine> {
  const { roomId, kind } = first;
  const lock = element("span", { className: "room-lock" }, lockIcon());
  lock.title = "Needs a password";
  const name = element("b", { className: "room-name" });
  const words = element("small", { className: "quiet" });
  const places = element("span", { className: "room-places" });
  const fill = element("i");
  const join = button("Join", { className: "button-quiet button-small", testId: "room-join" }, () => {
    if (kind === "match") enterRoom(roomId);
    else go({ page: "custom", code: roomId });
  });
  const watch = button(
    "",
    { className: "button-quiet button-small room-watch", testId: "room-watch" },
    () => {
      note.clear();
      social.custom.join({ code: roomId, spectate: true }).then(
        () => go({ page: "custom", code: roomId }),
        (error: unknown) => {
          // The game's own page asks for it.
          if (toRefusal(error).code === "password_wrong") go({ page: "custom", code: roomId });
          else note.fail(error);
        },
      );
    },
  );
  watch.append(eyeIcon());
  watch.title = "Watch";
  watch.ariaLabel = "Watch";
  watch.hidden = kind === "match";
  const root = element(
    "li",
    { className: "room", testId: "room" },
    element(
      "div",
      { className: "room-words" },
      element("div", { className: "room-title" }, name, lock),
      words,
    ),
    element("div", { className: "room-fill" }, places, element("span", { className: "room-bar" }, fill)),
    watch,
    join,
  );
  root.dataset.room = roomId;
  root.dataset.kind = kind;
  return {
    root,
    update(room) {
      setText(name, room.name === "" ? (kind === "match" ? "Running match" : "Custom game") : room.name);
      setText(words, roomWords(room));
      setText(places, `${room.players} / ${room.places}`);
      fill.style.width = `${Math.min(100, (room.players / Math.max(1, room.places)) * 100)}%`;
      lock.hidden = !room.locked;
      join.disabled = room.players >= room.places;
    },
  };
}
