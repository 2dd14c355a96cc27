import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { MatchPlayer } from "../../src/match/match-result.ts";
import { rateMatch } from "../../src/progression/rating/match-rating.ts";
import type { Skill } from "../../src/progression/rating/player-rating.ts";
import {
  assertClose,
  contest,
  type Entrant,
  NEW,
  RULES,
  rateAll,
  rateSides,
  rulesOf,
  skills,
} from "../helpers/rated-matches.ts";

describe("what a match does", () => {
  const [WIN, LOSS] = [
    { placement: 1, won: true },
    { placement: 2, won: false },
  ];

  test("the winner rises, the loser falls, and both become more certain", () => {
    const [winner, loser] = rateAll(RULES, contest(false, [WIN, LOSS]));
    assert.ok(winner && loser && winner.mu > 25 && loser.mu < 25);
    assert.ok(winner.sigma < NEW.sigma && loser.sigma < NEW.sigma);
  });

  test("a tie of equals moves nobody, a tie of unequals brings them closer", () => {
    for (const { mu } of rateAll(RULES, contest(false, [{}, {}, {}]))) assert.ok(Math.abs(mu - 25) < 1e-9);
    const [strong, weak] = rateAll(
      RULES,
      contest(false, [{ skill: { mu: 30, sigma: 4 } }, { skill: { mu: 20, sigma: 4 } }]),
    );
    assert.ok(strong && weak && strong.mu < 30 && weak.mu > 20);
  });

  test("team mates share the direction, the less certain one moves further", () => {
    const sure = { mu: 25, sigma: 2 };
    const [a, b, c, d] = rateAll(
      RULES,
      contest(true, [
        { ...WIN, team: 0, skill: sure },
        { ...WIN, team: 0 },
        { ...LOSS, team: 1, skill: sure },
        { ...LOSS, team: 1 },
      ]),
    );
    assert.ok(a && b && c && d);
    assert.ok(a.mu > 25 && b.mu > a.mu && c.mu < 25 && d.mu < c.mu);
  });

  test("the team that won is ahead even where its members stand below the best loser", () => {
    const [star, winner] = rateAll(
      RULES,
      contest(true, [
        { team: 0, placement: 1, won: false },
        { team: 1, placement: 2, won: true },
      ]),
    );
    assert.ok(star && winner && star.mu < 25 && winner.mu > 25);
  });

  test("in a free-for-all the placement alone counts", () => {
    const [second, first] = rateAll(
      RULES,
      contest(false, [
        { placement: 2, won: true },
        { placement: 1, won: false },
      ]),
    );
    assert.ok(first && second && first.mu > 25 && second.mu < 25);
  });

  test("a team's placement is its best member's, bots included", () => {
    const match = contest(
      true,
      [
        { team: 0, placement: 4 },
        { team: 1, placement: 2 },
      ],
      [{ team: 0, placement: 1 }],
    );
    const [first, second] = rateAll(RULES, match);
    assert.ok(first && second && first.mu > 25 && second.mu < 25);
  });

  test("bots stand as opponents of the fixed strength; left out, a lone player's match is not rated", () => {
    const match = contest(false, [WIN], [{ team: 1, placement: 2 }]);
    const [against] = rateAll(RULES, match);
    const equal = rateSides(RULES, [[NEW], [{ mu: 20, sigma: 3 }]], [1, 2])[0];
    assert.deepEqual(against, equal);
    assert.equal(rateMatch(rulesOf({ bots: null }), match.result, match.ratings, "p0"), undefined);
  });

  test("bots on the own team count as its strength, and are left out when they do not count", () => {
    const match = contest(
      true,
      [
        { ...WIN, team: 0 },
        { ...LOSS, team: 1 },
      ],
      [{ team: 0, placement: 1 }],
    );
    const [helped] = rateAll(RULES, match);
    const [alone] = rateAll(
      RULES,
      contest(true, [
        { ...WIN, team: 0 },
        { ...LOSS, team: 1 },
      ]),
    );
    assert.ok(helped && alone && helped.mu < alone.mu, "winning with help says less");
    assert.deepEqual(rateAll(rulesOf({ bots: null }), match)[0], alone);
  });

  test("a match without two sides, without the player or without the player's rating is not rated", () => {
    const rate = ({ result, ratings }: ReturnType<typeof contest>, playerId = "p0") =>
      rateMatch(RULES, result, ratings, playerId);
    assert.equal(rate(contest(false, [{}])), undefined);
    assert.equal(rate(contest(true, [{ team: 1 }, { team: 1 }])), undefined);
    assert.equal(rate(contest(false, [])), undefined);
    const match = contest(false, [WIN, LOSS]);
    assert.equal(rate(match, "stranger"), undefined);
    assert.equal(rateMatch(RULES, match.result, new Map(), "p0"), undefined);
  });

  test("another player whose rating is not known stands in as a newcomer", () => {
    const { result, ratings } = contest(false, [WIN, LOSS]);
    const expected = rateMatch(RULES, result, ratings, "p0");
    assert.ok(expected);
    assert.deepEqual(rateMatch(RULES, result, new Map([["p0", NEW]]), "p0"), expected);
  });

  test("ratings and placements that are no numbers leave the match unrated", () => {
    for (const skill of [
      { mu: Number.NaN, sigma: 8 },
      { mu: 25, sigma: Number.POSITIVE_INFINITY },
      { mu: Number.NEGATIVE_INFINITY, sigma: 8 },
    ]) {
      const { result, ratings } = contest(false, [WIN, { ...LOSS, skill }]);
      assert.equal(rateMatch(RULES, result, ratings, "p0"), undefined);
      assert.equal(rateMatch(RULES, result, ratings, "p1"), undefined);
    }
    const { result, ratings } = contest(false, [WIN, { placement: Number.NaN }]);
    assert.equal(rateMatch(RULES, result, ratings, "p0"), undefined);
  });

  test("large teams of certain players on a high scale are rated", () => {
    const rules = rulesOf({ mu: 1000, sigma: 10, tau: 0.1 });
    const side = Array.from({ length: 32 }, () => ({ mu: 1000, sigma: 0.5 }));
    const skills = rateSides(rules, [side, side], [1, 2]);
    assert.ok((skills[0]?.mu ?? 0) > 1000 && (skills[32]?.mu ?? 2000) < 1000);
  });

  test("matches that tell nothing make nobody less certain than a newcomer", () => {
    const rules = rulesOf({ tau: 5 });
    let skill: Skill = { mu: 25, sigma: 1 };
    for (let count = 0; count < 50; count += 1) {
      const [next] = rateAll(
        rules,
        contest(false, [
          { ...WIN, skill },
          { ...LOSS, skill: { mu: -900, sigma: 1 } },
        ]),
      );
      assert.ok(next);
      skill = next;
    }
    assert.ok(skill.sigma <= rules.sigma, `sigma is ${skill.sigma}`);
  });
});

describe("leaving", () => {
  test("who leaves in a free-for-all is rated as last alone, the others by what was played", () => {
    const field = [{ placement: 1 }, { placement: 2 }, { placement: 3 }, { placement: 3 }];
    const stayed = rateAll(RULES, contest(false, field));
    const left = rateAll(RULES, contest(false, [{ placement: 1, left: true }, ...field.slice(1)]));
    const asLast = rateAll(RULES, contest(false, [{ placement: 4 }, ...field.slice(1)]));
    assert.equal(left[0]?.mu, asLast[0]?.mu);
    assert.ok((left[0]?.mu ?? 25) < 25);
    assert.deepEqual(left.slice(1), stayed.slice(1));
  });

  test("who leaves the winning team loses, the team mates win", () => {
    const [left, mate, opponent] = rateAll(
      RULES,
      contest(true, [
        { team: 0, placement: 1, won: true, left: true },
        { team: 0, placement: 1, won: true },
        { team: 1, placement: 2 },
      ]),
    );
    assert.ok(left && mate && opponent && left.mu < 25 && mate.mu > 25 && opponent.mu < 25);
  });

  test("a match that everybody left makes everybody lose", () => {
    const gone = { left: true, placement: 1 };
    for (const teamGame of [false, true])
      for (const { mu } of rateAll(RULES, contest(teamGame, [gone, gone, { ...gone, team: 1 }])))
        assert.ok(mu < 25);
  });
});

describe("coming late", () => {
  const field: Entrant[] = [
    { team: 0, placement: 1, won: true },
    { team: 0, placement: 1, won: true, left: true },
    { team: 1, placement: 2 },
    { team: 1, placement: 2 },
  ];

  test("a defeat costs who came late nothing, a victory counts", () => {
    const lost = contest(true, [...field, { playerId: "late", team: 1, placement: 2, late: true }]);
    assert.equal(rateMatch(RULES, lost.result, lost.ratings, "late"), undefined);
    const won = contest(true, [...field, { playerId: "late", team: 0, placement: 1, won: true, late: true }]);
    assert.ok((rateMatch(RULES, won.result, won.ratings, "late")?.mu ?? 0) > 25);
  });

  test("who came late and left again is not spared", () => {
    const left = contest(true, [
      ...field,
      { playerId: "late", team: 1, placement: 2, late: true, left: true },
    ]);
    assert.ok((rateMatch(RULES, left.result, left.ratings, "late")?.mu ?? 25) < 25);
  });

  test("the others are rated as if nobody had come late", () => {
    const without = rateAll(RULES, contest(true, field));
    const late = {
      playerId: "late",
      team: 0,
      placement: 1,
      won: true,
      late: true,
      skill: { mu: 40, sigma: 2 },
    };
    const withLate = contest(true, [...field, late]);
    const others = field.map((_entrant, index) =>
      rateMatch(RULES, withLate.result, withLate.ratings, `p${index}`),
    );
    assert.deepEqual(others, without);
  });
});

const places = fc.integer({ min: 1, max: 8 });
/** Matches of 2 to 12 players and up to 6 bots; in a team game each team shares its outcome. */
const contests = fc
  .record({
    teamGame: fc.boolean(),
    entrants: fc.array(
      fc.record({
        skill: skills,
        team: fc.integer({ min: 0, max: 3 }),
        placement: places,
        left: fc.integer({ min: 0, max: 3 }).map((roll) => roll === 0),
      }),
      { minLength: 2, maxLength: 12 },
    ),
    bots: fc.array(fc.record({ team: fc.integer({ min: 0, max: 3 }), placement: places }), { maxLength: 6 }),
    teamPlaces: fc.array(places, { minLength: 4, maxLength: 4 }),
  })
  .map(({ teamGame, entrants, bots, teamPlaces }) => {
    const placed = <T extends { team: number; placement: number }>(part: T): T =>
      teamGame ? { ...part, placement: teamPlaces[part.team] ?? 1 } : part;
    return contest(teamGame, entrants.map(placed), bots.map(placed));
  });

const hasSides = ({ result: { teamGame, players, bots } }: ReturnType<typeof contest>): boolean =>
  !teamGame || new Set([...players, ...bots].map(({ team }) => team)).size > 1;

describe("in every match", () => {
  test("ratings are finite, sigma is above 0, and two sides are enough to be rated", () => {
    fc.assert(
      fc.property(contests, (match) => {
        for (const { playerId } of match.result.players) {
          const skill = rateMatch(RULES, match.result, match.ratings, playerId);
          assert.equal(skill !== undefined, hasSides(match));
          if (skill) assert.ok(Number.isFinite(skill.mu) && Number.isFinite(skill.sigma) && skill.sigma > 0);
        }
      }),
    );
  });

  test("the order of players and bots does not matter", () => {
    fc.assert(
      fc.property(contests.filter(hasSides), fc.integer({ min: 0, max: 11 }), (match, turn) => {
        const { players, bots } = match.result;
        const turned = [...players.slice(turn), ...players.slice(0, turn)].toReversed();
        const other = { ...match.result, players: turned, bots: bots.toReversed() };
        for (const [index, skill] of rateAll(RULES, match).entries()) {
          const again = rateMatch(RULES, other, match.ratings, players[index]?.playerId ?? "");
          assert.ok(again);
          assertClose([again], [[skill.mu, skill.sigma]], 1e-9);
        }
      }),
    );
  });

  test("equals who are level come out equal", () => {
    fc.assert(
      fc.property(contests, skills, places, ({ result, ratings }, skill, placement) => {
        const twin = { team: 0, score: 0, kills: 0, deaths: 0, placement, won: false, left: false };
        const twins = ["a", "b"].map((playerId) => ({ ...twin, playerId, name: playerId }));
        const [first, second] = twins as [MatchPlayer, MatchPlayer];
        const match = { ...result, teamGame: false, players: [first, ...result.players, second] };
        const known = new Map([...ratings, ["a", skill], ["b", skill]]);
        const [a, b] = ["a", "b"].map((playerId) => rateMatch(RULES, match, known, playerId));
        assert.ok(a && b);
        assertClose([a], [[b.mu, b.sigma]], 1e-9);
      }),
    );
  });

  test("leaving is never better than staying, whatever place staying would have brought", () => {
    fc.assert(
      fc.property(contests.filter(hasSides), places, fc.nat(), (match, place, pick) => {
        const { players, bots, teamGame } = match.result;
        const own = players[pick % players.length];
        assert.ok(own);
        const rateWith = (changes: (part: MatchPlayer) => Partial<MatchPlayer>, placed?: number): Skill => {
          const result = {
            teamGame,
            players: players.map((part) => ({ ...part, ...changes(part) })),
            bots: bots.map((bot) =>
              placed && teamGame && bot.team === own.team ? { ...bot, placement: placed } : bot,
            ),
          };
          const skill = rateMatch(RULES, result, match.ratings, own.playerId);
          assert.ok(skill);
          return skill;
        };
        const isOwn = (part: MatchPlayer): boolean => part.playerId === own.playerId;
        const left = rateWith((part) => (isOwn(part) ? { left: true } : {}));
        const stayed = rateWith((part) => (isOwn(part) ? { left: false } : {}));
        assert.ok(left.mu <= stayed.mu && left.sigma >= stayed.sigma);
        const elsewhere = rateWith((part) => {
          if (isOwn(part)) return { left: false, placement: place };
          return teamGame && part.team === own.team ? { placement: place } : {};
        }, place);
        assert.ok(
          left.mu <= elsewhere.mu + 1e-9,
          `${left.mu} after leaving, ${elsewhere.mu} on place ${place}`,
        );
      }),
    );
  });

  test("whether others left changes nothing for those who stayed", () => {
    fc.assert(
      fc.property(contests.filter(hasSides), ({ result, ratings }) => {
        const nobodyLeft = {
          ...result,
          players: result.players.map((player) => ({ ...player, left: false })),
        };
        for (const { playerId, left } of result.players)
          if (!left)
            assert.deepEqual(
              rateMatch(RULES, result, ratings, playerId),
              rateMatch(RULES, nobodyLeft, ratings, playerId),
            );
      }),
    );
  });

  test("64 players are rated, alone and in teams", () => {
    const entrants = Array.from(
      { length: 64 },
      (_, index): Entrant => ({
        skill: { mu: index, sigma: 1 + (index % 8) },
        team: index % 2,
        placement: teamOrOwn(index),
      }),
    );
    for (const teamGame of [false, true])
      for (const { sigma } of rateAll(RULES, contest(teamGame, entrants))) assert.ok(sigma > 0);
  });
});

const teamOrOwn = (index: number): number => 1 + (index % 2) * 32 + Math.floor(index / 2);

test("bots alone cannot be beaten for ever: the rating stops a newcomer's sigma above theirs", () => {
  const rules = rulesOf({ bots: { mu: 20, sigma: 3 } });
  let skill: Skill = { mu: 25, sigma: 25 / 3 };
  for (let match = 0; match < 300; match += 1) {
    const bots = [2, 3, 4].map((placement) => ({ team: 0, placement }));
    [skill = skill] = rateAll(rules, contest(false, [{ skill, placement: 1, won: true }], bots));
  }
  assert.ok(Math.abs(skill.mu - (20 + 25 / 3)) < 1e-9, JSON.stringify(skill));
  const strong: Skill = { mu: 40, sigma: 2 };
  const [kept] = rateAll(
    rules,
    contest(false, [{ skill: strong, placement: 1, won: true }], [{ team: 0, placement: 2 }]),
  );
  assert.equal(kept?.mu, 40, "who is above it loses nothing by winning");
});
