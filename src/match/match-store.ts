/**
 * Match results in MongoDB, one document a match, `_id` = matchId, written once with all that its effects are
 * computed from: `ratingsBefore` are the players' ratings before it and `verified` is what its replay came to, so that
 * computing its effects again comes to the same. `pending` lists the players while the match's effects may not be complete: it is written with the result
 * itself, in one insert, so that a crash at any later point leaves a document that says that something is to be done.
 *
 * Documents of older builds lack the newer fields and are read with defaults. What is not done here: effects.
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";
import type { MatchBot, MatchPlayer, MatchResult, Verified } from "./match-result.ts";

/** By player. Who is not in it had no rating. */
export type RatingsBefore = ReadonlyMap<string, { mu: number; sigma: number }>;

/** What a match's effects are computed from, as it stands in the database. */
export interface StoredFacts {
  ratingsBefore: RatingsBefore;
  verified: Verified | undefined;
}

/** Where a page of results ends; pages are ordered by the end of the match, then by id. */
export interface MatchCursor {
  endedAt: Date;
  matchId: string;
}

export interface MatchDocument extends Omit<MatchResult, "matchId"> {
  _id: string;
  ratingsBefore: { playerId: string; mu: number; sigma: number }[];
  pending: string[];
}

/** As it may be found: older builds did not write these. */
type StoredMatch = Omit<MatchDocument, NewerField> & Partial<Pick<MatchDocument, NewerField>>;
type NewerField = "queue" | "build" | "teamGame" | "bots" | "ratingsBefore";

const number = { type: Number, required: true } as const;
const text = { type: String, required: true } as const;

const playerSchema = new Schema<MatchPlayer>(
  {
    playerId: text,
    name: text,
    team: number,
    score: number,
    kills: number,
    deaths: number,
    placement: number,
    won: { type: Boolean, required: true },
    left: { type: Boolean, required: true },
    late: Boolean,
  },
  { _id: false },
);

const botSchema = new Schema<MatchBot>({ team: number, placement: number }, { _id: false });

const ratingSchema = new Schema({ playerId: text, mu: number, sigma: number }, { _id: false });

export const matchSchema = new Schema<MatchDocument>(
  {
    _id: text,
    room: text,
    // Not required: a required text may not be empty.
    queue: { type: String, default: "" },
    mode: { type: String, default: "" },
    map: { type: String, default: "" },
    seed: number,
    build: { type: String, default: "" },
    replay: String,
    verified: String,
    startedAt: { type: Date, required: true },
    endedAt: { type: Date, required: true },
    fighters: number,
    teamGame: { type: Boolean, default: false },
    players: { type: [playerSchema], required: true },
    bots: { type: [botSchema], default: [] },
    ratingsBefore: { type: [ratingSchema], default: [] },
    pending: { type: [String], required: true },
  },
  { collection: "matches", versionKey: false, autoIndex: false },
);
matchSchema.index({ "players.playerId": 1, endedAt: -1 });
// Few are open at a time, so what `unsettled` finds with this is sorted without an index.
matchSchema.index({ pending: 1 });

const DUPLICATE_KEY = 11_000;
const FORGOTTEN_NAME = "deleted player";

export class MatchStore {
  readonly #model: Model<MatchDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<MatchDocument>("Match", matchSchema);
  }

  /**
   * Stores a result with all its players pending. Storing it again changes nothing.
   * @returns what is stored with it: that of the first time.
   */
  async insert(result: MatchResult, ratingsBefore: RatingsBefore): Promise<StoredFacts> {
    const { matchId, ...rest } = result;
    const ratings = [...ratingsBefore].map(([playerId, { mu, sigma }]) => ({ playerId, mu, sigma }));
    const pending = result.players.map(({ playerId }) => playerId);
    try {
      await this.#model.create({ _id: matchId, ...rest, ratingsBefore: ratings, pending });
      return { ratingsBefore, verified: result.verified };
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
    const stored = await this.#model.findById(matchId, { ratingsBefore: 1, verified: 1 }).lean<StoredMatch>();
    const known = stored?.ratingsBefore?.map(({ playerId, mu, sigma }) => [playerId, { mu, sigma }] as const);
    return { ratingsBefore: new Map(known), verified: stored?.verified };
  }

  /** Notes that every player's profile has taken the match's effects. */
  async settle(matchId: string): Promise<void> {
    await this.#model.updateOne({ _id: matchId }, { $set: { pending: [] } });
  }

  /** Results whose effects may not be complete, oldest first. */
  async unsettled(limit: number, after?: MatchCursor): Promise<MatchResult[]> {
    const later = after && {
      $or: [
        { endedAt: trusted({ $gt: after.endedAt }) },
        { endedAt: after.endedAt, _id: trusted({ $gt: after.matchId }) },
      ],
    };
    const documents = await this.#model
      .find({ pending: trusted({ $gt: "" }), ...later })
      .sort({ endedAt: 1, _id: 1 })
      .limit(limit)
      .lean<StoredMatch[]>();
    return documents.map(toResult);
  }

  async find(matchId: string): Promise<MatchResult | undefined> {
    const document = await this.#model.findById(matchId).lean<StoredMatch>();
    return document ? toResult(document) : undefined;
  }

  /**
   * The player's latest matches, newest first.
   * @param before only those that ended earlier.
   */
  async historyOf(playerId: string, limit: number, before?: Date): Promise<MatchResult[]> {
    const documents = await this.#model
      .find({ "players.playerId": playerId, ...(before && { endedAt: trusted({ $lt: before }) }) })
      .sort({ endedAt: -1, _id: -1 })
      .limit(limit)
      .lean<StoredMatch[]>();
    return documents.map(toResult);
  }

  /** Names of the replays of the player's matches that ended since then. */
  async replaysOf(playerId: string, since: Date): Promise<string[]> {
    const documents = await this.#model
      .find(
        { "players.playerId": playerId, endedAt: trusted({ $gte: since }), replay: trusted({ $gt: "" }) },
        { replay: 1 },
      )
      .lean<StoredMatch[]>();
    return documents.flatMap(({ replay }) => (replay === undefined ? [] : [replay]));
  }

  /**
   * Takes the player out of every match: the id becomes the pseudonym, the name is gone. May be repeated, and is to be
   * when it broke off. Matches that are stored later are not covered.
   */
  async forget(playerId: string, pseudonym: string): Promise<void> {
    const theirs = { "players.playerId": playerId };
    // First and on its own: older documents have no ratings, and a positional update needs the array to be there.
    await this.#model.updateMany(
      { ...theirs, "ratingsBefore.playerId": playerId },
      { $set: { "ratingsBefore.$[rating].playerId": pseudonym } },
      { arrayFilters: [{ "rating.playerId": playerId }] },
    );
    await this.#model.updateMany(
      theirs,
      {
        // The name first: what is changed by then must not hide the player from the filter.
        $set: { "players.$[player].name": FORGOTTEN_NAME, "players.$[player].playerId": pseudonym },
        $pull: { pending: playerId },
      },
      { arrayFilters: [{ "player.playerId": playerId }] },
    );
  }
}

function toResult(document: StoredMatch): MatchResult {
  const { _id: matchId, pending: _pending, ratingsBefore: _ratingsBefore, ...rest } = document;
  return {
    matchId,
    ...rest,
    queue: rest.queue ?? "",
    build: rest.build ?? "",
    teamGame: rest.teamGame ?? false,
    bots: rest.bots ?? [],
  };
}
