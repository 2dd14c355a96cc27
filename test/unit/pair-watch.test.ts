/** Who trades wins is found through stored results; who merely plays is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { PairWatch, type RatedMatch } from "../../src/anticheat/pair-watch.ts";
import type { Decision } from "../../src/anticheat/trust/trust-services.ts";

/** A day of duels; results are kept and looked up as a store would. */
function openDay() {
  const matches: RatedMatch[] = [];
  const decisions: Decision[] = [];
  const errors: unknown[] = [];
  const watch = new PairWatch({
    historyOf: async (playerId, limit) =>
      matches
        .filter(({ players }) => players.some((player) => player.playerId === playerId))
        .slice(-limit)
        .toReversed(),
    decide: (decision) => decisions.push(decision),
    failed: (error) => errors.push(error),
  });
  const play = async (winner: string, loser: string, queue = "duel"): Promise<void> => {
    const result: RatedMatch = {
      matchId: `m${matches.length}`,
      room: "skirmish",
      queue,
      endedAt: new Date(1_700_000_000_000 + matches.length * 60_000),
      teamGame: false,
      players: [
        { playerId: winner, team: 0, won: true, placement: 1 },
        { playerId: loser, team: 1, won: false, placement: 2 },
      ],
    };
    matches.push(result);
    watch.note(result);
    await watch.settle();
  };
  return { play, decisions, errors, matches, watch };
}

async function playHonestly(
  play: (winner: string, loser: string) => Promise<void>,
  games: number,
): Promise<void> {
  const random = createRandom(3);
  for (let game = 0; game < games; game += 1) {
    const one = random.below(120);
    const other = (one + 1 + random.below(119)) % 120;
    await play(`p${one}`, `p${other}`);
  }
}

test("two who meet again and again are a case within 20 games; the others are not", async () => {
  const { play, decisions } = openDay();
  await playHonestly(play, 600);
  assert.equal(decisions.length, 0);
  let games = 0;
  for (; decisions.length === 0 && games < 20; games += 1) await play("p1", "trader");
  assert.ok(decisions.length > 0, "found");
  assert.ok(decisions.every(({ playerId }) => ["p1", "trader"].includes(playerId)));
  const [decision] = decisions;
  assert.equal(decision?.reason, "win-trading");
  assert.equal(decision?.kicked, false);
  assert.ok((decision?.evidence[0]?.measured["games"] ?? 0) >= 6);
});

test("in a small pool people meet again, and in unrated matches nothing is traded", async () => {
  const small = openDay();
  for (let game = 0; game < 40; game += 1) await small.play("a", `b${game % 5}`);
  assert.deepEqual(small.decisions, []);
  const custom = openDay();
  await playHonestly(custom.play, 300);
  const before = custom.decisions.length;
  for (let game = 0; game < 40; game += 1) await custom.play("p1", "friend", "");
  assert.equal(custom.decisions.length, before);
});

test("a history that cannot be read is told, and the next player is looked at", async () => {
  const errors: unknown[] = [];
  let asked = 0;
  const watch = new PairWatch({
    historyOf: async () => {
      asked += 1;
      throw new Error("away");
    },
    decide: () => assert.fail("nothing is known"),
    failed: (error) => errors.push(error),
  });
  const players = Array.from({ length: 30 }, (_, index) => ({
    playerId: `p${index}`,
    team: index,
    won: false,
    placement: 1,
  }));
  watch.note({ matchId: "m", room: "skirmish", queue: "ffa", endedAt: new Date(), teamGame: false, players });
  await watch.settle();
  assert.deepEqual([asked, errors.length], [30, 30]);
});
