/** Team matches as the page shows them: sides and colours, standings, verdict, the team screen, watching. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { matchVerdict } from "../../client/hud/match-verdict.ts";
import { standingLines } from "../../client/hud/standing-lines.ts";
import { rosterOf } from "../../client/hud/team-roster.ts";
import { nextFollowed } from "../../client/match/followed.ts";
import { fighterHue, sidesOf, teamHue, teamName, teamOrder } from "../../client/match/sides.ts";
import { Fighter, SkirmishState, Team } from "../../schemas/skirmish-state.ts";

type Line = [key: string, team: number, score: number, bot?: boolean];

function matchOf(lines: readonly Line[], teams: readonly number[], winner = ""): SkirmishState {
  const state = new SkirmishState();
  state.mode = teams.length > 0 ? "teams" : "ffa";
  state.phase = "over";
  state.winner = winner;
  for (const score of teams) state.teams.push(Object.assign(new Team(), { score }));
  lines.forEach(([key, team, score, bot = false], slot) =>
    state.fighters.set(key, Object.assign(new Fighter(), { name: `Name ${key}`, team, score, slot, bot })),
  );
  return state;
}

const SQUADS: readonly Line[] = [
  ["a", 0, 3],
  ["b", 1, 5],
  ["c", 1, 1],
  ["d", 0, 2],
];

describe("sides", () => {
  test("the own side has the same colour on whichever team one is", () => {
    assert.equal(teamHue(0, 0), teamHue(1, 1));
    assert.equal(teamHue(1, 0), teamHue(0, 1));
    assert.notEqual(teamHue(0, 0), teamHue(1, 0));
    const hues = [0, 1, 2, 3].map((team) => teamHue(team, 2));
    assert.equal(new Set(hues).size, 4);
  });

  test("in a free-for-all everybody keeps the colour of their slot", () => {
    const state = matchOf(
      [
        ["a", 0, 0],
        ["b", 1, 0],
      ],
      [],
    );
    const sides = sidesOf(state, "a");
    assert.deepEqual(
      [...state.fighters.values()].map((fighter) => fighterHue(sides, fighter)),
      [0, 1],
    );
  });

  test("names and order start from the own side, for spectators from the first", () => {
    assert.deepEqual(
      [0, 1].map((team) => teamName(team, 1, 2)),
      ["Enemies", "Your team"],
    );
    assert.deepEqual(
      [0, 1].map((team) => teamName(team, undefined, 2)),
      ["Team 1", "Team 2"],
    );
    assert.equal(teamName(2, 0, 3), "Team 3");
    assert.deepEqual(teamOrder(3, 1), [1, 0, 2]);
    assert.deepEqual(teamOrder(2, undefined), [0, 1]);
  });
});

describe("standings", () => {
  test("in a team match each team stands above its fighters, the better one first", () => {
    const lines = standingLines(matchOf(SQUADS, [5, 6], "1"), "a");
    assert.deepEqual(
      lines.map((line) =>
        line.kind === "team" ? `${line.name} ${line.score}` : `${line.placement} ${line.fighter.name}`,
      ),
      ["Enemies 6", "1 Name b", "2 Name c", "Your team 5", "1 Name a", "2 Name d"],
    );
    assert.deepEqual(
      lines.filter(({ winner }) => winner).map((line) => line.kind),
      ["team"],
    );
  });

  test("in a free-for-all the list is as it was", () => {
    const lines = standingLines(
      matchOf(
        [
          ["a", 0, 3],
          ["b", 0, 5],
        ],
        [],
        "b",
      ),
      "a",
    );
    assert.deepEqual(
      lines.map((line) => [line.kind, line.own, line.winner]),
      [
        ["fighter", false, true],
        ["fighter", true, false],
      ],
    );
  });
});

describe("the verdict", () => {
  test("the own team's score stands first, whoever won", () => {
    assert.deepEqual(matchVerdict(matchOf(SQUADS, [5, 6], "1"), "b"), {
      title: "Victory",
      subtitle: "Your team wins · 6 : 5",
      victory: true,
    });
    assert.deepEqual(matchVerdict(matchOf(SQUADS, [5, 6], "1"), "a"), {
      title: "Defeat",
      subtitle: "The enemies win · 5 : 6",
      victory: false,
    });
  });

  test("team 0 can win, nobody can win, and a spectator is told which team did", () => {
    assert.equal(matchVerdict(matchOf(SQUADS, [7, 6], "0"), "a").title, "Victory");
    assert.equal(matchVerdict(matchOf(SQUADS, [6, 6]), "a").title, "Draw");
    assert.equal(matchVerdict(matchOf(SQUADS, [5, 6], "1"), "watcher").title, "Team 2 wins");
  });

  test("a free-for-all names its winner and the own place", () => {
    const state = matchOf(
      [
        ["a", 0, 3],
        ["b", 0, 5],
      ],
      [],
      "b",
    );
    assert.equal(matchVerdict(state, "a").subtitle, "Match over: Name b wins · you came 2nd of 2");
    assert.equal(matchVerdict(state, "b").title, "Victory");
  });
});

describe("the team screen", () => {
  test("puts the own side first and oneself on top, bots last", () => {
    const state = matchOf(
      [
        ["bot-1", 1, 0, true],
        ["b", 1, 0],
        ["a", 0, 0],
        ["me", 1, 0],
      ],
      [0, 0],
    );
    const sides = rosterOf(state, "me", []);
    assert.deepEqual(
      sides.map(({ name, lines }) => [name, ...lines.map((line) => line.name)]),
      [
        ["Your team", "Name me", "Name b", "Name bot-1"],
        ["Enemies", "Name a"],
      ],
    );
  });

  test("names who has a seat and is not there yet, also where two share a name", () => {
    const state = matchOf([["a", 0, 0]], [0, 0]);
    const [own, enemies] = rosterOf(state, "a", [["Name a", "Name a"], ["Late"]]);
    assert.deepEqual(
      own?.lines.map(({ name, missing }) => [name, missing]),
      [
        ["Name a", false],
        ["Name a", true],
      ],
    );
    assert.deepEqual(
      enemies?.lines.map(({ name, missing }) => [name, missing]),
      [["Late", true]],
    );
  });

  test("two against each other are two sides; more of them are one list", () => {
    const duel = matchOf(
      [
        ["a", 0, 0],
        ["b", 1, 0],
      ],
      [],
    );
    assert.deepEqual(
      rosterOf(duel, "b", [["Name a"], ["Name b"]]).map(({ lines }) => lines[0]?.name),
      ["Name b", "Name a"],
    );
    const many = matchOf(
      [
        ["a", 0, 0],
        ["b", 1, 0],
        ["c", 2, 0],
      ],
      [],
    );
    assert.equal(rosterOf(many, "a", []).length, 1);
  });
});

test("a spectator goes round, and to somebody else when the followed one has left", () => {
  const keys = ["a", "b", "c"];
  assert.equal(nextFollowed(keys, "c", 1), "a");
  assert.equal(nextFollowed(keys, "a", -1), "c");
  assert.equal(nextFollowed(keys, "gone", 1), "a");
  assert.equal(nextFollowed([], "a", 1), undefined);
});
