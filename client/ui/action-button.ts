/**
 * A button whose click asks the server: off while it is awaited, and its failure is a sentence in `note`. Never
 * rejects; a second click while the first is on its way does nothing.
 */
import { button, element, setText } from "../dom.ts";
import { describeFailure } from "../net/leave-reason.ts";
import { Refusal } from "../net/request-json.ts";

export interface Action {
  text: string;
  className?: string;
  testId?: string;
  /** Shown instead of `text` while the server is asked. */
  busyText?: string;
  /** Where a failure is said. */
  note: ActionNote;
  run: () => Promise<void>;
}

export function actionButton({ text, busyText = text, note, run, ...options }: Action): HTMLButtonElement {
  const act = async (): Promise<void> => {
    node.disabled = true;
    setText(node, busyText);
    note.clear();
    try {
      await run();
    } catch (error) {
      note.fail(error);
    } finally {
      node.disabled = false;
      setText(node, text);
    }
  };
  const node = button(text, { className: "button-quiet", ...options }, () => void act());
  return node;
}

/** One line that says what became of the last action; read out by screen readers. */
export class ActionNote {
  readonly root: HTMLElement;

  constructor(testId?: string) {
    this.root = element("p", { className: "action-note", ...(testId === undefined ? {} : { testId }) });
    this.root.role = "status";
    this.root.hidden = true;
  }

  clear(): void {
    this.root.hidden = true;
  }

  say(sentence: string): void {
    setText(this.root, sentence);
    this.root.classList.remove("action-failed");
    this.root.hidden = false;
  }

  /** What a session that outlives the page has to say; undefined: nothing. */
  show(note: { text: string; failed: boolean } | undefined): void {
    if (!note) this.clear();
    else if (note.failed) this.warn(note.text);
    else this.say(note.text);
  }

  /** What the player has to mend first. */
  warn(sentence: string): void {
    this.say(sentence);
    this.root.classList.add("action-failed");
  }

  fail(error: unknown): void {
    if (!(error instanceof Refusal)) console.error(error);
    this.warn(describeFailure(error));
  }
}
