/** The way into a match together: lobby, party, queue, ready check, team screen; custom games; a queue whose server dies. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium, watchForTrouble } from "./chromium.ts";
import { byTestId, inPhase, textOf } from "./game-pages.ts";

/** A queue takes bots when somebody has waited for some seconds. */
const QUEUE_TIMEOUT_MS = 60_000;
const MATCH_TIMEOUT_MS = 60_000;

const shown = (testId: string): string => `${byTestId(testId)}:visible`;

describe("the lobby, in a browser", { skip: skipWithoutChromium, timeout: 240_000 }, () => {
  let browser: Browser;
  let server: ArenaServer;
  let contexts: BrowserContext[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), "skirmish-lobby-"));
  const env = {
    ARENA_DATA_DIR: dataDir,
    SKIRMISH_MATCH_SECONDS: "16",
    SKIRMISH_COUNTDOWN_SECONDS: "1",
    SKIRMISH_OVER_SECONDS: "6",
    SKIRMISH_FILL_SECONDS: "8",
  };

  before(async () => {
    buildClientOnce();
    server = await startServer(await freePort(), env);
    browser = await launchChromium();
  });

  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A new visitor on a page of the game. */
  async function visit(hash: string): Promise<{ page: Page; trouble: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
    contexts.push(context);
    const page = await context.newPage();
    await page.addInitScript(KEEP_TEAM_SCREEN);
    const trouble = watchForTrouble(page);
    await page.goto(`${server.origin}/${hash}`);
    return { page, trouble };
  }

  /** Its own name, as the profile in the lobby's state has it. */
  const ownName = async (page: Page): Promise<string> =>
    (await page.textContent(`${byTestId("member")}:has(.badge-own:visible) .name-link`)) ?? "";

  const membersReady = async (page: Page, count: number): Promise<void> =>
    page
      .locator(`${byTestId("party-members")} ${byTestId("member")}[data-ready="true"]`)
      .nth(count - 1)
      .waitFor();

  test("two players form a party by a link, queue, accept, and fight on the same team", async () => {
    const { page: one, trouble } = await visit("#/lobby");
    await one.waitForSelector(inPhase("lobby"));
    await one.waitForSelector(byTestId("lobby-enter-squads"));
    await one.click(byTestId("party-create"));
    await one.waitForSelector(shown("party-code"));
    const code = await textOf(one, "party-code");
    assert.match(code, /^[A-Z0-9]{6}$/);

    // As somebody may type it, who heard it.
    const { page: two, trouble: troubleOfTwo } = await visit(`#/party/${code.toLowerCase()}`);
    await two.waitForSelector(shown("party-members"));
    assert.equal(await textOf(two, "party-code"), code);
    assert.match(two.url(), /#\/lobby$/, "the link is used up: a reload does not join again");
    const names = [await ownName(one), await ownName(two)];
    await one
      .locator(`${byTestId("party-members")} ${byTestId("member")}`)
      .nth(1)
      .waitFor();

    await two.fill(byTestId("chat-input"), "<img src=x onerror=boom()> ready?");
    await two.click(byTestId("chat-send"));
    await one.waitForFunction(
      `/onerror=boom\\(\\)> ready/.test(document.querySelector('${byTestId("chat-log")}').textContent)`,
    );
    assert.equal(await one.locator(`${byTestId("chat-log")} img`).count(), 0);

    await one.click(byTestId("lobby-enter-squads"));
    await one.waitForFunction(
      `/ready/.test(document.querySelector('${byTestId("party-note")}').textContent)`,
    );
    await two.click(byTestId("party-ready"));
    await membersReady(one, 2);
    await one.click(byTestId("lobby-enter-squads"));
    for (const page of [one, two]) {
      await page.waitForSelector(shown("queue-panel"));
      await page.waitForFunction(
        `document.querySelector('${byTestId("queue-reason")}').textContent.length > 10`,
      );
    }

    // Waiting goes on while one looks around.
    await two.click(byTestId("nav-shop"));
    await two.waitForSelector(`${inPhase("shop")} ${shown("queue-bar")}`);

    for (const page of [one, two])
      await page.waitForSelector(`${byTestId("ready-check")}[open]`, { timeout: QUEUE_TIMEOUT_MS });
    assert.equal(await one.evaluate("document.activeElement.dataset.testid"), "ready-accept");
    await one.keyboard.press("Escape");
    assert.ok(await one.isVisible(byTestId("ready-accept")), "it cannot be closed without an answer");
    await one.keyboard.press("Enter");
    await one.waitForFunction(
      `/one more/.test(document.querySelector('${byTestId("ready-sentence")}').textContent)`,
    );
    await two.click(byTestId("ready-accept"));

    // At the same time: on a busy machine a page takes as long to begin as the match.
    await Promise.all(
      [one, two].map((page) => page.waitForSelector(inPhase("live"), { timeout: MATCH_TIMEOUT_MS })),
    );
    for (const page of [one, two]) {
      assert.match(page.url(), /#\/match$/);
      assert.equal(await page.locator(`${byTestId("ready-check")}[open]`).count(), 0);
      const introduced = String(await page.evaluate("teamScreen"));
      for (const name of names) assert.ok(introduced.includes(name), `${name} is introduced: ${introduced}`);
      assert.match(introduced, /^your team.*vs.*enemies/i);
      assert.equal(await page.locator(shown("team-screen")).count(), 0);
      assert.equal(await page.locator(shown("team-score-0")).count(), 1);
      assert.equal(await page.locator(shown("team-score-1")).count(), 1);
    }

    await two.waitForSelector(shown("end-screen"), { timeout: MATCH_TIMEOUT_MS });
    await two.click(byTestId("end-leave"));
    // Without a rematch the room closes, and that is no error.
    await one.waitForSelector(shown("end-screen"), { timeout: MATCH_TIMEOUT_MS });
    for (const page of [two, one]) {
      await page.waitForSelector(`${inPhase("lobby")} ${shown("lobby-page")}`, { timeout: MATCH_TIMEOUT_MS });
      await page
        .locator(`${byTestId("party-members")} ${byTestId("member")}`)
        .nth(1)
        .waitFor();
    }
    assert.deepEqual([...trouble, ...troubleOfTwo], []);
  });

  test("who declines is told what it costs; the other one goes on waiting", async () => {
    const { page: one } = await visit("#/lobby");
    const { page: two } = await visit("#/lobby");
    for (const page of [one, two]) await page.click(byTestId("lobby-enter-duel"));
    for (const page of [one, two])
      await page.waitForSelector(`${byTestId("ready-check")}[open]`, { timeout: QUEUE_TIMEOUT_MS });
    await one.click(byTestId("ready-decline"));
    await two.waitForFunction(
      `/did not accept/.test(document.querySelector('${byTestId("queue-note")}').textContent)`,
    );
    assert.ok(await two.isVisible(byTestId("queue-panel")));
    assert.equal(await two.locator(`${byTestId("ready-check")}[open]`).count(), 0);
    await one.waitForFunction(
      `/declined/.test(document.querySelector('${byTestId("queue-note")}').textContent)`,
    );
    assert.ok(!(await one.isVisible(byTestId("queue-panel"))));

    await one.click(byTestId("lobby-enter-duel"));
    await one.waitForFunction(
      `/\\d+ s left/.test(document.querySelector('${byTestId("queue-note")}').textContent)`,
    );
    assert.ok(!(await one.isVisible(byTestId("queue-panel"))));
    await two.click(byTestId("queue-cancel"));
    await two.waitForSelector(byTestId("queue-panel"), { state: "hidden" });
  });

  test("a custom game is locked, joined with its password, watched, and come back to", async () => {
    const { page: host } = await visit("#/lobby");
    await host.click(byTestId("custom-create"));
    await host.waitForSelector(`${inPhase("custom")} ${shown("custom-start")}`);
    const code = await textOf(host, "custom-code");
    await host.fill(byTestId("custom-setup-name"), "Friday <b>brawl</b>");
    await host.click(byTestId("custom-setup-rename"));
    await host.waitForFunction(
      `document.querySelector('${byTestId("custom-name")}').textContent === "Friday <b>brawl</b>"`,
    );
    await host.fill(byTestId("custom-setup-password"), "sesame");
    await host.click(byTestId("custom-setup-lock"));
    await host.waitForSelector(`.custom-title .room-lock:visible`);

    const { page: guest } = await visit(`#/game/${code}`);
    await guest.fill(byTestId("custom-password"), "open");
    await guest.click(byTestId("custom-password-join"));
    await guest.waitForFunction(
      `/wrong/.test(document.querySelector('${byTestId("custom-password-note")}').textContent)`,
    );
    await guest.fill(byTestId("custom-password"), "sesame");
    await guest.keyboard.press("Enter");
    await guest.waitForSelector(shown("custom-team-0"));
    assert.equal(await guest.locator(shown("custom-settings")).count(), 0, "settings are the host's");
    await guest.click(byTestId("custom-take--1"));
    await guest.waitForSelector(`${byTestId("custom-spectators")} ${byTestId("member")}`);

    await host.dragAndDrop(".member-own", byTestId("custom-team-1"));
    await host.waitForSelector(`${byTestId("custom-team-1")} ${byTestId("member")}`);
    await host.click(byTestId("custom-start"));
    await Promise.all(
      [host, guest].map((page) => page.waitForSelector(inPhase("live"), { timeout: MATCH_TIMEOUT_MS })),
    );
    await guest.waitForSelector(shown("spectating"));
    assert.ok(!(await guest.isVisible(".hud-bottom")), "a spectator has no health");
    const followed = await textOf(guest, "spectating-name");
    await guest.keyboard.press("ArrowRight");
    await guest.waitForFunction(
      `document.querySelector('${byTestId("spectating-name")}').textContent !== ${JSON.stringify(followed)}`,
    );
    for (const page of [host, guest])
      await page.waitForSelector(`${inPhase("custom")} ${shown("custom-page")}`, {
        timeout: MATCH_TIMEOUT_MS,
      });
    assert.equal(await textOf(guest, "custom-code"), code);
  });

  test("a place in a queue outlives the server that kept it", async () => {
    const { port } = new URL(server.origin);
    const patient = { ...env, SKIRMISH_FILL_SECONDS: "120" };
    await server.stop();
    server = await startServer(Number(port), patient);
    const { page } = await visit("#/lobby");
    await page.click(byTestId("lobby-enter-ffa"));
    await page.waitForSelector(shown("queue-panel"));
    await page.waitForFunction(
      `document.querySelector('${byTestId("queue-elapsed")}').textContent >= "0:03"`,
    );
    await server.stop();
    await page.waitForSelector(`${byTestId("queue-panel")}[data-phase="restoring"]`);
    server = await startServer(Number(port), patient);
    await page.waitForSelector(`${byTestId("queue-panel")}[data-phase="waiting"]`, {
      timeout: QUEUE_TIMEOUT_MS,
    });
    const elapsed = await textOf(page, "queue-elapsed");
    assert.ok(elapsed >= "0:03", `the time waited before is kept: ${elapsed}`);
    await page.click(byTestId("queue-cancel"));
    await page.waitForSelector(byTestId("queue-panel"), { state: "hidden" });
  });
});

/** What stood on the team screen last, also where the page was too busy to be asked meanwhile. */
const KEEP_TEAM_SCREEN = `
  globalThis.teamScreen = "";
  new MutationObserver(() => {
    const screen = document.querySelector('[data-testid="team-screen"]');
    if (screen && !screen.hidden) teamScreen = screen.textContent;
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
`;
