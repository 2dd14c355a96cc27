/**
 * Loads something into a part of the page: a spinner while it is awaited, then what `show` makes of it, or a sentence
 * and a retry button. Never rejects. A part that was left or reloaded meanwhile is not written to.
 */
import { button, element } from "../dom.ts";
import { describeFailure } from "../net/leave-reason.ts";
import { Refusal } from "../net/request-json.ts";

export interface Loading<T> {
  load: () => Promise<T>;
  show: (loaded: T) => Node | readonly Node[];
  /** Aborted when the page is left. */
  signal: AbortSignal;
}

/** Which load of a part is its latest. */
const latest = new WeakMap<HTMLElement, symbol>();

export async function loadInto<T>(host: HTMLElement, loading: Loading<T>): Promise<void> {
  const turn = Symbol("load");
  latest.set(host, turn);
  host.replaceChildren(loadingNote());
  host.ariaBusy = "true";
  let nodes: Node | readonly Node[];
  try {
    const loaded = await loading.load();
    if (loading.signal.aborted || latest.get(host) !== turn) return;
    nodes = loading.show(loaded);
  } catch (error) {
    if (loading.signal.aborted || latest.get(host) !== turn) return;
    if (!(error instanceof Refusal)) console.error(error);
    nodes = failureNote(describeFailure(error), () => void loadInto(host, loading));
  }
  host.ariaBusy = "false";
  host.replaceChildren(...(nodes instanceof Node ? [nodes] : nodes));
}

function loadingNote(): HTMLElement {
  return element(
    "div",
    { className: "load-note", testId: "loading" },
    element("div", { className: "spinner spinner-small" }),
    element("span", { className: "quiet", text: "Loading…" }),
  );
}

export function failureNote(sentence: string, onRetry: () => void, action = "Try again"): HTMLElement {
  const note = element(
    "div",
    { className: "load-note load-failed", testId: "load-failed" },
    element("p", { text: sentence }),
    button(action, { className: "button-quiet", testId: "load-retry" }, onRetry),
  );
  note.role = "alert";
  return note;
}
