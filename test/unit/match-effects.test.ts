/** What one match does to one player: pure, so everything is checked by value. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgressionRules } from "../../src/config/progression-config.ts";
import type { MatchPlayer, MatchResult } from "../../src/match/match-result.ts";
import {
  inSeason,
  matchOperation,
  progressOf,
  type RatingsBefore,
} from "../../src/progression/player/match-effects.ts";
import type { EntryContent, PlayerChanges } from "../../src/progression/player/operation.ts";
import { freshPlayer, type PlayerDocument } from "../../src/progression/player/player-document.ts";
import { seasonAt, seasonNamed, seasonNumber } from "../../src/progression/season/season-calendar.ts";
import { testRules } from "../helpers/progression-rules.ts";

const began = new Date("2026-03-01T12:00:00Z");
const ended = new Date("2026-03-01T12:03:00Z");
const rules = testRules();

function part(playerId: string, changes: Partial<MatchPlayer> = {}): MatchPlayer {
  const placed = { team: 0, score: 0, kills: 0, deaths: 0, placement: 1, won: false, left: false };
  return { playerId, name: playerId, ...placed, ...changes };
}

function resultOf(players: MatchPlayer[], changes: Partial<MatchResult> = {}): MatchResult {
  const where = { room: "duel", queue: "duel", mode: "duel", map: "none", seed: 1, build: "test" };
  return {
    matchId: "match-1",
    ...where,
    startedAt: began,
    endedAt: ended,
    fighters: players.length,
    teamGame: false,
    players,
    bots: [],
    ...changes,
  };
}

const start = { mu: 25, sigma: 25 / 3 };
const both: RatingsBefore = new Map([
  ["red", start],
  ["blue", start],
]);

function play(
  player: PlayerDocument,
  result: MatchResult,
  options: { rules?: ProgressionRules; ratingsBefore?: RatingsBefore } = {},
): { player: PlayerDocument; set: PlayerChanges; entry: EntryContent } {
  const { rules: used = rules, ratingsBefore = both } = options;
  const season = used.seasons && seasonAt(used.seasons, result.endedAt);
  const own = result.players.find(({ playerId }) => playerId === player._id);
  assert.ok(own);
  const decision = matchOperation(used, { result, ratingsBefore, season }, own).decide(player);
  assert.ok(decision.ok);
  return {
    player: { ...player, ...decision.set, seq: player.seq + 1 },
    set: decision.set,
    entry: decision.entry ?? {},
  };
}

const red = (): PlayerDocument => freshPlayer({ playerId: "red", name: "Red" }, began);
const duel = (won: boolean, changes: Partial<MatchPlayer> = {}): MatchResult =>
  resultOf([
    part("red", { won, placement: won ? 1 : 2, kills: 3, deaths: 1, ...changes }),
    part("blue", { won: !won, placement: won ? 2 : 1 }),
  ]);

test("a won match brings experience, currency, the achievement with its reward, and a rating", () => {
  const { player, entry } = play(red(), duel(true));
  assert.equal(player.experience, 50 + 100 + 3 * 10);
  assert.deepEqual(player.stats, { games: 1, wins: 1, kills: 3, deaths: 1, quits: 0 });
  assert.deepEqual(player.wallet, { coins: 15, gems: 2 });
  assert.deepEqual(player.inventory, { medal: { count: 1, acquiredAt: ended } });
  assert.deepEqual(player.achievements, { "first-win": ended });
  assert.ok((player.ratings["duel"]?.mu ?? 0) > 25 && (player.ratings["duel"]?.sigma ?? 9) < 25 / 3);
  assert.deepEqual(entry.currencies, { coins: 15, gems: 2 });
  assert.deepEqual(entry.items, { medal: 1 });
  assert.deepEqual(entry.achievements, ["first-win"]);
});

test("a level gained in a match is rewarded once for each level", () => {
  const generous = testRules({ matchExperience: 1000 });
  const { player } = play(red(), duel(false), { rules: generous });
  // 1,030 points: 200 + 230 + 265 (level 4) and 304 (level 5) are below it together, so four levels are gained.
  assert.equal(player.wallet["gems"], 4);
});

test("who left early earns nothing, is counted as having quit, and loses rating", () => {
  const { player, entry } = play(red(), duel(false, { left: true, placement: 2 }));
  assert.equal(player.experience, 0);
  assert.deepEqual(player.wallet, {});
  assert.deepEqual(player.stats, { games: 1, wins: 0, kills: 3, deaths: 1, quits: 1 });
  assert.ok((entry.rating?.mu ?? 25) < 25);
});

test("an achievement is unlocked once", () => {
  const first = play(red(), duel(true)).player;
  const second = play(first, { ...duel(true), matchId: "match-2" });
  assert.deepEqual(second.entry.achievements, []);
  assert.deepEqual(second.entry.items, {});
});

test("a rating is shown after the placement matches, and its change from the one after", () => {
  const first = play(red(), duel(true));
  assert.equal(first.entry.rating?.displayed, undefined);
  const second = play(first.player, { ...duel(true), matchId: "match-2" });
  assert.ok((second.entry.rating?.displayed ?? 0) > 0);
  assert.equal(second.entry.rating?.change, undefined);
  const third = play(second.player, { ...duel(true), matchId: "match-3" });
  const change = (third.entry.rating?.displayed ?? 0) - (second.entry.rating?.displayed ?? 0);
  assert.equal(third.entry.rating?.change, change);
});

test("a queue that is not declared is not rated, and the rest of the match counts", () => {
  for (const queue of ["casual", "constructor", "__proto__"]) {
    const { player, entry } = play(red(), { ...duel(true), queue });
    assert.deepEqual([player.ratings, entry.rating, player.experience], [{}, undefined, 180]);
  }
});

test("the opponents' noted ratings count, not what they have become since", () => {
  const strong: RatingsBefore = new Map([...both, ["blue", { mu: 40, sigma: 2 }]]);
  const beatenEqual = play(red(), duel(true)).entry.rating?.mu ?? 0;
  const beatenStrong = play(red(), duel(true), { ratingsBefore: strong }).entry.rating?.mu ?? 0;
  assert.ok(beatenStrong > beatenEqual);
});

test("two matches that overlapped both count for the own rating", () => {
  const first = play(red(), duel(true));
  // The second match noted the rating before the first was applied.
  const second = play(first.player, { ...duel(true), matchId: "match-2" });
  assert.ok((second.entry.rating?.mu ?? 0) > (first.entry.rating?.mu ?? 99));
  assert.equal(second.entry.rating?.games, 2);
});

const seasonal = testRules({ seasons: { firstStartsAt: "2026-01-01T00:00:00Z", lengthDays: 28 } });

test("a season counts its own totals, and the first match of the next starts them anew", () => {
  const inThird = play(red(), duel(true), { rules: seasonal }).player;
  assert.deepEqual(inThird.season, {
    id: "season-3",
    experience: 180,
    games: 1,
    wins: 1,
    kills: 3,
    deaths: 1,
    quits: 0,
  });
  const later = { ...duel(false), matchId: "match-2", endedAt: new Date("2026-04-01T00:00:00Z") };
  const inFourth = play(inThird, later, { rules: seasonal }).player;
  assert.deepEqual([inFourth.season?.id, inFourth.season?.games, inFourth.stats.games], ["season-4", 1, 2]);
});

test("a season's turn moves the rating toward the middle, once", () => {
  const placed = play(red(), duel(true), { rules: seasonal }).player;
  const next = seasonNumber(seasonal.seasons ?? assert.fail(), 4);
  const turned = inSeason(seasonal, placed, next);
  const [before, after] = [placed.ratings["duel"], turned.ratings["duel"]];
  assert.ok(before && after && after.mu < before.mu && after.mu > 25 && after.sigma > before.sigma);
  const played = { ...placed, ...turned } as PlayerDocument;
  assert.deepEqual(inSeason(seasonal, played, next).ratings["duel"], after);
});

test("a result that arrives after the next season began leaves that season alone", () => {
  const later = { ...duel(true), matchId: "match-2", endedAt: new Date("2026-04-01T00:00:00Z") };
  const inFourth = play(red(), later, { rules: seasonal }).player;
  const late = play(inFourth, duel(true), { rules: seasonal }).player;
  assert.deepEqual(late.season, inFourth.season);
  assert.equal(late.stats.games, 2);
  assert.equal(late.playedAt?.getTime(), later.endedAt.getTime());
});

test("seasons follow one another without gaps, and an id names its season", () => {
  const rulesOfSeasons = seasonal.seasons ?? assert.fail();
  const first = seasonNumber(rulesOfSeasons, 1);
  assert.equal(seasonAt(rulesOfSeasons, new Date(first.startsAt.getTime() - 1)), undefined);
  assert.equal(seasonAt(rulesOfSeasons, new Date(first.endsAt.getTime() - 1))?.id, "season-1");
  assert.equal(seasonAt(rulesOfSeasons, first.endsAt)?.id, "season-2");
  assert.deepEqual(seasonNamed(rulesOfSeasons, "season-2"), seasonNumber(rulesOfSeasons, 2));
  for (const word of ["season-0", "season-01", "season-1e3", "all", ""])
    assert.equal(seasonNamed(rulesOfSeasons, word), undefined);
});

test("a result that its replay contradicts earns what it earns and moves nothing that players are ranked by", () => {
  const before = play(red(), duel(true)).player;
  const { player, entry, set } = play(before, { ...duel(true), matchId: "match-2", verified: "no" });
  assert.deepEqual(
    [player.experience, player.unranked, entry.currencies, entry.rating],
    [before.experience + 180, 180, { coins: 15, gems: 1 }, undefined],
  );
  for (const field of ["stats", "season", "ratings", "playedAt"] as const)
    assert.deepEqual(set[field] ?? before[field], before[field], field);
  const again = play(player, { ...duel(true), matchId: "match-3", verified: "no" }).player;
  assert.equal(again.unranked, 360);
  const known = play(red(), { ...duel(true), verified: "unknown" });
  assert.deepEqual(known.player, play(red(), duel(true)).player, "what nobody knows counts");
});

test("the player is told what the match brought and what there is now", () => {
  const { player, entry } = play(red(), duel(true));
  const stored = {
    key: "match/match-1",
    seq: 1,
    kind: "match" as const,
    at: ended,
    experience: 0,
    currencies: {},
    items: {},
    achievements: [],
    ...entry,
  };
  const { levelProgress, ...progress } = progressOf(rules, player, stored);
  assert.deepEqual(progress, {
    playerId: "red",
    earned: 180,
    experience: 180,
    level: 1,
    games: 1,
    wins: 1,
    kills: 3,
    deaths: 1,
    currencies: { coins: 15, gems: 2 },
    items: { medal: 1 },
    achievements: ["first-win"],
    rating: { queue: "duel", displayed: undefined, change: undefined, placementsLeft: 1 },
  });
  assert.equal(levelProgress, 0.9);
});
