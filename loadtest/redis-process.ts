/**
 * A real Redis server as a process of its own, for benchmarks and tests: on this machine only, in memory only. It ends
 * by its own process id, and with this process when that ends in order.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./server-process.ts";

export interface RedisProcess {
  url: string;
  port: number;
  child: ChildProcess;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
}

export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/** Starts it and waits until it answers. @throws Error when it does not within 10 s. */
export async function startRedisProcess(given?: number): Promise<RedisProcess> {
  const port = given ?? (await freePort());
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  const ended = once(child, "exit");
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const kill = async (): Promise<void> => {
    process.off("exit", endWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await ended;
  };
  const deadline = performance.now() + 10_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await kill();
      throw new Error(`redis-server did not answer on port ${port} (exit code ${child.exitCode})`);
    }
    await sleep(20);
  }
  return { url: `redis://127.0.0.1:${port}`, port, child, kill };
}

function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, "127.0.0.1").setTimeout(500);
  return new Promise((resolve) => {
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (chunk) => resolve(chunk.toString().startsWith("+PONG")));
    for (const event of ["error", "timeout", "close"]) socket.once(event, () => resolve(false));
  }).then((answer) => {
    socket.destroy();
    return answer as boolean;
  });
}
