/**
 * Players' profiles in MongoDB, one document a player. A match is applied in a single conditional update that also
 * notes the match's id, so applying it again changes nothing. The newest 256 ids are kept: a repair would have to
 * come more than 256 of the player's matches late to be taken for new.
 */
import { type Connection, type Model, Schema, trusted } from "mongoose";

export interface ProfileDocument {
  _id: string;
  name: string;
  createdAt: Date;
  experience: number;
  games: number;
  wins: number;
  kills: number;
  deaths: number;
  /** Ids of the latest matches applied, oldest first. */
  appliedMatches: string[];
}

/** What one match adds to a profile. */
export type ProfileIncrement = Pick<ProfileDocument, "experience" | "games" | "wins" | "kills" | "deaths">;

const APPLIED_KEPT = 256;
const count = { type: Number, required: true, default: 0 } as const;

const profileSchema = new Schema<ProfileDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    createdAt: { type: Date, required: true },
    experience: count,
    games: count,
    wins: count,
    kills: count,
    deaths: count,
    appliedMatches: { type: [String], default: [] },
  },
  { collection: "profiles", versionKey: false, autoIndex: false },
);

export class ProfileStore {
  readonly #model: Model<ProfileDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<ProfileDocument>("Profile", profileSchema);
  }

  /** Opens a profile; one that is there stays as it is. */
  async open(player: { playerId: string; name: string }, now: Date): Promise<void> {
    const fresh = {
      name: player.name,
      createdAt: now,
      experience: 0,
      games: 0,
      wins: 0,
      kills: 0,
      deaths: 0,
      appliedMatches: [],
    };
    await this.#model.updateOne({ _id: player.playerId }, { $setOnInsert: fresh }, { upsert: true });
  }

  async find(playerId: string): Promise<ProfileDocument | undefined> {
    return (await this.#model.findById(playerId).lean()) ?? undefined;
  }

  /**
   * Adds a match to a profile, once for each match id.
   * @returns the profile after it, or undefined when there is no such profile.
   */
  async applyMatch(
    playerId: string,
    matchId: string,
    increment: ProfileIncrement,
  ): Promise<ProfileDocument | undefined> {
    const updated = await this.#model
      .findOneAndUpdate(
        { _id: playerId, appliedMatches: trusted({ $ne: matchId }) },
        { $inc: increment, $push: { appliedMatches: { $each: [matchId], $slice: -APPLIED_KEPT } } },
        { returnDocument: "after" },
      )
      .lean();
    return updated ?? (await this.find(playerId));
  }
}
