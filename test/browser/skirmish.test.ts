/** Skirmish as a player meets it: the real server, the built page, a real browser. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium, watchForTrouble } from "./chromium.ts";

/** Small: where no graphics card helps, drawing more pixels starves the page of frames. */
const VIEWPORT = { width: 800, height: 450 };

const byTestId = (id: string): string => `[data-testid="${id}"]`;
const inPhase = (...phases: string[]): string =>
  phases.map((phase) => `body[data-phase="${phase}"]`).join(", ");

describe("Skirmish in a browser", { skip: skipWithoutChromium, timeout: 100_000 }, () => {
  let browser: Browser;
  let dataDir: string;
  let server: ArenaServer | undefined;

  before(async () => {
    buildClientOnce();
    dataDir = mkdtempSync(join(tmpdir(), "skirmish-browser-"));
    browser = await launchChromium();
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  after(async () => {
    await browser?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("a guest plays a match to its end, and the result outlives a restart of the server", async () => {
    const port = await freePort();
    const env = {
      ARENA_DATA_DIR: dataDir,
      SKIRMISH_MATCH_SECONDS: "10",
      SKIRMISH_COUNTDOWN_SECONDS: "1",
      SKIRMISH_OVER_SECONDS: "20",
    };
    server = await startServer(port, env);
    const context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    const trouble = watchForTrouble(page);
    await page.goto(server.origin);
    await page.waitForSelector(`${byTestId("profile")}[data-games="0"]`);
    await page.click(byTestId("play"));
    await page.waitForSelector(inPhase("live"));

    await fightUntilOver(page);
    await page.waitForSelector(byTestId("end-screen"));
    await page.waitForFunction(
      `/^\\+\\d+ XP$/.test(document.querySelector('${byTestId("earned")}').textContent)`,
    );
    await assertPredictionIsExact(page);

    await page.reload();
    await page.waitForSelector(`${byTestId("profile")}[data-games="1"]`);
    await server.stop();
    server = await startServer(port, env);
    await page.reload();
    await page.waitForSelector(`${byTestId("profile")}[data-games="1"]`);
    assert.deepEqual(trouble, []);
    await context.close();
  });

  test("a dropped connection is said, brought back, and play goes on with the same fighter", async () => {
    server = await startServer(await freePort(), {
      ARENA_DATA_DIR: dataDir,
      SKIRMISH_MATCH_SECONDS: "60",
      SKIRMISH_COUNTDOWN_SECONDS: "0",
    });
    const context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    await page.addInitScript(KEEP_SOCKETS);
    await page.goto(server.origin);
    await page.click(byTestId("play"));
    await page.waitForSelector(inPhase("live"));
    await page.keyboard.press("F3");
    await page.waitForTimeout(1000);

    await context.setOffline(true);
    await page.evaluate("sockets.at(-1).close()");
    await page.waitForSelector(inPhase("reconnecting"));
    await page.waitForFunction(
      `/reconnecting… \\([3-9]\\)/.test(document.querySelector('${byTestId("reconnecting")}').textContent)`,
    );
    await context.setOffline(false);
    await page.waitForSelector(inPhase("live"));
    assert.equal(await page.isVisible(byTestId("reconnecting")), false);

    const before = await readGauge(page);
    await page.keyboard.down("KeyD");
    await waitForGauge(
      page,
      (now) => now.tick > before.tick + 15 && now.reconciles > before.reconciles + 5,
      "the server goes on and acknowledges inputs after the reconnection",
    );
    await page.keyboard.up("KeyD");
    await page.keyboard.down("Tab");
    const rows = page.locator(`${byTestId("scoreboard")} tbody tr:visible`);
    await rows.first().waitFor();
    assert.equal(await rows.count(), 6, "the fighter that was away is there once");
    assert.equal(await page.locator(`${byTestId("scoreboard")} .standing-own`).count(), 1);
    await page.keyboard.up("Tab");
    await context.close();
  });
});

/** So that a test can close the page's socket as a broken line would. */
const KEEP_SOCKETS = `
  globalThis.sockets = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      sockets.push(this);
    }
  };
`;

/** Runs, turns, shoots and dashes: not well, but with everything. */
async function fightUntilOver(page: Page): Promise<void> {
  const keys = ["KeyD", "KeyS", "KeyA", "KeyW"];
  await page.keyboard.press("F3");
  await page.mouse.move(560, 190);
  await page.mouse.down();
  for (let turn = 0; !(await page.isVisible(inPhase("over"))); turn += 1) {
    const key = keys[turn % keys.length] as string;
    await page.keyboard.down(key);
    const angle = turn * 0.8;
    await page.mouse.move(400 + Math.cos(angle) * 160, 225 + Math.sin(angle) * 120);
    if (turn % 3 === 1) await page.keyboard.press("Space");
    if (turn % 6 === 4) await page.keyboard.press("KeyQ");
    await page.waitForTimeout(220);
    await page.keyboard.up(key);
    assert.ok(turn < 200, "the match never ended");
  }
  await page.mouse.up();
}

interface Gauge {
  tick: number;
  reconciles: number;
  corrections: number;
}

async function readGauge(page: Page): Promise<Gauge> {
  const text = (await page.textContent(byTestId("debug"))) ?? "";
  const read = (label: string): number => Number(new RegExp(`^${label}\\s+([\\d.]+)`, "m").exec(text)?.[1]);
  return {
    tick: read("server tick"),
    reconciles: read("reconciles"),
    corrections: read("corrections"),
  };
}

async function waitForGauge(page: Page, holds: (now: Gauge) => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  let now = await readGauge(page);
  while (!holds(now)) {
    assert.ok(Date.now() < deadline, `${what}: it stands at ${JSON.stringify(now)}`);
    await page.waitForTimeout(100);
    now = await readGauge(page);
  }
}

/**
 * Browser and server run one step function on equal numbers. A page that could not draw for a while sends its
 * inputs too late and is corrected, so some corrections are allowed; two functions that differ would need them
 * nearly always. What is exact is proven without a page, in `test/room/prediction.test.ts`.
 */
async function assertPredictionIsExact(page: Page): Promise<void> {
  const { reconciles, corrections } = await readGauge(page);
  assert.ok(reconciles >= 10, `only ${reconciles} states were compared`);
  assert.ok(corrections <= reconciles * 0.2, `${corrections} of ${reconciles} states had to be corrected`);
}
