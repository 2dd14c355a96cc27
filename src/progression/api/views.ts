/** What callers may see of stored documents, field by field. Pure. */
import type { CurrencyAmounts, ProgressionRules } from "../../config/progression-config.ts";
import type { MatchResult } from "../../match/match-result.ts";
import { levelOf } from "../player/level-curve.ts";
import { ratingAt } from "../player/match-effects.ts";
import type { LedgerEntry, PlayerDocument } from "../player/player-document.ts";
import { displayedRating } from "../rating/player-rating.ts";
import { type Season, seasonAt } from "../season/season-calendar.ts";
import type {
  CatalogueAnswer,
  HistoryEntry,
  InventoryAnswer,
  LedgerAnswer,
  OwnProfile,
  PublicProfile,
  RatingAnswer,
  RatingHistoryAnswer,
} from "./answers.ts";

export function publicProfileOf(rules: ProgressionRules, player: PlayerDocument, now: Date): PublicProfile {
  const { experience, stats } = player;
  return {
    playerId: player._id,
    name: player.name,
    createdAt: player.createdAt.toISOString(),
    ...levelOf(rules, experience),
    experience,
    ...stats,
    ratings: ratingsOf(rules, player, now),
    achievements: Object.entries(player.achievements).map(([id, at]) => ({
      id,
      unlockedAt: at.toISOString(),
    })),
    equipped: player.equipped,
  };
}

export function ownProfileOf(rules: ProgressionRules, player: PlayerDocument, now: Date): OwnProfile {
  const { season, settings, consent } = player;
  return {
    ...publicProfileOf(rules, player, now),
    ...inventoryOf(rules, player),
    ...(season ? { season } : {}),
    settings,
    ...(consent
      ? { consent: { analytics: consent.analytics, decidedAt: consent.decidedAt.toISOString() } }
      : {}),
  };
}

/** Every declared currency stands there, with zero where there is none. */
export function inventoryOf(rules: ProgressionRules, player: PlayerDocument): InventoryAnswer {
  const wallet: CurrencyAmounts = Object.fromEntries(rules.currencies.map((currency) => [currency, 0]));
  return {
    wallet: { ...wallet, ...player.wallet },
    items: Object.entries(player.inventory).map(([itemId, { count, acquiredAt }]) => ({
      itemId,
      count,
      acquiredAt: acquiredAt.toISOString(),
    })),
    equipped: player.equipped,
  };
}

function ratingsOf(rules: ProgressionRules, player: PlayerDocument, now: Date): RatingAnswer[] {
  const season: Season | undefined = rules.seasons && seasonAt(rules.seasons, now);
  return Object.entries(rules.queues).map(([queue, queueRules]) => {
    const rating = ratingAt(rules, player, queue, now, season);
    const displayed = rating && displayedRating(queueRules, rating);
    const games = rating?.games ?? 0;
    const placementsLeft = Math.max(0, queueRules.placementMatches - games);
    return { queue, games, placementsLeft, ...(displayed === undefined ? {} : { displayed }) };
  });
}

/** One line of the history: the match, and this player's part in it alone. */
export function historyEntryOf(
  match: MatchResult,
  playerId: string,
  entry: LedgerEntry | undefined,
): HistoryEntry | undefined {
  const own = match.players.find((player) => player.playerId === playerId);
  if (!own) return undefined;
  const { score, kills, deaths, placement, won, left } = own;
  const { displayed, change } = entry?.rating ?? {};
  return {
    matchId: match.matchId,
    queue: match.queue,
    mode: match.mode,
    map: match.map,
    endedAt: match.endedAt.toISOString(),
    seconds: Math.round((match.endedAt.getTime() - match.startedAt.getTime()) / 100) / 10,
    players: match.fighters,
    score,
    kills,
    deaths,
    placement,
    won,
    left,
    ...(entry ? { earned: entry.experience } : {}),
    ...(displayed === undefined ? {} : { rating: displayed }),
    ...(change === undefined ? {} : { ratingChange: change }),
    ...(match.replay === undefined ? {} : { replay: match.replay }),
    ...(match.verified === undefined ? {} : { verified: match.verified }),
  };
}

/** @param entries newest first. */
export function ratingHistoryOf(queue: string, entries: readonly LedgerEntry[]): RatingHistoryAnswer {
  const points = entries.flatMap(({ at, rating }) => {
    if (!rating) return [];
    const { mu, sigma, displayed } = rating;
    return [{ at: at.toISOString(), mu, sigma, ...(displayed === undefined ? {} : { displayed }) }];
  });
  return { queue, points: points.toReversed() };
}

export function ledgerOf(entries: readonly LedgerEntry[]): LedgerAnswer {
  return {
    entries: entries.map(({ key, seq, kind, at, experience, currencies, items, achievements, subject }) => ({
      key,
      seq,
      kind,
      at: at.toISOString(),
      experience,
      currencies,
      items,
      achievements,
      ...(subject === undefined ? {} : { subject }),
    })),
  };
}

export function catalogueOf(rules: ProgressionRules): CatalogueAnswer {
  return {
    items: Object.entries(rules.catalogue).map(([itemId, { slot, price, ...item }]) => ({
      itemId,
      ...item,
      ...(slot === undefined ? {} : { slot }),
      ...(price === undefined ? {} : { price }),
    })),
    achievements: Object.entries(rules.achievements).map(([id, { reward, ...achievement }]) => ({
      id,
      ...achievement,
      ...reward,
    })),
  };
}
