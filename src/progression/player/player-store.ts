/**
 * Players in MongoDB: every change of what a player owns, exactly once, without transactions.
 *
 * How: an operation is computed from the document as it was read, and written only if the document's `seq` is still
 * the same; its ledger entry is pushed into the document (`open`) by that very update. Afterwards the entry is copied
 * to the collection `ledger`, whose `_id` is player and key, and only then taken out of the document. So an entry of a
 * key that was ever used is always found, first in the document, then in the ledger: the document is read before the
 * ledger, and if the operation slipped in between, `seq` has moved and the write fails and looks again. There is no
 * window of remembered keys that a late repetition could fall out of.
 *
 * Crash between any two steps: the operation is either not done, or done and found by its key. Copying is repeated by
 * whoever changes the player next. A balance is the sum of the entries in `ledger` and `open` at every moment.
 *
 * In this process operations on one player run one after the other (`KeyedQueue`); other processes are met by `seq`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type AnyBulkWriteOperation, type Connection, trusted } from "mongoose";
import { ArenaError } from "../../errors.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import type { Decision, Outcome, PlayerOperation } from "./operation.ts";
import { freshPlayer, type LedgerEntry, type PlayerDocument } from "./player-document.ts";
import { type LedgerDocument, type PlayerModels, playerModels } from "./player-schema-store.ts";

/** Operations that may wait or run in this process. */
const CAPACITY = 20_000;
/** Entries that may stand in a document before they must be copied first. */
const MOST_OPEN = 32;
/** Tries against changes by other processes, each a little later. */
const MOST_TRIES = 60;
const DUPLICATE_KEY = 11_000;
/** Mongoose would else leave out what its schema refuses, and say nothing. */
const BULK = { ordered: false, throwOnValidationError: true } as const;

export class PlayerStore {
  readonly #models: PlayerModels;
  readonly #queue = new KeyedQueue(CAPACITY);

  constructor(connection: Connection) {
    this.#models = playerModels(connection);
  }

  /** Opens an account; one that is there stays as it is. */
  async open(player: { playerId: string; name: string }, now: Date): Promise<void> {
    const { _id, ...fresh } = freshPlayer(player, now);
    await this.#models.players.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true });
  }

  /** The player as stored; a deleted account is not found. */
  async find(playerId: string): Promise<PlayerDocument | undefined> {
    return (await this.findMany([playerId])).players[0];
  }

  /** Those that exist, and the ids of those that existed once. */
  async findMany(playerIds: readonly string[]): Promise<{ players: PlayerDocument[]; deleted: Set<string> }> {
    const found = await this.#read(playerIds);
    return {
      players: found.filter(({ deletedAt }) => !deletedAt),
      deleted: new Set(found.filter(({ deletedAt }) => deletedAt).map(({ _id }) => _id)),
    };
  }

  /** Display names by id; who is not found is left out. */
  async namesOf(playerIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.#models.players.find({ _id: trusted({ $in: playerIds }) }, { name: 1 }).lean();
    return new Map(found.map(({ _id, name }) => [_id, name]));
  }

  /** Every player that is not deleted, in batches, in no certain order. */
  async *all(batch: number): AsyncGenerator<PlayerDocument[]> {
    const cursor = this.#models.players.find().batchSize(batch).lean().cursor();
    let page: PlayerDocument[] = [];
    for await (const player of cursor) {
      if (player.deletedAt) continue;
      page.push(player);
      if (page.length < batch) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  /**
   * The player's ledger, newest first.
   * @param before only entries with a smaller `seq`.
   */
  async ledgerOf(playerId: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<LedgerEntry[]> {
    const player = await this.find(playerId);
    const copied = await this.#models.ledger
      .find({ playerId, seq: trusted({ $lt: before }) })
      .sort({ seq: -1 })
      .limit(limit)
      .lean();
    const open = (player?.open ?? []).filter(({ seq }) => seq < before);
    return merge(copied, open).slice(0, limit);
  }

  /** The entries of some keys, by key; a key that was not used is left out. */
  async entriesOf(playerId: string, keys: readonly string[]): Promise<Map<string, LedgerEntry>> {
    const player = await this.find(playerId);
    const ids = keys.map((key) => `${playerId}/${key}`);
    const copied = await this.#models.ledger.find({ _id: trusted({ $in: ids }) }).lean();
    const open = (player?.open ?? []).filter(({ key }) => keys.includes(key));
    return new Map(merge(copied, open).map((entry) => [entry.key, entry]));
  }

  /** The latest entries that changed the rating of a queue, newest first. */
  async ratingEntriesOf(playerId: string, queue: string, limit: number): Promise<LedgerEntry[]> {
    const player = await this.find(playerId);
    const copied = await this.#models.ledger
      .find({ playerId, "rating.queue": queue })
      .sort({ seq: -1 })
      .limit(limit)
      .lean();
    const open = (player?.open ?? []).filter(({ rating }) => rating?.queue === queue);
    return merge(copied, open).slice(0, limit);
  }

  /** One operation, once for its key. See `runAll`. */
  async run(operation: PlayerOperation): Promise<Outcome> {
    return (await this.runAll([operation]))[0] as Outcome;
  }

  /**
   * Operations on different players, each once for its key, each on its own: one's refusal does not touch the others.
   * @returns their outcomes in the same order.
   * @throws ArenaError `overloaded`, and the driver's errors: what was done by then is found when it is tried again.
   */
  async runAll(operations: readonly PlayerOperation[]): Promise<Outcome[]> {
    const playerIds = operations.map(({ playerId }) => playerId);
    return this.#queue.run(playerIds, async () => {
      const outcomes = new Map<PlayerOperation, Outcome>();
      const attempted = new Set<PlayerOperation>();
      for (let tries = 1; outcomes.size < operations.length; tries += 1) {
        if (tries > MOST_TRIES) throw new ArenaError("overloaded", "The players change too often elsewhere.");
        if (tries > 2) await sleep(Math.random() * tries * 4);
        await this.#try(
          operations.filter((operation) => !outcomes.has(operation)),
          outcomes,
          attempted,
        );
      }
      return operations.map((operation) => outcomes.get(operation) as Outcome);
    });
  }

  /** Forgets a player for good: nothing stays but a mark that keeps late results from bringing the account back. */
  async erase(playerId: string, now: Date): Promise<void> {
    await this.#queue.run([playerId], async () => {
      const { _id, ...empty } = freshPlayer({ playerId, name: "deleted player" }, now);
      // A change by another process that was computed before this must fail.
      const erased = { ...empty, seq: Number.MAX_SAFE_INTEGER, deletedAt: now };
      const gone = { unranked: 1, season: 1, consent: 1, playedAt: 1 } as const;
      // Also for an account that was never opened: a late result must not open it now.
      await this.#models.players.updateOne({ _id }, { $set: erased, $unset: gone }, { upsert: true });
      await this.#models.ledger.deleteMany({ playerId });
    });
  }

  /** One round: reads, decides, writes; operations that lost against another change stay without an outcome. */
  async #try(
    operations: readonly PlayerOperation[],
    outcomes: Map<PlayerOperation, Outcome>,
    attempted: Set<PlayerOperation>,
  ): Promise<void> {
    const players = new Map<string, PlayerDocument>();
    for (const player of await this.#readOrOpen(operations)) players.set(player._id, player);
    await this.#copyWhereFull([...players.values()]);
    const copied = await this.#copiedEntries(operations);
    const attempts: { operation: PlayerOperation; player: PlayerDocument; update: object }[] = [];
    for (const operation of operations) {
      const player = players.get(operation.playerId);
      const attempt = decide(operation, player, copied.get(ledgerId(operation)));
      if ("outcome" in attempt) outcomes.set(operation, asOwn(attempt.outcome, attempted.has(operation)));
      else attempts.push({ operation, ...attempt });
    }
    if (attempts.length === 0) return;
    const writes = attempts.map(({ operation, player, update }) => ({
      updateOne: { filter: { _id: operation.playerId, seq: player.seq - 1 }, update },
    }));
    for (const { operation } of attempts) attempted.add(operation);
    const { modifiedCount } = await this.#models.players.bulkWrite(
      writes as unknown as AnyBulkWriteOperation<PlayerDocument>[],
      BULK,
    );
    // Which of several lost is not said: the next round finds by their keys those that were done.
    if (modifiedCount !== attempts.length && (attempts.length > 1 || modifiedCount === 0)) return;
    for (const { operation, player } of attempts)
      outcomes.set(operation, { ok: true, player, entry: lastEntry(operation, player), repeated: false });
    // It is done already; whoever changes the player next copies what could not be copied now.
    await this.#copy(attempts.map(({ player }) => player)).catch(() => undefined);
  }

  async #read(playerIds: readonly string[]): Promise<PlayerDocument[]> {
    const found = await this.#models.players.find({ _id: trusted({ $in: playerIds }) }).lean();
    return found;
  }

  async #readOrOpen(operations: readonly PlayerOperation[]): Promise<PlayerDocument[]> {
    const found = await this.#read(operations.map(({ playerId }) => playerId));
    const known = new Set(found.map(({ _id }) => _id));
    const unknown = operations.filter(({ playerId, openAs }) => openAs !== undefined && !known.has(playerId));
    if (unknown.length === 0) return found;
    for (const { playerId, openAs = "", at } of unknown) await this.open({ playerId, name: openAs }, at);
    return this.#read(operations.map(({ playerId }) => playerId));
  }

  async #copiedEntries(operations: readonly PlayerOperation[]): Promise<Map<string, LedgerEntry>> {
    const ids = operations.filter(({ once }) => once).map(ledgerId);
    if (ids.length === 0) return new Map();
    const found = await this.#models.ledger.find({ _id: trusted({ $in: ids }) }).lean();
    return new Map(found.map(({ _id, playerId: _playerId, ...entry }) => [_id, entry as LedgerEntry]));
  }

  /** Documents stay small: where too many entries stand, copying comes before anything else. */
  async #copyWhereFull(players: readonly PlayerDocument[]): Promise<void> {
    const full = players.filter(({ open }) => open.length >= MOST_OPEN);
    if (full.length === 0) return;
    await this.#copy(full);
    for (const player of full) player.open = [];
  }

  /** Copies the open entries to the ledger, and takes them out of the documents once they are there. */
  async #copy(players: readonly PlayerDocument[]): Promise<void> {
    const entries: LedgerDocument[] = players.flatMap(({ _id: playerId, open }) =>
      open.map((entry) => ({ _id: `${playerId}/${entry.key}`, playerId, ...entry })),
    );
    if (entries.length === 0) return;
    const inserts = entries.map((document) => ({ insertOne: { document } }));
    await this.#models.ledger
      .bulkWrite(inserts as unknown as AnyBulkWriteOperation<LedgerDocument>[], BULK)
      .catch(ignoreDuplicates);
    const takeOut = players
      .filter(({ open }) => open.length > 0)
      .map(({ _id, open }) => ({
        updateOne: {
          filter: { _id, deletedAt: trusted({ $exists: false }) },
          update: { $pull: { open: { seq: { $lte: (open.at(-1) as LedgerEntry).seq } } } },
        },
      }));
    const { matchedCount } = await this.#models.players.bulkWrite(
      takeOut as unknown as AnyBulkWriteOperation<PlayerDocument>[],
      BULK,
    );
    if (matchedCount === takeOut.length) return;
    // An account was deleted while its entries were on their way.
    const { deleted } = await this.findMany(players.map(({ _id }) => _id));
    await this.#models.ledger.deleteMany({ playerId: trusted({ $in: [...deleted] }) });
  }
}

/** The player and the update that the operation comes to, or an outcome that needs no write. */
function decide(
  { playerId, once, at, decide: decideOn }: PlayerOperation,
  player: PlayerDocument | undefined,
  copied: LedgerEntry | undefined,
): { outcome: Outcome } | { player: PlayerDocument; update: object } {
  if (!player) return { outcome: { ok: false, code: "player_unknown" } };
  if (player.deletedAt) return { outcome: { ok: false, code: "player_deleted" } };
  const before = once && (player.open.find(({ key }) => key === once.key) ?? copied);
  if (once && before) {
    const same =
      before.kind === once.kind && before.subject === once.subject && before.request === once.request;
    return {
      outcome: same
        ? { ok: true, player, entry: before, repeated: true }
        : { ok: false, code: "idempotency_key_reused" },
    };
  }
  const decision: Decision = decideOn(player);
  if (!decision.ok) return { outcome: decision };
  const seq = player.seq + 1;
  const update = { $set: { ...decision.set, seq } };
  if (!once) return { player: { ...player, ...decision.set, seq }, update };
  const content = { experience: 0, currencies: {}, items: {}, achievements: [], ...decision.entry };
  const entry: LedgerEntry = { ...once, seq, at, ...content };
  return {
    player: { ...player, ...decision.set, _id: playerId, seq, open: [...player.open, entry] },
    update: { ...update, $push: { open: entry } },
  };
}

/** What an earlier round of the same call wrote was not done before. */
function asOwn(outcome: Outcome, attempted: boolean): Outcome {
  return outcome.ok && attempted ? { ...outcome, repeated: false } : outcome;
}

function lastEntry({ once }: PlayerOperation, { open }: PlayerDocument): LedgerEntry | undefined {
  return once && open.at(-1);
}

function ledgerId({ playerId, once }: PlayerOperation): string {
  return `${playerId}/${once?.key}`;
}

function merge(copied: readonly LedgerDocument[], open: readonly LedgerEntry[]): LedgerEntry[] {
  const byKey = new Map<string, LedgerEntry>();
  for (const { _id, playerId: _playerId, ...entry } of copied) byKey.set(entry.key, entry);
  for (const entry of open) byKey.set(entry.key, entry);
  return [...byKey.values()].sort((a, b) => b.seq - a.seq);
}

/** Of a bulk write whose only failures are entries that are there already. */
function ignoreDuplicates(error: unknown): void {
  const { code, writeErrors } = error as {
    code?: number;
    writeErrors?: { code?: number } | { code?: number }[];
  };
  const failures = [writeErrors ?? []].flat();
  if (code !== DUPLICATE_KEY || failures.some((failure) => failure.code !== DUPLICATE_KEY)) throw error;
}
