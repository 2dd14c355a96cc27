/** A page that is older than the server: it says so, and offers the one thing that helps. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { routeHash } from "../../client/navigation/route.ts";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

const byTestId = (id: string): string => `[data-testid="${id}"]`;

describe("a page that is out of date", { skip: skipWithoutChromium, timeout: 60_000 }, () => {
  let browser: Browser;
  let server: ArenaServer;
  let dataDir: string;

  before(async () => {
    buildClientOnce();
    dataDir = mkdtempSync(join(tmpdir(), "skirmish-outdated-"));
    server = await startServer(await freePort(), { ARENA_DATA_DIR: dataDir }, "test/browser/newer.config.ts");
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const offersToReload = async (page: Page): Promise<void> => {
    await page.waitForSelector('body[data-phase="error"]');
    assert.match((await page.textContent(byTestId("error"))) ?? "", /newer version/);
    assert.equal(await page.textContent(byTestId("retry")), "Reload");
    const reloaded = page.waitForEvent("load");
    await page.click(byTestId("retry"));
    await reloaded;
    await page.close();
  };

  test("offers to reload when its player wants to play", async () => {
    const page = await browser.newPage();
    await page.goto(server.origin);
    await page.click(byTestId("play"));
    await offersToReload(page);
  });

  test("offers to reload when its player comes into the lobby", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/${routeHash({ page: "lobby" })}`);
    await offersToReload(page);
  });
});
