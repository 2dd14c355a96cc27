/** Everybody in the match, best first, as buttons that follow them; in team matches with the teams' scores above. */

import type { RerunWorld } from "../../rooms/skirmish/shared/rerun.ts";
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import { button, element, setText } from "../dom.ts";
import { fighterHue, sidesOf, teamHue, teamName } from "../match/sides.ts";
import { fighterColour } from "../scene/palette.ts";

interface Row {
  button: HTMLButtonElement;
  dot: HTMLElement;
  health: HTMLElement;
  name: HTMLElement;
  score: HTMLElement;
}

export class RosterPanel {
  readonly root: HTMLElement;
  readonly #onFollow: (key: string) => void;
  readonly #teams = element("div", { className: "roster-teams" });
  readonly #list = element("div", { className: "roster-list" });
  readonly #rows = new Map<string, Row>();
  #order: string[] = [];

  constructor(onFollow: (key: string) => void) {
    this.#onFollow = onFollow;
    this.root = element(
      "div",
      { className: "roster panel", testId: "replay-roster" },
      this.#teams,
      this.#list,
    );
    this.#list.role = "group";
    this.#list.ariaLabel = "Fighters: follow one";
  }

  /** Keys as they stand in the list. */
  get order(): readonly string[] {
    return this.#order;
  }

  /** Whoever is followed is not scrolled away. */
  reveal(key: string | undefined): void {
    if (key !== undefined)
      this.#rows.get(key)?.button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  update(world: RerunWorld, followed: string | undefined): void {
    const sides = sidesOf(world, followed ?? "");
    const ranked = rankFighters(world.fighters);
    const order = ranked.map(({ key }) => key);
    const moved = order.join() !== this.#order.join();
    this.#order = order;
    ranked.forEach(({ key, fighter }, place) => {
      const row = this.#rows.get(key) ?? this.#addRow(key);
      // The order that is seen; what has the keyboard's focus stays where it is.
      row.button.style.order = String(place);
      row.button.setAttribute("aria-pressed", String(key === followed));
      row.button.classList.toggle("roster-dead", fighter.health === 0);
      row.button.classList.toggle("roster-bot", fighter.bot);
      const colour = fighterColour(fighterHue(sides, fighter));
      row.dot.style.background = colour;
      row.health.style.background = colour;
      row.health.style.width = `${fighter.health}%`;
      setText(row.name, fighter.name);
      setText(row.score, `${fighter.kills} / ${fighter.deaths}`);
      row.score.title = "Kills / deaths";
    });
    for (const [key, row] of this.#rows) {
      if (world.fighters.has(key)) continue;
      row.button.remove();
      this.#rows.delete(key);
    }
    if (moved) this.reveal(followed);
    this.#showTeams(world, sides.own);
  }

  #showTeams({ mode, teams }: RerunWorld, own: number | undefined): void {
    this.#teams.hidden = mode !== "teams" || teams.length === 0;
    if (this.#teams.hidden) return;
    while (this.#teams.childElementCount < teams.length)
      this.#teams.append(element("span", {}, element("span"), element("b")));
    teams.forEach(({ score }, team) => {
      const line = this.#teams.children[team] as HTMLElement;
      line.style.color = fighterColour(teamHue(team, own));
      setText(line.firstElementChild as HTMLElement, teamName(team, own, teams.length));
      setText(line.lastElementChild as HTMLElement, String(score));
    });
  }

  #addRow(key: string): Row {
    const dot = element("i", { className: "dot" });
    const name = element("span", { className: "roster-name" });
    const score = element("span", { className: "roster-score" });
    const health = element("i");
    const node = button("", { className: "roster-row", testId: "replay-fighter" }, () => this.#onFollow(key));
    node.append(dot, name, score, element("span", { className: "roster-health" }, health));
    this.#list.append(node);
    const row = { button: node, dot, health, name, score };
    this.#rows.set(key, row);
    return row;
  }
}
