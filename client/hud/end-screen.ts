/**
 * The match is over: who won, the final table, and what it brought. The result is on the server's disk only when its
 * "saved" message arrives, so until then the page says that it is being saved.
 */

import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { SavedMessage } from "../../schemas/skirmish-messages.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { button, element, ordinal, setText } from "../dom.ts";
import { StandingTable } from "./standing-table.ts";

/** What the player had before the match, for the bar to start from. */
export interface Progress {
  level: number;
  levelProgress: number;
}

export class EndScreen {
  readonly root: HTMLElement;
  readonly #title = element("h2", { className: "end-title" });
  readonly #subtitle = element("p", { className: "end-subtitle" });
  readonly #table = new StandingTable();
  readonly #earned = element("span", { className: "earned", testId: "earned" });
  readonly #level = element("span", { className: "level-name" });
  readonly #fill = element("i", { className: "bar-fill" });
  readonly #progress: HTMLElement;
  readonly #next = element("p", { className: "end-next" });
  #before: Progress;
  #savedMatch = "";

  constructor(before: Progress, onLeave: () => void) {
    this.#before = before;
    this.#progress = element(
      "div",
      { className: "end-progress" },
      element("div", { className: "end-line" }, this.#level, this.#earned),
      element("div", { className: "bar bar-large" }, this.#fill),
    );
    this.root = element(
      "section",
      { className: "end-screen panel", testId: "end-screen" },
      this.#title,
      this.#subtitle,
      this.#table.root,
      this.#progress,
      element(
        "div",
        { className: "end-foot" },
        this.#next,
        button("Leave", { className: "button-quiet", testId: "end-leave" }, onLeave),
      ),
    );
    this.root.hidden = true;
  }

  /** @param fought whether the player was in the fight, so that something is coming. */
  show(state: SkirmishState, ownKey: string, fought: boolean): void {
    const winner = state.fighters.get(state.winner);
    const own = state.winner !== "" && state.winner === ownKey;
    const outcome = own ? "you win" : winner ? `${winner.name} wins` : "nobody wins";
    const place = rankFighters(state.fighters).find(({ key }) => key === ownKey)?.placement ?? 0;
    setText(this.#title, own ? "Victory" : winner ? `${winner.name} wins` : "Draw");
    this.root.classList.toggle("end-victory", own);
    setText(
      this.#subtitle,
      `Match over: ${outcome}${place > 0 && !own ? ` · you came ${ordinal(place)} of ${state.fighters.size}` : ""}`,
    );
    this.#progress.hidden = !fought;
    if (this.#savedMatch !== state.matchId) {
      setText(this.#earned, "saving…");
      this.#earned.classList.remove("earned-saved");
      this.#showProgress(this.#before);
    }
    this.root.hidden = false;
    this.update(state, ownKey);
  }

  update(state: SkirmishState, ownKey: string): void {
    if (this.root.hidden) return;
    this.#table.update(state, ownKey);
    setText(this.#next, `Next match in ${state.secondsLeft} s`);
  }

  hide(): void {
    this.root.hidden = true;
  }

  /** The result is stored: the bar fills, over the level's edge when one was gained. */
  saved(message: SavedMessage): void {
    this.#savedMatch = message.matchId;
    setText(this.#earned, `+${message.earned} XP`);
    this.#earned.classList.add("earned-saved");
    this.#progress.hidden = false;
    const { level } = this.#before;
    this.#before = { level: message.level, levelProgress: message.levelProgress };
    if (message.level === level) {
      this.#showProgress(this.#before);
      return;
    }
    this.#fill.style.width = "100%";
    setTimeout(() => {
      this.#fill.style.transition = "none";
      this.#fill.style.width = "0";
      // Reading the size makes the browser take the empty bar before it fills again.
      void this.#fill.offsetWidth;
      this.#fill.style.transition = "";
      this.#showProgress(this.#before);
      this.#level.classList.add("level-up");
    }, 900);
  }

  #showProgress({ level, levelProgress }: Progress): void {
    setText(this.#level, `Level ${level}`);
    this.#level.classList.remove("level-up");
    this.#fill.style.width = `${Math.round(levelProgress * 1000) / 10}%`;
  }
}
