/** What players and games do with possessions, as operations for the store: purchase, grant, equip. Pure. */
import type { ProgressionRules } from "../../config/progression-config.ts";
import type { Decision, PlayerOperation } from "../player/operation.ts";
import type { PlayerDocument } from "../player/player-document.ts";
import { type Transfer, transfer } from "./rewards.ts";

/** Buys one of an item, once for each idempotency key. */
export function purchase(
  rules: ProgressionRules,
  request: { playerId: string; itemId: string; idempotencyKey: string },
  now: Date,
): PlayerOperation {
  const { playerId, itemId, idempotencyKey } = request;
  return {
    playerId,
    once: { key: `purchase/${idempotencyKey}`, kind: "purchase", subject: itemId },
    at: now,
    decide: (player) => decidePurchase(rules, player, itemId, now),
  };
}

function decidePurchase(
  rules: ProgressionRules,
  player: PlayerDocument,
  itemId: string,
  now: Date,
): Decision {
  const item = Object.hasOwn(rules.catalogue, itemId) ? rules.catalogue[itemId] : undefined;
  if (!item) return { ok: false, code: "item_unknown" };
  if (!item.price) return { ok: false, code: "item_not_for_sale" };
  if ((player.inventory[itemId]?.count ?? 0) >= item.limit) return { ok: false, code: "item_limit_reached" };
  const { currency, amount } = item.price;
  return decideTransfer(rules, player, { currencies: { [currency]: -amount }, items: { [itemId]: 1 } }, now);
}

/**
 * Gives (or, with negative amounts, takes) currencies and items, once for each key. Refused with `input_invalid` where an
 * amount is no whole number, or a name is not declared.
 */
export function grant(
  rules: ProgressionRules,
  request: { playerId: string; key: string; reason: string } & Transfer,
  now: Date,
): PlayerOperation {
  const { playerId, key, reason, currencies = {}, items = {} } = request;
  return {
    playerId,
    once: { key: `grant/${key}`, kind: "grant", subject: reason, request: canonical({ currencies, items }) },
    at: now,
    decide: (player) =>
      isDeclared(rules, { currencies, items })
        ? decideTransfer(rules, player, { currencies, items }, now)
        : { ok: false, code: "input_invalid" },
  };
}

function isDeclared(rules: ProgressionRules, { currencies = {}, items = {} }: Transfer): boolean {
  return (
    Object.keys(currencies).every((currency) => rules.currencies.includes(currency)) &&
    Object.keys(items).every((itemId) => Object.hasOwn(rules.catalogue, itemId)) &&
    [...Object.values(currencies), ...Object.values(items)].every(Number.isSafeInteger)
  );
}

/** The same for the same amounts, in whatever order they come. */
function canonical({ currencies = {}, items = {} }: Transfer): string {
  const sorted = (amounts: Record<string, number>) =>
    Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(currencies), sorted(items)]);
}

/** A season's reward for a rank on one board. */
export function seasonReward(
  rules: ProgressionRules,
  request: { playerId: string; season: string; board: string } & Transfer,
  now: Date,
): PlayerOperation {
  const { playerId, season, board, currencies = {}, items = {} } = request;
  return {
    playerId,
    once: { key: `season/${season}/${board}`, kind: "season" },
    at: now,
    decide: (player) => decideTransfer(rules, player, { currencies, items }, now),
  };
}

/** Puts an owned item into its slot, or with null empties the slot. */
export function equip(
  rules: ProgressionRules,
  request: { playerId: string; slot: string; itemId: string | null },
  now: Date,
): PlayerOperation {
  const { playerId, slot, itemId } = request;
  return {
    playerId,
    at: now,
    decide: (player) => {
      const { [slot]: _before, ...others } = player.equipped;
      if (itemId === null) return { ok: true, set: { equipped: others } };
      if (!Object.hasOwn(rules.catalogue, itemId)) return { ok: false, code: "item_unknown" };
      if (!Object.hasOwn(player.inventory, itemId)) return { ok: false, code: "item_not_owned" };
      if (rules.catalogue[itemId]?.slot !== slot) return { ok: false, code: "item_unknown" };
      return { ok: true, set: { equipped: { ...others, [slot]: itemId } } };
    },
  };
}

function decideTransfer(
  rules: ProgressionRules,
  player: PlayerDocument,
  wanted: Transfer,
  now: Date,
): Decision {
  const result = transfer(rules, player, wanted, now);
  if (!result.ok) return result;
  const { holdings, currencies, items } = result;
  // An item that is gone cannot stay on.
  const equipped = Object.fromEntries(
    Object.entries(player.equipped).filter(([, itemId]) => Object.hasOwn(holdings.inventory, itemId)),
  );
  return { ok: true, set: { ...holdings, equipped }, entry: { currencies, items } };
}
