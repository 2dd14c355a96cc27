/**
 * Brings players' scores to the leaderboard. What it cannot take now waits here, the newest score of a player and
 * board only, and is tried again every few seconds: a board that is away holds nobody's progress up, and what waits
 * has a bound by its nature (players × boards) and one by `capacity`. Beyond it, and when the process dies, boards may
 * lack scores until the player's next match or a rebuild (`arena leaderboards rebuild`), and that is logged.
 */
import type { Logger } from "../../observability/logger.ts";
import type { BoardSubmission, Leaderboard } from "./leaderboard.ts";

const DEFAULT_RETRY_MS = 2000;
const BATCH = 500;

export interface BoardFeedOptions {
  board: Leaderboard;
  capacity: number;
  /** Whether the board still takes scores: a season may have closed while they waited. */
  takes: (board: string) => boolean;
  retryMs?: number;
  log: Logger;
}

export class BoardFeed {
  readonly #options: BoardFeedOptions;
  readonly #waiting = new Map<string, BoardSubmission>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing: Promise<void> | undefined;
  #stopped = false;

  constructor(options: BoardFeedOptions) {
    this.#options = options;
  }

  /** Scores that wait for the board. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Never throws: what the board does not take now is tried again. */
  async submit(submissions: readonly BoardSubmission[]): Promise<void> {
    if (submissions.length === 0) return;
    if (this.#waiting.size === 0) {
      try {
        await this.#options.board.submit(submissions);
        return;
      } catch (error) {
        this.#options.log.warn({ err: error }, "the leaderboard is away; scores wait for it");
      }
    }
    for (const submission of submissions) this.#keep(submission);
    this.#schedule();
  }

  /** Takes a player off all boards, also what still waits. @throws ArenaError `board_unavailable` */
  async withdraw(playerId: string): Promise<void> {
    for (const [key, submission] of this.#waiting)
      if (submission.playerId === playerId) this.#waiting.delete(key);
    // One that is being written right now would come after it.
    await this.#flushing;
    await this.#options.board.withdraw(playerId);
  }

  /** Tries once more, at most `timeoutMs`, then gives up. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0) {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
      // A try that is under way may have failed already.
      await Promise.race([Promise.resolve(this.#flushing).then(() => this.#flush()), limit]);
    }
    if (this.#waiting.size > 0)
      this.#options.log.error(
        { scores: this.#waiting.size },
        "stopped with scores unwritten: rebuild the leaderboards",
      );
  }

  #keep(submission: BoardSubmission): void {
    const key = `${submission.board}/${submission.playerId}`;
    const before = this.#waiting.get(key);
    if (before && before.version > submission.version) return;
    if (!before && this.#waiting.size >= this.#options.capacity) {
      this.#options.log.error({ submission }, "too many scores wait for the leaderboard: rebuild it later");
      return;
    }
    this.#waiting.set(key, submission);
  }

  #schedule(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#flush().finally(() => this.#waiting.size > 0 && this.#schedule());
    }, this.#options.retryMs ?? DEFAULT_RETRY_MS);
    this.#timer.unref();
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, BATCH);
      try {
        await this.#options.board.submit(
          batch.map(([, submission]) => submission).filter(({ board }) => this.#options.takes(board)),
        );
      } catch {
        return;
      }
      // A newer score that came meanwhile stays for the next round.
      for (const [key, submission] of batch)
        if (this.#waiting.get(key) === submission) this.#waiting.delete(key);
    }
    this.#options.log.info("the leaderboard has every score again");
  }
}
