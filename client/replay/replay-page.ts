/**
 * The page of a replay: loads it from the server or takes a file, by a button or dropped onto it, and shows it. What
 * cannot be shown is said in a sentence, and another file can be tried. It takes all of the page, as a match does.
 */
import { button, element, wantsLessMotion } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { describeFailure } from "../net/leave-reason.ts";
import { Refusal } from "../net/request-json.ts";
import { ReplayScreen } from "./replay-screen.ts";
import { fetchMatch, type OpenedMatch, readMatchFile } from "./replay-source.ts";

/**
 * @param matchId of a match on the server; undefined: a file is asked for.
 * @param onLeave back to where the viewer came from.
 */
export function replayPage(context: PageContext, matchId: string | undefined, onLeave: () => void): PageView {
  return { root: new ReplayHost(context, matchId, onLeave).root, title: "Replay · Skirmish" };
}

class ReplayHost {
  readonly root = element("div", { className: "replay-page", testId: "replay-page" });
  readonly #context: PageContext;
  readonly #onLeave: () => void;
  readonly #picker = element("input", { testId: "replay-file" });
  #screen: ReplayScreen | undefined;
  /** What is loaded at the moment; anything else, and leaving, ends it. */
  #loading: symbol | undefined;

  constructor(context: PageContext, matchId: string | undefined, onLeave: () => void) {
    this.#context = context;
    this.#onLeave = onLeave;
    this.#picker.type = "file";
    this.#picker.accept = ".arpl";
    this.#picker.hidden = true;
    this.#picker.addEventListener("change", () => {
      const file = this.#picker.files?.[0];
      this.#picker.value = "";
      if (file) void this.#load(() => readMatchFile(file));
    });
    this.#takeDrops();
    context.signal.addEventListener("abort", () => this.#leave(), { once: true });
    if (matchId === undefined) this.#ask("Open a replay", "Choose a replay's file, or drop it here.");
    else void this.#load(() => fetchMatch(context.account, matchId, context.signal));
  }

  /** Never rejects: what fails is shown. */
  async #load(open: () => Promise<OpenedMatch>): Promise<void> {
    const turn = Symbol("replay");
    this.#loading = turn;
    this.#drop();
    this.root.replaceChildren(
      element("div", { className: "message-screen" }, element("div", { className: "spinner" })),
    );
    try {
      const match = await open();
      if (this.#loading !== turn) return;
      const screen = await ReplayScreen.open(this.root, {
        match,
        cameraShake: this.#context.account.profile?.settings["cameraShake"] !== false && !wantsLessMotion(),
        onLeave: this.#onLeave,
        onPickFile: () => this.#picker.click(),
      });
      if (this.#loading === turn) this.#screen = screen;
      else screen.destroy();
    } catch (error) {
      if (this.#loading !== turn) return;
      if (!(error instanceof Refusal)) console.error(error);
      this.#ask("No replay", describeFailure(error));
    }
  }

  #ask(title: string, sentence: string): void {
    const choose = button("Choose a file", { className: "button-play", testId: "replay-choose" }, () =>
      this.#picker.click(),
    );
    const back = button("Back", { className: "button-quiet", testId: "replay-leave" }, this.#onLeave);
    const message = element(
      "div",
      { className: "panel message" },
      element("h2", { text: title }),
      element("p", { testId: "replay-message", text: sentence }),
      element("div", { className: "message-actions" }, choose, back),
    );
    this.root.replaceChildren(element("div", { className: "message-screen" }, message));
  }

  #takeDrops(): void {
    const { root } = this;
    const over = (isOver: boolean): void => void root.classList.toggle("replay-drop", isOver);
    root.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    root.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !root.contains(relatedTarget)) over(false);
    });
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const file = event.dataTransfer?.files[0];
      if (file) void this.#load(() => readMatchFile(file));
    });
  }

  #drop(): void {
    this.#screen?.destroy();
    this.#screen = undefined;
  }

  #leave(): void {
    this.#loading = undefined;
    this.#drop();
  }
}
