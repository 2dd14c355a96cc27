/**
 * Migration 0001: from `profiles` to `players` and `ledger`.
 *
 * Ledger entries are written before the player they account for: a player without them would take an old match again.
 * Nothing that is there is overwritten, so any part of it may be repeated. A player that is there already and has no
 * `opening` entry was made by this build, before the migration: it is left alone and counted as `leftAlone`, and what
 * the profile held is not added to it. `mended` counts the migrated whose profile had fields of a wrong type.
 *
 * It has to run before this build serves players: one that signs in first gets a fresh document, which then stays.
 * `profiles` is left as it is; to drop it is the operator's decision. Documents of `matches` need no change.
 */
import type { Connection } from "mongoose";
import { ledgerIdOf, profileToPlayer } from "./profile-to-player.ts";

type Database = NonNullable<Connection["db"]>;

const DUPLICATE_KEY = 11_000;
/** A profile has up to 257 entries, and every refused duplicate is answered on its own. */
const INSERTS_AT_ONCE = 1000;

export const playersMigration = {
  id: "0001-players",
  about: "moves every profile to the collections players and ledger",
  collection: "profiles",
  async apply(
    profiles: readonly Readonly<Record<string, unknown>>[],
    database: Database,
    now: Date,
  ): Promise<{ migrated: number; leftAlone: number; mended: number }> {
    const all = profiles.map((profile) => profileToPlayer(profile, now));
    const ids = all.map(({ player }) => player._id);
    const openings = ids.map((id) => ledgerIdOf(id, "opening"));
    // In this order: a player that another run has just migrated is there after its opening entry.
    const there = await presentIds(database, "players", ids);
    const opened = await presentIds(database, "ledger", openings);

    const own = all.filter(
      ({ player }) => !there.has(player._id) || opened.has(ledgerIdOf(player._id, "opening")),
    );
    const missing = own.filter(({ player }) => !there.has(player._id));
    const entries = missing.flatMap((migrated) => migrated.entries);
    const players = missing.map(({ player }) => player);
    await insertMissing(database, "ledger", entries);
    await insertMissing(database, "players", players);
    return {
      migrated: own.length,
      leftAlone: all.length - own.length,
      mended: own.filter(({ mended }) => mended).length,
    };
  },
};

async function presentIds(
  database: Database,
  collection: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await database
    .collection<{ _id: string }>(collection)
    .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** Inserts what is not there; what is stays as it is. */
async function insertMissing(
  database: Database,
  collection: string,
  documents: readonly { _id: string }[],
): Promise<void> {
  for (let at = 0; at < documents.length; at += INSERTS_AT_ONCE) {
    try {
      await database
        .collection<{ _id: string }>(collection)
        .insertMany(documents.slice(at, at + INSERTS_AT_ONCE), { ordered: false });
    } catch (error) {
      if (!isOnlyDuplicates(error)) throw error;
    }
  }
}

function isOnlyDuplicates(error: unknown): boolean {
  const { writeErrors, result } = error as {
    writeErrors?: { code: number } | { code: number }[];
    result?: { getWriteConcernError?: () => unknown };
  };
  const errors = [writeErrors ?? []].flat();
  if (errors.length === 0 || result?.getWriteConcernError?.() !== undefined) return false;
  return errors.every(({ code }) => code === DUPLICATE_KEY);
}
