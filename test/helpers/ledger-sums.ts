/** Adds a player's ledger up: what the balances must equal at every moment. */
import type { Connection } from "mongoose";
import type { LedgerEntry, PlayerDocument } from "../../src/progression/player/player-document.ts";

export interface LedgerSums {
  experience: number;
  currencies: Record<string, number>;
  items: Record<string, number>;
  keys: string[];
}

/** Reads the collections themselves: what `ledger` and the player's `open` entries hold, each key once. */
export async function sumLedger(connection: Connection, player: PlayerDocument): Promise<LedgerSums> {
  const copied = await connection
    .collection<LedgerEntry & { playerId: string }>("ledger")
    .find({ playerId: player._id })
    .toArray();
  const byKey = new Map<string, LedgerEntry>();
  for (const entry of [...copied, ...player.open]) byKey.set(entry.key, entry);
  const sums: LedgerSums = { experience: 0, currencies: {}, items: {}, keys: [...byKey.keys()] };
  for (const { experience, currencies, items } of byKey.values()) {
    sums.experience += experience;
    add(sums.currencies, currencies);
    add(sums.items, items);
  }
  return sums;
}

/** What the player's document says, in the same shape; zeros left out. */
export function holdingsOf(player: PlayerDocument): Omit<LedgerSums, "keys"> {
  const items = Object.entries(player.inventory).map(([id, { count }]) => [id, count] as const);
  return {
    experience: player.experience,
    currencies: withoutZeros(player.wallet),
    items: withoutZeros(Object.fromEntries(items)),
  };
}

export function withoutZeros(amounts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));
}

function add(into: Record<string, number>, amounts: Record<string, number>): void {
  for (const [id, amount] of Object.entries(amounts)) into[id] = (into[id] ?? 0) + amount;
}
