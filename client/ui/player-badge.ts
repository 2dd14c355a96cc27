/** A player as a small round sign: initials in a colour of their own, the same on every page. */
import { element, setText } from "../dom.ts";
import { initials, playerColour } from "./player-sign.ts";

export function playerBadge(playerId: string, name: string): HTMLElement {
  const node = element("span", { className: "player-badge" });
  node.ariaHidden = "true";
  showPlayer(node, playerId, name);
  return node;
}

export function showPlayer(node: HTMLElement, playerId: string, name: string): void {
  setText(node, initials(name));
  node.style.setProperty("--player", playerColour(playerId));
}
