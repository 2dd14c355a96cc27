/** One sentence and one button: for everything that stands between the player and a match. */
import { button, element } from "../dom.ts";

export function messageScreen(options: {
  title: string;
  sentence: string;
  action: string;
  onAction: () => void;
  homeText?: string;
  onHome?: () => void;
}): HTMLElement {
  const actions = element(
    "div",
    { className: "message-actions" },
    button(options.action, { className: "button-play", testId: "retry" }, options.onAction),
  );
  if (options.onHome)
    actions.append(
      button(options.homeText ?? "Home", { className: "button-quiet", testId: "home" }, options.onHome),
    );
  return element(
    "div",
    { className: "message-screen" },
    element(
      "div",
      { className: "panel message" },
      element("h2", { text: options.title }),
      element("p", { testId: "error", text: options.sentence }),
      actions,
    ),
  );
}
