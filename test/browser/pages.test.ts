/** The pages around a match: addresses, purchases, friends, settings, the right to one's data, and a server that is away. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { skipWithoutChromium } from "./chromium.ts";
import {
  byTestId,
  GamePages,
  inPhase,
  leaveMatch,
  newGuest,
  openPage,
  ownGuest,
  playMatch,
  textOf,
} from "./game-pages.ts";

describe("the pages around a match, in a browser", { skip: skipWithoutChromium, timeout: 100_000 }, () => {
  let game: GamePages;
  let page: Page;
  let trouble: string[];

  before(async () => {
    game = await GamePages.open();
  });

  beforeEach(async () => {
    ({ page, trouble } = await game.visit());
  });

  after(() => game?.close());

  test("the address names the page: links, back and reload agree with what is shown", async () => {
    await page.goto(game.origin);
    await page.waitForSelector(byTestId("profile"));
    await openPage(page, "shop");
    await openPage(page, "leaderboard");
    await page.click(byTestId("board-hunters"));
    await page.waitForSelector(`${byTestId("board-hunters")}[aria-current="page"]`);
    await page.goBack();
    await page.waitForSelector(`${byTestId("board-ladder")}[aria-current="page"]`);
    await page.goBack();
    await page.waitForSelector(`${inPhase("shop")} ${byTestId("shop-page")}`);
    await page.reload();
    await page.waitForSelector(`${inPhase("shop")} ${byTestId("item-comet-trail")}[data-state]`);
    await openPage(page, "play");
    await page.click(byTestId("play"));
    await page.waitForSelector(byTestId("timer"));
    await page.goBack();
    await page.waitForSelector(`${inPhase("home")} ${byTestId("play")}:enabled`);
    assert.equal(await page.locator(byTestId("timer")).count(), 0);
    assert.deepEqual(trouble, []);
  });

  test("a purchase whose answer was lost is tried again under the same key, and paid once", async () => {
    await page.goto(game.origin);
    await page.waitForSelector(`${byTestId("profile")}[data-games="0"]`);
    await playMatch(page);
    const scrap = Number(/\+(\d+) scrap/.exec(await textOf(page, "earned-scrap"))?.[1]);
    await leaveMatch(page, 1);
    await openPage(page, "shop");
    const keys: unknown[] = [];
    await page.route("**/api/purchases", async (route) => {
      keys.push((route.request().postDataJSON() as { idempotencyKey: unknown }).idempotencyKey);
      // The server sells, but its answer is lost on the way.
      const answer = await route.fetch();
      if (keys.length === 1) await route.abort("connectionreset");
      else await route.fulfill({ response: answer });
    });
    const card = byTestId("item-ember-plating");
    await page.click(`${card} ${byTestId("buy")}`);
    await page.waitForFunction(
      `/safe/.test(document.querySelector('${card} ${byTestId("item-note")}').textContent)`,
    );
    await page.click(`${card} ${byTestId("buy")}`);
    await page.waitForSelector(`${card}[data-state="owned"]`);
    await page.waitForSelector(`${byTestId("wallet")} [data-amount="${scrap - 60}"]`);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

  test("a request of another player is accepted, and their name is text whatever it holds", async () => {
    await page.goto(`${game.origin}/#/profile`);
    await page.waitForSelector(byTestId("own-id"));
    const ownId = await page.inputValue(byTestId("own-id"));
    const other = await newGuest(game.origin);
    const asked = await fetch(`${game.origin}/api/me/friends/${ownId}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${other.token}` },
    });
    assert.equal(asked.status, 200);
    await page.route("**/api/me/friends", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replaceAll(other.name, "<img src=x onerror=boom()>");
      await route.fulfill({ response: answer, body });
    });
    await page.reload();
    const line = `${byTestId("friends")} li[data-player="${other.playerId}"]`;
    await page.click(`${line} ${byTestId("accept")}`);
    await page.waitForSelector(`${line} ${byTestId("unfriend")}`);
    assert.equal(await page.textContent(`${line} a`), "<img src=x onerror=boom()>");
    assert.equal(await page.locator(`${byTestId("friends")} img`).count(), 0);
    await page.click(`${line} a`);
    await page.waitForSelector(`${byTestId("relation")}[data-state="friends"]`);
    assert.equal(await textOf(page, "profile-name"), other.name);
    await page.click(byTestId("block"));
    await page.waitForSelector(`${byTestId("relation")}[data-state="blocked"]`);
    assert.deepEqual(trouble, []);
  });

  test("consent and settings are kept, data is downloaded, and a deleted account makes room for a new guest", async () => {
    await page.goto(`${game.origin}/#/profile`);
    await page.waitForSelector(byTestId("own-id"));
    const ownId = await page.inputValue(byTestId("own-id"));
    await page.check(byTestId("consent"));
    await page.waitForSelector(`${byTestId("consent")}:enabled`);
    await page.uncheck(byTestId("camera-shake"));
    await page.waitForSelector(`${byTestId("camera-shake")}:enabled`);
    await page.reload();
    await page.waitForSelector(byTestId("own-id"));
    assert.equal(await page.isChecked(byTestId("consent")), true);
    assert.equal(await page.isChecked(byTestId("camera-shake")), false);

    const downloading = page.waitForEvent("download");
    await page.click(byTestId("download"));
    const stream = await (await downloading).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    assert.ok(Buffer.concat(chunks).toString().includes(ownId), "the file is about somebody else");

    await page.click(byTestId("delete-open"));
    await page.fill(byTestId("delete-word"), "delete");
    await page.click(byTestId("delete-confirm"));
    assert.match(await textOf(page, "delete-note"), /Type DELETE/);
    await page.fill(byTestId("delete-word"), "DELETE");
    await page.click(byTestId("delete-confirm"));
    await page.waitForSelector(`${inPhase("home")} ${byTestId("profile")}[data-games="0"]`);
    assert.notEqual((await ownGuest(page)).playerId, ownId);
    assert.equal((await fetch(`${game.origin}/api/players/${ownId}`)).status, 404);
    assert.deepEqual(trouble, []);
  });

  test("a page that cannot be loaded says so, and its button tries again", async () => {
    await page.route("**/api/leaderboards*", (route) => route.abort("connectionrefused"));
    await page.goto(`${game.origin}/#/leaderboard`);
    await page.waitForSelector(byTestId("load-failed"));
    assert.match(await textOf(page, "load-failed"), /cannot be reached/);
    await page.unroute("**/api/leaderboards*");
    await page.click(byTestId("load-retry"));
    await page.waitForSelector(byTestId("board-ladder"));
    assert.deepEqual(
      trouble.filter((line) => line.startsWith("uncaught")),
      [],
    );
  });
});
