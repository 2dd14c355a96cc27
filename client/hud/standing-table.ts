/** The table of a match, best first, in team matches by team: shared by the scoreboard and the end screen. */
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { element, setText } from "../dom.ts";
import { fighterColour } from "../scene/palette.ts";
import { type StandingLine, standingLines } from "./standing-lines.ts";

interface Row {
  row: HTMLTableRowElement;
  dot: HTMLElement;
  badge: HTMLElement;
  rank: HTMLElement;
  name: HTMLElement;
  score: HTMLElement;
  kills: HTMLElement;
  deaths: HTMLElement;
}

export class StandingTable {
  readonly root: HTMLTableElement;
  readonly #body = element("tbody");
  readonly #rows: Row[] = [];

  constructor() {
    const head = element("tr");
    for (const title of ["", "Fighter", "Score", "Kills", "Deaths"])
      head.append(element("th", { text: title }));
    this.root = element("table", { className: "standings" }, element("thead", {}, head), this.#body);
  }

  update(state: SkirmishState, ownKey: string): void {
    const lines = standingLines(state, ownKey);
    while (this.#rows.length < lines.length) this.#addRow();
    this.#rows.forEach((row, index) => {
      const line = lines[index];
      row.row.hidden = line === undefined;
      if (line) show(row, line);
    });
  }

  #addRow(): void {
    const dot = element("i", { className: "dot" });
    const name = element("span");
    const badge = element("span", { className: "badge" });
    const rank = element("td", { className: "rank" });
    const score = element("td", { className: "number strong" });
    const kills = element("td", { className: "number" });
    const deaths = element("td", { className: "number" });
    const fighter = element("td", { className: "name" }, dot, name, badge);
    const row = element("tr", {}, rank, fighter, score, kills, deaths);
    this.#body.append(row);
    this.#rows.push({ row, dot, badge, rank, name, score, kills, deaths });
  }
}

function show(row: Row, line: StandingLine): void {
  const isTeam = line.kind === "team";
  row.row.classList.toggle("standing-team", isTeam);
  row.row.classList.toggle("standing-own", line.own && !isTeam);
  row.row.classList.toggle("standing-winner", line.winner);
  const colour = fighterColour(line.hue);
  row.dot.style.background = colour;
  row.name.style.color = isTeam ? colour : "";
  if (line.kind === "team") {
    setText(row.name, line.name);
    setText(row.score, String(line.score));
    for (const cell of [row.rank, row.kills, row.deaths]) setText(cell, "");
    row.badge.hidden = true;
    return;
  }
  const { fighter } = line;
  setText(row.rank, String(line.placement));
  setText(row.name, fighter.name);
  setText(row.badge, fighter.bot ? "bot" : fighter.connected ? "" : "away");
  row.badge.hidden = !fighter.bot && fighter.connected;
  setText(row.score, String(fighter.score));
  setText(row.kills, String(fighter.kills));
  setText(row.deaths, String(fighter.deaths));
}
