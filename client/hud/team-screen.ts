/**
 * Before the fight: who plays with whom, against whom, and how long it takes to begin. Shown while a match that was
 * made for its players waits or counts down. Whoever was given a seat and is not there yet is named too.
 */
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { element, setText } from "../dom.ts";
import { fighterColour } from "../scene/palette.ts";
import { type RosterSide, rosterOf } from "./team-roster.ts";

export class TeamScreen {
  readonly root: HTMLElement;
  readonly #expected: readonly (readonly string[])[];
  readonly #sides = element("div", { className: "team-sides" });
  readonly #seconds = element("b", { className: "team-seconds", testId: "team-seconds" });
  readonly #note = element("p", { className: "team-note" });
  #shown = "";

  /** @param expected names of each team, as the seat told them. */
  constructor(expected: readonly (readonly string[])[]) {
    this.#expected = expected;
    this.#note.role = "status";
    this.root = element(
      "section",
      { className: "team-screen", testId: "team-screen" },
      this.#sides,
      element("div", { className: "team-clock" }, this.#note, this.#seconds),
    );
    this.root.ariaLabel = "Teams";
    this.root.hidden = true;
  }

  get shown(): boolean {
    return !this.root.hidden;
  }

  /** @param shown whether this match introduces its players. */
  update(state: SkirmishState, ownKey: string, shown: boolean): void {
    const { phase, secondsLeft } = state;
    this.root.hidden = !shown || (phase !== "waiting" && phase !== "countdown");
    if (this.root.hidden) {
      this.#shown = "";
      return;
    }
    const roster = rosterOf(state, ownKey, this.#expected);
    const waiting = roster.reduce((sum, { lines }) => sum + lines.filter((line) => line.missing).length, 0);
    setText(
      this.#note,
      phase === "countdown"
        ? "Get ready"
        : waiting > 0
          ? `Waiting for ${waiting === 1 ? "one player" : `${waiting} players`}`
          : "Waiting for players",
    );
    setText(this.#seconds, secondsLeft > 0 ? String(secondsLeft) : "…");
    const text = JSON.stringify(roster);
    if (text === this.#shown) return;
    const first = this.#shown === "";
    this.#shown = text;
    this.#sides.replaceChildren(...sideNodes(roster, first));
  }
}

function sideNodes(roster: readonly RosterSide[], first: boolean): Node[] {
  return roster.flatMap((side, place) => {
    const node = sideNode(side, first);
    return place === 0 ? [node] : [element("b", { className: "team-versus", text: "vs" }), node];
  });
}

function sideNode({ team, name, hue, lines }: RosterSide, first: boolean): HTMLElement {
  const list = element("ol", { className: "team-names" });
  lines.forEach((line, place) => {
    const row = element(
      "li",
      { className: line.own ? "team-own" : "" },
      element("i", { className: "dot" }),
      element("span", { className: "team-name", text: line.name }),
    );
    const dot = row.firstElementChild;
    if (dot instanceof HTMLElement) dot.style.background = fighterColour(line.hue);
    if (line.own) row.append(element("span", { className: "badge badge-own", text: "you" }));
    if (line.bot) row.append(element("span", { className: "badge", text: "bot" }));
    if (line.missing) {
      row.classList.add("team-missing");
      row.append(element("span", { className: "badge", text: "joining…" }));
    }
    if (first) row.style.animationDelay = `${120 + place * 70}ms`;
    else row.style.animation = "none";
    list.append(row);
  });
  const node = element("div", { className: "team-side panel", testId: `team-${team}` });
  if (!first) node.style.animation = "none";
  node.style.setProperty("--side", fighterColour(hue));
  if (name !== "") node.append(element("h2", { text: name }));
  node.append(list);
  return node;
}
