/** The real server as a child process, on a free port, for tests that need all of it. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const START_TIMEOUT_MS = 20_000;

export interface ArenaServer {
  origin: string;
  /** SIGTERM; fails when the server does not exit cleanly. */
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

/**
 * @param env the game's settings; `PORT` and `ARENA_DATA_DIR` are the caller's to choose.
 * @param config a file of the project, instead of `arena.config.ts`.
 */
export async function startServer(
  port: number,
  env: Record<string, string>,
  config = "arena.config.ts",
): Promise<ArenaServer> {
  const child = spawn(process.execPath, ["src/arena/cli.ts", "start", "--config", config], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port), HOST: "127.0.0.1", NODE_ENV: "development" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      assert.fail(`the server did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { origin, stop: () => stopServer(child, () => output) };
}

async function isReady(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/health/ready`).catch(() => undefined);
  return response?.ok ?? false;
}

async function stopServer(child: ChildProcess, output: () => string): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit") as Promise<[code: number | null]>;
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  child.kill("SIGTERM");
  const [code] = await exited;
  clearTimeout(timer);
  assert.equal(code, 0, `the server did not stop cleanly:\n${output()}`);
}

/** The page that the server serves; built here when nobody built it before. */
export function buildClientOnce(): void {
  if (existsSync(join(root, "client/dist/index.html"))) return;
  const vite = join(root, "node_modules/vite/bin/vite.js");
  execFileSync(process.execPath, [vite, "build", "--config", "client/vite.config.ts", "--logLevel", "warn"], {
    cwd: root,
  });
}
