/** A process that is full makes no rooms, says so, and goes on with those that it has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@colyseus/sdk";
import { joinSkirmish, signInGuest, startTestArena, until } from "../helpers/test-arena.ts";

test("a process that is full makes no room; whoever joins one that runs gets in, and soon it makes rooms again", async (context) => {
  const arena = await startTestArena({
    settings: { countdownSeconds: 60 },
    config: { cluster: { fullAtBusy: 0.5, beatMs: 100 } },
  });
  context.after(() => arena.close());
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const client = new Client(arena.url);
  client.auth.token = (await signInGuest(arena.url)).token;
  const toil = setInterval(() => {
    const end = performance.now() + 40;
    while (performance.now() < end);
  }, 1);
  try {
    let refusal: string | undefined;
    for (let tries = 0; tries < 100; tries += 1) {
      await sleep(50);
      refusal = await client.create("skirmish").then(
        async (made) => void (await made.leave()),
        (error: Error) => error.message,
      );
      if (refusal !== undefined) break;
    }
    assert.equal(refusal, "servers_full: All servers are full. Try again shortly.");
    const visitor = await client.joinById(room.roomId);
    await visitor.leave();
  } finally {
    clearInterval(toil);
  }
  let again = false;
  await until(() => {
    void client.create("skirmish").then(
      (made) => {
        again = true;
        return made.leave();
      },
      () => undefined,
    );
    return again;
  }, "room for rooms");
  assert.ok(room.connection.isOpen);
  await room.leave();
});
