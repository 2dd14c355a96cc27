#!/usr/bin/env node
/**
 * The command `arena`, for the configuration that FILE (default `arena.config.ts`, `.js` or `.mjs` in the current
 * folder) defines:
 * - `start` runs the server until SIGINT, or SIGTERM, which lets matches end first (`cluster.drainTimeoutMs`); with `--stop-with-parent` also until the process that started it
 *   is gone, for an npm script, whose shell takes npm's SIGTERM and keeps it.
 *   `--processes N` runs N of them on this machine, `auto` one a core (see `cluster.processes`).
 * - `dev` is `start` for development; `--net 200/50/5` makes the network worse: round trip ms/jitter ms/loss %. `ARENA_NET`, as every
 *   variable, wins over it.
 * - `migrate` brings the database to this build's layout and creates its indexes.
 * - `leaderboards check` counts in how many entries the boards differ from the players, `leaderboards rebuild` mends
 *   them.
 * - `replay verify FILE` runs a recorded match again: exits 0 when it comes to the same, 1 at the first tick that
 *   differs, which it names; `--json` for the figures. A file of another build is run all the same, and said to be one.
 * Exits 0 when it did what it says, 1 with the error's code on the first line when it could not (`check` also when the
 * boards differ), 2 when the call is wrong.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { ArenaDefinition } from "../config/load-config.ts";
import { ArenaError } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";

const USAGE =
  "usage: arena start [--processes N|auto] [--stop-with-parent] | dev [--net RTT/JITTER/LOSS] | migrate | leaderboards check|rebuild | replay verify FILE [--json]  [--config FILE]";
const COMMANDS: ReadonlySet<string> = new Set([
  "start",
  "dev",
  "migrate",
  "leaderboards check",
  "leaderboards rebuild",
  "replay verify",
]);
const CONFIG_NAMES = ["arena.config.ts", "arena.config.js", "arena.config.mjs"];

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: "string" },
      "stop-with-parent": { type: "boolean" },
      json: { type: "boolean" },
      net: { type: "string" },
      processes: { type: "string" },
    },
  });
  const file = positionals[0] === "replay" ? positionals.splice(2, 1)[0] : undefined;
  const command = positionals.join(" ");
  const readable = command !== "replay verify" || (file !== undefined && existsSync(file));
  const misplaced =
    (values.net !== undefined && command !== "dev") ||
    (values.processes !== undefined && command !== "start");
  if (!COMMANDS.has(command) || !readable || misplaced) {
    if (file !== undefined && !readable) console.error(`${file}: there is no such file`);
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  requireNode(process.versions.node);
  const definition = await importDefinition(values.config);
  if (command === "replay verify" && file !== undefined) {
    const { runVerify } = await import("./verify-file.ts");
    process.exit((await runVerify(definition, file, { json: values.json ?? false })) ? 1 : 0);
  }
  // Imported late: on an old Node the refusal above must come before syntax that it cannot read.
  if (command !== "start" && command !== "dev") {
    const { runMigrate, runLeaderboards } = await import("./maintenance.ts");
    const differs =
      command === "migrate"
        ? await runMigrate(definition)
        : await runLeaderboards(definition, { mend: command === "leaderboards rebuild" });
    process.exit(differs ? 1 : 0);
  }
  const arena = await startOne(command === "dev" ? withNetwork(definition, values.net) : definition, values);
  let stopping = false;
  const stop = (exitCode: number): void => {
    if (stopping) return;
    stopping = true;
    void arena.stop().then((code) => process.exit(exitCode || code));
  };
  let draining = false;
  process.on("SIGTERM", () => {
    // Whoever asks twice does not want to wait.
    if (draining) return stop(0);
    draining = true;
    arena.log.info("stopping: no new rooms here");
    void arena.drain().finally(() => stop(0));
  });
  process.on("SIGINT", () => {
    arena.log.info("stopping at once");
    stop(0);
  });
  if (values["stop-with-parent"]) {
    watchParent(() => {
      arena.log.info("stopping: the process that started this one is gone");
      stop(0);
    });
  }
  // A promise that nobody awaited harms nobody; after a thrown exception the state of the process is unknown.
  process.on("unhandledRejection", (error) => arena.log.error({ err: error }, "a rejection was not handled"));
  process.on("uncaughtException", (error) => {
    arena.log.fatal({ err: error }, "an exception was not caught; stopping");
    stop(1);
  });
}

interface Started {
  log: Logger;
  /** Lets matches end. */
  drain: () => Promise<void>;
  /** @returns an exit code. */
  stop: () => Promise<number>;
}

/** The arena in this process, or the processes that it runs in. */
async function startOne(
  definition: ArenaDefinition,
  options: { config?: string | undefined; processes?: string | undefined },
): Promise<Started> {
  const { loadConfig } = await import("../config/load-config.ts");
  const { processCount, runProcesses } = await import("./run-processes.ts");
  const config = loadConfig(definition);
  const count = processCount(config, options.processes);
  if (count > 1) {
    const file = options.config === undefined ? [] : ["--config", options.config];
    const args = [...process.execArgv, import.meta.filename, "start", ...file, "--stop-with-parent"];
    const running = await runProcesses(config, count, [process.execPath, ...args]);
    // Each process drains by itself when it is told to stop.
    return { ...running, drain: async () => undefined };
  }
  const { startArena } = await import("./start-arena.ts");
  const arena = await startArena(definition);
  return { log: arena.log, drain: () => arena.drain(), stop: () => arena.stop().then(() => 0) };
}

function withNetwork(definition: ArenaDefinition, conditions: string | undefined): ArenaDefinition {
  if (conditions === undefined) return definition;
  return (env) => {
    const written = typeof definition === "function" ? definition(env) : definition;
    return { ...written, transport: { ...written.transport, conditions } };
  };
}

function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    gone();
  }, 500);
  watch.unref();
}

function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 18)) throw new ArenaError("node_too_old", `This is ${version}.`);
}

async function importDefinition(named: string | undefined): Promise<ArenaDefinition> {
  const file = (named === undefined ? CONFIG_NAMES : [named])
    .map((name) => resolve(name))
    .find((path) => existsSync(path));
  if (file === undefined) throw new ArenaError("config_missing", named ?? `Looked in ${process.cwd()}.`);
  const module = (await import(pathToFileURL(file).href)) as { default?: ArenaDefinition };
  if (module.default === undefined) throw new ArenaError("config_invalid", `${file} has no default export.`);
  return module.default;
}

main().catch((error: unknown) => {
  if (error instanceof ArenaError) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exit(1);
});
