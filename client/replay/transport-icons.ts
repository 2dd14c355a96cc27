/** Signs of the viewer's buttons. */
import { svg } from "../dom.ts";

const PATHS = {
  play: "M7 4.5v15L20 12Z",
  pause: "M6.5 5h4v14h-4Zm7 0h4v14h-4Z",
  tickBack: "M17.5 5v14L8 12ZM5 5h2.4v14H5Z",
  tickOn: "M6.5 5v14l9.5-7Zm10.1 0H19v14h-2.4Z",
  killBack: "M21 5v14l-8.5-7Zm-9 0v14l-8.5-7Z",
  killOn: "M3 5v14l8.5-7Zm9 0v14l8.5-7Z",
} as const;

export type TransportIcon = keyof typeof PATHS;

export function transportIcon(name: TransportIcon): SVGSVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name], fill: "currentColor" }),
  );
}
