/** A button that opens and closes the players of one match; they are asked for when it is opened first. */
import { button, element, setText } from "../dom.ts";
import type { Account } from "../session/account.ts";
import { reportPanel } from "./report-panel.ts";

const READY = "Report or commend players";

export class ReportToggle {
  readonly button: HTMLButtonElement;
  /** Where the players are shown. */
  readonly panel = element("div", { className: "report-host" });
  readonly #account: Account;
  #matchId: string | undefined;
  #shown = new AbortController();

  constructor(account: Account) {
    this.#account = account;
    this.button = button(READY, { className: "report-toggle", testId: "report-toggle" }, () =>
      this.#toggle(),
    );
    // What is typed here is no command of the match's.
    for (const part of [this.button, this.panel])
      part.addEventListener("keydown", (event) => event.stopPropagation());
    this.reset();
  }

  /** Of no match, until `ready`. @param why nothing can be said yet. */
  reset(why = ""): void {
    this.#shown.abort();
    this.#matchId = undefined;
    this.button.disabled = true;
    setText(this.button, why || READY);
    this.#close();
  }

  /** The match is stored. */
  ready(matchId: string): void {
    if (this.#matchId === matchId) return;
    this.#shown.abort();
    this.#shown = new AbortController();
    this.#matchId = matchId;
    this.button.disabled = false;
    setText(this.button, READY);
    this.#close();
  }

  destroy(): void {
    this.#shown.abort();
  }

  #toggle(): void {
    if (this.#matchId === undefined) return;
    if (!this.panel.hidden) {
      this.panel.hidden = true;
      this.button.setAttribute("aria-expanded", "false");
      return;
    }
    if (!this.panel.hasChildNodes())
      this.panel.append(reportPanel(this.#account, this.#matchId, this.#shown.signal));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
  }

  #close(): void {
    this.panel.replaceChildren();
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }
}
