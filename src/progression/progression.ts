/**
 * The process's progression service: carries out what matches, purchases and games do to players, and keeps the
 * leaderboards up with it. Everything it does may be repeated; nothing of value is done twice.
 *
 * A match: the result is stored with the ratings its players had (one insert; a repetition finds the stored ones),
 * then applied to all players, then the boards hear of it, then the result is settled. A crash in between is mended by
 * delivering the result again: from the local outbox, or, if that is gone with its machine, from the results that are
 * stored and not settled.
 *
 * Before all that its replay is run again, where there is one. What comes of it is stored with the result, and its
 * effects are computed from what is stored, so that a repetition that finds out something else changes nothing. A result
 * that does not come to what was recorded ("no") is in quarantine: players keep its experience and what it earned them,
 * but no rating, no statistic, no season and no board knows of it, and boards that go by experience leave it out. One
 * of which nothing could be found out ("unknown") counts.
 */
import { randomUUID } from "node:crypto";
import type { ProgressionRules } from "../config/progression-config.ts";
import type { MatchResult, PlayerProgress, Verified } from "../match/match-result.ts";
import { grant } from "./economy/operations.ts";
import type { Transfer } from "./economy/rewards.ts";
import type { BoardFeed } from "./leaderboard/board-feed.ts";
import { submissionsOf } from "./leaderboard/submissions.ts";
import { matchOperation, progressOf, type RatingsBefore, ratingAt } from "./player/match-effects.ts";
import type { Outcome } from "./player/operation.ts";
import type { PlayerDocument } from "./player/player-document.ts";
import type { PlayerStore } from "./player/player-store.ts";
import { type Season, seasonAt } from "./season/season-calendar.ts";

/** Stands in matches for players whose accounts were deleted, with a random part: nobody can tell who it was. */
const PSEUDONYM = "deleted-";

export interface ProgressionOptions {
  rules: ProgressionRules;
  players: PlayerStore;
  feed: BoardFeed;
  /** What running a result's replay again comes to; undefined for matches that are not verified. */
  verifyMatch?: (result: MatchResult) => Promise<Verified | undefined>;
  /** Takes a replay away, of a match whose player's account was deleted before it was stored. May be repeated. */
  dropReplay?: (replay: string) => Promise<void>;
  /** Stores a result with all its players pending; answers what stands with it. */
  storeMatch: (
    result: MatchResult,
    ratingsBefore: RatingsBefore,
  ) => Promise<{ ratingsBefore: RatingsBefore; verified: Verified | undefined }>;
  /** Notes that every player has taken the match. */
  settleMatch: (matchId: string) => Promise<void>;
  /** Puts a pseudonym in a player's place in all stored matches. */
  forgetInMatches: (playerId: string, pseudonym: string) => Promise<void>;
}

/** What a game gives or takes, once for each key. Negative amounts take. */
export interface GrantRequest extends Transfer {
  playerId: string;
  /** Unique for the player and the occasion: the same key again changes nothing. */
  key: string;
  /** A word for the ledger. */
  reason: string;
}

export class Progression {
  readonly #options: ProgressionOptions;

  constructor(options: ProgressionOptions) {
    this.#options = options;
  }

  async openAccount(player: { playerId: string; name: string }): Promise<void> {
    await this.#options.players.open(player, new Date());
  }

  /** Stores a match and everything it causes; may be repeated. @throws the database's errors: try again. */
  async deliver(recorded: MatchResult): Promise<PlayerProgress[]> {
    const { rules, players, verifyMatch, dropReplay, storeMatch, settleMatch } = this.#options;
    // First: what is read of the players should not grow old meanwhile.
    const found = await verifyMatch?.(recorded);
    const known = await players.findMany(recorded.players.map(({ playerId }) => playerId));
    const named = withoutDeleted(recorded, known.deleted);
    if (recorded.replay !== undefined && named.replay === undefined) await dropReplay?.(recorded.replay);
    const season = rules.seasons && seasonAt(rules.seasons, named.endedAt);
    const { queue, endedAt } = named;
    const playerIds = named.players.map(({ playerId }) => playerId);
    const skills = this.#skills(playerIds, queue, known.players, endedAt, season);
    const { ratingsBefore, verified } = await storeMatch(
      { ...named, ...(found && { verified: found }) },
      skills,
    );
    const result = { ...named, verified };
    const match = { result, ratingsBefore, season };
    const parts = result.players.filter(({ playerId }) => !isPseudonym(playerId));
    const outcomes = await players.runAll(parts.map((part) => matchOperation(rules, match, part)));
    if (verified !== "no") await this.#rank(outcomes);
    // Whoever asked for deletion in the middle of this is forgotten once more.
    const { deleted } = await players.findMany(parts.map(({ playerId }) => playerId));
    for (const playerId of deleted) await this.forget(playerId);
    await settleMatch(result.matchId);
    return outcomes.flatMap((outcome) =>
      outcome.ok && outcome.entry ? [progressOf(rules, outcome.player, outcome.entry)] : [],
    );
  }

  /** Takes a player whose account was deleted out of what others see: matches and boards. May be repeated. */
  async forget(playerId: string): Promise<void> {
    await this.#options.forgetInMatches(playerId, `${PSEUDONYM}${randomUUID()}`);
    await this.#options.feed.withdraw(playerId);
  }

  /** As they stand now; whoever has no rating in the queue has a newcomer's. None where the queue is not rated. */
  async skillsOf(
    playerIds: readonly string[],
    queue: string,
  ): Promise<Map<string, { mu: number; sigma: number }>> {
    const { rules, players } = this.#options;
    const now = new Date();
    const season = rules.seasons && seasonAt(rules.seasons, now);
    return this.#skills(playerIds, queue, (await players.findMany(playerIds)).players, now, season);
  }

  /** Gives or takes currencies and items. Refused where something would fall below zero. */
  grant(request: GrantRequest): Promise<Outcome> {
    return this.#options.players.run(grant(this.#options.rules, request, new Date()));
  }

  /** The `look` of what a player wears, by slot; nothing for an unknown player. */
  async loadoutOf(playerId: string): Promise<Record<string, string>> {
    const player = await this.#options.players.find(playerId);
    const worn = Object.entries(player?.equipped ?? {}).map(([slot, itemId]) => {
      const item = this.#options.rules.catalogue[itemId];
      return [slot, item?.look ?? ""] as const;
    });
    return Object.fromEntries(worn);
  }

  /** Newcomers have the queue's start. None where the queue is not rated. */
  #skills(
    playerIds: readonly string[],
    queue: string,
    known: readonly PlayerDocument[],
    moment: Date,
    season: Season | undefined,
  ): Map<string, { mu: number; sigma: number }> {
    const { rules } = this.#options;
    const start = Object.hasOwn(rules.queues, queue) ? rules.queues[queue] : undefined;
    const skills = new Map<string, { mu: number; sigma: number }>();
    if (!start) return skills;
    for (const playerId of playerIds) skills.set(playerId, { mu: start.mu, sigma: start.sigma });
    for (const player of known) {
      const rating = ratingAt(rules, player, queue, moment, season);
      if (rating) skills.set(player._id, { mu: rating.mu, sigma: rating.sigma });
    }
    return skills;
  }

  async #rank(outcomes: readonly Outcome[]): Promise<void> {
    const { rules, feed } = this.#options;
    const now = new Date();
    await feed.submit(
      outcomes.flatMap((outcome) => (outcome.ok ? submissionsOf(rules, outcome.player, now) : [])),
    );
  }
}

export function isPseudonym(playerId: string): boolean {
  return playerId.startsWith(PSEUDONYM);
}

/** A match that is stored after its player's account was deleted names the player no more, and shows nothing of him. */
function withoutDeleted(result: MatchResult, deleted: ReadonlySet<string>): MatchResult {
  if (deleted.size === 0) return result;
  const players = result.players.map((player) =>
    deleted.has(player.playerId)
      ? { ...player, playerId: `${PSEUDONYM}${randomUUID()}`, name: "deleted player" }
      : player,
  );
  return { ...result, players, replay: undefined };
}
