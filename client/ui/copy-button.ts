/** Copies a text; where there is no clipboard (no https), what was given to select is left selected for the hand. */
import { button, setText } from "../dom.ts";

const SAID_MS = 1800;

export function copyButton(
  text: string,
  options: { className?: string; testId?: string },
  what: () => string,
  select?: () => void,
): HTMLButtonElement {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (said: string): void => {
    setText(node, said);
    clearTimeout(timer);
    timer = setTimeout(() => setText(node, text), SAID_MS);
  };
  const node = button(text, { className: "button-quiet", ...options }, () => {
    select?.();
    const copied = navigator.clipboard?.writeText(what()) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => say("Copied"),
      () => say(select ? "Selected" : "Not copied"),
    );
  });
  return node;
}
