/** Progress as a player meets it: the real server, the built page, a real browser, and an SDK client that looks on. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { Client } from "@colyseus/sdk";
import type { Page } from "playwright-core";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { skipWithoutChromium } from "./chromium.ts";
import {
  byTestId,
  GamePages,
  inPhase,
  leaveMatch,
  MATCH_TIMEOUT_MS,
  newGuest,
  openPage,
  ownGuest,
  playMatch,
  textOf,
} from "./game-pages.ts";

const LOOK_ON_TIMEOUT_MS = 15_000;

describe("what a match brings, in a browser", { skip: skipWithoutChromium, timeout: 100_000 }, () => {
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

  test("a match brings levels, scrap and a placement; the profile shows it, the shop sells for it, the next match wears it", async () => {
    await page.goto(`${game.origin}/#/shop`);
    await page.waitForSelector(`${byTestId("item-ember-plating")}[data-state="short"]`);
    assert.match(await textOf(page, "item-ember-plating"), /60 scrap missing/);

    await openPage(page, "play");
    await playMatch(page);
    assert.match(await textOf(page, "earned-rating"), /1 placement match left/);
    const scrap = Number(/\+(\d+) scrap/.exec(await textOf(page, "earned-scrap"))?.[1]);
    assert.ok(scrap >= 90, `a match brought ${scrap} scrap`);
    await page.waitForFunction(
      `Number(document.querySelector('${byTestId("end-level")}').textContent.split(" ")[1]) >= 3`,
    );
    await leaveMatch(page, 1);

    await openPage(page, "profile");
    await page.waitForSelector(`${byTestId("history")} li[data-match]`);
    assert.equal(await page.locator(`${byTestId("history")} li[data-match]`).count(), 1);
    assert.match(await textOf(page, "placements"), /1 placement match left/);
    assert.equal(
      await page.getAttribute(`${byTestId("wallet")} [data-amount]`, "data-amount"),
      String(scrap),
    );

    await openPage(page, "shop");
    await page.click(`${byTestId("item-ember-plating")} ${byTestId("buy")}`);
    await page.waitForSelector(`${byTestId("item-ember-plating")}[data-state="owned"]`);
    await page.waitForSelector(`${byTestId("wallet")} [data-amount="${scrap - 60}"]`);
    await page.click(`${byTestId("item-ember-plating")} ${byTestId("equip")}`);
    await page.waitForSelector(`${byTestId("item-ember-plating")}[data-state="equipped"]`);

    await openPage(page, "play");
    const { name } = await ownGuest(page);
    await playMatch(page, () => lookOnUntil(game.origin, name, "ember"));
    assert.match(await textOf(page, "earned-rating"), /Rating [\d,]+/);
    await leaveMatch(page, 2);

    for (const board of ["ladder", "veterans"]) {
      await page.goto(`${game.origin}/#/leaderboard/${board}`);
      await page.waitForSelector(`${byTestId("board-lines")} ${byTestId("own-line")}`);
      assert.match(await textOf(page, "own-line"), new RegExp(name));
    }
    await openPage(page, "profile");
    await page.waitForSelector(byTestId("rating-graph"));
    assert.deepEqual(trouble, []);
  });

  test("a result that waits is said to be safe, and one that was lost is said to bring nothing", async () => {
    await page.addInitScript(HOLD_BACK_SAVED);
    await page.goto(game.origin);
    await page.waitForSelector(`${byTestId("profile")}[data-games="0"]`);
    await page.click(byTestId("play"));
    await page.waitForFunction("globalThis.tellAboutMatch !== undefined", undefined, {
      timeout: MATCH_TIMEOUT_MS,
    });
    await page.waitForSelector(`${byTestId("end-screen")}:visible`);
    assert.match(await textOf(page, "earned"), /saving…$/i);
    await page.evaluate("tellAboutMatch('saving', {})");
    assert.equal(await textOf(page, "earned"), "Kept safe, saving…");
    await page.evaluate("tellAboutMatch('save_failed', { code: 'match_queue_full' })");
    assert.equal(await textOf(page, "earned"), "Not saved");
    await page.waitForSelector(`${byTestId("save-failed")}:visible`);
    assert.match(await textOf(page, "save-failed"), /brings nothing.*match_queue_full/);
    assert.equal(await page.locator(`${byTestId("outcomes")} li`).count(), 0);
    await page.click(byTestId("end-leave"));
    await page.waitForSelector(inPhase("home"));
  });
});

/**
 * Keeps the room's "saved" from the page, and lets a test send another message about the same match in its place: a
 * frame is 13, the type and the body in MessagePack, of which short strings are all that is needed.
 */
const HOLD_BACK_SAVED = `
  const text = (string) => [0xd9, string.length, ...new TextEncoder().encode(string)];
  const SAVED = String.fromCharCode(13, 0xa5) + "saved";
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener("message", (event) => {
        const frame = new TextDecoder("latin1").decode(event.data);
        if (!frame.startsWith(SAVED)) return;
        event.stopImmediatePropagation();
        const matchId = /matchId..([0-9a-f-]{36})/s.exec(frame)[1];
        globalThis.tellAboutMatch = (type, body) => {
          const fields = Object.entries({ matchId, ...body });
          const bytes = [13, ...text(type), 0x80 | fields.length, ...fields.flat().flatMap(text)];
          this.dispatchEvent(new MessageEvent("message", { data: new Uint8Array(bytes).buffer }));
        };
      });
    }
  };
`;

/** Joins the room with the SDK and waits until the fighter of this name wears the skin. */
async function lookOnUntil(origin: string, name: string, skin: string): Promise<void> {
  const client = new Client(origin);
  client.auth.token = (await newGuest(origin)).token;
  const room = await client.joinOrCreate<SkirmishState>("skirmish");
  room.onMessage("*", () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} never wore ${skin}`)), LOOK_ON_TIMEOUT_MS);
      room.onStateChange((state) => {
        const fighters = [...state.fighters.values()];
        if (!fighters.some((fighter) => fighter.name === name && fighter.skin === skin)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  } finally {
    await room.leave();
  }
}
