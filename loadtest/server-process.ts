/** A server of this project as a process of its own, for labs and tests that stop, kill and restart it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** The last 20,000 characters that it wrote, to standard output and error. */
  output(): string;
  /** SIGTERM, then waits for the end. @returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: the server alone, or with it the embedded database that it started. */
  kill(withDatabase: boolean): Promise<void>;
}

export interface ServerProcessOptions {
  dataDir: string;
  /** A configuration file; the project's own by default. */
  config?: string;
  env?: Record<string, string>;
  port?: number;
  readyTimeoutMs?: number;
}

/** Starts it and waits until it is ready. @throws Error with its output when it is not in time. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const root = new URL("..", import.meta.url).pathname;
  const args = [
    "src/arena/cli.ts",
    "start",
    ...(options.config === undefined ? [] : ["--config", options.config]),
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: String(port),
      ARENA_DATA_DIR: options.dataDir,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group, so that it can be killed together with its database.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    });
  }
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + (options.readyTimeoutMs ?? 30_000);
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      if (child.exitCode === null) killGroup(child);
      throw new Error(`the server did not become ready (exit code ${child.exitCode}):\n${output}`);
    }
    await sleep(50);
  }
  return {
    url,
    child,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
    async kill(withDatabase) {
      if (withDatabase) killGroup(child);
      else child.kill("SIGKILL");
      await ended;
    },
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // All of it has ended already.
    if ((error as { code?: unknown }).code !== "ESRCH") throw error;
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );
}

/** A port of this machine that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was free");
  return address.port;
}
