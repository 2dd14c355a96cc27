/**
 * The ready check: a dialog over whatever page or match is shown. It takes the focus (Enter accepts), cannot be closed
 * without an answer, beeps, and makes the tab's title flash. It closes when the check is over, whatever its end.
 */
import { button, element, setText, wantsLessMotion } from "../dom.ts";
import { Sound } from "../sound.ts";
import { Ring } from "../ui/ring.ts";
import { readyView } from "./queue-model.ts";
import type { QueueSession } from "./queue-session.ts";

const FLASH_MS = 900;
const FLASH_TITLE = "▶ Match found!";

export class ReadyCheckDialog {
  readonly root: HTMLDialogElement;
  readonly #queue: QueueSession;
  /** Made when a queue is entered: whoever never does needs none. */
  #sound: Sound | undefined;
  readonly #ring = new Ring("ring-large");
  readonly #seconds = element("b", { className: "ready-seconds" });
  readonly #title = element("h2", { className: "ready-title" });
  readonly #name = element("p", { className: "quiet" });
  readonly #sentence = element("p", { className: "ready-sentence", testId: "ready-sentence" });
  readonly #pips = element("div", { className: "ready-pips", testId: "ready-pips" });
  readonly #accept: HTMLButtonElement;
  readonly #decline: HTMLButtonElement;
  readonly #warning = element("p", {
    className: "ready-warning",
    text: "Declining, or not answering, keeps you out of queues for a while: longer each time.",
  });
  #checkId = "";
  #frame: ReturnType<typeof setInterval> | undefined;
  #flash: ReturnType<typeof setInterval> | undefined;
  #titleBefore: string | undefined;

  constructor(queue: QueueSession) {
    this.#queue = queue;
    this.#accept = button("Accept", { className: "button-play", testId: "ready-accept" }, () => {
      this.#sound?.beep(true);
      queue.accept();
    });
    this.#decline = button("Decline", { className: "button-quiet", testId: "ready-decline" }, () =>
      queue.decline(),
    );
    this.#sentence.role = "status";
    this.#title.id = "ready-title";
    this.root = element(
      "dialog",
      { className: "ready-check panel", testId: "ready-check" },
      element("div", { className: "ready-ring" }, this.#ring.root, this.#seconds),
      this.#title,
      this.#name,
      this.#pips,
      this.#sentence,
      element("div", { className: "ready-actions" }, this.#accept, this.#decline),
      this.#warning,
    );
    this.root.setAttribute("aria-labelledby", this.#title.id);
    this.root.addEventListener("cancel", (event) => event.preventDefault());
    // A match that runs behind the dialog is not played with the keys that answer it; those that were held are let go.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    queue.watch(() => this.#update());
  }

  #update(): void {
    const { check } = this.#queue.model;
    if (this.#queue.busy) this.#sound ??= new Sound();
    if (!check) {
      if (this.root.open) this.#close();
      return;
    }
    if (!this.root.open || check.checkId !== this.#checkId) this.#open(check.checkId);
    const answered = check.answer !== "";
    this.#accept.hidden = answered;
    this.#decline.hidden = answered;
    this.#warning.hidden = answered;
    this.root.dataset.answer = check.answer;
    if (answered) this.#stopFlash();
    this.#write();
  }

  #open(checkId: string): void {
    this.#checkId = checkId;
    this.#pips.replaceChildren();
    if (!this.root.open) this.root.showModal();
    // Hidden buttons cannot take the focus, and these may be left from the check before.
    this.#accept.hidden = false;
    this.#accept.focus();
    this.#sound?.matchFound();
    this.#startFlash();
    clearInterval(this.#frame);
    this.#frame = setInterval(() => this.#write(), wantsLessMotion() ? 500 : 50);
  }

  #close(): void {
    clearInterval(this.#frame);
    this.#stopFlash();
    this.root.close();
  }

  #write(): void {
    const { check, name } = this.#queue.model;
    if (!check) return;
    const view = readyView(check, Date.now());
    this.#ring.show(view.share);
    this.#ring.root.classList.toggle("ring-urgent", view.seconds <= 5 && check.answer === "");
    setText(this.#seconds, String(view.seconds));
    setText(this.#title, view.title);
    setText(this.#name, name);
    setText(this.#sentence, view.sentence);
    while (this.#pips.childElementCount < view.pips.length)
      this.#pips.append(element("i", { className: "ready-pip" }));
    while (this.#pips.childElementCount > view.pips.length) this.#pips.lastElementChild?.remove();
    view.pips.forEach((accepted, place) =>
      this.#pips.children[place]?.classList.toggle("ready-pip-done", accepted),
    );
    this.#pips.ariaLabel = `${check.accepted} of ${check.players} accepted`;
    this.#pips.role = "img";
  }

  #startFlash(): void {
    this.#stopFlash();
    this.#titleBefore = document.title;
    let lit = true;
    const before = this.#titleBefore;
    document.title = FLASH_TITLE;
    this.#flash = setInterval(() => {
      lit = !lit;
      document.title = lit ? FLASH_TITLE : before;
    }, FLASH_MS);
  }

  #stopFlash(): void {
    clearInterval(this.#flash);
    // Another page may have set its own meanwhile.
    if (this.#titleBefore !== undefined && document.title === FLASH_TITLE) document.title = this.#titleBefore;
    this.#titleBefore = undefined;
  }
}
