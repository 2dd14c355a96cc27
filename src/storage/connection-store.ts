/**
 * The database connection: MongoDB where the configuration names one, else the embedded development server, through
 * the same driver and the same statements. Its Mongoose instance is its own, with filters sanitized: an operator
 * that comes from a client where a value is expected is refused, and ours are marked with `trusted`.
 */
import { join } from "node:path";
import { type Connection, Mongoose } from "mongoose";
import { ArenaError } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { launchEmbeddedMongo } from "./embedded-mongo/launch-embedded-mongo.ts";

export interface StorageOptions {
  mongodbUri?: string | undefined;
  dataDir: string;
  connectTimeoutMs: number;
  operationTimeoutMs: number;
}

export interface Storage {
  connection: Connection;
  embedded: boolean;
  /** Whether the database answers, as far as the driver knows. */
  isReady(): boolean;
  close(): Promise<void>;
}

/** @throws ArenaError `storage_unavailable` */
export async function openStorage(options: StorageOptions, log: Logger): Promise<Storage> {
  const embedded = options.mongodbUri === undefined ? await launch(options.dataDir, log) : undefined;
  const uri = options.mongodbUri ?? embedded?.uri ?? "";
  const mongoose = new Mongoose();
  mongoose.set("sanitizeFilter", true).set("strictQuery", "throw").set("bufferCommands", false);
  const connection = mongoose.createConnection(uri, {
    serverSelectionTimeoutMS: options.connectTimeoutMs,
    // A database that takes the bytes and never answers is as good as gone. The second is what its pings wait for.
    socketTimeoutMS: options.operationTimeoutMs,
    connectTimeoutMS: options.operationTimeoutMs,
    heartbeatFrequencyMS: 2000,
    monitorCommands: true,
  });
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.close().catch(() => undefined);
    await embedded?.stop();
    throw new ArenaError("storage_unavailable", (error as Error).message, { cause: error });
  }
  return {
    connection,
    embedded: embedded !== undefined,
    isReady: () => connection.readyState === mongoose.STATES.connected,
    async close() {
      await connection.close();
      await embedded?.stop();
    },
  };
}

async function launch(dataDir: string, log: Logger) {
  try {
    const onExit = (code: number | null): void =>
      log.error({ exitCode: code }, "the embedded database ended by itself");
    return await launchEmbeddedMongo({ dataDir: join(dataDir, "mongo"), onExit });
  } catch (error) {
    throw new ArenaError("storage_unavailable", (error as Error).message, { cause: error });
  }
}
