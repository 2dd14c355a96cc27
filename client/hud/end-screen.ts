/**
 * The match is over: who won, the final table, and what it brought. The result is on the server's disk when "saving"
 * arrives and stored when "saved" does; until then the page says that it is being saved.
 *
 * Messages may come before the state says that the match is over, and, when the database was away, long after: into
 * another match, or under its end screen. Those are said in a notice of their own.
 */
import type { SavedMessage, SaveFailedMessage, SavingMessage } from "../../schemas/skirmish-messages.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import type { CatalogueAnswer } from "../../src/index.ts";
import { button, element, setText } from "../dom.ts";
import { playerApi } from "../net/player-api.ts";
import { ReportToggle } from "../reports/report-toggle.ts";
import type { Account } from "../session/account.ts";
import { LevelBar } from "./level-bar.ts";
import type { Progress } from "./level-climb.ts";
import { outcomeBadges } from "./match-outcome.ts";
import { matchVerdict } from "./match-verdict.ts";
import { StandingTable } from "./standing-table.ts";

const NOTICE_MS = 6000;

type Message =
  | { kind: "saving"; matchId: string }
  | ({ kind: "saved" } & SavedMessage)
  | ({ kind: "failed" } & SaveFailedMessage);

export interface EndScreenOptions {
  account: Account;
  before: Progress;
  /** The room ends with its match, unless everybody wants a rematch. */
  closes: boolean;
  /** Where leaving leads. */
  leaveText: string;
  onLeave: () => void;
  onRematch: () => void;
}

export class EndScreen {
  readonly root: HTMLElement;
  /** For news of an older match. */
  readonly notice = element("div", { className: "match-notice", testId: "match-notice" });
  readonly #title = element("h2", { className: "end-title" });
  readonly #subtitle = element("p", { className: "end-subtitle" });
  readonly #table = new StandingTable();
  readonly #earned = element("span", { className: "earned", testId: "earned" });
  readonly #bar = new LevelBar();
  readonly #badges = element("ul", { className: "outcomes", testId: "outcomes" });
  readonly #failure = element("p", { className: "save-failed", testId: "save-failed" });
  readonly #progress: HTMLElement;
  readonly #reports: ReportToggle;
  readonly #next = element("p", { className: "end-next" });
  readonly #rematch: HTMLButtonElement;
  readonly #closes: boolean;
  #before: Progress;
  #catalogue: CatalogueAnswer | undefined;
  /** The match whose end is on screen; "" while none is. */
  #shownMatch = "";
  /** The latest message about the match whose end is shown, or is about to be. */
  #latest: Message | undefined;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ account, before, closes, leaveText, onLeave, onRematch }: EndScreenOptions) {
    this.#reports = new ReportToggle(account);
    this.#before = before;
    this.#closes = closes;
    this.#rematch = button("Rematch", { className: "button-ember", testId: "rematch" }, () => {
      this.#rematch.disabled = true;
      onRematch();
    });
    this.#progress = element(
      "div",
      { className: "end-progress" },
      element("div", { className: "end-line" }, this.#bar.name, this.#earned),
      this.#bar.root,
      this.#badges,
      this.#failure,
      this.#reports.button,
      this.#reports.panel,
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
        element(
          "div",
          { className: "button-row" },
          this.#rematch,
          button(leaveText, { className: "button-quiet", testId: "end-leave" }, onLeave),
        ),
      ),
    );
    this.root.hidden = true;
    this.notice.hidden = true;
    this.notice.role = "status";
    void this.#loadCatalogue();
  }

  /** @param fought whether the player was in the fight, so that something is coming. */
  show(state: SkirmishState, ownKey: string, fought: boolean): void {
    const { title, subtitle, victory } = matchVerdict(state, ownKey);
    setText(this.#title, title);
    this.root.classList.toggle("end-victory", victory);
    setText(this.#subtitle, subtitle);
    this.#showVotes(undefined);
    this.#rematch.hidden = state.queue === "" || !state.fighters.has(ownKey);
    this.#rematch.disabled = false;
    this.#shownMatch = state.matchId;
    this.notice.hidden = true;
    this.#progress.hidden = !fought || !state.counts;
    this.#clearOutcome();
    this.#bar.set(this.#before);
    if (this.#latest?.matchId === state.matchId) this.#showMessage(this.#latest);
    this.root.hidden = false;
    this.update(state, ownKey);
  }

  update(state: SkirmishState, ownKey: string): void {
    if (this.root.hidden) return;
    this.#table.update(state, ownKey);
    setText(this.#next, `${this.#closes ? "The room closes" : "Next match"} in ${state.secondsLeft} s`);
  }

  draining(): void {
    this.#tell("The server restarts after this match. It counts as ever.");
  }

  rematchVotes(votes: { votes: number; needed: number }): void {
    this.#showVotes(votes);
  }

  hide(): void {
    this.root.hidden = true;
    this.#shownMatch = "";
    this.#bar.stop();
  }

  destroy(): void {
    clearTimeout(this.#noticeTimer);
    this.#bar.stop();
    this.#reports.destroy();
  }

  /** @param runningMatch the match that the state is about; the message may be about an older one. */
  saving({ matchId }: SavingMessage, runningMatch: string): void {
    if (matchId === runningMatch) this.#take({ kind: "saving", matchId });
  }

  saved(message: SavedMessage, runningMatch: string): void {
    if (message.matchId === runningMatch) {
      this.#take({ kind: "saved", ...message });
      return;
    }
    // Results may be stored in another order than they were played.
    if (placeOf(message) > placeOf(this.#before)) {
      this.#before = { level: message.level, levelProgress: message.levelProgress };
      const shownIsSaved = this.#latest?.kind === "saved" && this.#latest.matchId === this.#shownMatch;
      if (!shownIsSaved) this.#bar.set(this.#before);
    }
    this.#tell(`An earlier match was saved: +${message.earned} XP`);
  }

  saveFailed(message: SaveFailedMessage, runningMatch: string): void {
    if (message.matchId === runningMatch) this.#take({ kind: "failed", ...message });
    else this.#tell("An earlier match could not be saved.");
  }

  #take(message: Message): void {
    this.#latest = message;
    if (this.#shownMatch === message.matchId) this.#showMessage(message);
  }

  #showMessage(message: Message): void {
    this.#progress.hidden = false;
    if (message.kind === "saving") {
      setText(this.#earned, "Kept safe, saving…");
    } else if (message.kind === "saved") {
      setText(this.#earned, `+${message.earned} XP`);
      this.#earned.classList.add("earned-saved");
      this.#bar.climb(this.#before, message);
      this.#reports.ready(message.matchId);
      this.#badges.replaceChildren(...outcomeBadges(message, this.#catalogue));
      this.#before = { level: message.level, levelProgress: message.levelProgress };
    } else {
      setText(this.#earned, "Not saved");
      this.#reports.reset("Players of a match that is not saved cannot be reported or commended");
      this.#earned.classList.add("earned-failed");
      setText(
        this.#failure,
        `The server could not keep this match, so it brings nothing. What you earned before is untouched. (${message.code})`,
      );
      this.#failure.hidden = false;
    }
  }

  #showVotes(votes: { votes: number; needed: number } | undefined): void {
    const count = votes && votes.votes > 0 ? ` · ${votes.votes} of ${votes.needed}` : "";
    setText(this.#rematch, `Rematch${count}`);
  }

  #clearOutcome(): void {
    setText(this.#earned, "Saving…");
    this.#earned.classList.remove("earned-saved", "earned-failed");
    this.#badges.replaceChildren();
    this.#failure.hidden = true;
    this.#reports.reset("Players can be reported or commended once the match is saved");
  }

  #tell(sentence: string): void {
    setText(this.notice, sentence);
    this.notice.hidden = false;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.notice.hidden = true;
    }, NOTICE_MS);
  }

  /** For names only; without it the badges show readable ids. */
  async #loadCatalogue(): Promise<void> {
    this.#catalogue = await playerApi.catalogue().catch(() => undefined);
  }
}

function placeOf({ level, levelProgress }: Progress): number {
  return level + levelProgress;
}
