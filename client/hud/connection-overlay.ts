/** Says that the connection is lost and being brought back, and how often that was tried. */
import { element, setText } from "../dom.ts";

export class ConnectionOverlay {
  readonly #text = element("p", { className: "overlay-text", testId: "reconnecting" });
  readonly root = element(
    "div",
    { className: "connection-overlay" },
    element(
      "div",
      { className: "panel overlay-panel" },
      element("div", { className: "spinner" }),
      this.#text,
    ),
  );

  constructor() {
    this.root.hidden = true;
  }

  get shown(): boolean {
    return !this.root.hidden;
  }

  show(attempt: number): void {
    setText(this.#text, `Connection lost, reconnecting… (${attempt})`);
    this.root.hidden = false;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
