/** Level and bar on screen; climbs from one progress to another, over level edges, and lights up at each. */
import { element, setText, wantsLessMotion } from "../dom.ts";
import { percent } from "../text.ts";
import { climbAt, climbDuration, type Progress } from "./level-climb.ts";

export class LevelBar {
  readonly name = element("span", { className: "level-name", testId: "end-level" });
  readonly root: HTMLElement;
  readonly #fill = element("i", { className: "bar-fill bar-driven" });
  #shownLevel = 0;
  #frame = 0;

  constructor() {
    this.root = element("div", { className: "bar bar-large" }, this.#fill);
  }

  /** At once; ends a running climb. */
  set(progress: Progress): void {
    this.stop();
    this.name.classList.remove("level-up");
    this.#shownLevel = progress.level;
    this.#write(progress);
  }

  climb(from: Progress, to: Progress): void {
    this.stop();
    if (wantsLessMotion()) {
      this.set(to);
      return;
    }
    this.#shownLevel = from.level;
    const duration = climbDuration(from, to);
    const startedAt = performance.now();
    const frame = (now: number): void => {
      const share = Math.min(1, Math.max(0, now - startedAt) / duration);
      this.#write(climbAt(from, to, 1 - (1 - share) ** 2.2));
      if (share < 1) this.#frame = requestAnimationFrame(frame);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #write({ level, levelProgress }: Progress): void {
    this.#fill.style.width = percent(levelProgress);
    setText(this.name, `Level ${level}`);
    if (level === this.#shownLevel) return;
    this.#shownLevel = level;
    this.name.classList.remove("level-up");
    // Reading the size makes the browser start the same animation anew.
    void this.name.offsetWidth;
    this.name.classList.add("level-up");
  }
}
