/** Whether the run in this page comes to what the server recorded, as far as the scan has come. */
import { element, setText } from "../dom.ts";
import { whole } from "../text.ts";
import { type MatchScan, verdictOf } from "./match-scan.ts";

export class VerdictBadge {
  readonly root = element("span", { className: "verdict", testId: "replay-verdict" });

  constructor() {
    this.root.role = "status";
  }

  /** @param ticks how many were recorded. */
  show(scan: MatchScan, ticks: number): void {
    const verdict = verdictOf(scan);
    this.root.dataset["verdict"] = verdict;
    const { tick, mismatchTick, broken } = scan;
    switch (verdict) {
      case "verified":
        this.#say("Verified", `Run again in this page: all ${whole(tick)} ticks come to what was recorded.`);
        break;
      case "differs":
        this.#say(
          `Differs at tick ${mismatchTick}`,
          "From this tick on it is not what the server saw: it was changed, or recorded by another build.",
        );
        break;
      case "broken":
        this.#say(`Breaks off at tick ${tick}`, `It cannot be run further: ${broken}.`);
        break;
      default:
        this.#say(`Verifying ${Math.floor((tick / Math.max(1, ticks)) * 100)}%`, "Being run again.");
    }
  }

  #say(text: string, title: string): void {
    setText(this.root, text);
    this.root.title = title;
  }
}
