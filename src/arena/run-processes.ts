/**
 * Several processes of one arena on one machine: `arena start --processes N`. Each is an `arena start` of its own, with the
 * next port, a public address of its own and a folder of its own (the first keeps `storage.dataDir`), all on one Redis, one
 * database and one secret. Without a database in the configuration the embedded one is started here, once, for all.
 *
 * One that ends by itself is started again, after a second at first and after longer each time it does not last; when one
 * never came up at all, all are stopped and the start fails. A stop is handed to all and waits for them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ArenaConfig } from "../config/config-schema.ts";
import { environmentWith } from "../config/load-config.ts";
import { ArenaError } from "../errors.ts";
import { createLogger, type Logger } from "../observability/logger.ts";
import { launchEmbeddedMongo } from "../storage/embedded-mongo/launch-embedded-mongo.ts";
import { StopList } from "./stop-list.ts";

const READY_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Whoever lived for so long starts anew after the first pause. */
const LASTING_MS = 60_000;

export interface RunningProcesses {
  log: Logger;
  /** Ends all. @returns the exit code: 0 when all ended in order. */
  stop(): Promise<number>;
}

interface Place {
  /** From 1. */
  number: number;
  port: number;
  env: Record<string, string>;
}

/** @param wanted of the command line; the configuration's by default. */
export function processCount(config: ArenaConfig, wanted?: string): number {
  const { processes } = config.cluster;
  const count = wanted ?? String(processes);
  if (count === "auto") return availableParallelism();
  if (/^[1-9]\d?$/.test(count)) return Number(count);
  throw new ArenaError(
    "config_invalid",
    `--processes: got ${count}, expected a number from 1 to 99, or auto`,
  );
}

/**
 * @param command what starts one of them, before its environment.
 * @throws ArenaError `config_invalid`, `processes_apart`, `storage_unavailable` or `process_failed`.
 */
export async function runProcesses(
  config: ArenaConfig,
  count: number,
  command: readonly [program: string, ...args: string[]],
): Promise<RunningProcesses> {
  const { cluster, storage, environment } = config;
  if (cluster.redisUrl === undefined) throw new ArenaError("processes_apart");
  const readable = environment !== "production";
  const log = createLogger({ name: config.name, level: config.logLevel, readable });
  const stops = new StopList(log);
  const children: Supervised[] = [];
  try {
    const shared: Record<string, string> = { ARENA_JWT_SECRET: config.auth.secret, ARENA_PROCESSES: "1" };
    if (storage.mongodbUri === undefined) {
      const embedded = await launchEmbeddedMongo({ dataDir: join(storage.dataDir, "mongo") });
      stops.add("embedded database", () => embedded.stop());
      shared["MONGODB_URI"] = embedded.uri;
      log.warn("storage: the embedded development database, for all processes");
    }
    for (const place of await placesOf(config, count, shared)) {
      children.push(new Supervised(place, command, log));
    }
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await Promise.all(children.map((child) => child.stop()));
    await stops.run();
    throw error;
  }
  log.info({ ports: children.map(({ port }) => port) }, `${config.name}: ${count} processes are up`);
  return {
    log,
    async stop() {
      const codes = await Promise.all(children.map((child) => child.stop()));
      await stops.run();
      return codes.every((code) => code === 0) ? 0 : 1;
    },
  };
}

async function placesOf(
  { transport, storage, environment }: ArenaConfig,
  count: number,
  shared: Record<string, string>,
): Promise<Place[]> {
  const template = transport.publicAddress ?? (environment === "production" ? "" : "localhost:{port}");
  if (!/\{(port|process)\}/.test(template))
    throw new ArenaError(
      "config_invalid",
      "transport.publicAddress (ARENA_PUBLIC_ADDRESS): several processes need one each: write {port} or {process} in it",
    );
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const port = transport.port === 0 ? await freePort(transport.host) : transport.port + number - 1;
    const publicAddress = template.replaceAll("{port}", String(port)).replaceAll("{process}", String(number));
    const dataDir = number === 1 ? storage.dataDir : join(storage.dataDir, `process-${number}`);
    const own = { PORT: String(port), ARENA_PUBLIC_ADDRESS: publicAddress, ARENA_DATA_DIR: dataDir };
    places.push({ number, port, env: { ...shared, ...own } });
  }
  return places;
}

async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** One process, as often as it ends. */
class Supervised {
  readonly port: number;
  readonly #place: Place;
  readonly #command: readonly [program: string, ...args: string[]];
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #ended: Promise<number> = Promise.resolve(0);
  #pauseMs = FIRST_PAUSE_MS;

  constructor(place: Place, command: readonly [program: string, ...args: string[]], log: Logger) {
    this.port = place.port;
    this.#place = place;
    this.#command = command;
    this.#log = log;
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const ended = this.#spawn();
    const died = ended.then((code) => {
      throw new ArenaError("process_failed", `Process ${this.#place.number} ended with ${code}.`);
    });
    died.catch(() => undefined);
    await Promise.race([this.#ready(), died]);
    this.#ended = this.#keep(ended);
  }

  /** @returns the exit code. */
  async stop(): Promise<number> {
    this.#stopping.abort();
    this.#child?.kill("SIGTERM");
    return this.#ended;
  }

  #spawn(): Promise<number> {
    const [program, ...args] = this.#command;
    const child = spawn(program, args, { env: environmentWith(this.#place.env), stdio: "inherit" });
    this.#child = child;
    const ended = new Promise<number>((resolve) => {
      child.once("error", () => resolve(1));
      child.once("exit", (code) => resolve(code ?? 1));
    });
    this.#ended = ended;
    return ended;
  }

  async #keep(first: Promise<number>): Promise<number> {
    let ended = first;
    for (;;) {
      const startedAt = performance.now();
      const code = await ended;
      if (this.#stopping.signal.aborted) return code;
      if (performance.now() - startedAt > LASTING_MS) this.#pauseMs = FIRST_PAUSE_MS;
      const { number } = this.#place;
      this.#log.error(
        { process: number, exitCode: code, againInMs: this.#pauseMs },
        "a process ended by itself",
      );
      await sleep(this.#pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return code;
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      // `stop` waits for this loop, not for one of its turns.
      const keeping = this.#ended;
      ended = this.#spawn();
      this.#ended = keeping;
    }
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!this.#stopping.signal.aborted) {
      const response = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => undefined);
      if (response?.ok) return;
      if (performance.now() > deadline)
        throw new ArenaError("process_failed", `Process ${this.#place.number} did not become ready.`);
      await sleep(200);
    }
  }
}
