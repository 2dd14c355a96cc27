/**
 * The teams of a custom game side by side, and the spectators below: a free place is taken with a click or by dragging
 * the own name onto it. Whether it is free is the server's to say.
 */
import { button, element, setText } from "../dom.ts";
import { type MemberModel, splitTeams } from "../lobby/company-model.ts";
import type { CustomSession } from "../lobby/custom-session.ts";
import { memberLine } from "../lobby/member-line.ts";
import { FIGHTER_COLOURS } from "../scene/palette.ts";
import { KeyedList } from "../ui/keyed-list.ts";

const SPECTATORS = -1;
const DRAGGED = "application/x-skirmish-member";
/** Blue and red as in the match, seen from the first team. */
const HUES = [1, 2, 4, 3, 0, 5, 6, 7] as const;

interface Column {
  root: HTMLElement;
  update(members: readonly MemberModel[], places: number, own: MemberModel | undefined): void;
}

export function teamColumns(custom: CustomSession, signal: AbortSignal): HTMLElement {
  const teams = element("div", { className: "custom-teams" });
  const columns: Column[] = [];
  const spectators = column(custom, SPECTATORS, "Spectators");
  spectators.root.classList.add("custom-spectators");
  custom.watch(() => {
    const { state, members, self } = custom;
    if (!state) return;
    const sizes = [...state.teamSizes];
    while (columns.length < sizes.length) {
      const team = columns.length;
      const made = column(custom, team, "");
      columns.push(made);
      teams.append(made.root);
    }
    const split = splitTeams(members, sizes.length);
    columns.forEach((made, team) => {
      const size = sizes[team];
      made.root.hidden = size === undefined;
      if (size === undefined) return;
      const title = sizes.length === 1 ? "Fighters" : `Team ${team + 1}`;
      setText(made.root.querySelector("h2") ?? made.root, title);
      made.update(split.teams[team] ?? [], size, self);
    });
    spectators.update(split.spectators, state.mostSpectators, self);
  }, signal);
  return element("div", { className: "custom-columns" }, teams, spectators.root);
}

function column(custom: CustomSession, team: number, title: string): Column {
  const count = element("span", { className: "quiet" });
  const list = element("ul", { className: "members" });
  const lines = new KeyedList<MemberModel>(
    list,
    ({ playerId }) => playerId,
    (member) => draggable(member, custom),
  );
  const free = button(
    team === SPECTATORS ? "Watch" : "Take this place",
    { className: "free-place", testId: `custom-take-${team}` },
    () => custom.chooseTeam(team),
  );
  const rest = element("p", { className: "quiet free-rest" });
  const testId = team === SPECTATORS ? "custom-spectators" : `custom-team-${team}`;
  const root = element(
    "section",
    { className: "panel custom-team", testId },
    element("div", { className: "custom-team-head" }, element("h2", { text: title }), count),
    list,
    free,
    rest,
  );
  if (team !== SPECTATORS) root.style.setProperty("--side", FIGHTER_COLOURS[HUES[team % HUES.length] ?? 0]);
  acceptDrops(root, () => custom.chooseTeam(team));
  return {
    root,
    update(members, places, own) {
      lines.update(members);
      setText(count, `${members.length} / ${places}`);
      const left = places - members.length;
      free.hidden = left <= 0 || own?.team === team;
      const others = left - (free.hidden ? 0 : 1);
      setText(
        rest,
        others <= 0 || team === SPECTATORS ? "" : others === 1 ? "One more place" : `${others} more places`,
      );
      rest.hidden = rest.textContent === "";
    },
  };
}

function draggable(first: MemberModel, custom: CustomSession) {
  const line = memberLine(first, {
    leads: () => custom.leads,
    promote: (playerId) => custom.promote(playerId),
    kick: (playerId) => custom.kick(playerId),
  });
  if (!first.own) return line;
  line.root.draggable = true;
  line.root.classList.add("member-own");
  line.root.title = "Drag me to another team";
  line.root.addEventListener("dragstart", ({ dataTransfer }) =>
    dataTransfer?.setData(DRAGGED, first.playerId),
  );
  return line;
}

function acceptDrops(root: HTMLElement, onDrop: () => void): void {
  const carriesMember = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes(DRAGGED) ?? false;
  root.addEventListener("dragover", (event) => {
    if (!carriesMember(event)) return;
    event.preventDefault();
    root.classList.add("drop-here");
  });
  root.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) root.classList.remove("drop-here");
  });
  root.addEventListener("drop", (event) => {
    root.classList.remove("drop-here");
    if (!carriesMember(event)) return;
    event.preventDefault();
    onDrop();
  });
}
