/**
 * What the project relies on in MongoDB, said once and run against each target: the embedded server always, and
 * the server of `MONGODB_URI` when it is given. Each run uses a database of its own and drops it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { launchEmbeddedMongo } from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import { administrationStatements } from "./mongo-conformance/administration-statements.ts";
import { aggregationStatements } from "./mongo-conformance/aggregation-statements.ts";
import { Harness, type Server } from "./mongo-conformance/harness.ts";
import { mongooseStatements } from "./mongo-conformance/mongoose-statements.ts";
import { queryStatements } from "./mongo-conformance/query-statements.ts";
import { refusalStatements } from "./mongo-conformance/refusal-statements.ts";
import { updateStatements } from "./mongo-conformance/update-statements.ts";
import { writeStatements } from "./mongo-conformance/write-statements.ts";

async function openEmbedded(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), "embedded-mongo-"));
  const server = await launchEmbeddedMongo({ dataDir });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  };
  return { uri: server.uri, stop };
}

function runAll(name: string, isEmbedded: boolean, open: () => Promise<Server>): void {
  describe(`MongoDB statements on ${name}`, () => {
    const harness = new Harness(isEmbedded);
    before(async () => harness.open(await open()));
    after(() => harness.close());
    administrationStatements(harness);
    writeStatements(harness);
    queryStatements(harness);
    updateStatements(harness);
    aggregationStatements(harness);
    mongooseStatements(harness);
    refusalStatements(harness);
  });
}

runAll("the embedded server", true, openEmbedded);

const given = process.env.MONGODB_URI;
if (given) runAll("MONGODB_URI", false, async () => ({ uri: given, stop: async () => {} }));
