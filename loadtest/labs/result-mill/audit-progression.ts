/** Counts what stands in the database against what players were told, and every player's ledger against the holdings. */
import mongoose from "mongoose";
import type { LedgerEntry, PlayerDocument } from "../../../src/progression/player/player-document.ts";
import type { LedgerDocument } from "../../../src/progression/player/player-schema-store.ts";

export interface ProgressionAudit {
  /** Results stored. */
  matches: number;
  /** Results that some player was told are safe. */
  told: number;
  /** Told and not stored, or purchases answered and not there. */
  lost: number;
  /** Matches or purchases that count more than once for some player. */
  duplicated: number;
  /** Stored results that do not count for a player who was in them. */
  missing: number;
  /** Players whose experience, balances, items or games are not the sum of their ledger. */
  ledgerMismatch: number;
  /** Results whose effects are still open. */
  unsettled: number;
  purchases: number;
}

interface StoredMatch {
  _id: string;
  players: { playerId: string }[];
  pending: string[];
}

export async function auditProgression(
  uri: string,
  told: ReadonlySet<string>,
  buyers: readonly { playerId: string; bought: ReadonlySet<string> }[],
): Promise<ProgressionAudit> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    const database = client.db();
    const matches = await database.collection<StoredMatch>("matches").find().toArray();
    const players = await database.collection<PlayerDocument>("players").find().toArray();
    const copied = await database.collection<LedgerDocument>("ledger").find().toArray();
    const boughtBy = new Map(buyers.map(({ playerId, bought }) => [playerId, bought]));
    const storedIds = new Set(matches.map(({ _id }) => _id));
    const playedBy = new Map<string, Set<string>>();
    for (const { _id, players: parts } of matches)
      for (const { playerId } of parts)
        playedBy.set(playerId, (playedBy.get(playerId) ?? new Set()).add(_id));
    const audit: ProgressionAudit = {
      matches: matches.length,
      told: told.size,
      lost: [...told].filter((matchId) => !storedIds.has(matchId)).length,
      duplicated: 0,
      missing: 0,
      ledgerMismatch: 0,
      unsettled: matches.filter(({ pending }) => pending.length > 0).length,
      purchases: 0,
    };
    const entriesOf = Map.groupBy(copied, ({ playerId }) => playerId);
    for (const player of players) {
      const played = playedBy.get(player._id) ?? new Set();
      const bought = boughtBy.get(player._id) ?? new Set();
      auditPlayer(player, entriesOf.get(player._id) ?? [], played, bought, audit);
    }
    return audit;
  } finally {
    await client.close();
  }
}

function auditPlayer(
  player: PlayerDocument,
  copied: readonly LedgerDocument[],
  played: ReadonlySet<string>,
  bought: ReadonlySet<string>,
  audit: ProgressionAudit,
): void {
  const entries = new Map<string, LedgerEntry>();
  for (const entry of [...copied, ...player.open]) entries.set(entry.key, entry);
  const keysOf = (kind: string): string[] =>
    [...entries.values()]
      .filter((entry) => entry.kind === kind)
      .map(({ key }) => key.slice(key.indexOf("/") + 1));
  const counted = new Set(keysOf("match"));
  const paid = new Set(keysOf("purchase"));
  audit.purchases += paid.size;
  audit.lost += [...bought].filter((key) => !paid.has(key)).length;
  // Every purchase was tried until it had a definite answer, so there is none that nobody was told of.
  audit.duplicated += [...paid].filter((key) => !bought.has(key)).length;
  audit.missing += [...played].filter((matchId) => !counted.has(matchId)).length;
  audit.duplicated += Math.max(0, player.stats.games - played.size);
  if (!addsUp(player, [...entries.values()])) audit.ledgerMismatch += 1;
}

function addsUp(player: PlayerDocument, entries: readonly LedgerEntry[]): boolean {
  const sum = (amountOf: (entry: LedgerEntry) => number): number =>
    entries.reduce((total, entry) => total + amountOf(entry), 0);
  const seqs = entries.map(({ seq }) => seq);
  return (
    sum(({ experience }) => experience) === player.experience &&
    Object.entries(player.wallet).every(
      ([currency, balance]) => balance >= 0 && sum(({ currencies }) => currencies[currency] ?? 0) === balance,
    ) &&
    Object.entries(player.inventory).every(
      ([itemId, { count }]) => sum(({ items }) => items[itemId] ?? 0) === count,
    ) &&
    new Set(seqs).size === seqs.length &&
    entries.filter(({ kind }) => kind === "match").length === player.stats.games
  );
}
