/** Puts replays together: the shelf of recordings, who writes to it, and the check of results against it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ArenaError } from "../errors.ts";
import type { MatchResult, Verified } from "../match/match-result.ts";
import type { Logger } from "../observability/logger.ts";
import { ReplayKeeper } from "../replay/replay-keeper.ts";
import type { ReplayServices } from "../replay/replay-plugin.ts";
import { openShelf, type ReplayShelf } from "../replay/replay-shelf.ts";
import { ReplayVerifier } from "../replay/replay-verifier.ts";
import { ResultCheck } from "../replay/result-check.ts";
import type { StopList } from "./stop-list.ts";

/** How long a result waits until it is known where its recording is. */
const KEEP_TIMEOUT_MS = 5000;
const KEPT_AT_ONCE = 64;
const VERIFIED_AT_ONCE = 64;
const VERIFIER_HEAP_MEGABYTES = 256;
const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface StartedReplays {
  shelf: ReplayShelf;
  keeper: ReplayKeeper;
  /** For the rooms. */
  services: NonNullable<ReplayServices["replays"]>;
  /** Undefined where nothing is to be verified. */
  verifyMatch: ((result: MatchResult) => Promise<Verified | undefined>) | undefined;
}

/**
 * Stop it after whoever delivers results: a check that is under way then rejects, and the result waits for the next start.
 * @throws ArenaError `config_invalid` when a room's replay module is not there.
 */
export async function startReplays(
  config: ArenaConfig,
  log: Logger,
  stops: StopList,
): Promise<StartedReplays> {
  const { verify, verifyTimeoutMs, mostMatchBytes, ...bounds } = config.replays;
  const games = gamesOf(config);
  const shelf = await openShelf(join(config.storage.dataDir, "replays"), bounds, log);
  const sweeping = setInterval(() => {
    shelf
      .sweep(Date.now())
      .catch((error: unknown) => log.warn({ err: error }, "old recordings could not be looked for"));
  }, SWEEP_MS).unref();
  stops.add("old recordings", () => clearInterval(sweeping));
  const keeper = new ReplayKeeper({ shelf, mostAtOnce: KEPT_AT_ONCE, timeoutMs: KEEP_TIMEOUT_MS, log });
  const services = { mostMatchBytes, keep: keeper.keep };
  if (!verify || games.size === 0) return { shelf, keeper, services, verifyMatch: undefined };
  const verifier = new ReplayVerifier({
    timeoutMs: verifyTimeoutMs,
    mostWaiting: VERIFIED_AT_ONCE,
    mostBodyBytes: mostMatchBytes,
    heapMegabytes: VERIFIER_HEAP_MEGABYTES,
  });
  stops.add("replay verifier", () => verifier.close());
  const checks = new ResultCheck({
    games,
    build: config.build,
    read: (replay) => shelf.read(replay),
    verify: (job) => verifier.verify(job),
    log,
  });
  return { shelf, keeper, services, verifyMatch: (result) => checks.check(result) };
}

/** The recordings of a player who asked for deletion hold the player's name and way of playing. */
export async function forgetReplays(
  playerId: string,
  config: ArenaConfig,
  shelf: ReplayShelf,
  replaysOf: (playerId: string, since: Date) => Promise<string[]>,
): Promise<void> {
  const since = new Date(Date.now() - (config.replays.keepDays + 1) * DAY_MS);
  for (const replay of await replaysOf(playerId, since)) await shelf.remove(replay);
}

/** URLs of the games' modules, by room. */
function gamesOf(config: ArenaConfig): Map<string, string> {
  const games = new Map<string, string>();
  for (const [name, { replay }] of Object.entries(config.rooms)) {
    if (!replay) continue;
    if (replay.protocol === "file:" && !existsSync(fileURLToPath(replay)))
      throw new ArenaError("config_invalid", `rooms.${name}.replay: there is no ${fileURLToPath(replay)}`);
    games.set(name, replay.href);
  }
  return games;
}
