/** The table of a match, best first: shared by the scoreboard and the end screen. */

import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { element, setText } from "../dom.ts";
import { fighterColour } from "../scene/palette.ts";

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
    const standings = rankFighters(state.fighters);
    while (this.#rows.length < standings.length) this.#addRow();
    this.#rows.forEach((row, index) => {
      const standing = standings[index];
      row.row.hidden = standing === undefined;
      if (!standing) return;
      const { fighter, key } = standing;
      row.row.classList.toggle("standing-own", key === ownKey);
      row.row.classList.toggle("standing-winner", state.phase === "over" && state.winner === key);
      row.dot.style.background = fighterColour(fighter.slot);
      setText(row.rank, String(standing.placement));
      setText(row.name, fighter.name);
      setText(row.badge, fighter.bot ? "bot" : fighter.connected ? "" : "away");
      row.badge.hidden = !fighter.bot && fighter.connected;
      setText(row.score, String(fighter.score));
      setText(row.kills, String(fighter.kills));
      setText(row.deaths, String(fighter.deaths));
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
