/** The leaderboards against the players they are derived from: every board that still takes scores. */
import type { ArenaConfig } from "../config/config-schema.ts";
import type { Leaderboard } from "../progression/leaderboard/leaderboard.ts";
import {
  compareLeaderboard,
  type RebuildOptions,
  type RebuildReport,
  rebuildLeaderboard,
} from "../progression/leaderboard/rebuild-leaderboard.ts";
import { openBoards, submissionsOf } from "../progression/leaderboard/submissions.ts";
import type { PlayerStore } from "../progression/player/player-store.ts";

/** Players read at once. */
const BATCH = 500;

type Work = (
  config: ArenaConfig,
  players: PlayerStore,
  board: Leaderboard,
  progress?: (entries: number) => void,
) => Promise<RebuildReport>;

/** Writes what differs. Safe while games write. */
export const rebuildBoards: Work = (config, players, board, progress) =>
  rebuildLeaderboard({
    ...optionsOf(config, players, board, progress),
    // What is written by now of who was deleted meanwhile must not stay.
    source: allSubmissions(config.progression, players, new Date(), (playerId) => board.withdraw(playerId)),
  });

/** Counts what differs. */
export const compareBoards: Work = (...parts) => compareLeaderboard(optionsOf(...parts));

function optionsOf(...[{ progression }, players, board, progress]: Parameters<Work>): RebuildOptions {
  const now = new Date();
  return {
    source: allSubmissions(progression, players, now),
    target: board,
    boards: openBoards(progression, now),
    lookAgain: async (playerId) => {
      const player = await players.find(playerId);
      return player ? submissionsOf(progression, player, now) : [];
    },
    ...(progress ? { progress } : {}),
  };
}

async function* allSubmissions(
  rules: ArenaConfig["progression"],
  players: PlayerStore,
  now: Date,
  withdraw?: (playerId: string) => Promise<void>,
) {
  for await (const batch of players.all(BATCH)) {
    yield batch.flatMap((player) => submissionsOf(rules, player, now));
    if (!withdraw) continue;
    const { deleted } = await players.findMany(batch.map(({ _id }) => _id));
    for (const playerId of deleted) await withdraw(playerId);
  }
}
