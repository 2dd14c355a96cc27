/** Small drawn signs: scrap (a hex nut), medals, a lock, a crown, a tick. Vector, so that they are sharp in every size. */
import { svg } from "../dom.ts";

export function currencyIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "M12 2 20.7 7v10L12 22 3.3 17V7Z M12 7.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8Z",
      "fill-rule": "evenodd",
      fill: "currentColor",
    }),
  );
}

export function starIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "M12 2.5l2.8 6.1 6.7.8-5 4.6 1.4 6.6L12 17.3l-5.9 3.3 1.4-6.6-5-4.6 6.7-.8Z",
      fill: "currentColor",
    }),
  );
}

export function lockIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "M7 10V8a5 5 0 0 1 10 0v2h1.5v11h-13V10Zm2.4 0h5.2V8a2.6 2.6 0 0 0-5.2 0Z",
      "fill-rule": "evenodd",
      fill: "currentColor",
    }),
  );
}

/** Whoever leads. */
export function crownIcon(): SVGSVGElement {
  return icon(svg("path", { d: "M3 18.5 1.8 7.6l5.4 4L12 4l4.8 7.6 5.4-4L21 18.5Z", fill: "currentColor" }));
}

export function tickIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "m4.5 12.8 5 5L19.5 7",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 3.2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

/** One player: head and shoulders. */
export function figureIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "M12 3a4.6 4.6 0 1 1 0 9.2A4.6 4.6 0 0 1 12 3ZM3.6 21c.3-4.7 3.6-7.2 8.4-7.2s8.1 2.5 8.4 7.2Z",
      fill: "currentColor",
    }),
  );
}

/** Whoever watches. */
export function eyeIcon(): SVGSVGElement {
  return icon(
    svg("path", {
      d: "M12 5C6.5 5 2.6 9.3 1.5 12c1.1 2.7 5 7 10.5 7s9.4-4.3 10.5-7C21.4 9.3 17.5 5 12 5Zm0 11.2a4.2 4.2 0 1 1 0-8.4 4.2 4.2 0 0 1 0 8.4Zm0-2.5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z",
      "fill-rule": "evenodd",
      fill: "currentColor",
    }),
  );
}

/** To report or commend somebody. */
export function flagIcon(): SVGSVGElement {
  return icon(svg("path", { d: "M5 2h2.4v1.6H20l-3.2 4.7L20 13H7.4v9H5Z", fill: "currentColor" }));
}

/** @param rank 1, 2 or 3. */
export function medalIcon(rank: number): SVGSVGElement {
  const text = svg("text", { x: 12, y: 19.2, "text-anchor": "middle", class: "medal-number" });
  text.textContent = String(rank);
  const node = icon(
    svg("path", { d: "M6 1h5l2.4 7.4H9Z", class: "medal-ribbon" }),
    svg("path", { d: "M18 1h-5l-2.4 7.4H15Z", class: "medal-ribbon medal-ribbon-light" }),
    svg("circle", { cx: 12, cy: 15.2, r: 7.6, class: "medal-disc" }),
    text,
  );
  node.classList.add("medal", `medal-${rank}`);
  return node;
}

function icon(...children: SVGElement[]): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, ...children);
}
