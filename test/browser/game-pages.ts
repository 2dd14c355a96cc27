/** Skirmish's pages in a browser, for tests: the server with quick progress, and what tests do with a page. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type ArenaServer, buildClientOnce, freePort, startServer } from "./arena-server.ts";
import { launchChromium, watchForTrouble } from "./chromium.ts";

const VIEWPORT = { width: 1280, height: 720 };
/** For two matches and the pause between them. */
export const MATCH_TIMEOUT_MS = 60_000;

export const byTestId = (id: string): string => `[data-testid="${id}"]`;
export const inPhase = (phase: string): string => `body[data-phase="${phase}"]`;

export interface Guest {
  token: string;
  playerId: string;
  name: string;
}

export interface Visit {
  page: Page;
  /** What went wrong in the page. */
  trouble: string[];
}

/** One server and one browser; every visit is a new visitor. */
export class GamePages {
  readonly origin: string;
  readonly #server: ArenaServer;
  readonly #browser: Browser;
  readonly #dataDir: string;
  #context: BrowserContext | undefined;

  static async open(): Promise<GamePages> {
    buildClientOnce();
    const dataDir = mkdtempSync(join(tmpdir(), "skirmish-progress-"));
    const env = {
      ARENA_DATA_DIR: dataDir,
      SKIRMISH_MATCH_SECONDS: "6",
      SKIRMISH_COUNTDOWN_SECONDS: "0",
      SKIRMISH_OVER_SECONDS: "20",
    };
    const server = await startServer(await freePort(), env, "test/browser/generous.config.ts");
    return new GamePages(server, await launchChromium(), dataDir);
  }

  private constructor(server: ArenaServer, browser: Browser, dataDir: string) {
    this.origin = server.origin;
    this.#server = server;
    this.#browser = browser;
    this.#dataDir = dataDir;
  }

  async visit(): Promise<Visit> {
    await this.#context?.close();
    this.#context = await this.#browser.newContext({ viewport: VIEWPORT });
    const page = await this.#context.newPage();
    return { page, trouble: watchForTrouble(page) };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

export async function textOf(page: Page, testId: string): Promise<string> {
  return (await page.textContent(byTestId(testId))) ?? "";
}

/** By its tab. */
export async function openPage(page: Page, tab: "play" | "profile" | "shop" | "leaderboard"): Promise<void> {
  await page.click(byTestId(`nav-${tab}`));
  await page.waitForSelector(inPhase(tab === "play" ? "home" : tab));
}

export async function newGuest(origin: string): Promise<Guest> {
  const response = await fetch(`${origin}/auth/guest`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  return (await response.json()) as Guest;
}

/** Whom the browser plays as: read from what it keeps, as the server knows it. */
export async function ownGuest(page: Page): Promise<Guest> {
  const token: unknown = await page.evaluate("localStorage.getItem('skirmish.token')");
  const origin = new URL(page.url()).origin;
  const response = await fetch(`${origin}/auth/guest`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${String(token)}` },
    body: "{}",
  });
  return (await response.json()) as Guest;
}

/**
 * From home into a match, and on until its result is stored. A page that was too slow to take part in the match that
 * it came into is in the next one.
 */
export async function playMatch(page: Page, whileLive?: () => Promise<void>): Promise<void> {
  await page.click(byTestId("play"));
  await page.waitForSelector(`${inPhase("live")}, ${inPhase("over")}`);
  await whileLive?.();
  await page.waitForFunction(
    `/^\\+\\d+ XP$/.test(document.querySelector('${byTestId("earned")}').textContent)`,
    undefined,
    { timeout: MATCH_TIMEOUT_MS },
  );
  await page.waitForSelector(`${byTestId("end-screen")}:visible`);
}

export async function leaveMatch(page: Page, games: number): Promise<void> {
  await page.click(byTestId("end-leave"));
  await page.waitForSelector(`${inPhase("home")} ${byTestId("profile")}[data-games="${games}"]`);
}
