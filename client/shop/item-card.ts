/** One item of the shop: how it looks in a match, what it costs, and the one thing that can be done with it. */
import { element } from "../dom.ts";
import { playerApi } from "../net/player-api.ts";
import { Refusal } from "../net/request-json.ts";
import type { Account } from "../session/account.ts";
import { whole } from "../text.ts";
import { ActionNote, actionButton } from "../ui/action-button.ts";
import { currencyIcon } from "../ui/icons.ts";
import { ItemPreview } from "./item-preview.ts";
import { type CatalogueItem, type Offer, offerOf } from "./offer.ts";
import type { PurchaseKeys } from "./purchase-keys.ts";

const SLOT_NAMES: Readonly<Record<string, string>> = { skin: "Plating", trail: "Trail" };

export class ItemCard {
  readonly root: HTMLElement;
  readonly #item: CatalogueItem;
  readonly #account: Account;
  readonly #keys: PurchaseKeys;
  readonly #foot = element("div", { className: "item-foot" });
  readonly #note = new ActionNote("item-note");
  #state = "";

  constructor(item: CatalogueItem, account: Account, keys: PurchaseKeys, signal: AbortSignal) {
    this.#item = item;
    this.#account = account;
    this.#keys = keys;
    const { slot } = item;
    const kind = slot === undefined ? "Item" : (SLOT_NAMES[slot] ?? slot);
    this.root = element(
      "article",
      { className: "panel item-card", testId: `item-${item.itemId}` },
      new ItemPreview(item, signal).root,
      element(
        "div",
        { className: "item-text" },
        element("small", { className: "item-kind", text: kind }),
        element("h2", { text: item.name }),
        element("p", { className: "quiet", text: item.description }),
      ),
      this.#foot,
      this.#note.root,
    );
    this.update();
  }

  update(): void {
    const { profile } = this.#account;
    if (!profile) return;
    const offer = offerOf(this.#item, profile);
    const state = JSON.stringify(offer);
    if (state === this.#state) return;
    this.#state = state;
    this.root.dataset.state = offer.state;
    // The button that was clicked vanishes with its action: the next one gets the focus.
    const focused = this.#foot.contains(document.activeElement);
    this.#foot.replaceChildren(...this.#footOf(offer));
    if (focused) this.#foot.querySelector("button")?.focus();
  }

  #footOf(offer: Offer): Node[] {
    switch (offer.state) {
      case "buy":
        return [priceTag(offer.amount), this.#buyButton()];
      case "short":
        return [
          priceTag(offer.amount),
          element("span", {
            className: "item-short",
            text: `${whole(offer.missing)} ${offer.currency} missing`,
          }),
        ];
      case "equipped":
        return [mark("Equipped"), this.#equipButton("Take off", "take-off", offer.slot, null)];
      case "owned":
        if (offer.slot === undefined) return [mark("Owned")];
        return [mark("Owned"), this.#equipButton("Equip", "equip", offer.slot, this.#item.itemId)];
      default:
        return [element("span", { className: "quiet", text: "Earned, not sold" })];
    }
  }

  #buyButton(): HTMLElement {
    return actionButton({
      text: "Buy",
      busyText: "Buying…",
      testId: "buy",
      className: "button-ember",
      note: this.#note,
      run: () => this.#buy(),
    });
  }

  #equipButton(text: string, testId: string, slot: string, itemId: string | null): HTMLElement {
    return actionButton({
      text,
      testId,
      className: itemId === null ? "button-quiet" : "button-ember",
      note: this.#note,
      run: async () => this.#account.takeInventory(await playerApi.equip(this.#account, slot, itemId)),
    });
  }

  async #buy(): Promise<void> {
    const { itemId, name } = this.#item;
    const { playerId } = await this.#account.signIn();
    try {
      const answer = await this.#keys.attempt(playerId, itemId, (key) =>
        playerApi.purchase(this.#account, itemId, key),
      );
      this.#account.takeInventory(answer);
      this.#note.say(`${name} is yours.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.undecided)
        throw new Refusal(error.code, error.status, `${error.message} Trying again is safe: you pay once.`);
      // Something changed since the card was drawn, in another tab perhaps: show how it is.
      await this.#account.loadProfile().catch(() => undefined);
      throw error;
    }
  }
}

function priceTag(amount: number): HTMLElement {
  return element("span", { className: "price" }, currencyIcon(), element("b", { text: whole(amount) }));
}

function mark(text: string): HTMLElement {
  return element("span", { className: "item-mark", text });
}
