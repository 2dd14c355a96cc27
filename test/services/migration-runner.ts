/**
 * A process that migrates the database of `MONGODB_URI`, for a test to kill. Tells its parent every step and the
 * outcome. Arguments: documents in a batch, lease and waiting time in ms.
 */
import { tmpdir } from "node:os";
import { createLogger } from "../../src/observability/logger.ts";
import { playersMigration } from "../../src/progression/migrations/players-store.ts";
import { openStorage } from "../../src/storage/connection-store.ts";
import { migrate } from "../../src/storage/migrations/run-migrations.ts";

const [batch, leaseMs, waitMs] = process.argv.slice(2).map(Number) as [number, number, number];
const options = {
  mongodbUri: process.env["MONGODB_URI"],
  dataDir: tmpdir(),
  connectTimeoutMs: 10_000,
  operationTimeoutMs: 10_000,
};
const log = createLogger({ name: "migration", level: "silent", readable: false });
const storage = await openStorage(options, log);
const progress = (step: object): void => void process.send?.({ step });
const outcome = await migrate(storage.connection, [playersMigration], { batch, leaseMs, waitMs, progress });
await storage.close();
process.send?.({ outcome }, () => process.disconnect());
