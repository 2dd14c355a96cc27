/** A database for tests: the embedded one in a folder of its own, or the one that MONGODB_URI names. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "mongoose";
import { createLogger } from "../../src/observability/logger.ts";
import { openStorage } from "../../src/storage/connection-store.ts";

export const silentLog = createLogger({ name: "test", level: "silent", readable: false });

export interface TestStorage {
  connection: Connection;
  close(): Promise<void>;
}

export async function openTestStorage(): Promise<TestStorage> {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-storage-"));
  const storage = await openStorage(
    {
      mongodbUri: process.env["MONGODB_URI"] || undefined,
      dataDir,
      connectTimeoutMs: 10_000,
      operationTimeoutMs: 10_000,
    },
    silentLog,
  );
  return {
    connection: storage.connection,
    async close() {
      await storage.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
