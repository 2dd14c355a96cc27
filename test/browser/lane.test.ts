/** Two browsers in one match, over data channels on this machine, on a network that loses every twentieth packet. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium, watchForTrouble } from "./chromium.ts";

const VIEWPORT = { width: 640, height: 360 };
const byTestId = (id: string): string => `[data-testid="${id}"]`;
const laneIs = (state: string): string => `body[data-lane="${state}"]`;

/**
 * Notes when a patch with the server's time came, and by which of the two ways; while `cut` is set, nothing passes
 * through data channels in either direction.
 */
const WATCH_PATCHES = `
  globalThis.cut = false;
  globalThis.patches = { lane: 0, socket: 0, laneAt: 0, socketAt: 0 };
  const note = (way) => {
    patches[way] += 1;
    patches[way + "At"] = performance.now();
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener("message", ({ data }) => {
        if (new Uint8Array(data)[0] === 0x8f) note("socket");
      });
    }
  };
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (...parameters) {
    const channel = createDataChannel.apply(this, parameters);
    const { send, addEventListener } = channel;
    channel.send = (data) => cut || send.call(channel, data);
    channel.addEventListener = (type, listener) =>
      addEventListener.call(channel, type, (event) => {
        if (type === "message" && cut) return;
        if (type === "message" && event.data.byteLength > 2) note("lane");
        listener(event);
      });
    return channel;
  };
`;

interface Patches {
  lane: number;
  socket: number;
  laneAt: number;
  socketAt: number;
}

/** The longest time in which no timer of the page ran. */
const WATCH_LATENESS = `
var lateness = 0;
let ranAt = performance.now();
setInterval(() => {
  lateness = Math.max(lateness, performance.now() - ranAt - 50);
  ranAt = performance.now();
}, 50);`;

const readPatches = (page: Page): Promise<Patches> => page.evaluate("({ ...patches })");

async function readTick(page: Page): Promise<number> {
  const text = (await page.textContent(byTestId("debug"))) ?? "";
  return Number(/server tick\s+(\d+)/.exec(text)?.[1]);
}

async function waitForTicks(page: Page, more: number): Promise<void> {
  const from = await readTick(page);
  await page.waitForFunction(
    `Number(/server tick\\s+(\\d+)/.exec(document.querySelector('${byTestId("debug")}').textContent)?.[1]) >= ${from + more}`,
  );
}

describe("the unreliable lane in a browser", { skip: skipWithoutChromium, timeout: 90_000 }, () => {
  let browser: Browser;
  let dataDir: string;
  let server: ArenaServer;
  const pages: Page[] = [];
  const trouble: string[][] = [];

  before(async () => {
    buildClientOnce();
    dataDir = mkdtempSync(join(tmpdir(), "skirmish-lane-"));
    server = await startServer(await freePort(), {
      ARENA_DATA_DIR: dataDir,
      ARENA_NET: "30/10/5",
      SKIRMISH_MATCH_SECONDS: "120",
      SKIRMISH_COUNTDOWN_SECONDS: "0",
    });
    browser = await launchChromium();
    for (let visitor = 0; visitor < 2; visitor += 1) {
      const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
      trouble.push(watchForTrouble(page));
      await page.addInitScript(WATCH_PATCHES);
      await page.addInitScript(WATCH_LATENESS);
      await page.goto(server.origin);
      await page.click(byTestId("play"));
      await page.waitForSelector('body[data-phase="live"]');
      await page.keyboard.press("F3");
      pages.push(page);
    }
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("both pages play by their data channels, losses and all", async () => {
    for (const page of pages) {
      await page.waitForSelector(laneIs("open"));
      const first = await readPatches(page);
      await waitForTicks(page, 60);
      const now = await readPatches(page);
      // A channel that fell silent for a moment has the socket stand in.
      assert.ok(now.lane - first.lane > 30, `${now.lane - first.lane} datagrams in 60 ticks`);
      assert.ok(now.lane - first.lane > now.socket - first.socket);
    }
  });

  test("a channel that is cut has the socket take over within 2 s, and is used again when it is mended", async () => {
    const [page, other] = pages as [Page, Page];
    await page.waitForSelector(laneIs("open"));
    const cutAt: number = await page.evaluate("cut = true, lateness = 0, performance.now()");
    await page.waitForFunction(`patches.socketAt > ${cutAt}`);
    const { socketAt } = await readPatches(page);
    // Not counted: how long the page itself stood still, on a machine that has more to do.
    const lateness: number = await page.evaluate("lateness");
    const took = Math.round(socketAt - cutAt);
    assert.ok(
      took - lateness < 2000,
      `nothing came for ${took} ms, of which the page stood still for ${lateness}`,
    );
    await page.waitForSelector(laneIs("down"));
    await waitForTicks(page, 30);
    await other.waitForSelector(laneIs("open"));
    const mendedAt: number = await page.evaluate("cut = false, performance.now()");
    await page.waitForSelector(laneIs("open"));
    await page.waitForFunction(`patches.laneAt > ${mendedAt}`);
    await waitForTicks(page, 30);
    assert.deepEqual(trouble, [[], []]);
  });
});
