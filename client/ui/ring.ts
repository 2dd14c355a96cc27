/** A ring that fills or empties: an estimate, a countdown. Drawn once; only the length of its arc changes. */
import { svg } from "../dom.ts";

const RADIUS = 44;
const LENGTH = 2 * Math.PI * RADIUS;

export class Ring {
  readonly root: SVGSVGElement;
  readonly #arc: SVGCircleElement;

  /** @param className for size and colours; `ring-unknown` is set while there is no share. */
  constructor(className: string) {
    const circle = { cx: 50, cy: 50, r: RADIUS };
    this.#arc = svg("circle", { ...circle, class: "ring-arc", "stroke-dasharray": `0 ${LENGTH}` });
    this.root = svg(
      "svg",
      { viewBox: "0 0 100 100", class: `ring ${className}`, "aria-hidden": "true" },
      svg("circle", { ...circle, class: "ring-track" }),
      this.#arc,
      svg("circle", { ...circle, class: "ring-sweep", "stroke-dasharray": `${LENGTH / 7} ${LENGTH}` }),
    );
  }

  /** @param share 0–1; undefined: it only turns. */
  show(share: number | undefined): void {
    this.root.classList.toggle("ring-unknown", share === undefined);
    const length = LENGTH * Math.min(1, Math.max(0, share ?? 0));
    this.#arc.setAttribute("stroke-dasharray", `${length.toFixed(2)} ${LENGTH.toFixed(2)}`);
  }
}
