/** Giving and taking: what a change of balances and items makes of a player. Pure. */
import type { CurrencyAmounts, ItemCounts, ProgressionRules } from "../../config/progression-config.ts";
import type { ErrorCode } from "../../errors.ts";
import type { OwnedItem, PlayerDocument } from "../player/player-document.ts";

export type Holdings = Pick<PlayerDocument, "wallet" | "inventory">;

/** Differences by id; negative ones take. */
export interface Transfer {
  currencies?: CurrencyAmounts;
  items?: ItemCounts;
}

/** Balances stay exact whole numbers. */
const MOST = Number.MAX_SAFE_INTEGER;

export type TransferResult =
  | { ok: true; holdings: Holdings; currencies: CurrencyAmounts; items: ItemCounts }
  | { ok: false; code: Extract<ErrorCode, "balance_too_low" | "item_not_owned"> };

/**
 * Carries out a transfer. Items beyond what one player may own are not given (a reward must not fail for that), a
 * balance never goes below zero, nor an item's count.
 * @returns the new holdings, and the differences that really took place, without zeros.
 */
export function transfer(
  rules: Pick<ProgressionRules, "catalogue">,
  holdings: Holdings,
  { currencies = {}, items = {} }: Transfer,
  now: Date,
): TransferResult {
  const wallet = { ...holdings.wallet };
  const inventory = { ...holdings.inventory };
  const moved: { currencies: CurrencyAmounts; items: ItemCounts } = { currencies: {}, items: {} };
  for (const [currency, amount] of Object.entries(currencies)) {
    const before = wallet[currency] ?? 0;
    const after = Math.min(before + amount, MOST);
    if (after < 0) return { ok: false, code: "balance_too_low" };
    if (after === before) continue;
    wallet[currency] = after;
    moved.currencies[currency] = after - before;
  }
  for (const [itemId, count] of Object.entries(items)) {
    const before = inventory[itemId]?.count ?? 0;
    const limit = Math.max(rules.catalogue[itemId]?.limit ?? 1, before);
    const after = Math.min(before + count, limit);
    if (after < 0) return { ok: false, code: "item_not_owned" };
    if (after === before) continue;
    if (after === 0) delete inventory[itemId];
    else inventory[itemId] = owned(inventory[itemId], after, now);
    moved.items[itemId] = after - before;
  }
  return { ok: true, holdings: { wallet, inventory }, ...moved };
}

function owned(before: OwnedItem | undefined, count: number, now: Date): OwnedItem {
  return { count, acquiredAt: before?.acquiredAt ?? now };
}

/** Adds up amounts by id. */
export function sumAmounts(
  ...parts: readonly (Readonly<Record<string, number>> | undefined)[]
): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts)
    for (const [id, amount] of Object.entries(part ?? {})) total[id] = (total[id] ?? 0) + amount;
  return total;
}

/** Every amount times a whole number. */
export function timesAmounts(
  amounts: Readonly<Record<string, number>>,
  times: number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).map(([id, amount]) => [id, amount * times]));
}
