/**
 * Match results in MongoDB, one document a match, `_id` = matchId. `pending` lists the players whose profile has not
 * taken the match's effects yet: it is written with the result itself, in one insert, so that a crash at any later
 * point leaves a document that says what is still to be done.
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";
import type { MatchPlayer, MatchResult } from "./match-result.ts";

export interface MatchDocument extends Omit<MatchResult, "matchId"> {
  _id: string;
  pending: string[];
}

const playerSchema = new Schema<MatchPlayer>(
  {
    playerId: { type: String, required: true },
    name: { type: String, required: true },
    team: { type: Number, required: true },
    score: { type: Number, required: true },
    kills: { type: Number, required: true },
    deaths: { type: Number, required: true },
    placement: { type: Number, required: true },
    won: { type: Boolean, required: true },
    left: { type: Boolean, required: true },
  },
  { _id: false },
);

const matchSchema = new Schema<MatchDocument>(
  {
    _id: { type: String, required: true },
    room: { type: String, required: true },
    mode: { type: String, required: true },
    map: { type: String, required: true },
    seed: { type: Number, required: true },
    startedAt: { type: Date, required: true },
    endedAt: { type: Date, required: true },
    fighters: { type: Number, required: true },
    players: { type: [playerSchema], required: true },
    pending: { type: [String], required: true },
  },
  { collection: "matches", versionKey: false, autoIndex: false },
);
matchSchema.index({ "players.playerId": 1, endedAt: -1 });
matchSchema.index({ pending: 1 });

const DUPLICATE_KEY = 11_000;

export class MatchStore {
  readonly #model: Model<MatchDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<MatchDocument>("Match", matchSchema);
  }

  /** Creates the indexes that are missing. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  /** Stores a result with all its players pending. Storing it again changes nothing. */
  async insert(result: MatchResult): Promise<void> {
    const { matchId, ...rest } = result;
    const pending = result.players.map((player) => player.playerId);
    try {
      await this.#model.create({ _id: matchId, ...rest, pending });
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
  }

  /** Notes that a player's profile has taken the match's effects. */
  async settle(matchId: string, playerId: string): Promise<void> {
    await this.#model.updateOne({ _id: matchId }, { $pull: { pending: playerId } });
  }

  /** Results with players whose effects are still to be applied, oldest first. */
  async unsettled(limit: number): Promise<{ result: MatchResult; pending: string[] }[]> {
    const documents = await this.#model
      .find({ pending: trusted({ $gt: "" }) })
      .sort({ endedAt: 1 })
      .limit(limit)
      .lean();
    return documents.map((document) => ({ result: toResult(document), pending: document.pending }));
  }

  /** The player's latest matches, newest first. */
  async historyOf(playerId: string, limit: number): Promise<MatchResult[]> {
    const documents = await this.#model
      .find({ "players.playerId": playerId })
      .sort({ endedAt: -1 })
      .limit(limit)
      .lean();
    return documents.map(toResult);
  }
}

function toResult({ _id, pending: _pending, ...rest }: MatchDocument): MatchResult {
  return { matchId: _id, ...rest };
}
