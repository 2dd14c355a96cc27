/** The collections `players` and `ledger`: their layout and indexes, for Mongoose. */
import { type Connection, type Model, Schema } from "mongoose";
import type { LedgerEntry, PlayerDocument } from "./player-document.ts";

/** `_id` = `<playerId>/<key>`: the unique index on it is what makes an entry appear once. */
export interface LedgerDocument extends LedgerEntry {
  _id: string;
  playerId: string;
}

const options = { versionKey: false, autoIndex: false, minimize: false } as const;
const count = { type: Number, required: true, default: 0 } as const;
const amounts = { type: Map, of: Number, default: {} } as const;

const ratingFields = {
  mu: { type: Number, required: true },
  sigma: { type: Number, required: true },
  games: { type: Number, required: true },
  ratedAt: { type: Date, required: true },
} as const;

const statistics = { games: count, wins: count, kills: count, deaths: count, quits: count };

const entryFields = {
  key: { type: String, required: true },
  seq: { type: Number, required: true },
  kind: { type: String, required: true },
  at: { type: Date, required: true },
  experience: count,
  currencies: amounts,
  items: amounts,
  achievements: { type: [String], default: [] },
  rating: {
    type: new Schema(
      { ...ratingFields, queue: { type: String, required: true }, displayed: Number, change: Number },
      { _id: false },
    ),
    required: false,
  },
  subject: String,
  request: String,
} as const;

const playerSchema = new Schema(
  {
    _id: { type: String, required: true },
    v: { type: Number, required: true },
    name: { type: String, required: true },
    createdAt: { type: Date, required: true },
    experience: count,
    unranked: { type: Number, required: false },
    stats: { type: new Schema(statistics, { _id: false }), required: true },
    season: {
      type: new Schema(
        { ...statistics, id: { type: String, required: true }, experience: count },
        { _id: false },
      ),
      required: false,
    },
    ratings: { type: Map, of: new Schema(ratingFields, { _id: false }), default: {} },
    wallet: amounts,
    inventory: {
      type: Map,
      of: new Schema(
        { count: { type: Number, required: true }, acquiredAt: { type: Date, required: true } },
        { _id: false },
      ),
      default: {},
    },
    equipped: { type: Map, of: String, default: {} },
    achievements: { type: Map, of: Date, default: {} },
    settings: { type: Map, of: Schema.Types.Mixed, default: {} },
    consent: {
      type: new Schema(
        { analytics: { type: Boolean, required: true }, decidedAt: { type: Date, required: true } },
        { _id: false },
      ),
      required: false,
    },
    playedAt: { type: Date, required: false },
    seq: count,
    open: { type: [new Schema(entryFields, { _id: false, minimize: false })], default: [] },
    deletedAt: { type: Date, required: false },
  },
  { ...options, collection: "players" },
);

const ledgerSchema = new Schema(
  { _id: { type: String, required: true }, playerId: { type: String, required: true }, ...entryFields },
  { ...options, collection: "ledger" },
);
ledgerSchema.index({ playerId: 1, seq: 1 });

export interface PlayerModels {
  players: Model<PlayerDocument>;
  ledger: Model<LedgerDocument>;
}

export function playerModels(connection: Connection): PlayerModels {
  return {
    players: connection.model("Player", playerSchema) as unknown as Model<PlayerDocument>,
    ledger: connection.model("LedgerEntry", ledgerSchema) as unknown as Model<LedgerDocument>,
  };
}
