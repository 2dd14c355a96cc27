/**
 * The embedded MongoDB-wire server as a process of its own, for development and tests only: no authentication, no
 * replication, 127.0.0.1 alone, the data in memory. Arguments: `--data-dir DIR --port N` (0: any).
 *
 * Under a parent it sends `{ uri }`, or `{ failed }` and exits with 1; it ends with its parent, and leaves SIGINT to
 * it, as a Ctrl-C reaches both. Alone it prints its URI. SIGTERM and the loss of the parent close the database
 * properly; kill -9 loses nothing that was acknowledged.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { Database } from "./collection.ts";
import { Cursors } from "./cursors.ts";
import { DocumentStore } from "./document-store.ts";
import { createWireServer } from "./server.ts";

async function start(): Promise<string> {
  const { values } = parseArgs({
    options: { "data-dir": { type: "string", default: ".arena" }, port: { type: "string", default: "0" } },
  });
  const store = new DocumentStore(values["data-dir"], Date.now());
  const cursors = new Cursors(BigInt(Date.now()) * 1000n);
  const services = { database: new Database(store), cursors, address: "" };
  const server = createWireServer(services).listen(Number(values.port), "127.0.0.1");
  await once(server, "listening");
  services.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  function close(): void {
    store.close();
    process.exit(0);
  }
  process.once("SIGTERM", close);
  process.once("disconnect", close);
  if (!process.send) process.once("SIGINT", close);
  else process.on("SIGINT", () => {});
  if (process.send && !process.connected) close();
  return `mongodb://${services.address}/arena?directConnection=true`;
}

try {
  const uri = await start();
  if (process.send) process.send({ uri });
  else console.log(uri);
} catch (error) {
  if (!process.send) throw error;
  process.send({ failed: (error as Error).message }, () => process.exit(1));
}
