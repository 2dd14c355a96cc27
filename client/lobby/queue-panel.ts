/**
 * The player's place in a queue: on the lobby page as a panel with a ring that fills with the estimated time, and on
 * every page as a short bar in the header. Both tick by themselves between two messages of the server.
 */
import { button, element, link, setText } from "../dom.ts";
import { routeHash } from "../navigation/route.ts";
import { ActionNote } from "../ui/action-button.ts";
import { Ring } from "../ui/ring.ts";
import { noteText, queueView } from "./queue-model.ts";
import type { QueueSession } from "./queue-session.ts";

const TICK_MS = 250;

/** Calls four times a second while there is something that counts. */
function whileQueued(queue: QueueSession, signal: AbortSignal, tick: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  queue.watch(() => {
    if (queue.busy || queue.model.note?.until !== undefined) timer ??= setInterval(tick, TICK_MS);
    else stop();
    tick();
  }, signal);
  signal.addEventListener("abort", stop, { once: true });
}

export function queuePanel(queue: QueueSession, signal: AbortSignal): HTMLElement {
  const ring = new Ring("ring-queue");
  const elapsed = element("b", { className: "queue-elapsed", testId: "queue-elapsed" });
  const estimate = element("span", { className: "queue-estimate", testId: "queue-estimate" });
  const name = element("h2", { className: "queue-name" });
  const reason = element("p", { className: "queue-reason", testId: "queue-reason" });
  const place = element("p", { className: "quiet", testId: "queue-place" });
  const cancel = button("Leave the queue", { className: "button-quiet", testId: "queue-cancel" }, () =>
    queue.cancel(),
  );
  reason.role = "status";
  const body = element(
    "section",
    { className: "panel queue-panel", testId: "queue-panel" },
    element("div", { className: "queue-ring" }, ring.root, elapsed),
    element("div", { className: "queue-words" }, name, reason, place, estimate),
    cancel,
  );
  body.ariaLabel = "Your place in the queue";
  const note = new ActionNote("queue-note");
  whileQueued(queue, signal, () => {
    const { model } = queue;
    body.hidden = !queue.busy;
    body.dataset.phase = model.phase;
    note.show(noteText(model.note, Date.now()));
    if (!queue.busy) return;
    const view = queueView(model, Date.now());
    ring.show(view.share);
    setText(elapsed, view.elapsed);
    setText(estimate, view.estimate);
    setText(name, model.name);
    setText(reason, view.reason);
    setText(place, view.place);
    cancel.disabled = model.phase === "checking" || model.phase === "seated";
  });
  return element("div", { className: "queue-host" }, body, note.root);
}

/** For the header: time and cancel; its words lead to the lobby. */
export function queueBar(queue: QueueSession): HTMLElement {
  const ring = new Ring("ring-small");
  const name = element("span", { className: "queue-bar-name" });
  const elapsed = element("b", { testId: "queue-bar-elapsed" });
  const way = link("", routeHash({ page: "lobby" }), { className: "queue-bar-link" });
  way.append(ring.root, name, elapsed);
  const cancel = button("✕", { className: "queue-bar-cancel", testId: "queue-bar-cancel" }, () =>
    queue.cancel(),
  );
  cancel.ariaLabel = "Leave the queue";
  cancel.title = "Leave the queue";
  const root = element("div", { className: "queue-bar", testId: "queue-bar" }, way, cancel);
  whileQueued(queue, new AbortController().signal, () => {
    root.hidden = !queue.busy;
    if (!queue.busy) return;
    const { model } = queue;
    const view = queueView(model, Date.now());
    root.dataset.phase = model.phase;
    ring.show(view.share);
    setText(name, model.phase === "restoring" ? "Reconnecting" : model.name);
    setText(elapsed, view.elapsed);
    cancel.disabled = model.phase === "checking" || model.phase === "seated";
  });
  return root;
}
