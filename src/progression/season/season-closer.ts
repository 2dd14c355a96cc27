/**
 * Ends seasons: when a season is over and the grace for late results as well, everybody whom its boards rank high
 * enough gets the reward, once. Seasons themselves need no start and no end (see `season-calendar.ts`): a season that
 * is over takes no more scores, so its boards stand still while they are read.
 *
 * Every process looks; a lease lets one work. A crash or a second run gives nobody anything twice, since each reward
 * is one operation under `season/<id>/<board>` in the player's ledger. A pass is repeated until it finds nothing more
 * to give: a player who leaves a board in the middle of a pass would else hide the next one.
 */
import type { ProgressionRules, Reward } from "../../config/progression-config.ts";
import type { Logger } from "../../observability/logger.ts";
import { seasonReward } from "../economy/operations.ts";
import type { BoardEntry, Leaderboard } from "../leaderboard/leaderboard.ts";
import { boardKey } from "../leaderboard/submissions.ts";
import type { PlayerStore } from "../player/player-store.ts";
import { type Season, seasonAt, seasonNumber } from "./season-calendar.ts";
import type { SeasonStore } from "./season-store.ts";

const LEASE_MS = 30_000;
const BATCH = 200;
/** Scores that were under way when the grace ended have arrived by then. */
const MARGIN_MS = 5000;
/** Seasons looked back for ones that nobody closed while the server was down. */
const LOOK_BACK = 24;

export interface SeasonCloserOptions {
  rules: ProgressionRules;
  seasons: SeasonStore;
  players: PlayerStore;
  board: Leaderboard;
  /** Names this process. */
  holder: string;
  log: Logger;
}

export class SeasonCloser {
  readonly #options: SeasonCloserOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #working: Promise<void> | undefined;

  constructor(options: SeasonCloserOptions) {
    this.#options = options;
  }

  /** Looks now and then every `everyMs`, in the background. */
  start(everyMs: number): void {
    if (!this.#options.rules.seasons) return;
    const look = (): void => {
      this.#working ??= this.closeDue(new Date())
        .then(() => undefined)
        .catch((error: unknown) =>
          this.#options.log.warn({ err: error }, "seasons could not be closed; trying later"),
        )
        .finally(() => {
          this.#working = undefined;
        });
    };
    look();
    this.#timer = setInterval(look, everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Closes every season that is due. @returns the ids of those that this call closed. */
  async closeDue(now: Date): Promise<string[]> {
    const { seasons: rules } = this.#options.rules;
    const current = rules && seasonAt(rules, now);
    if (!rules || !current) return [];
    const closed: string[] = [];
    for (let number = Math.max(1, current.number - LOOK_BACK); number < current.number; number += 1) {
      const season = seasonNumber(rules, number);
      if (season.endsAt.getTime() + rules.closingGraceMs + MARGIN_MS > now.getTime()) continue;
      if (await this.#close(season, now)) closed.push(season.id);
    }
    return closed;
  }

  async #close(season: Season, now: Date): Promise<boolean> {
    const { seasons, holder, log } = this.#options;
    if ((await seasons.find(season.id))?.state === "closed") return false;
    if (!(await seasons.claim(season.id, holder, now, LEASE_MS))) return false;
    let rewarded = 0;
    for (;;) {
      const given = await this.#rewardAll(season, now);
      if (given === undefined) return false;
      rewarded += given;
      if (given === 0) break;
    }
    await seasons.close(season.id, holder, rewarded, now);
    // Seasons from before the first player end without a word.
    if (rewarded > 0) log.info({ season: season.id, rewarded }, "season closed");
    return true;
  }

  /** @returns how many rewards this pass gave; undefined when another process has taken over. */
  async #rewardAll(season: Season, now: Date): Promise<number | undefined> {
    const { rules, board } = this.#options;
    let given = 0;
    for (const [boardId, tiers] of rewardsByBoard(rules)) {
      const last = Math.max(...tiers.map(({ topRank }) => topRank));
      for await (const entries of board.entries(boardKey(boardId, season.id), BATCH)) {
        given += await this.#rewardBatch(season, boardId, tiers, entries, now);
        const renewed = await this.#options.seasons.claim(
          season.id,
          this.#options.holder,
          new Date(),
          LEASE_MS,
        );
        if (!renewed) return undefined;
        if ((entries.at(-1)?.rank ?? last) >= last) break;
      }
    }
    return given;
  }

  async #rewardBatch(
    season: Season,
    boardId: string,
    tiers: readonly Tier[],
    entries: readonly BoardEntry[],
    now: Date,
  ): Promise<number> {
    const { rules, players } = this.#options;
    const operations = entries.flatMap(({ playerId, rank }) => {
      const reward = tiers.find(({ topRank }) => rank <= topRank)?.reward;
      return reward
        ? [seasonReward(rules, { playerId, season: season.id, board: boardId, ...reward }, now)]
        : [];
    });
    if (operations.length === 0) return 0;
    const outcomes = await players.runAll(operations);
    return outcomes.filter((outcome) => outcome.ok && !outcome.repeated).length;
  }
}

interface Tier {
  topRank: number;
  reward: Reward;
}

function rewardsByBoard({ seasons }: ProgressionRules): Map<string, Tier[]> {
  const byBoard = new Map<string, Tier[]>();
  for (const { board, topRank, reward } of seasons?.rewards ?? [])
    byBoard.set(board, [...(byBoard.get(board) ?? []), { topRank, reward }]);
  return byBoard;
}
