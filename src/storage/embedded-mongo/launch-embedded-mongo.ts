/**
 * Starts the embedded MongoDB-wire server as a child process, for development and tests only: with a database worth
 * keeping give `MONGODB_URI` instead.
 *
 * Resolves when the server accepts connections; rejects with its reason when it cannot (data directory held by
 * another process for 5 s, port taken). The child ends with this process, however that ends, and does not keep it
 * alive. `stop` closes the database and resolves when the child is gone, killing it after 5 s.
 */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

export interface EmbeddedMongoOptions {
  dataDir: string;
  /** 0, the default: any free port. */
  port?: number;
  /** The server ended without `stop`. */
  onExit?: (code: number | null, signal: NodeJS.Signals | null) => void;
}

export interface EmbeddedMongo {
  uri: string;
  pid: number;
  stop(): Promise<void>;
}

const stopTimeoutMs = 5000;

export function launchEmbeddedMongo({
  dataDir,
  port = 0,
  onExit,
}: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const main = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  const child = fork(main, ["--data-dir", dataDir, "--port", String(port)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    let isRunning = false;
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (isRunning) onExit?.(code, signal);
      reject(new Error(`the embedded database ended at start (code ${code}, signal ${signal})`));
    });
    child.on("message", ({ uri, failed }: { uri?: string; failed?: string }) => {
      if (failed !== undefined) reject(new Error(`embedded database: ${failed}`));
      // Under `node --watch` Node sends messages of its own.
      if (uri === undefined) return;
      isRunning = true;
      child.unref();
      child.channel?.unref();
      const stop = () => {
        isRunning = false;
        return stopChild(child);
      };
      resolve({ uri, pid: child.pid ?? 0, stop });
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  if (child.connected) child.disconnect();
  else child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await gone;
  clearTimeout(timer);
}
