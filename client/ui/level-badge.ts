/** The round level badge, the bar to the next level, and tiles with one number each. */
import { element } from "../dom.ts";
import { percent, whole } from "../text.ts";

export function levelBadge(level: number): HTMLElement {
  return element("span", { className: "level-badge", text: String(level) });
}

export function progressBar(share: number, label: string): HTMLElement {
  const fill = element("i", { className: "bar-fill" });
  fill.style.width = percent(share);
  const bar = element("div", { className: "bar" }, fill);
  bar.role = "progressbar";
  bar.ariaLabel = label;
  bar.ariaValueNow = String(Math.round(share * 100));
  bar.ariaValueMin = "0";
  bar.ariaValueMax = "100";
  return bar;
}

export function levelLine({ level, experience }: { level: number; experience: number }): HTMLElement {
  return element("small", { text: `Level ${level} · ${whole(experience)} XP` });
}

export function numberTile(label: string, value: string): HTMLElement {
  return element("li", {}, element("b", { text: value }), element("span", { text: label }));
}
