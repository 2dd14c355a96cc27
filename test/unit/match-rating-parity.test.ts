import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Skill } from "../../src/progression/rating/player-rating.ts";
import { assertClose, NEW, RULES, ranksFromScores, rateSides, rulesOf } from "../helpers/rated-matches.ts";

describe("parity with published figures", () => {
  const exact = 1e-9;

  // README of openskill.js. Its figures are rounded and from before tau had a default.
  test("the examples of openskill's README come out", () => {
    const rules = rulesOf({ tau: 0 });
    const first = [NEW, { mu: 32.444, sigma: 5.123 }];
    const second = [
      { mu: 43.381, sigma: 2.421 },
      { mu: 25.188, sigma: 6.211 },
    ];
    assertClose(
      rateSides(rules, [first, second], [1, 2]),
      [
        [28.67, 8.07],
        [33.83, 5.06],
        [43.07, 2.42],
        [23.15, 6.14],
      ],
      0.005,
    );
    const newcomers = [[NEW], [NEW], [NEW], [NEW]];
    assertClose(
      rateSides(rules, newcomers, [4, 1, 3, 2]),
      [
        [20.963, 8.084],
        [27.795, 8.263],
        [24.689, 8.084],
        [26.553, 8.179],
      ],
      0.0006,
    );
    assertClose(
      rateSides(rules, newcomers, ranksFromScores([37, 19, 37, 42])),
      [
        [24.689, 8.179],
        [22.826, 8.179],
        [24.689, 8.179],
        [27.795, 8.263],
      ],
      0.0006,
    );
  });

  // philihp/openskill.js, src/models/__tests__/plackett-luce.test.ts: the model alone, without tau.
  test("the model's own vectors come out: duel, five for themselves, teams of 3, 1 and 2", () => {
    const rules = rulesOf({ tau: 0 });
    assertClose(
      rateSides(rules, [[NEW], [NEW]], [1, 2]),
      [
        [27.63523138347365, 8.065506316323548],
        [22.36476861652635, 8.065506316323548],
      ],
      exact,
    );
    assertClose(
      rateSides(rules, [[NEW], [NEW], [NEW], [NEW], [NEW]], [1, 2, 3, 4, 5]),
      [
        [27.666666666666668, 8.290556877154474],
        [26.833333333333332, 8.240145629781066],
        [25.72222222222222, 8.179996679645559],
        [24.055555555555557, 8.111796013701358],
        [20.72222222222222, 8.111796013701358],
      ],
      exact,
    );
    assertClose(
      rateSides(rules, [[NEW, NEW, NEW], [NEW], [NEW, NEW]], [1, 2, 3]),
      [
        [25.939870821784513, 8.247641552260456],
        [25.939870821784513, 8.247641552260456],
        [25.939870821784513, 8.247641552260456],
        [27.21366020491262, 8.274321317985242],
        [21.84646897330287, 8.213058173195341],
        [21.84646897330287, 8.213058173195341],
      ],
      exact,
    );
  });

  // philihp/openskill.js, src/models/__tests__/plackett-luce-series.test.ts, whose figures come from rank-1.02, the
  // program of the paper's authors: three free-for-alls with ties.
  test("a series of matches ends where the authors' own program ends it", () => {
    const rules = rulesOf({ tau: 0 });
    const skills: Skill[] = [NEW, NEW, NEW, NEW, NEW];
    const play = (who: number[], scores: number[]): void => {
      const before = who.map((index) => [skills[index] ?? NEW]);
      for (const [seat, skill] of rateSides(rules, before, ranksFromScores(scores)).entries())
        skills[who[seat] ?? -1] = skill;
    };
    play([0, 1, 2, 3, 4], [9, 7, 7, 5, 5]);
    play([4, 2, 1], [9, 5, 5]);
    play([3, 1, 2, 0], [9, 9, 7, 7]);
    assertClose(
      skills,
      [
        [26.353761103, 8.11102706],
        [24.618479789, 7.90533551],
        [23.065819512, 7.822005595],
        [24.476332403, 8.106111471],
        [26.385499685, 8.054090809],
      ],
      1e-8,
    );
  });

  // philihp/openskill.js, src/__tests__/rate.test.ts.
  test("tau counts: four for themselves and two pairs, with the default and with 0.01", () => {
    const [a, b, c] = [
      { mu: 29.182, sigma: 4.782 },
      { mu: 27.174, sigma: 4.922 },
      { mu: 16.672, sigma: 6.217 },
    ];
    assertClose(
      rateSides(RULES, [[a], [b], [c], [NEW]], [1, 2, 3, 4]),
      [
        [30.210227447000438, 4.765617924939384],
        [27.644725221915632, 4.883479590134575],
        [17.4036218889969, 6.101259408259549],
        [19.21460876538932, 7.854669920480409],
      ],
      exact,
    );
    const pairs = [
      [a, b],
      [c, NEW],
    ];
    assertClose(
      rateSides(RULES, pairs, [1, 2]),
      [
        [29.607340941337068, 4.755311788972862],
        [27.624602782532037, 4.892807828777459],
        [15.953170429143093, 6.125902065139878],
        [23.70858117648013, 8.111707446126035],
      ],
      exact,
    );
    assertClose(
      rateSides(rulesOf({ tau: 0.01 }), pairs, [1, 2]),
      [
        [29.60722003260825, 4.754607604502581],
        [27.624482251695827, 4.892124276331747],
        [15.953286947567106, 6.1253654293947335],
        [23.708689129525133, 8.111303923213725],
      ],
      exact,
    );
  });

  // philihp/openskill.js, src/__tests__/rate.test.ts.
  test("ties among unequal players and misordered ranks", () => {
    assertClose(
      rateSides(RULES, [[{ mu: 10, sigma: 8 }], [{ mu: 5, sigma: 10 }], [{ mu: 0, sigma: 12 }]], [1, 2, 2]),
      [
        [11.942996666741225, 7.926888197620324],
        [2.9381178546315034, 9.653804487570165],
        [-1.4024317012198733, 11.323641575516767],
      ],
      exact,
    );
    const ladder = [15, 20, 25, 30].map((mu) => [{ mu, sigma: 25 / 3 }]);
    assertClose(
      rateSides(RULES, ladder, [2, 4, 2, 1]),
      [
        [15.340043358359136, 8.213141619804967],
        [18.007678675484204, 8.189033933813437],
        [24.25801928251219, 8.166918055585525],
        [32.39425868364447, 8.247687230833794],
      ],
      exact,
    );
  });

  // openskill.py 6.2.0, tests/models/data/plackettluce.json, as quoted by philihp/openskill.js,
  // src/__tests__/parity-plackett-luce.test.ts.
  test("sides of unequal size, with ranks and with a tie for the first place", () => {
    const r = { mu: 20.35125162611535, sigma: 8.33148112355601 };
    assertClose(
      rateSides(RULES, [[r], [r, r], [r], [r, r]], [2, 1, 4, 3]),
      [
        [22.35555943890167, 8.265434830225024],
        [22.373451456616035, 8.258479912445537],
        [22.373451456616035, 8.258479912445537],
        [18.311159777900297, 8.219170401234347],
        [18.364835831043397, 8.112716571808326],
        [18.364835831043397, 8.112716571808326],
      ],
      exact,
    );
    assertClose(
      rateSides(RULES, [[r], [r, r], [r, r, r]], [1, 2, 1]),
      [
        [21.63766806988004, 8.310709773172306],
        [19.53956360838512, 8.268148437657915],
        [19.53956360838512, 8.268148437657915],
        [19.87652320008089, 8.237522411103104],
        [19.87652320008089, 8.237522411103104],
        [19.87652320008089, 8.237522411103104],
      ],
      exact,
    );
  });

  test("another scale of mu and sigma gives the same match, scaled", () => {
    const scaled = rulesOf({ mu: 1000, sigma: 1000 / 3, tau: 1000 / 300 });
    const [winner, loser] = rateSides(
      scaled,
      [[{ mu: 1000, sigma: 1000 / 3 }], [{ mu: 1000, sigma: 1000 / 3 }]],
      [1, 2],
    );
    assert.ok(winner && loser);
    assertClose(
      [winner, loser].map(({ mu, sigma }) => ({ mu: mu / 40, sigma: sigma / 40 })),
      rateSides(RULES, [[NEW], [NEW]], [1, 2]).map(({ mu, sigma }) => [mu, sigma]),
      exact,
    );
  });
});
