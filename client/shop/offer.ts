/** What an item is to a player right now. Pure. */
import type { CatalogueAnswer, InventoryAnswer } from "../../src/index.ts";

export type CatalogueItem = CatalogueAnswer["items"][number];

export type Offer =
  | { state: "equipped"; slot: string }
  | { state: "owned"; slot?: string }
  | { state: "buy"; currency: string; amount: number }
  | { state: "short"; currency: string; amount: number; missing: number }
  /** Exists, but cannot be bought. */
  | { state: "earned" };

export function offerOf(item: CatalogueItem, { wallet, items, equipped }: InventoryAnswer): Offer {
  const { itemId, slot, price } = item;
  const count = items.find((owned) => owned.itemId === itemId)?.count ?? 0;
  if (slot !== undefined && equipped[slot] === itemId) return { state: "equipped", slot };
  // What can be worn is worn: a second one would be of no use even where it may be owned.
  if (count >= item.limit || (count > 0 && slot !== undefined))
    return { state: "owned", ...(slot === undefined ? {} : { slot }) };
  if (!price) return { state: "earned" };
  const missing = price.amount - (wallet[price.currency] ?? 0);
  return missing > 0 ? { state: "short", ...price, missing } : { state: "buy", ...price };
}
