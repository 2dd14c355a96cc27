/** A target of the conformance suite: a server to open, a database of its own, and collections to fill. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import mongoose from "mongoose";

export type Doc = Record<string, unknown>;

interface Row extends mongoose.mongo.Document {
  _id?: number | string | mongoose.mongo.ObjectId;
}

export type Collection = mongoose.mongo.Collection<Row>;

export interface Server {
  uri: string;
  stop: () => Promise<void>;
}

export class Harness {
  readonly isEmbedded: boolean;
  readonly onlyEmbedded: { skip: boolean };
  readonly dbName = `conformance_${randomUUID().slice(0, 8)}`;
  #server: Server | undefined;
  #client: mongoose.mongo.MongoClient | undefined;
  #made = 0;

  constructor(isEmbedded: boolean) {
    this.isEmbedded = isEmbedded;
    this.onlyEmbedded = { skip: !isEmbedded };
  }

  async open(server: Server): Promise<void> {
    this.#server = server;
    this.#client = await mongoose.mongo.MongoClient.connect(server.uri);
  }

  async close(): Promise<void> {
    try {
      await this.db.dropDatabase();
    } finally {
      await this.client.close();
      await this.#server?.stop();
    }
  }

  get uri(): string {
    return this.#server?.uri ?? "";
  }

  get client(): mongoose.mongo.MongoClient {
    assert.ok(this.#client);
    return this.#client;
  }

  get db(): mongoose.mongo.Db {
    return this.client.db(this.dbName);
  }

  readonly fresh = (): Collection => {
    this.#made += 1;
    return this.db.collection<Row>(`c${this.#made}`);
  };

  readonly filled = async (...documents: Doc[]): Promise<Collection> => {
    const collection = this.fresh();
    if (documents.length > 0)
      await collection.insertMany(documents.map((document) => ({ ...document })) as Row[]);
    return collection;
  };

  readonly ids = async (collection: Collection, filter: Doc): Promise<unknown[]> =>
    (await collection.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

  /** Applies one update to one document and gives back what became of it. */
  readonly updated = async (
    document: Doc,
    update: Doc,
    filter: Doc = {},
    options: Doc = {},
  ): Promise<Doc> => {
    const collection = await this.filled({ _id: 1, ...document });
    await collection.updateOne({ _id: 1, ...filter }, update, options);
    const { _id, ...rest } = (await collection.findOne({ _id: 1 })) as Doc;
    assert.equal(_id, 1);
    return rest;
  };
}

export function hasCode(...codes: number[]): (error: unknown) => boolean {
  return (error) => {
    const { code } = error as { code?: unknown };
    const text = `code ${String(code)}, expected ${codes.join(" or ")}: ${String(error)}`;
    assert.ok(codes.includes(code as number), text);
    return true;
  };
}
