/** Who did what to whom, newest at the bottom; the oldest line goes when there are five. */

import { LAUNCHER } from "../../rooms/skirmish/shared/constants.ts";
import { element } from "../dom.ts";

const MOST_LINES = 5;
const LINE_MS = 6000;

export interface FeedName {
  name: string;
  colour: string;
  own: boolean;
}

export class KillFeed {
  readonly root = element("ol", { className: "kill-feed", testId: "kill-feed" });

  /** @param by undefined when the victim has nobody else to blame. */
  add(by: FeedName | undefined, victim: FeedName, weapon: number): void {
    const line = element("li");
    if (by) line.append(nameOf(by));
    line.append(
      element("span", {
        className: weapon === LAUNCHER ? "feed-icon feed-burst" : "feed-icon feed-shot",
        text: by === undefined ? "✖" : weapon === LAUNCHER ? "✸" : "➤",
      }),
      nameOf(victim),
    );
    if (by?.own || victim.own) line.classList.add("feed-own");
    this.root.append(line);
    while (this.root.childElementCount > MOST_LINES) this.root.firstElementChild?.remove();
    setTimeout(() => line.remove(), LINE_MS);
  }

  clear(): void {
    this.root.replaceChildren();
  }
}

function nameOf({ name, colour }: FeedName): HTMLElement {
  const node = element("b", { text: name });
  node.style.color = colour;
  return node;
}
