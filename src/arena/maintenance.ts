/** What an operator does to the stores while no game needs to run: migrate, check and rebuild leaderboards. */
import type { ArenaConfig } from "../config/config-schema.ts";
import { type ArenaDefinition, loadConfig } from "../config/load-config.ts";
import { createLogger, type Logger } from "../observability/logger.ts";
import { openDatabase } from "./open-database.ts";
import { compareBoards, rebuildBoards } from "./rebuild-boards.ts";
import { openLeaderboard } from "./start-progression.ts";

const LONGEST_STATEMENT_MS = 12 * 3_600_000;

/** @returns false, as nothing is left to do. @throws ArenaError as `openDatabase` does. */
export async function runMigrate(definition: ArenaDefinition): Promise<boolean> {
  const { config, log } = prepare(definition);
  // An index of a large collection takes longer than a game would wait for a statement.
  const storage = { ...config.storage, operationTimeoutMs: LONGEST_STATEMENT_MS };
  const database = await openDatabase({ ...config, storage }, log, {
    prepare: true,
    progress: ({ id, done, total, waitingFor }) =>
      console.error(
        waitingFor === undefined ? `${id}: ${done} of ${total}` : `${id}: waiting for ${waitingFor}`,
      ),
  });
  try {
    if (database.migrated) {
      const board = await openLeaderboard(config, database, log);
      const report = await rebuildBoards(config, database.players, board, showEntries);
      await board.close();
      console.error(`leaderboards: ${JSON.stringify(report)}`);
    }
  } finally {
    await database.close();
  }
  console.log("the database is at this build's layout");
  return false;
}

/**
 * Compares every board that still takes scores with what the players' documents say; a season that is over stays as
 * its end left it.
 * @param mend also writes what differs. Safe while servers run: versions decide.
 * @returns whether the boards differ now.
 */
export async function runLeaderboards(
  definition: ArenaDefinition,
  { mend }: { mend: boolean },
): Promise<boolean> {
  const { config, log } = prepare(definition);
  const database = await openDatabase(config, log, { prepare: config.environment !== "production" });
  const board = await openLeaderboard(config, database, log);
  try {
    const work = mend ? rebuildBoards : compareBoards;
    const report = await work(config, database.players, board, showEntries);
    console.log(JSON.stringify(report));
    return !mend && report.changed + report.withdrawn > 0;
  } finally {
    await board.close();
    await database.close();
  }
}

function showEntries(entries: number): void {
  console.error(`${entries} entries`);
}

function prepare(definition: ArenaDefinition): { config: ArenaConfig; log: Logger } {
  const config = loadConfig(definition);
  return { config, log: createLogger({ name: config.name, level: config.logLevel, readable: true }) };
}
