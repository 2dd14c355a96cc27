/**
 * Whether a match result is what the recording of its match comes to, before the result counts.
 *
 * "yes": the recording, run again, came to the same at every check. "no": it did not, or this very build cannot run what
 * it is said to have written; the result is logged at "error". "unknown": nothing could be found out (no recording, one
 * of another build, a verifier that is busy, hangs or dies), which is logged with how often it has happened. Undefined:
 * the room's matches are not verified.
 *
 * A result object is checked once, however often its delivery is tried: an outage of the database must not run a match
 * again with every try.
 */
import type { MatchResult, Verified } from "../match/match-result.ts";
import type { Logger } from "../observability/logger.ts";
import type { VerifyJob } from "./replay-verifier.ts";
import type { VerifyOutcome } from "./verifier-messages.ts";

export interface ResultCheckOptions {
  /** URLs of the games' modules, by room. */
  games: ReadonlyMap<string, string>;
  /** This process's build. */
  build: string;
  read: (replay: string) => Promise<Uint8Array | undefined>;
  verify: (job: VerifyJob) => Promise<VerifyOutcome>;
  log: Logger;
}

export class ResultCheck {
  readonly #options: ResultCheckOptions;
  readonly #checked = new WeakMap<MatchResult, Promise<Verified | undefined>>();
  readonly #unknown = new Map<string, number>();

  constructor(options: ResultCheckOptions) {
    this.#options = options;
  }

  /** @throws when the verifier is closed: it has not been found out, and is to be tried again. */
  check(result: MatchResult): Promise<Verified | undefined> {
    // What is stored was decided when it was stored.
    if (result.verified !== undefined) return Promise.resolve(result.verified);
    let checking = this.#checked.get(result);
    if (!checking) {
      checking = this.#check(result);
      this.#checked.set(result, checking);
    }
    return checking;
  }

  async #check(result: MatchResult): Promise<Verified | undefined> {
    const { games, log } = this.#options;
    const { matchId, room, build } = result;
    const game = games.get(room);
    if (game === undefined) return undefined;
    const outcome = await this.#run(result, game);
    switch (outcome.kind) {
      case "same": {
        const { ticks, tookMs } = outcome.report;
        log.debug({ matchId, ticks, tookMs: Math.round(tookMs) }, "a match result is verified");
        return "yes";
      }
      case "differs":
        log.error(
          { matchId, room, build, replay: result.replay, mismatch: outcome.report.mismatch },
          "a match result is not what its recording comes to: it counts for no rating and no leaderboard",
        );
        return "no";
      case "broken":
        log.error(
          { matchId, room, build, replay: result.replay, reason: outcome.error },
          "a match's recording cannot be run by its own build: the result counts for no rating and no leaderboard",
        );
        return "no";
      case "unknown": {
        const { reason, detail } = outcome;
        const times = (this.#unknown.get(reason) ?? 0) + 1;
        this.#unknown.set(reason, times);
        log.warn({ matchId, room, reason, detail, times }, "a match result counts without being verified");
        return "unknown";
      }
    }
  }

  async #run(
    { matchId, build, replay }: MatchResult,
    game: string,
  ): Promise<VerifyOutcome | { kind: "unknown"; reason: "not_recorded"; detail?: string }> {
    if (replay === undefined) return { kind: "unknown", reason: "not_recorded" };
    if (build !== this.#options.build)
      return { kind: "unknown", reason: "other_build", detail: `It is of build ${build}.` };
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.#options.read(replay);
    } catch (error) {
      return { kind: "unknown", reason: "unreadable", detail: String(error) };
    }
    if (!bytes) return { kind: "unknown", reason: "not_recorded", detail: "The recording is gone." };
    return this.#options.verify({ game, bytes, matchId, build });
  }
}
