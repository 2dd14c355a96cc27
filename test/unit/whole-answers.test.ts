/** Answers of the router that are larger than what Node buffers. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createEndpoint, createRouter, toNodeHandler } from "@colyseus/core";
import { endWholeAnswers } from "../../src/transport/whole-answers.ts";

test("an answer of any size comes to its end", { timeout: 20_000 }, async () => {
  const sizes = [0, 1000, 65_000, 65_536, 70_000, 200_000, 5_000_000];
  const router = createRouter({
    text: createEndpoint("/text/:size", { method: "GET" }, async ({ params }) =>
      Response.json({ text: "x".repeat(Number(params.size)) }),
    ),
  });
  const server = createServer();
  const handle = toNodeHandler(router.handler);
  server.on("request", (request, response) => void handle(request, response));
  endWholeAnswers(server, (method, path) => router.findRoute(method, path) !== undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    for (const size of sizes) {
      const response = await fetch(`http://127.0.0.1:${port}/text/${size}?a=b`, {
        signal: AbortSignal.timeout(2000),
      });
      assert.equal(((await response.json()) as { text: string }).text.length, size);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
