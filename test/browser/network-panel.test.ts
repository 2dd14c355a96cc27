/** The network panel in a browser, on a network that the server makes worse. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium, watchForTrouble } from "./chromium.ts";
import { byTestId, inPhase, textOf } from "./game-pages.ts";

/** Two directions of 60 ms, each shorter by 10 at most; a timer may be early by a fraction of a millisecond. */
const LEAST_ROUND_TRIP_MS = 98;
/** A slow machine adds to some round trips, hardly to all of them. */
const ABOUT_MS = 250;

/** Times bare frames at the socket itself, whatever the page makes of them. */
const TIME_PINGS = `
  globalThis.pings = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      let sentAt = 0;
      this.addEventListener("message", ({ data }) => {
        if (data.byteLength === 1) pings.push(performance.now() - sentAt);
      });
      const send = this.send.bind(this);
      this.send = (data) => {
        if (data.byteLength === 1) sentAt = performance.now();
        send(data);
      };
    }
  };
`;

const numberIn = async (page: Page, testId: string): Promise<number> =>
  Number.parseFloat(await textOf(page, testId));

describe("the network panel", { skip: skipWithoutChromium, timeout: 90_000 }, () => {
  let browser: Browser;
  let dataDir: string;
  let server: ArenaServer;
  let page: Page;
  let trouble: string[];

  before(async () => {
    buildClientOnce();
    dataDir = mkdtempSync(join(tmpdir(), "skirmish-network-"));
    server = await startServer(await freePort(), {
      ARENA_DATA_DIR: dataDir,
      ARENA_NET: "120/20/1",
      SKIRMISH_MATCH_SECONDS: "120",
      SKIRMISH_COUNTDOWN_SECONDS: "0",
    });
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 640, height: 600 } })).newPage();
    trouble = watchForTrouble(page);
    await page.addInitScript(TIME_PINGS);
    await page.goto(server.origin);
    await page.click(byTestId("play"));
    await page.waitForSelector(inPhase("live"));
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("the readout in the corner opens and closes it, and so does its key", async () => {
    const panel = page.locator(byTestId("network-panel"));
    const isExpanded = (): Promise<string | null> =>
      page.getAttribute(byTestId("network-toggle"), "aria-expanded");
    assert.equal(await panel.isVisible(), false);
    await page.click(byTestId("network-toggle"));
    assert.deepEqual([await panel.isVisible(), await isExpanded()], [true, "true"]);
    await page.click(byTestId("network-close"));
    assert.deepEqual([await panel.isVisible(), await isExpanded()], [false, "false"]);
    await page.keyboard.press("F3");
    assert.deepEqual([await panel.isVisible(), await isExpanded()], [true, "true"]);
  });

  test("it shows what the server makes of its network, and the round trip that comes of it", async () => {
    await page.waitForSelector(`${byTestId("network-conditions")}:visible`);
    assert.equal(
      await textOf(page, "network-conditions"),
      "Made worse by the server: 120 ms round trip, ±20 ms, 1 % lost each way",
    );
    const figure = `Number.parseFloat(document.querySelector('${byTestId("network-round-trip")}').textContent)`;
    await page.waitForFunction(`pings.length >= 3 && ${figure} < ${ABOUT_MS}`);
    const shown = await numberIn(page, "network-round-trip");
    const timed: number[] = await page.evaluate("pings");
    assert.ok(shown >= LEAST_ROUND_TRIP_MS, `${shown} ms`);
    assert.ok(Math.min(...timed) >= LEAST_ROUND_TRIP_MS, timed.join(" "));
    assert.ok(
      timed.some((ms) => Math.abs(ms - shown) <= 3),
      `it shows ${shown} ms, and the socket took ${timed.map(Math.round).join(" ")}`,
    );
    // An input waits for its tick, too.
    const answer = Number(/(\d+) ms/.exec(await page.innerText(".network-row:first-child small"))?.[1]);
    assert.ok(answer >= LEAST_ROUND_TRIP_MS, `an answer after ${answer} ms`);
  });

  test("every row has a figure and a graph, and the way that patches come is said", async () => {
    await page.waitForSelector('body[data-lane="open"]');
    await page.waitForFunction(
      `document.querySelector('${byTestId("network-way")}').textContent === "Data channel"`,
    );
    for (const row of ["jitter", "loss", "received", "patches", "corrected", "drawn-age"])
      assert.match(await textOf(page, `network-${row}`), /^\d+(\.\d+)? ?\S+$/, row);
    assert.ok((await numberIn(page, "network-drawn-age")) > LEAST_ROUND_TRIP_MS / 2);
    const drawn: boolean[] = await page.evaluate(`[...document.querySelectorAll(".network-panel canvas")].map(
      (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))`);
    assert.deepEqual(
      drawn,
      Array.from({ length: 8 }, () => true),
    );
    assert.deepEqual(trouble, []);
  });
});
