/** Databases of their own on one server: the embedded one, or that of `MONGODB_URI`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose, { type Connection } from "mongoose";
import { launchEmbeddedMongo } from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";

export type Row = Record<string, unknown> & { _id: string };

export interface ScratchServer {
  /** A new database and the URI that names it. */
  open(): Promise<{ connection: Connection; uri: string }>;
  /** Drops the databases. */
  close(): Promise<void>;
}

export async function startScratchServer(): Promise<ScratchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "scratch-"));
  const given = process.env["MONGODB_URI"];
  const embedded = given ? undefined : await launchEmbeddedMongo({ dataDir });
  const server = given || (embedded?.uri ?? "");
  const opened: Connection[] = [];
  return {
    async open() {
      const name = `scratch_${process.pid}_${opened.length}`;
      const uri = server.replace(/^([^/]+:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`);
      const connection = await mongoose.createConnection(uri).asPromise();
      opened.push(connection);
      return { connection, uri };
    },
    async close() {
      for (const connection of opened) {
        await connection.dropDatabase();
        await connection.close();
      }
      await embedded?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const rows = (connection: Connection, name: string) => connection.collection<Row>(name);

/** All documents of a collection by `_id`. */
export const all = <T>(connection: Connection, name: string): Promise<T[]> =>
  rows(connection, name).find({}).sort({ _id: 1 }).toArray() as unknown as Promise<T[]>;
