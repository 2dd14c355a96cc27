/**
 * Leaderboards in MongoDB: the default, for one process. One document a board and player; a rank comes from a
 * histogram of the board's scores in memory and one query among equals, because counting everybody above in an index
 * takes time in proportion to the rank. Questions about places ask for the scores that hold them, which is an equality
 * on an index as well.
 *
 * The histogram is loaded when a board is first asked about and follows this process's own writes, exactly: writes and
 * loads take turns. What other processes write (a rebuild, a second server, though several should share Redis) is seen
 * at the next reload: every `reloadMs`, and never more than a fiftieth of the time. Memory: see `ScoreHistogram`.
 *
 * Between the histogram and the documents another write may come: a page is then off by that one entry.
 */
import { type AnyBulkWriteOperation, type Connection, type Model, Schema, trusted } from "mongoose";
import { ArenaError } from "../../errors.ts";
import { compareEntries, rankAmong } from "./board-order.ts";
import type { BoardEntry, BoardSubmission, Leaderboard } from "./leaderboard.ts";
import { ScoreHistogram, type ScoreSlice } from "./score-histogram.ts";

interface BoardDocument {
  /** `<board>/<playerId>` */
  _id: string;
  board: string;
  playerId: string;
  score: number;
  at: Date;
  version: number;
}

interface Loaded {
  histogram: ScoreHistogram;
  /** When it is to be loaded again, by `performance.now()`. */
  staleAt: number;
}

const boardSchema = new Schema<BoardDocument>(
  {
    _id: { type: String, required: true },
    board: { type: String, required: true },
    playerId: { type: String, required: true },
    score: { type: Number, required: true },
    at: { type: Date, required: true },
    version: { type: Number, required: true },
  },
  { collection: "leaderboard", versionKey: false, autoIndex: false },
);
boardSchema.index({ board: 1, score: -1, at: 1, playerId: 1 });
boardSchema.index({ playerId: 1 });

/** A tie of more than this is read by pages of the database, not whole. */
const LARGE_TIE = 1000;
const MOST_TRIES = 20;
const LOAD_SHARE = 50;
const DUPLICATE_KEY = 11_000;

export class MongoLeaderboardStore implements Leaderboard {
  readonly #model: Model<BoardDocument>;
  readonly #reloadMs: number;
  readonly #loaded = new Map<string, Loaded>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, { reloadMs = 60_000 }: { reloadMs?: number } = {}) {
    this.#model = connection.model<BoardDocument>("BoardEntry", boardSchema);
    this.#reloadMs = reloadMs;
  }

  async submit(submissions: readonly BoardSubmission[]): Promise<number> {
    const rounds: Map<string, BoardSubmission>[] = [];
    for (const submission of submissions) {
      const id = idOf(submission.board, submission.playerId);
      let round = rounds.find((earlier) => !earlier.has(id));
      if (!round) {
        round = new Map();
        rounds.push(round);
      }
      round.set(id, submission);
    }
    return this.#inTurn(async () => {
      let changed = 0;
      for (const round of rounds) changed += await this.#writeRound(round);
      return changed;
    });
  }

  async withdraw(playerId: string, boards?: readonly string[]): Promise<void> {
    const filter = { playerId, ...(boards ? { board: trusted({ $in: [...boards] }) } : {}) };
    await this.#inTurn(async () => {
      for (const { _id, board } of await this.#model.find(filter, { board: 1 }).lean()) {
        // Its score as it goes: another process may have changed it since.
        const gone = await this.#model.findOneAndDelete({ _id }).lean();
        if (gone) this.#loaded.get(board)?.histogram.remove(gone.score);
      }
    });
  }

  async top(board: string, limit: number, offset: number = 0): Promise<BoardEntry[]> {
    return this.#window(board, offset + 1, offset + limit);
  }

  async around(board: string, playerId: string, each: number): Promise<BoardEntry[]> {
    const own = await this.rankOf(board, playerId);
    return own ? this.#window(board, Math.max(1, own.rank - each), own.rank + each) : [];
  }

  async rankOf(board: string, playerId: string): Promise<BoardEntry | undefined> {
    const histogram = await this.#histogram(board);
    const own = await this.#model.findById(idOf(board, playerId)).lean();
    if (!own) return undefined;
    const { score, at } = own;
    const equals = await this.#model.countDocuments({
      board,
      score,
      $or: [{ at: trusted({ $lt: at }) }, { at, playerId: trusted({ $lt: playerId }) }],
    });
    return { playerId, score, at, rank: 1 + histogram.countAbove(score) + equals };
  }

  async among(board: string, playerIds: readonly string[]): Promise<BoardEntry[]> {
    const ids = playerIds.map((playerId) => idOf(board, playerId));
    return rankAmong(await this.#model.find({ _id: trusted({ $in: ids }) }).lean());
  }

  async size(board: string): Promise<number> {
    return (await this.#histogram(board)).total;
  }

  async *entries(board: string, batch: number, fromRank: number = 1): AsyncGenerator<BoardEntry[]> {
    for (let rank = fromRank; ; rank += batch) {
      const page = await this.#window(board, rank, rank + batch - 1);
      if (page.length > 0) yield page;
      // A page may be empty before the end when another process has withdrawn those who stood there.
      else if (rank > (await this.size(board))) return;
    }
  }

  /** The connection belongs to whoever opened it. */
  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
  }

  /** @param round one submission an entry. @returns how many entries changed. */
  async #writeRound(round: Map<string, BoardSubmission>): Promise<number> {
    let changed = 0;
    for (let tries = 0; round.size > 0; tries += 1) {
      // Only another process's writes can come between a read and a write here.
      if (tries > MOST_TRIES) throw new ArenaError("board_unavailable", "It changes too often elsewhere.");
      changed += await this.#write(round);
    }
    return changed;
  }

  /** Tries once; what is done, or has nothing to do, is taken out of `open`. @returns how many entries changed. */
  async #write(open: Map<string, BoardSubmission>): Promise<number> {
    const found = await this.#model.find({ _id: trusted({ $in: [...open.keys()] }) }).lean();
    const stored = new Map(found.map((document) => [document._id, document]));
    const writes = new Map<string, AnyBulkWriteOperation<BoardDocument>>();
    for (const [id, submission] of open) {
      const write = writeOf(id, submission, stored.get(id));
      if (write) writes.set(id, write);
      else open.delete(id);
    }
    if (writes.size === 0) return 0;
    const result = await this.#model
      .bulkWrite([...writes.values()], { ordered: false, throwOnValidationError: true })
      .catch(partOf);
    // Which of several was too late is not said; the next round finds them as they are.
    const all = result.insertedCount + result.matchedCount === writes.size;
    const now = all ? undefined : await this.#asStored([...writes.keys()]);
    let changed = 0;
    for (const id of writes.keys()) {
      const submission = open.get(id) as BoardSubmission;
      const before = stored.get(id);
      if (now && now.get(id)?.version !== submission.version) continue;
      open.delete(id);
      if (before?.score === submission.score) continue;
      changed += 1;
      this.#follow(submission, before);
    }
    return changed;
  }

  async #asStored(ids: readonly string[]): Promise<Map<string, BoardDocument>> {
    const found = await this.#model.find({ _id: trusted({ $in: [...ids] }) }).lean();
    return new Map(found.map((document) => [document._id, document]));
  }

  #follow({ board, score }: BoardSubmission, before: BoardDocument | undefined): void {
    const histogram = this.#loaded.get(board)?.histogram;
    if (before) histogram?.remove(before.score);
    histogram?.add(score);
  }

  async #window(board: string, first: number, last: number): Promise<BoardEntry[]> {
    const slices = (await this.#histogram(board)).slices(first, last);
    const firstRank = slices[0]?.firstRank ?? first;
    const small = slices.filter(({ count }) => count <= LARGE_TIE);
    const found =
      small.length > 0
        ? await this.#model.find({ board, score: trusted({ $in: small.map(({ score }) => score) }) }).lean()
        : [];
    const documents: BoardDocument[] = [...found];
    // What is left out of a large tie at the window's beginning counts for the ranks all the same.
    let skipped = 0;
    for (const slice of slices.filter(({ count }) => count > LARGE_TIE)) {
      const skip = Math.max(0, first - slice.firstRank);
      if (slice === slices[0]) skipped = skip;
      documents.push(...(await this.#tie(board, slice, skip, last - first + 1)));
    }
    return documents
      .sort(compareEntries)
      .map(({ playerId, score, at }, index) => ({ playerId, score, at, rank: firstRank + skipped + index }))
      .filter(({ rank }) => rank >= first && rank <= last);
  }

  #tie(board: string, { score }: ScoreSlice, skip: number, limit: number): Promise<BoardDocument[]> {
    return this.#model.find({ board, score }).sort({ at: 1, playerId: 1 }).skip(skip).limit(limit).lean();
  }

  async #histogram(board: string): Promise<ScoreHistogram> {
    const loaded = this.#loaded.get(board);
    if (!loaded) return this.#inTurn(() => this.#load(board));
    if (performance.now() > loaded.staleAt) {
      loaded.staleAt = Number.POSITIVE_INFINITY;
      // Nobody waits for it: what is there is answered meanwhile.
      this.#inTurn(() => this.#reload(board)).catch(() => {
        loaded.staleAt = performance.now() + this.#reloadMs;
      });
    }
    return loaded.histogram;
  }

  async #load(board: string): Promise<ScoreHistogram> {
    return this.#loaded.get(board)?.histogram ?? this.#reload(board);
  }

  async #reload(board: string): Promise<ScoreHistogram> {
    const startedAt = performance.now();
    const histogram = new ScoreHistogram();
    const counts = this.#model
      .aggregate<{ _id: number; count: number }>([
        { $match: { board } },
        { $group: { _id: "$score", count: { $sum: 1 } } },
      ])
      .cursor({ batchSize: 10_000 });
    for await (const { _id, count } of counts) histogram.add(_id, count);
    const now = performance.now();
    const staleAt = now + Math.max(this.#reloadMs, (now - startedAt) * LOAD_SHARE);
    this.#loaded.set(board, { histogram, staleAt });
    return histogram;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.catch(() => undefined).then(work);
    this.#turn = turn;
    return turn;
  }
}

function idOf(board: string, playerId: string): string {
  return `${board}/${playerId}`;
}

/** The write that a submission comes to, given what stands there; undefined when it changes nothing. */
function writeOf(
  _id: string,
  { board, playerId, score, at, version }: BoardSubmission,
  before: BoardDocument | undefined,
): AnyBulkWriteOperation<BoardDocument> | undefined {
  if (!before) return { insertOne: { document: { _id, board, playerId, score, at, version } } };
  if (before.version > version) return undefined;
  const same = before.score === score;
  if (same && before.version === version) return undefined;
  const update = { $set: same ? { version } : { score, at, version } };
  return { updateOne: { filter: { _id, version: before.version, score: before.score }, update } };
}

/** What a bulk write did whose only failures are entries that another process inserted first. */
function partOf(error: unknown): { insertedCount: number; matchedCount: number } {
  const { code, result } = error as {
    code?: number;
    result?: { insertedCount: number; matchedCount: number };
  };
  if (code !== DUPLICATE_KEY || !result) throw error;
  return result;
}
