/**
 * Makes boards again from what they are derived from, or only counts where they differ. Safe while games write: a
 * submission is taken by its version, so an older one that is read here does not undo a newer one.
 *
 * Memory: the ids of everybody on the boards, about 100 MB for a million players on one.
 */
import type { BoardSubmission, Leaderboard } from "./leaderboard.ts";

export interface RebuildOptions {
  /** Everything that should stand on the boards. */
  source: AsyncIterable<readonly BoardSubmission[]>;
  target: Leaderboard;
  /** Boards that are complete in the source: who is not named there does not belong on them. */
  boards: readonly string[];
  /**
   * What should stand on the boards of a player right now. Asked about everybody who stands on a board without having
   * been in the source: it may have come on while the source was read.
   */
  lookAgain: (playerId: string) => Promise<readonly BoardSubmission[]>;
  /** Told how many entries have been looked at. */
  progress?: (entries: number) => void;
}

export interface RebuildReport {
  entries: number;
  /** Entries that were missing or had another score. */
  changed: number;
  /** Entries of players who do not belong on the board. */
  withdrawn: number;
}

const BATCH = 1000;

/** Writes what differs. A second run right after it changes nothing. */
export async function rebuildLeaderboard(options: RebuildOptions): Promise<RebuildReport> {
  const { target } = options;
  return run(
    options,
    (batch) => target.submit(batch),
    (playerId, board) => target.withdraw(playerId, [board]),
  );
}

/** Counts what differs and leaves it. */
export async function compareLeaderboard(options: RebuildOptions): Promise<RebuildReport> {
  const { target } = options;
  return run(
    options,
    (batch) => countDifferences(target, batch),
    async () => undefined,
  );
}

async function run(
  { source, target, boards, lookAgain, progress }: RebuildOptions,
  submit: (batch: readonly BoardSubmission[]) => Promise<number>,
  withdraw: (playerId: string, board: string) => Promise<void>,
): Promise<RebuildReport> {
  const report: RebuildReport = { entries: 0, changed: 0, withdrawn: 0 };
  const named = new Map<string, Set<string>>(boards.map((board) => [board, new Set()]));
  for await (const batch of source) {
    report.changed += await submit(batch);
    for (const { board, playerId } of batch) named.get(board)?.add(playerId);
    report.entries += batch.length;
    progress?.(report.entries);
  }
  for (const [board, players] of named) {
    for (const playerId of await strangers(target, board, players)) {
      if ((await lookAgain(playerId)).some((submission) => submission.board === board)) continue;
      await withdraw(playerId, board);
      report.withdrawn += 1;
    }
  }
  return report;
}

/** Collected before anything is withdrawn, since that would move the ranks under the reader. */
async function strangers(
  target: Leaderboard,
  board: string,
  players: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const page of target.entries(board, BATCH))
    for (const { playerId } of page) if (!players.has(playerId)) found.push(playerId);
  return found;
}

async function countDifferences(target: Leaderboard, batch: readonly BoardSubmission[]): Promise<number> {
  let differing = 0;
  for (const [board, group] of Map.groupBy(batch, (submission) => submission.board)) {
    const standing = await target.among(
      board,
      group.map(({ playerId }) => playerId),
    );
    const scores = new Map(standing.map(({ playerId, score }) => [playerId, score]));
    differing += group.filter(({ playerId, score }) => scores.get(playerId) !== score).length;
  }
  return differing;
}
