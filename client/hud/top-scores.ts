/**
 * Time and scores at the top: the own score against the leader's, or in team matches the own team's against the best
 * other's, with a bar that shows who has the upper hand. A spectator has no own side: the teams in their order.
 */
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { element, setText } from "../dom.ts";
import { sidesOf, teamHue, teamName, teamOrder } from "../match/sides.ts";
import { fighterColour } from "../scene/palette.ts";

interface TeamBox {
  root: HTMLElement;
  name: HTMLElement;
  score: HTMLElement;
}

export class TopScores {
  readonly root: HTMLElement;
  readonly #timer = element("span", { className: "timer", testId: "timer", text: "–:––" });
  readonly #ownScore = element("b", { className: "score-own", testId: "score", text: "0" });
  readonly #ownName = element("span", { text: "You" });
  readonly #leaderName = element("span", { className: "leader-name" });
  readonly #leaderScore = element("b", { className: "score-leader" });
  readonly #solo: readonly HTMLElement[];
  readonly #left = teamBox("score-box-own");
  readonly #right = teamBox("");
  readonly #balance = element("i", { className: "score-balance" });

  constructor() {
    const own = element("div", { className: "score-box score-box-own" }, this.#ownName, this.#ownScore);
    const leader = element("div", { className: "score-box" }, this.#leaderScore, this.#leaderName);
    this.#solo = [own, leader];
    this.#right.root.prepend(this.#right.score);
    this.root = element(
      "div",
      { className: "hud-top" },
      own,
      this.#left.root,
      this.#timer,
      leader,
      this.#right.root,
      this.#balance,
    );
  }

  /** @param followed whom a spectator sees. */
  update(state: SkirmishState, ownKey: string, followed: string | undefined): void {
    this.#showTime(state.phase, state.secondsLeft);
    const teams = state.mode === "teams" && state.teams.length > 1;
    for (const box of this.#solo) box.hidden = teams;
    for (const { root } of [this.#left, this.#right]) root.hidden = !teams;
    this.#balance.hidden = !teams;
    if (teams) this.#showTeams(state, ownKey);
    else this.#showSolo(state, ownKey, followed);
  }

  #showTime(phase: string, seconds: number): void {
    const minutes = Math.floor(seconds / 60);
    const text = phase === "waiting" ? "–:––" : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    setText(this.#timer, text);
    this.#timer.classList.toggle("timer-low", phase === "live" && seconds <= 10);
  }

  #showSolo(state: SkirmishState, ownKey: string, followed: string | undefined): void {
    const own = state.fighters.get(ownKey);
    const shown = own ?? state.fighters.get(followed ?? "");
    setText(this.#ownName, own ? "You" : (shown?.name ?? ""));
    setText(this.#ownScore, String(shown?.score ?? 0));
    const best = rankFighters(state.fighters)[0];
    if (!best) return;
    setText(this.#leaderScore, String(best.fighter.score));
    setText(this.#leaderName, best.key === ownKey ? "You lead" : best.fighter.name);
    this.#leaderName.style.color = fighterColour(best.fighter.slot);
  }

  #showTeams(state: SkirmishState, ownKey: string): void {
    const { own } = sidesOf(state, ownKey);
    const count = state.teams.length;
    const scoreOf = (team: number): number => state.teams[team]?.score ?? 0;
    const [first = 0, ...others] = teamOrder(count, own);
    const rival = others.reduce(
      (best, team) => (scoreOf(team) > scoreOf(best) ? team : best),
      others[0] ?? first,
    );
    this.#showTeam(this.#left, first, { own, count, score: scoreOf(first) });
    this.#showTeam(this.#right, rival, { own, count, score: scoreOf(rival) });
    const [low, high] = [Math.max(0, scoreOf(first)), Math.max(0, scoreOf(rival))];
    const share = low + high === 0 ? 0.5 : low / (low + high);
    this.#balance.style.setProperty("--share", `${(share * 100).toFixed(1)}%`);
    this.#balance.style.setProperty("--left", fighterColour(teamHue(first, own)));
    this.#balance.style.setProperty("--right", fighterColour(teamHue(rival, own)));
  }

  #showTeam(
    box: TeamBox,
    team: number,
    { own, count, score }: { own: number | undefined; count: number; score: number },
  ): void {
    box.score.dataset.testid = `team-score-${team}`;
    setText(box.score, String(score));
    setText(box.name, teamName(team, own, count));
    box.root.style.color = fighterColour(teamHue(team, own));
  }
}

function teamBox(className: string): TeamBox {
  const name = element("span", { className: "leader-name" });
  const score = element("b");
  return {
    root: element("div", { className: `score-box score-team ${className}` }, name, score),
    name,
    score,
  };
}
