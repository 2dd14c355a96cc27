/** A match is played for real, and then watched: from the server, and from the file that was kept of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { decodeReplay, encodeReplay, openReplay } from "../../src/replay/replay-file.ts";
import { recordMatch } from "../helpers/recorded-match.ts";
import { skipWithoutChromium } from "./chromium.ts";
import { byTestId, GamePages, inPhase, leaveMatch, openPage, playMatch, textOf } from "./game-pages.ts";

const verdict = (name: string): string => `${byTestId("replay-verdict")}[data-verdict="${name}"]`;

describe("replays in a browser", { skip: skipWithoutChromium, timeout: 110_000 }, () => {
  let pages: GamePages;

  before(async () => {
    pages = await GamePages.open();
  });

  after(async () => {
    await pages?.close();
  });

  test("a match that was played is watched from the profile: paused, scrubbed, followed, looked through", async () => {
    const { page, trouble } = await pages.visit();
    await page.goto(pages.origin);
    await playMatch(page);
    await leaveMatch(page, 1);
    await openPage(page, "profile");
    await page.click(byTestId("watch"));
    await page.waitForSelector(inPhase("replay"));
    await page.waitForSelector(verdict("verified"));

    const playedTo = await tickOf(page);
    await until(page, async () => (await tickOf(page)) > playedTo + 10, "it plays by itself");
    await page.keyboard.press("Space");
    await until(
      page,
      async () =>
        (await page.getAttribute(byTestId("replay-play"), "aria-label"))?.startsWith("Play") === true,
      "it is paused",
    );
    const paused = await tickOf(page);
    await page.waitForTimeout(400);
    assert.equal(await tickOf(page), paused, "it stands while it is paused");
    await page.keyboard.press("Period");
    await until(page, async () => (await tickOf(page)) === paused + 1, "a tick on");
    await page.keyboard.press("Comma");
    await page.keyboard.press("Comma");
    await until(page, async () => (await tickOf(page)) === paused - 1, "two ticks back");

    await scrub(page);
    await page.keyboard.press("Home");
    await until(page, async () => (await tickOf(page)) === 0, "back at the start");
    await followAnother(page);
    await lookThrough(page);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(byTestId("replay-save")),
    ]);
    assert.match(download.suggestedFilename(), /^[\w-]+\.arpl$/);
    const kept = await openReplay(readFileSync(await download.path()), 8_000_000);
    assert.ok(kept.ok, "what was kept is the replay's file");

    await page.click(byTestId("replay-leave"));
    await page.waitForSelector(inPhase("profile"));
    assert.deepEqual(trouble, []);
  });

  test("a replay's file is opened; a changed one differs, and one that is none is said to be none", async () => {
    const { page, trouble } = await pages.visit();
    const bytes = recordedFile();
    await page.goto(`${pages.origin}/#/replay`);
    await page.waitForSelector(byTestId("replay-choose"));
    await choose(page, "replay-choose", bytes);
    await page.waitForSelector(verdict("verified"));
    assert.ok((await page.locator(byTestId("replay-fighter")).count()) > 1);

    await drop(page, changeTick(bytes, 40));
    await page.waitForSelector(verdict("differs"));
    assert.equal(await textOf(page, "replay-verdict"), "Differs at tick 40");

    await choose(page, "replay-open", Buffer.from("no replay at all, but long enough to be one"));
    await page.waitForSelector(byTestId("replay-message"));
    assert.match(await textOf(page, "replay-message"), /no replay that can be shown/);
    assert.deepEqual(trouble, []);

    await page.goto(`${pages.origin}/#/replay/of-a-match-that-was-not`);
    await page.waitForFunction(
      `document.querySelector('${byTestId("replay-message")}')?.textContent.includes("no replay of this match")`,
    );
  });
});

async function tickOf(page: Page): Promise<number> {
  return Number(/\d+/.exec(await textOf(page, "replay-tick"))?.[0]);
}

async function until(page: Page, holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; !(await holds()); attempt += 1) {
    assert.ok(attempt < 150, `${what}: not after 15 s`);
    await page.waitForTimeout(100);
  }
}

/** Takes the head of the timeline to the middle and lets it go there. */
async function scrub(page: Page): Promise<void> {
  const slider = page.locator(byTestId("replay-timeline"));
  const box = await slider.boundingBox();
  const last = Number(await slider.getAttribute("max"));
  assert.ok(box && last > 100);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 6 });
  await page.mouse.up();
  await until(page, async () => Math.abs((await tickOf(page)) - last / 2) < last * 0.05, "in the middle");
  await page.keyboard.press("End");
  await until(page, async () => (await tickOf(page)) === last, "at the end");
}

async function followAnother(page: Page): Promise<void> {
  const before = await textOf(page, "replay-followed");
  const other = page.locator(`${byTestId("replay-fighter")}[aria-pressed="false"]`).first();
  const name = await other.locator(".roster-name").textContent();
  await other.click();
  await until(page, async () => (await textOf(page, "replay-followed")) === name, "another is followed");
  assert.notEqual(name, before);
  await page.keyboard.press("KeyF");
  await page.waitForSelector(byTestId("replay-numbers"), { state: "hidden" });
  assert.equal(await page.isDisabled(byTestId("replay-xray")), true, "nobody's eyes, no x-ray");
  await page.keyboard.press("KeyF");
  await page.waitForSelector(byTestId("replay-numbers"));
}

async function lookThrough(page: Page): Promise<void> {
  await page.waitForTimeout(300);
  const open = await lightOf(page);
  await page.click(byTestId("replay-xray"));
  await until(
    page,
    async () => /^\d+ of \d+$/.test(await textOf(page, "replay-sees")),
    "who is seen is said",
  );
  const fogged = await lightOf(page);
  assert.ok(fogged < open * 0.93, `what cannot be seen is dark: ${fogged} instead of ${open}`);
  await page.keyboard.press("KeyX");
  await until(page, async () => !(await page.isVisible(byTestId("replay-sees"))), "as before");
}

/** The mean brightness of the picture, 0–255. */
async function lightOf(page: Page): Promise<number> {
  const png = (await page.screenshot({ clip: { x: 300, y: 120, width: 660, height: 440 } })).toString(
    "base64",
  );
  return page.evaluate(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png}";
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
    return sum / (data.length / 4) / 3;
  })()`);
}

async function choose(page: Page, testId: string, buffer: Buffer): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(byTestId(testId))]);
  await chooser.setFiles({ name: "match.arpl", mimeType: "application/octet-stream", buffer });
}

async function drop(page: Page, bytes: Uint8Array): Promise<void> {
  await page.evaluate(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array([${[...bytes].join()}])], "match.arpl"));
    const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
    document.querySelector('${byTestId("replay-page")}').dispatchEvent(new DragEvent("drop", options));
  })()`);
}

function recordedFile(): Buffer {
  const { setup, body } = recordMatch({ seed: 7, ticks: 600 });
  const header = {
    game: "skirmish",
    build: "dev",
    schema: "",
    matchId: "recorded",
    map: "foundry",
    mode: "ffa",
    startedAt: "2026-01-01T12:00:00.000Z",
    tickRate: 30,
    about: null,
    setup,
  };
  const file = encodeReplay(header, gzipSync(body), body.length);
  assert.ok(file);
  return Buffer.from(file);
}

/** The same file, with another hash after one of its ticks. */
function changeTick(file: Uint8Array, tick: number): Uint8Array {
  const decoded = decodeReplay(file);
  assert.ok(decoded.ok);
  const body = gunzipSync(decoded.packed);
  const hashes = 4 + 4 * body.readUInt32LE(0) + body.readUInt32LE(4);
  const at = hashes + 2 * (tick - 1);
  body[at] = (body[at] as number) ^ 1;
  const changed = encodeReplay(decoded.header, gzipSync(body), body.length);
  assert.ok(changed);
  return changed;
}
