/**
 * Watching without a fighter of one's own: whose back the camera is at, and how it is changed (arrow keys or A and D,
 * a click, the two buttons). Whoever leaves is followed no more; the leader is the first.
 */
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { button, element, setText } from "../dom.ts";
import { fighterColour } from "../scene/palette.ts";
import { nextFollowed } from "./followed.ts";
import { fighterHue, sidesOf } from "./sides.ts";

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  KeyD: 1,
  ArrowLeft: -1,
  KeyA: -1,
};

export class Spectator {
  readonly root: HTMLElement;
  /** The fighter's key; undefined while the player has a fighter, or nobody is there. */
  followed: string | undefined;
  readonly #name = element("b", { testId: "spectating-name" });
  readonly #listeners = new AbortController();
  #keys: string[] = [];
  #active = false;

  constructor(surface: HTMLElement) {
    const step = (by: number): void => {
      if (this.#active) this.followed = nextFollowed(this.#keys, this.followed, by);
    };
    const before = button("‹", { className: "icon-button" }, () => step(-1));
    before.ariaLabel = "The fighter before";
    const after = button("›", { className: "icon-button" }, () => step(1));
    after.ariaLabel = "The next fighter";
    this.root = element(
      "div",
      { className: "spectating", testId: "spectating" },
      before,
      element("div", {}, element("small", { text: "Spectating" }), this.#name),
      after,
    );
    this.root.hidden = true;
    const { signal } = this.#listeners;
    window.addEventListener("keydown", ({ code }) => step(STEPS[code] ?? 0), { signal });
    surface.addEventListener("pointerdown", () => step(1), { signal });
  }

  /** Every frame. */
  update(state: SkirmishState, ownKey: string): void {
    this.#active = !state.fighters.has(ownKey);
    this.root.hidden = !this.#active;
    if (!this.#active) {
      this.followed = undefined;
      return;
    }
    this.#keys = [...state.fighters.keys()];
    if (this.followed === undefined || !state.fighters.has(this.followed))
      this.followed = rankFighters(state.fighters)[0]?.key;
    const fighter = state.fighters.get(this.followed ?? "");
    setText(this.#name, fighter?.name ?? "nobody");
    if (fighter) this.#name.style.color = fighterColour(fighterHue(sidesOf(state, ownKey), fighter));
  }

  destroy(): void {
    this.#listeners.abort();
  }
}
