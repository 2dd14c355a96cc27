/**
 * The database with everything that stands in it: opened, at this build's layout, with the declared indexes. A start
 * in production changes neither layout nor indexes (both can take long on a large database, and several processes
 * start at once): it says what is missing and refuses, and `arena migrate` mends it.
 */
import { ReportStore } from "../anticheat/reports/report-store.ts";
import { CaseStore } from "../anticheat/review/case-store.ts";
import { TrustStore } from "../anticheat/trust/trust-store.ts";
import type { ArenaConfig } from "../config/config-schema.ts";
import { ArenaError } from "../errors.ts";
import { MatchStore } from "../match/match-store.ts";
import type { Logger } from "../observability/logger.ts";
import { MongoLeaderboardStore } from "../progression/leaderboard/mongo-leaderboard-store.ts";
import { playersMigration } from "../progression/migrations/players-store.ts";
import { PlayerStore } from "../progression/player/player-store.ts";
import { SeasonStore } from "../progression/season/season-store.ts";
import { PenaltyStore } from "../progression/social/penalty-store.ts";
import { RelationStore } from "../progression/social/relation-store.ts";
import { openStorage, type Storage } from "../storage/connection-store.ts";
import { checkIndexes } from "../storage/index-check-store.ts";
import {
  checkVersions,
  type MigrationProgress,
  migrate,
  pendingMigrations,
} from "../storage/migrations/run-migrations.ts";

/** In the order of their ids. */
export const MIGRATIONS = [playersMigration] as const;

/** Longer than the lease of a run that was killed. */
const MIGRATION_WAIT_MS = 40_000;

export interface ArenaDatabase {
  storage: Storage;
  matches: MatchStore;
  players: PlayerStore;
  relations: RelationStore;
  penalties: PenaltyStore;
  seasons: SeasonStore;
  reports: ReportStore;
  trust: TrustStore;
  cases: CaseStore;
  /** Used unless Redis holds the boards; prepared in either case. */
  mongoBoard: MongoLeaderboardStore;
  /** Players were brought to this layout just now: the boards know nothing of them yet. */
  migrated: boolean;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Migrates and creates indexes where needed; otherwise refuses. */
  prepare: boolean;
  progress?: (step: MigrationProgress) => void;
}

/** @throws ArenaError `storage_unavailable`, `migration_needed`, `migration_running` or `database_newer` */
export async function openDatabase(
  config: ArenaConfig,
  log: Logger,
  { prepare, progress }: OpenOptions,
): Promise<ArenaDatabase> {
  const storage = await openStorage(config.storage, log);
  try {
    const { connection } = storage;
    const players = new PlayerStore(connection);
    const { maxFriends, maxBlocked } = config.progression;
    const database: ArenaDatabase = {
      storage,
      matches: new MatchStore(connection),
      players,
      relations: new RelationStore(connection, {
        maxFriends,
        maxBlocked,
        exists: async (playerId) => (await players.find(playerId)) !== undefined,
      }),
      penalties: new PenaltyStore(connection),
      seasons: new SeasonStore(connection),
      reports: new ReportStore(connection),
      trust: new TrustStore(connection),
      cases: new CaseStore(connection),
      mongoBoard: new MongoLeaderboardStore(connection),
      migrated: false,
      close: () => storage.close(),
    };
    database.migrated = await checkLayout(storage, log, prepare, progress);
    return database;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function checkLayout(
  { connection }: Storage,
  log: Logger,
  prepare: boolean,
  progress: OpenOptions["progress"],
): Promise<boolean> {
  const versions = await checkVersions(connection, MIGRATIONS);
  if (!versions.ok) throw new ArenaError(versions.code, versions.detail);
  const models = Object.values(connection.models);
  let migratedPlayers = false;
  if (prepare) {
    const migrated = await migrate(connection, MIGRATIONS, {
      waitMs: MIGRATION_WAIT_MS,
      ...(progress ? { progress } : {}),
    });
    if (!migrated.ok) throw new ArenaError(migrated.code, migrated.detail);
    for (const report of migrated.ran) log.info(report, "migrated");
    migratedPlayers = migrated.ran.some(({ done }) => done > 0);
  } else {
    const pending = await pendingMigrations(connection, MIGRATIONS, new Date());
    if (pending.length > 0) throw new ArenaError("migration_needed", pending.map(({ id }) => id).join(", "));
  }
  const { missing, conflicts, undeclared } = await checkIndexes(models, { create: prepare });
  const lacking = [...missing, ...conflicts];
  if (lacking.length > 0) throw new ArenaError("migration_needed", `Indexes: ${lacking.join("; ")}`);
  if (undeclared.length > 0)
    log.warn({ indexes: undeclared }, "the database has indexes that nothing declares");
  return migratedPlayers;
}
