/** The operators' console in a browser: a case is opened, its engagement watched from the recording, and decided. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { Decision, Evidence } from "../../src/anticheat/trust/trust-services.ts";
import { servicesOf } from "../../src/index.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";
import { buildClientOnce } from "./arena-server.ts";
import { launchChromium, skipWithoutChromium, watchForTrouble } from "./chromium.ts";
import { byTestId } from "./game-pages.ts";

/** Where the screenshot for the documents goes; empty: nowhere. */
const PICTURE = process.env["CONSOLE_PICTURE"] ?? "";

/** In the page: of the drawing. */
const COUNT_COLOURS = `(() => {
  const canvas = document.querySelector("canvas.engagement");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  return seen.size;
})()`;

let arena: TestArena;
let browser: Browser;
before(async () => {
  if (skipWithoutChromium) return;
  buildClientOnce();
  arena = await startTestArena({
    settings: { matchSeconds: 12, countdownSeconds: 0, overSeconds: 30 },
    config: { web: { clientDir: "client/dist" } },
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await arena?.close();
});

/** Plays one match against bots. @returns what its recording is found by. */
async function playMatch(): Promise<{
  playerId: string;
  name: string;
  matchId: string;
  slot: number;
  target: number;
}> {
  const guest = await signInGuest(arena.url);
  const room = await joinSkirmish(arena.url, guest);
  let saved = false;
  room.onMessage("saved", () => (saved = true));
  const input = room.input<{ moveX: number; aim: number; buttons: number }>({ mode: "reliable" });
  let step = 0;
  const playing = setInterval(() => {
    step += 1;
    Object.assign(input.data, {
      moveX: step % 90 < 45 ? 1 : -1,
      aim: (step / 20) % 6,
      buttons: step % 30 < 10 ? 1 : 0,
    });
    input.send();
  }, 33);
  await until(() => room.state.phase === "live", "the match to begin");
  const { matchId } = room.state;
  const slot = room.state.fighters.get(room.sessionId)?.slot ?? 0;
  const target = [...room.state.fighters.values()].find((fighter) => fighter.slot !== slot)?.slot ?? 1;
  await until(() => saved, "the match to be stored", 40_000);
  clearInterval(playing);
  await room.leave();
  return { playerId: guest.playerId, name: guest.name, matchId, slot, target };
}

function evidenceOf(match: { matchId: string; slot: number; target: number }, index: number): Evidence {
  const reaction = index % 3 === 2;
  return {
    validator: reaction ? "reaction" : "aim-snap",
    at: new Date(Date.now() - (20 - index) * 4000).toISOString(),
    room: "skirmish",
    matchId: match.matchId,
    fromTick: 60 + index * 12,
    toTick: 90 + index * 12,
    slot: match.slot,
    targetSlot: match.target,
    positive: index % 5 !== 4,
    measured: reaction
      ? { reactionMs: 33 + index, fastestMs: 110 }
      : { fromDegrees: 30 + index * 3, toDegrees: 0.6, distanceMetres: 9.4 },
    logEvidence: (index + 1) * (reaction ? 0.5 : 1.1),
  };
}

async function openConsole(page: Page): Promise<string[]> {
  const trouble = watchForTrouble(page);
  await page.goto(`${arena.url}/console/`);
  await page.waitForSelector(byTestId("case-line"));
  return trouble;
}

test("an operator finds a case, watches the engagement, and confirms it: the player is banned", {
  skip: skipWithoutChromium,
}, async () => {
  const match = await playMatch();
  const decision: Decision = {
    playerId: match.playerId,
    level: "review",
    kicked: false,
    reason: "aim-snap",
    logEvidence: 14.2,
    room: "skirmish",
    matchId: match.matchId,
    at: new Date().toISOString(),
    evidence: Array.from({ length: 16 }, (_, index) => evidenceOf(match, index)),
  };
  servicesOf(SkirmishRoom).trust.decide(decision);
  const page = await browser.newPage({ viewport: { width: 1360, height: 1250 } });
  await until(async () => true, "a moment");
  await new Promise((resolve) => setTimeout(resolve, 500));
  const trouble = await openConsole(page);
  await page.click(byTestId("case-line"));
  await page.waitForSelector(byTestId("case"));
  assert.equal(await page.textContent(`${byTestId("case")} h2`), match.name);
  assert.ok((await page.locator(".evidence-chart circle").count()) === 16);
  await page.locator(byTestId("watch")).last().click();
  await page.waitForSelector(byTestId("engagement"));
  const colours: unknown = await page.evaluate(COUNT_COLOURS);
  assert.ok(Number(colours) > 10, `${String(colours)} colours`);
  assert.match((await page.textContent(".numbers")) ?? "", /tick \d+ · [\d.]+° off · turned/);
  if (PICTURE !== "") await page.screenshot({ path: PICTURE });
  await page.fill(byTestId("note"), "Snaps onto targets through a turn.");
  await page.click(byTestId("confirm"));
  await page.click(byTestId("confirm"));
  await page.waitForSelector("text=confirmed by");
  await assert.rejects(signInAgain(match.playerId), "the ban is at the door");
  await page.click(byTestId("tab-confirmed"));
  await page.waitForSelector(byTestId("case-line"));
  assert.deepEqual(trouble, []);
  await page.close();
});

async function signInAgain(playerId: string): Promise<void> {
  const { signPlayerToken } = await import("../../src/auth/player-token.ts");
  const token = await signPlayerToken({ playerId, name: "again" }, 600);
  const room = await joinSkirmish(arena.url, { token, playerId, name: "again" });
  await room.leave();
}
