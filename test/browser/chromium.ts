/** A Chromium that is already installed, with WebGL in software, and a watch on what goes wrong in a page. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
];

export const chromiumPath = USUAL_PLACES.find((path) => existsSync(path));

/** For a test's `skip`: false, or why it cannot run here. */
export const skipWithoutChromium =
  chromiumPath === undefined &&
  "no Chromium is installed in the usual places, so nothing can be seen in a browser";

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? "", headless: true, args: CHROMIUM_FLAGS });
}

/** Collects console errors, uncaught errors, failed requests and refused ones. */
export function watchForTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // What a page still asked for when it was left or reloaded.
    if (reason !== "net::ERR_ABORTED") trouble.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`refused: ${response.url()} ${response.status()}`);
  });
  return trouble;
}
