import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { MatchSetup } from "../../rooms/skirmish/shared/match-log.ts";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import { openRerun } from "../../rooms/skirmish/shared/replay-game.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";
import { recordMatch } from "../helpers/recorded-match.ts";

function runAll(run: Rerun): Rerun {
  while (run.advance()) if (run.mismatch) break;
  return run;
}

test("a recorded match runs again to the last bit: joins, leavers, take-overs, stand-ins, shots into the past", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const mode = seed % 2 === 0 ? "teams" : "ffa";
    const { setup, body, ticks, state } = recordMatch({ seed, ticks: 1500, mode, restless: true });
    const run = runAll(openRerun(setup, body));
    assert.equal(run.mismatch, undefined, `seed ${seed}`);
    assert.equal(run.tick, ticks);
    assert.deepEqual(
      [...run.world.fighters.values()].map(({ x, y, score, deaths }) => [x, y, score, deaths]),
      [...state.fighters.values()].map(({ x, y, score, deaths }) => [x, y, score, deaths]),
    );
    const kills = [...state.fighters.values()].reduce((sum, fighter) => sum + fighter.kills, 0);
    assert.ok(kills > 3, `seed ${seed}: only ${kills} kills, so little was tried`);
  }
});

test("a flipped bit in what a player did is named at its tick", () => {
  const { setup, body } = recordMatch({ seed: 9, ticks: 600, bots: 0, players: 3 });
  const head = new DataView(body.buffer, body.byteOffset);
  const moves = 4 + 4 * head.getUint32(0, true) + head.getUint32(4, true) + head.getUint32(8, true);
  const random = createRandom(4);
  let named = 0;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const at = moves + random.below(500);
    const flipped = body.slice();
    flipped[at] = (body[at] as number) ^ (1 << random.below(6));
    const tick = tickOfMove(setup, body, at - moves);
    const run = openRerun(setup, flipped);
    let broke = false;
    try {
      runAll(run);
    } catch {
      broke = true;
    }
    if (run.mismatch?.tick === tick || (broke && run.tick + 1 === tick)) named += 1;
    else assert.equal(run.mismatch?.tick, tick, `attempt ${attempt}`);
  }
  assert.equal(named, 40);
});

/** The tick, from 1, in which the input at this place of the column is consumed. */
function tickOfMove(setup: MatchSetup, body: Uint8Array, place: number): number {
  const run = openRerun(setup, body);
  while ((run.snapshot().hands[0]?.[0] ?? 0) <= place) assert.ok(run.advance());
  return run.tick;
}

test("another seed, another score, another fighter: all differ from the first tick on that feels it", () => {
  const { setup, body } = recordMatch({ seed: 3, ticks: 300 });
  const first = (change: (copy: MatchSetup) => void): number | undefined => {
    const copy = structuredClone(setup);
    change(copy);
    return runAll(openRerun(copy, body)).mismatch?.tick;
  };
  assert.equal(
    first(() => undefined),
    undefined,
  );
  assert.equal(
    first((copy) => void (copy.seed += 1)),
    1,
  );
  assert.equal(
    first((copy) => void ((copy.fighters[0] as MatchSetup["fighters"][0])[1].score += 1)),
    1,
  );
  assert.equal(
    first((copy) => void (copy.rules.matchTicks += 1)),
    10,
    "the length stands in the live phase",
  );
});

test("going back to a snapshot and on again gives the same ticks", () => {
  const { setup, body } = recordMatch({ seed: 12, ticks: 900, restless: true });
  const run = openRerun(setup, body);
  for (let tick = 0; tick < 300; tick += 1) run.advance();
  const snapshot = run.snapshot();
  const trace = (): string[] => {
    const seen: string[] = [];
    while (run.advance())
      seen.push(`${run.tick} ${JSON.stringify([...run.world.fighters])} ${JSON.stringify(run.events)}`);
    return seen;
  };
  const once = trace();
  run.restore(snapshot);
  assert.deepEqual(trace(), once);
  assert.equal(run.mismatch, undefined);
});

test("recordings that are none are refused with a sentence and cost nothing", () => {
  const { setup, body } = recordMatch({ seed: 2, ticks: 60 });
  const refusals: [unknown, Uint8Array][] = [
    [undefined, body],
    [[], body],
    [{ ...setup, map: "nowhere" }, body],
    [{ ...setup, map: "__proto__" }, body],
    [{ ...setup, fighters: "all" }, body],
    [{ ...setup, fighters: [["0", { x: Number.NaN }]] }, body],
    [{ ...setup, rules: { ...setup.rules, matchTicks: null } }, body],
    [{ ...setup, minds: [1] }, body],
    [setup, new Uint8Array()],
    [setup, new Uint8Array(20).fill(255)],
    [setup, body.subarray(0, 24)],
  ];
  for (const [badSetup, badBody] of refusals)
    assert.throws(() => openRerun(badSetup, badBody), Error, JSON.stringify(badSetup)?.slice(0, 80));
  const random = createRandom(8);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const noise = body.slice();
    for (let change = 0; change < 5; change += 1) noise[random.below(noise.length)] = random.below(256);
    try {
      runAll(openRerun(setup, noise));
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});

test("a player costs less than 40 bytes a second, compressed", () => {
  const { body, ticks } = recordMatch({ seed: 5, ticks: 5400, players: 6, bots: 0 });
  const perSecond = gzipSync(body, { level: 9 }).length / 6 / (ticks / 30);
  assert.ok(perSecond < 40, `${perSecond.toFixed(1)} bytes`);
});
