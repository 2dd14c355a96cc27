/**
 * Matches end and players buy while the server, the database, or both are killed with SIGKILL at random moments. In the
 * end everything that anybody was told of must be there once: every result that the server called safe ("saving"),
 * every purchase that was answered, and for every player a ledger that adds up to what the player owns.
 *
 * Options: `--matches` at least (default 500), `--tables` rooms (default 4), `--players` a room (default 4), `--seed`
 * of the moments.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import {
  type EmbeddedMongo,
  launchEmbeddedMongo,
} from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import type { Experiment } from "../run.ts";
import { freePort, type ServerProcess, startServerProcess } from "../server-process.ts";
import { auditProgression, type ProgressionAudit } from "./result-mill/audit-progression.ts";
import { MillPlayer } from "./result-mill/mill-player.ts";

const CONFIG = "loadtest/labs/result-mill/mill.config.ts";
/** What is still on its way when the killing ends must have arrived by then. */
const SETTLE_MS = 60_000;

export interface ChaosOptions {
  matches: number;
  tables: number;
  players: number;
  seed: number;
}

export interface ChaosReport extends ProgressionAudit {
  kills: { server: number; database: number; both: number };
  seconds: number;
}

export async function runProgressionChaos(
  options: ChaosOptions,
  progress: (line: string) => void,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "arena-chaos-"));
  const world = new World(folder, await freePort(), await freePort());
  const told = new Set<string>();
  try {
    await world.startDatabase();
    await world.startServer();
    const players = await signIn(world, options, told);
    const working = players.map((player) => player.work());
    const kills = { server: 0, database: 0, both: 0 };
    const random = createRandom(options.seed);
    while (told.size < options.matches) {
      await sleep(300 + random.next() * 1700);
      const which = (["server", "database", "both"] as const)[random.below(3)] ?? "both";
      await world.kill(which, random.next() * 1500);
      kills[which] += 1;
      progress(`killed ${which}: ${told.size} of ${options.matches} matches so far`);
    }
    for (const player of players) player.stop();
    await Promise.all(working);
    progress("waiting until everything has arrived");
    // Once more, so that what only a dead process knew of is taken from the disk.
    await world.kill("server", 0);
    const audit = await world.audit(told, players, SETTLE_MS);
    return { ...audit, kills, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
  } finally {
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function signIn(
  world: World,
  { tables, players }: ChaosOptions,
  told: Set<string>,
): Promise<MillPlayer[]> {
  const all = Array.from({ length: tables * players }, (_, index) =>
    MillPlayer.signIn(world.url, Math.floor(index / players), (matchId) => told.add(matchId)),
  );
  return Promise.all(all);
}

/** The server and its database as processes of their own, each at an address that it keeps. */
class World {
  readonly url: string;
  readonly #folder: string;
  readonly #ports: { server: number; database: number };
  #database: EmbeddedMongo | undefined;
  #server: ServerProcess | undefined;

  constructor(folder: string, serverPort: number, databasePort: number) {
    this.#folder = folder;
    this.#ports = { server: serverPort, database: databasePort };
    this.url = `http://127.0.0.1:${serverPort}`;
  }

  async startDatabase(): Promise<void> {
    const port = this.#ports.database;
    this.#database = await launchEmbeddedMongo({ dataDir: join(this.#folder, "mongo"), port });
  }

  async startServer(): Promise<void> {
    this.#server = await startServerProcess({
      dataDir: join(this.#folder, "server"),
      config: CONFIG,
      port: this.#ports.server,
      env: { MONGODB_URI: this.#database?.uri ?? "" },
    });
  }

  /** @param darkMs how long what was killed stays away. */
  async kill(which: "server" | "database" | "both", darkMs: number): Promise<void> {
    if (which !== "server" && this.#database) process.kill(this.#database.pid, "SIGKILL");
    if (which !== "database") await this.#server?.kill(false);
    await sleep(darkMs);
    if (which !== "server") await this.startDatabase();
    if (which !== "database") await this.startServer();
  }

  /** Waits until nothing is open any more, or for `timeoutMs`, and counts. */
  async audit(
    told: ReadonlySet<string>,
    players: readonly MillPlayer[],
    timeoutMs: number,
  ): Promise<ProgressionAudit> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const audit = await auditProgression(this.#database?.uri ?? "", told, players);
      if ((audit.lost === 0 && audit.unsettled === 0) || performance.now() > deadline) return audit;
      await sleep(500);
    }
  }

  async end(): Promise<void> {
    await this.#server?.kill(false).catch(() => undefined);
    await this.#database?.stop();
  }
}

const experiment: Experiment = {
  about: "Kills server and database while matches end and players buy; nothing may be lost or come twice.",
  run: ({ matches = "500", tables = "4", players = "4", seed = "1" }, progress) =>
    runProgressionChaos(
      { matches: Number(matches), tables: Number(tables), players: Number(players), seed: Number(seed) },
      progress,
    ),
};
export default experiment;
