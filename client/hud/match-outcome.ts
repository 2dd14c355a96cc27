/** What a stored match brought, as small badges: currency, rating, items, achievements. */

import type { SavedMessage } from "../../schemas/skirmish-messages.ts";
import type { CatalogueAnswer } from "../../src/index.ts";
import { element } from "../dom.ts";
import { counted, readableId, signed, whole } from "../text.ts";
import { currencyIcon, starIcon } from "../ui/icons.ts";

/** @param catalogue names things; without it their ids are made readable. */
export function outcomeBadges(saved: SavedMessage, catalogue: CatalogueAnswer | undefined): HTMLElement[] {
  const badges: HTMLElement[] = [];
  for (const [currency, amount] of Object.entries(saved.currencies)) {
    if (amount === 0) continue;
    const text = `${signed(amount)} ${currency}`;
    badges.push(badge("badge-currency", `earned-${currency}`, text, currencyIcon()));
  }
  if (saved.rating) badges.push(ratingBadge(saved.rating));
  for (const [itemId, count] of Object.entries(saved.items)) {
    const name = catalogue?.items.find((item) => item.itemId === itemId)?.name ?? readableId(itemId);
    badges.push(badge("badge-item", "earned-item", count > 1 ? `${count} × ${name}` : name));
  }
  for (const id of saved.achievements) {
    const name = catalogue?.achievements.find((achievement) => achievement.id === id)?.name ?? readableId(id);
    badges.push(badge("badge-achievement", "earned-achievement", name, starIcon()));
  }
  badges.forEach((node, place) => {
    node.style.animationDelay = `${350 + place * 140}ms`;
  });
  return badges;
}

function ratingBadge({
  displayed,
  change,
  placementsLeft,
}: NonNullable<SavedMessage["rating"]>): HTMLElement {
  const node = badge("badge-rating", "earned-rating", "");
  if (displayed === undefined)
    node.append(
      element("span", { text: `${counted(placementsLeft, "placement match", "placement matches")} left` }),
    );
  else {
    node.append(element("span", { text: "Rating " }), element("b", { text: whole(displayed) }));
    if (change === undefined) node.append(element("span", { text: " · your first" }));
    else
      node.append(
        element("span", { className: change < 0 ? "change-down" : "change-up", text: ` ${signed(change)}` }),
      );
  }
  return node;
}

function badge(className: string, testId: string, text: string, ...icons: Node[]): HTMLElement {
  const node = element("li", { className: `outcome ${className}`, testId }, ...icons);
  if (text !== "") node.append(element("span", { text }));
  return node;
}
