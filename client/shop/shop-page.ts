/** The shop: every item of the catalogue as a card. */
import { element } from "../dom.ts";
import type { PageContext, PageView } from "../navigation/page-view.ts";
import { playerApi } from "../net/player-api.ts";
import { loadInto } from "../ui/load-into.ts";
import { ItemCard } from "./item-card.ts";
import { PurchaseKeys, randomKey } from "./purchase-keys.ts";

export function shopPage({ account, signal }: PageContext): PageView {
  const items = element("div", { className: "shop-items" });
  const root = element(
    "div",
    { className: "page shop-page", testId: "shop-page" },
    element(
      "header",
      { className: "page-intro" },
      element("h1", { text: "Shop" }),
      element("p", {
        className: "quiet",
        text: "Scrap comes from matches. What you wear changes nothing but looks.",
      }),
    ),
    items,
  );
  const keys = new PurchaseKeys(sessionStorage, randomKey);
  void loadInto(items, {
    signal,
    load: async () => {
      const [catalogue] = await Promise.all([playerApi.catalogue(), account.loadProfile()]);
      return catalogue;
    },
    show: (catalogue) => {
      if (catalogue.items.length === 0)
        return element("p", { className: "quiet", text: "Nothing is for sale yet." });
      const cards = catalogue.items.map((item) => new ItemCard(item, account, keys, signal));
      // Every answer changes the balance, and with it what the other cards may say.
      const stop = account.watch(() => {
        for (const card of cards) card.update();
      });
      signal.addEventListener("abort", stop);
      return cards.map((card) => card.root);
    },
  });
  return { root, title: "Shop · Skirmish" };
}
