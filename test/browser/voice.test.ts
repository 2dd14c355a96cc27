/** Voice in browsers, with a microphone that beeps: two teammates and an enemy, by this machine's loopback address. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client } from "@colyseus/sdk";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";
import { VoiceRoom } from "../helpers/voice-room.ts";
import { CHROMIUM_FLAGS, chromiumPath, skipWithoutChromium, watchForTrouble } from "./chromium.ts";

const byTestId = (id: string): string => `[data-testid="${id}"]`;

/** Nothing leaves this machine: other addresses are not even tried. */
const LOOPBACK_ONLY = `
  const { addIceCandidate } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addIceCandidate = async function (candidate) {
    if (/ 127\\.0\\.0\\.1 /.test(candidate?.candidate ?? "")) return addIceCandidate.call(this, candidate);
  };
`;

describe("voice in a browser", { skip: skipWithoutChromium, timeout: 90_000 }, () => {
  let arena: TestArena;
  let browser: Browser;
  let built: string;
  const pages: Page[] = [];
  const trouble: string[][] = [];
  const ids: string[] = [];

  before(async () => {
    built = mkdtempSync(join(tmpdir(), "voice-page-"));
    await build({
      root: join(import.meta.dirname, "voice-page"),
      configFile: false,
      logLevel: "error",
      build: { outDir: built, target: "es2022" },
    });
    arena = await startTestArena({ config: { rooms: { voice: VoiceRoom }, web: { clientDir: built } } });
    const host = new Client(arena.url);
    host.auth.token = (await signInGuest(arena.url)).token;
    const room = await host.create("voice", { team: -1 });
    room.onMessage("*", () => undefined);
    browser = await chromium.launch({
      executablePath: chromiumPath ?? "",
      headless: true,
      args: [
        ...CHROMIUM_FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--allow-loopback-in-peer-connection",
        "--disable-features=WebRtcHideLocalIpsWithMdns",
      ],
    });
    for (const team of [0, 0, 1]) {
      const context = await browser.newContext({
        permissions: ["microphone"],
        viewport: { width: 480, height: 270 },
      });
      const page = await context.newPage();
      trouble.push(watchForTrouble(page));
      await page.addInitScript(LOOPBACK_ONLY);
      const { token } = await signInGuest(arena.url);
      const query = new URLSearchParams({ room: room.roomId, team: String(team), token });
      await page.goto(`${arena.url}/?${query.toString()}`);
      await page.waitForFunction("globalThis.sessionId !== undefined");
      ids.push(await page.evaluate("sessionId"));
      pages.push(page);
    }
    for (const page of pages)
      await page.evaluate(`${JSON.stringify(ids)}.forEach((id, at) => seat(id, at < 2 ? 0 : 1))`);
  });

  after(async () => {
    await browser?.close();
    await arena?.close();
    rmSync(built, { recursive: true, force: true });
  });

  test("a teammate is heard while V is held, and an enemy is called by nobody", async () => {
    const [one, mate, enemy] = pages as [Page, Page, Page];
    const [oneId, mateId] = ids as [string, string];
    assert.ok(
      await enemy.isHidden(byTestId("voice-panel")),
      "whoever is alone in a team has no voice to switch on",
    );
    await enemy.evaluate("session.switchOn()");
    for (const page of [one, mate]) await page.click(byTestId("voice-switch"));
    await one.waitForFunction(`session.isConnected("${mateId}")`);
    await mate.waitForFunction(`session.isConnected("${oneId}")`);
    await mate.waitForSelector(`${byTestId("voice-mate")}[data-voice="quiet"]`);

    await one.keyboard.down("v");
    await one.waitForSelector(`${byTestId("voice-own")}[data-voice="speaking"]`);
    await mate.waitForSelector(`${byTestId("voice-mate")}[data-voice="speaking"]`);
    await one.keyboard.up("v");
    await mate.waitForSelector(`${byTestId("voice-mate")}[data-voice="quiet"]`);
    await one.waitForSelector(`${byTestId("voice-own")}[data-voice="quiet"]`);

    await one.click(byTestId("voice-mode"));
    await mate.waitForSelector(`${byTestId("voice-mate")}[data-voice="speaking"]`);
    await mate.click(byTestId("voice-mate"));
    await mate.waitForSelector(`${byTestId("voice-mate")}[data-voice="muted"]`);

    assert.deepEqual(await enemy.evaluate("heard"), []);
    assert.equal(await enemy.evaluate(`session.isConnected("${oneId}")`), false);
  });

  test("whoever switches voice off is gone at once, and is back when it is switched on again", async () => {
    const [one, mate] = pages as [Page, Page];
    const [oneId, mateId] = ids as [string, string];
    await one.click(byTestId("voice-switch"));
    await mate.waitForFunction(`!session.isConnected("${oneId}")`);
    await one.click(byTestId("voice-switch"));
    await mate.waitForFunction(`session.isConnected("${oneId}")`);
    await one.waitForFunction(`session.isConnected("${mateId}")`);
    assert.deepEqual(trouble, [[], [], []]);
  });
});
