/** Trials of aim and trigger: what is a cheat's, what is a person's, and what is left out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../rooms/skirmish/shared/random.ts";
import type { Engagement, Shot } from "../../src/anticheat/engagement.ts";
import { type Observed, PlayerInspection } from "../../src/anticheat/player-inspection.ts";
import type { Trial, Validator } from "../../src/anticheat/validator.ts";
import { accuracy } from "../../src/anticheat/validators/accuracy.ts";
import { aimSnap } from "../../src/anticheat/validators/aim-snap.ts";
import { autofire } from "../../src/anticheat/validators/autofire.ts";
import { fightStalls } from "../../src/anticheat/validators/fight-stalls.ts";
import { hiddenAim } from "../../src/anticheat/validators/hidden-aim.ts";
import { reaction } from "../../src/anticheat/validators/reaction.ts";
import { logBinomialTail, winTrading } from "../../src/anticheat/validators/win-trading.ts";
import { validatorConfig } from "../../src/config/validator-config.ts";

const DEFAULTS = validatorConfig.parse(undefined);

function watch(validators: Validator[]) {
  const seen: Observed[] = [];
  const inspection = new PlayerInspection(validators, 1000 / 30, 0, {
    overstepped: () => assert.fail("a trial oversteps nothing"),
    observed: (event) => seen.push(event),
  });
  return { inspection, seen, verdicts: () => seen.map(({ observation }) => observation.positive) };
}

function judge(trial: Trial, engagement: Partial<Engagement>): boolean | undefined {
  const { inspection, verdicts } = watch([trial]);
  inspection.engaged({
    fromTick: 0,
    toTick: 30,
    slot: 0,
    targetSlot: 1,
    reactionInputs: undefined,
    shots: [],
    hiddenInputs: 0,
    decoyInputs: 0,
    stepMs: 1000 / 30,
    ...engagement,
  });
  return verdicts()[0];
}

const shot = (errors: number[], distance = 10, hit = true): Shot => ({ input: 0, hit, distance, errors });

test("a jump onto the target in one input is a snap; a hand that closes in is none", () => {
  const snap = aimSnap(DEFAULTS.aimSnap);
  assert.equal(judge(snap, { shots: [shot([40, 40, 40, 1])] }), true);
  assert.equal(judge(snap, { shots: [shot([40, 40, 40, 1, 0.5])] }), true, "fired one input later");
  assert.equal(judge(snap, { shots: [shot([7, 7, 7, 0.4])] }), true);
  assert.equal(judge(snap, { shots: [shot([40, 30, 16, 7, 3, 1.5, 1])] }), false);
  assert.equal(judge(snap, { shots: [shot([40, 38, 12, 4, 1.5])] }), false);
  assert.equal(judge(snap, { shots: [shot([40, 40, 35, 5, 3])] }), false, "the fastest flick there is");
  assert.equal(judge(snap, { shots: [shot([40, 1, 1, 1, 1])] }), false, "it rested before it fired");
  assert.equal(judge(snap, { shots: [shot([4, 4, 4, 0.1])] }), false, "a small correction");
});

test("one snap among an engagement's shots is enough, near targets and bare shots are left out", () => {
  const snap = aimSnap(DEFAULTS.aimSnap);
  assert.equal(judge(snap, { shots: [shot([3, 3, 2, 2]), shot([50, 50, 50, 0.5])] }), true);
  assert.equal(judge(snap, { shots: [shot([90, 90, 90, 1], 2)] }), undefined);
  assert.equal(judge(snap, { shots: [shot([90, 1])] }), undefined);
  assert.equal(judge(snap, {}), undefined);
});

test("reactions are counted in inputs, and only where something was reacted to", () => {
  const trial = reaction(DEFAULTS.reaction);
  assert.equal(judge(trial, { reactionInputs: 0 }), true);
  assert.equal(judge(trial, { reactionInputs: 3 }), true);
  assert.equal(judge(trial, { reactionInputs: 4 }), false);
  assert.equal(judge(trial, { reactionInputs: undefined }), undefined);
});

test("accuracy is judged where enough was fired from far enough", () => {
  const trial = accuracy(DEFAULTS.accuracy);
  const shots = (hits: number, misses: number, distance = 12) => [
    ...Array.from({ length: hits }, () => shot([1], distance, true)),
    ...Array.from({ length: misses }, () => shot([1], distance, false)),
  ];
  assert.equal(judge(trial, { shots: shots(5, 0) }), true);
  assert.equal(judge(trial, { shots: shots(4, 1) }), false);
  assert.equal(judge(trial, { shots: shots(4, 0) }), undefined);
  assert.equal(judge(trial, { shots: shots(9, 0, 3) }), undefined);
});

test("aim at who cannot be seen counts against aim at where they were", () => {
  const trial = hiddenAim(DEFAULTS.hiddenAim);
  assert.equal(judge(trial, { hiddenInputs: 20, decoyInputs: 2 }), true);
  assert.equal(judge(trial, { hiddenInputs: 2, decoyInputs: 20 }), false);
  assert.equal(judge(trial, { hiddenInputs: 3, decoyInputs: 1 }), undefined);
});

/** @param intervalMs between two clicks. @returns verdicts, one for each series. */
function click(count: number, intervalMs: () => number): boolean[] {
  const { inspection, verdicts } = watch([autofire(DEFAULTS.autofire)]);
  let pulledAt = 0;
  let clicks = 0;
  for (let input = 0; clicks < count; input += 1) {
    const now = (input * 1000) / 30;
    const pulls = now >= pulledAt;
    if (pulls) {
      pulledAt += intervalMs();
      clicks += 1;
    }
    inspection.acted(now, pulls, false);
  }
  return verdicts();
}

test("clicks like clockwork are told from a finger's", () => {
  const random = createRandom(4);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const share = (verdicts: boolean[]): number => verdicts.filter(Boolean).length / verdicts.length;
  for (const intervalMs of [120, 150, 167, 210, 300]) {
    const machine = click(3300, () => intervalMs);
    assert.ok(machine.length >= 50);
    assert.ok(share(machine) > 0.9, `every ${intervalMs} ms: ${share(machine)} of series`);
    const finger = click(3300, () => intervalMs * Math.max(0.4, 1 + 0.18 * normal()));
    assert.ok(
      share(finger) <= DEFAULTS.autofire.p0,
      `a finger about every ${intervalMs} ms: ${share(finger)}`,
    );
  }
});

test("a trigger that is held is no series of clicks", () => {
  const { inspection, verdicts } = watch([autofire(DEFAULTS.autofire)]);
  for (let input = 0; input < 5000; input += 1) inspection.acted(input * 33, true, true);
  assert.deepEqual(verdicts(), []);
});

test("stalls that fall into fights more often than the player is in one are a lag switch's", () => {
  const play = (inFightShare: number, stallInFight: (fight: boolean) => boolean) => {
    const { inspection, seen } = watch([fightStalls(DEFAULTS.fightStalls)]);
    const random = createRandom(9);
    let at = 0;
    for (let input = 0; input < 30_000; input += 1) {
      const fight = random.next() < inFightShare;
      inspection.acted(at, false, fight);
      at += random.next() < 0.01 && stallInFight(fight) ? 600 : 33;
      inspection.received({ at, stampAt: 0, fields: {} });
    }
    return seen.map(({ observation }) => observation);
  };
  const honest = play(0.5, () => true);
  assert.ok(honest.length > 100);
  const share = honest.filter(({ positive }) => positive).length / honest.length;
  const expected = honest.reduce((sum, { p0 = 0 }) => sum + p0, 0) / honest.length;
  assert.ok(share < expected, `${share} of stalls, ${expected} allowed for`);
  assert.ok(play(0.5, (fight) => fight).every(({ positive }) => positive));
  assert.deepEqual(
    play(0.9, () => true),
    [],
    "nothing is learnt from who always fights",
  );
});

test("a binomial tail is what summing it says", () => {
  const tail = (trials: number, probability: number, least: number): number => {
    let sum = 0;
    for (let k = least; k <= trials; k += 1) {
      let ways = 1;
      for (let i = 1; i <= k; i += 1) ways = (ways * (trials - k + i)) / i;
      sum += ways * probability ** k * (1 - probability) ** (trials - k);
    }
    return sum;
  };
  for (const [trials, probability, least] of [
    [10, 0.3, 4],
    [20, 0.05, 6],
    [30, 0.5, 1],
    [12, 0.9, 12],
  ] as const)
    assert.ok(
      Math.abs(Math.exp(logBinomialTail(trials, probability, least)) - tail(trials, probability, least)) <
        1e-12,
    );
  assert.equal(logBinomialTail(5, 0.5, 0), 0);
  assert.equal(logBinomialTail(5, 0.5, 6), Number.NEGATIVE_INFINITY);
  assert.ok(Number.isFinite(logBinomialTail(100_000, 0.001, 5000)));
});

test("two who meet again and again, and always with the same winner, stand out within 20 games", () => {
  const options = { pool: 200, opponentsPerMatch: 1, winRate: 0.5 };
  const traders = Array.from({ length: 20 }, (_, index) => ({
    opponent: index % 5 === 4 ? `other-${index}` : "friend",
    won: true,
    at: index,
  }));
  const found = winTrading(traders, options);
  assert.equal(found?.opponent, "friend");
  assert.ok((found?.logProbability ?? 0) < Math.log(1e-6));
  const random = createRandom(2);
  const honest = Array.from({ length: 300 }, (_, at) => ({
    opponent: `p${random.below(200)}`,
    won: random.next() < 0.5,
    at,
  }));
  assert.ok((winTrading(honest, options)?.logProbability ?? 0) > Math.log(1e-3));
  assert.equal(winTrading([], options), undefined);
});
