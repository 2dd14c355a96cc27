/** The cheat lab: that its people are like people, its networks as bad as stated, its cheats cheats, its figures the same again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { percentile } from "../../loadtest/distribution.ts";
import { AimingHand } from "../../loadtest/labs/cheat/aiming-hand.ts";
import { playCheatBatch, type SessionBatch } from "../../loadtest/labs/cheat/cheat-sessions.ts";
import { CORPUS, CURVES, cheatNamed, serialOf } from "../../loadtest/labs/cheat/corpus.ts";
import { HonestFile } from "../../loadtest/labs/cheat/honest-file.ts";
import { type HonestTotals, playHonestChunk } from "../../loadtest/labs/cheat/honest-hours.ts";
import { STANDARD_CONFIG } from "../../loadtest/labs/cheat/lab-config.ts";
import type { LabJob } from "../../loadtest/labs/cheat/lab-jobs.ts";
import { LabMatch } from "../../loadtest/labs/cheat/lab-match.ts";
import { LabRandom } from "../../loadtest/labs/cheat/lab-random.ts";
import { figuresOf, upperBound } from "../../loadtest/labs/cheat/lab-report.ts";
import { Direction, NETWORKS, type Network } from "../../loadtest/labs/cheat/networks.ts";
import { PageClock } from "../../loadtest/labs/cheat/page-clock.ts";
import { playPairs } from "../../loadtest/labs/cheat/pair-graphs.ts";
import { drawPerson } from "../../loadtest/labs/cheat/people.ts";
import { SightMemo } from "../../loadtest/labs/cheat/sight-memo.ts";
import { TriggerFinger } from "../../loadtest/labs/cheat/trigger-finger.ts";
import { WorkerPool } from "../../loadtest/labs/cheat/worker-pool.ts";
import { canSee, loadMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIGHTER_RADIUS } from "../../rooms/skirmish/shared/constants.ts";
import foundry from "../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };

const STEP_MS = 1000 / 30;
const GOOD = NETWORKS[0] as Network;
const BAD = NETWORKS[1] as Network;

test("the same seed gives the same honest hours, on one thread or on two workers", async () => {
  const jobs = [0, 1, 2, 3].map((index): LabJob => ({ kind: "honest", seed: 5, index, seconds: 20 }));
  const runs: HonestTotals[][] = [];
  for (const workers of [0, 2]) {
    const pool = new WorkerPool(workers);
    const results: HonestTotals[] = [];
    await pool.run(jobs, (result) => results.push(result as HonestTotals));
    await pool.close();
    runs.push(results);
  }
  assert.deepEqual(runs[0], runs[1]);
  const other = playHonestChunk(6, 0, STANDARD_CONFIG, 20);
  assert.notDeepEqual(other, runs[0]?.[0], "another seed is another match");
});

test("honest hours that are collected in two runs are those of one", () => {
  const folder = mkdtempSync(join(tmpdir(), "cheat-lab-"));
  try {
    const path = join(folder, "honest.json");
    const chunks = [0, 1].map((index) => playHonestChunk(3, index, STANDARD_CONFIG, 10));
    for (const chunk of chunks) {
      const file = new HonestFile(path, 3);
      file.add(chunk, Number.NEGATIVE_INFINITY);
      file.write();
    }
    const again = new HonestFile(path, 3);
    const whole = new HonestFile(undefined, 3);
    for (const chunk of chunks) whole.add(chunk, 0);
    assert.equal(again.chunks, 2);
    assert.deepEqual(again.totals, whole.totals);
    assert.ok(Math.abs(again.playerHours - (2 * 8 * 9) / 3600) < 0.01, `${again.playerHours} h`);
    assert.throws(() => new HonestFile(path, 4), /--seed 3/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("losses on a stream are stalls: the gaps of 250/50/5 reach about 1.3 s in a thousand", () => {
  const gaps: number[] = [];
  const link = new Direction(BAD, new LabRandom(1));
  let before = 0;
  for (let packet = 0; packet < 300_000; packet += 1) {
    const arrival = link.stream(packet * STEP_MS);
    assert.ok(arrival >= before, "what is sent later comes later");
    assert.ok(arrival >= packet * STEP_MS + 100, "nothing is faster than the line");
    gaps.push(arrival - before);
    before = arrival;
  }
  const p999 = percentile(
    gaps.toSorted((a, b) => a - b),
    0.999,
  );
  assert.ok(p999 > 750 && p999 < 1500, `${p999} ms`);
});

test("losses of datagrams are losses", () => {
  const lane = NETWORKS.find((network) => network.lane) as Network;
  const link = new Direction(lane, new LabRandom(2));
  let lost = 0;
  const count = 100_000;
  for (let packet = 0; packet < count; packet += 1) {
    const sentAt = packet * STEP_MS;
    const arrival = link.datagram(sentAt);
    if (arrival === Number.POSITIVE_INFINITY) lost += 1;
    else assert.ok(arrival - sentAt <= 150, "nobody waits for others");
  }
  assert.ok(lost / count > 0.045 && lost / count < 0.06, `${lost / count}`);
});

test("pages step thirty times a second, drift by 200 ppm at most, and make up for five steps after a hitch", () => {
  const random = new LabRandom(3);
  for (let page = 0; page < 20; page += 1) {
    const clock = new PageClock(random, 0, 1, false);
    let steps = 0;
    let most = 0;
    while (clock.at < 600_000) {
      steps += clock.steps;
      most = Math.max(most, clock.steps);
      clock.advance();
    }
    assert.ok(steps <= 18_000 * 1.0002 + 2, `${steps} steps in ten minutes`);
    assert.ok(steps > 17_500, `${steps} steps in ten minutes`);
    assert.ok(most <= 5, `${most} at once`);
  }
});

test("people react in 200 to 300 ms in the median, and hardly ever in less than 150", () => {
  const random = new LabRandom(4);
  const medians = Array.from({ length: 2000 }, () => drawPerson(random, "mouse").reactionMs).toSorted(
    (a, b) => a - b,
  );
  assert.ok(Math.abs(percentile(medians, 0.5) - 230) < 10);
  assert.ok(percentile(medians, 0.01) >= 160);
  const pros = Array.from({ length: 200 }, () => drawPerson(random, "pro").reactionMs);
  assert.ok(pros.every((ms) => ms >= 150 && ms <= 180));
});

test("a hand takes longer for what is farther, and comes to rest on it", () => {
  const times: Record<number, number[]> = { 2: [], 12: [] };
  const ends: number[] = [];
  for (let trial = 0; trial < 400; trial += 1) {
    const random = new LabRandom(7, trial);
    const person = { ...drawPerson(random, "mouse"), reach: 40 };
    for (const metres of [2, 12]) {
      const hand = new AimingHand(person, random);
      hand.takeUp(0);
      let now = 0;
      let arrivedAt = 0;
      for (let step = 0; step < 45; step += 1) {
        now += STEP_MS;
        hand.see(now, 3 + metres, 0);
        hand.follow(now, STEP_MS);
        if (arrivedAt === 0 && Math.abs(hand.x - 3 - metres) < FIGHTER_RADIUS) arrivedAt = now;
      }
      times[metres]?.push(arrivedAt || now);
      ends.push(Math.hypot(hand.x - 3 - metres, hand.y));
    }
  }
  const medianOf = (values: readonly number[] = []): number =>
    percentile(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  assert.ok(medianOf(times[2]) >= 100 && medianOf(times[2]) < 300, `${medianOf(times[2])} ms for 2 m`);
  assert.ok(medianOf(times[12]) > medianOf(times[2]) + 60, `${medianOf(times[12])} ms for 12 m`);
  assert.ok(
    percentile(
      ends.toSorted((a, b) => a - b),
      0.9,
    ) < 0.6,
    "corrected in the end",
  );
});

test("clicks come three to eight times a second and not like clockwork", () => {
  const deviations: number[] = [];
  for (let trial = 0; trial < 200; trial += 1) {
    const random = new LabRandom(8, trial);
    const finger = new TriggerFinger({ ...drawPerson(random, "mouse"), taps: 1 }, random);
    finger.choose();
    const intervals: number[] = [];
    let clickedAt = -1;
    let down = false;
    // A millisecond at a time: what is measured is the finger, not the frame.
    for (let now = 0; now < 8000; now += 1) {
      const pressed = finger.step(now, true);
      if (pressed && !down) {
        if (clickedAt >= 0) intervals.push(now - clickedAt);
        clickedAt = now;
      }
      down = pressed;
    }
    const mean = intervals.reduce((sum, value) => sum + value, 0) / intervals.length;
    const variance = intervals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / intervals.length;
    assert.ok(mean > 115 && mean < 350, `${mean} ms`);
    deviations.push(Math.sqrt(variance) / mean);
  }
  assert.ok(
    percentile(
      deviations.toSorted((a, b) => a - b),
      0.05,
    ) > 0.05,
  );
});

test("remembered lines of sight are those that rays have", () => {
  const map = loadMap(foundry);
  const memo = new SightMemo(map);
  const random = new LabRandom(9);
  for (let pair = 0; pair < 20_000; pair += 1) {
    const from = { x: random.between(0.5, map.width - 0.5), y: random.between(0.5, map.height - 0.5) };
    const to = { x: random.between(0.5, map.width - 0.5), y: random.between(0.5, map.height - 0.5) };
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const scale = FIGHTER_RADIUS / Math.hypot(dx, dy);
    const sees = [0, 1, -1].some((side) =>
      canSee(map, from, { x: to.x - side * dy * scale, y: to.y + side * dx * scale }),
    );
    const said = memo.sees(from.x, from.y, to.x, to.y);
    assert.equal(said, sees, JSON.stringify({ from, to }));
    if (sees) assert.ok(memo.mightSee(from.x, from.y, to.x, to.y));
  }
});

test("honest people fight, hit about a third of their shots, and nobody is kicked", () => {
  const match = new LabMatch({
    seeds: [1],
    network: GOOD,
    players: Array.from({ length: 8 }, () => ({ kind: "mouse" as const })),
    config: STANDARD_CONFIG,
  });
  match.run(120);
  match.close();
  const outcomes = match.seats.map(({ outcome }) => outcome);
  const sum = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((total, one) => total + of(one), 0);
  const accuracy = sum(({ hits }) => hits) / sum(({ shots }) => shots);
  assert.ok(accuracy > 0.2 && accuracy < 0.6, `${accuracy}`);
  assert.ok(sum(({ engagements }) => engagements) > 100);
  assert.ok(outcomes.every(({ firsts }) => firsts.kick === undefined));
  assert.ok(outcomes.every(({ steps, stepMs }) => (steps * STEP_MS) / stepMs > 0.9));
});

function tryCheat(
  name: string,
  network = GOOD,
): { batch: SessionBatch; figures: ReturnType<typeof figuresOf> } {
  const cheat = cheatNamed(name);
  assert.ok(cheat, name);
  const batch = playCheatBatch(
    { seed: 1, serial: serialOf(name), batch: 0 },
    cheat,
    network,
    STANDARD_CONFIG,
  );
  return { batch, figures: figuresOf(cheat, network.name, [batch], 4) };
}

test("floods, warps and stamps are found within a minute, and gain neither speed nor look-back meanwhile", () => {
  for (const name of [
    "flood ×2",
    "flood ×10",
    "time warp ×1.1",
    "stamp +400 ms",
    "out of domain",
    "replayed bytes",
  ]) {
    const { figures } = tryCheat(name);
    assert.equal(figures.detected, 4, `${name}: ${JSON.stringify(figures)}`);
    assert.ok(figures.advantage.speed <= 0.005, `${name} ran ${figures.advantage.speed} faster`);
    assert.ok(
      figures.advantage.lookBackMs.max <= 251,
      `${name} looked back ${figures.advantage.lookBackMs.max} ms`,
    );
  }
});

test("shots that are dated back alone look back no farther than anybody's", () => {
  const { advantage } = tryCheat("per-shot backtrack").figures;
  assert.ok(advantage.lookBackMs.max <= 251, `${advantage.lookBackMs.max} ms`);
});

test("a program that aims hits more than the hands below it", () => {
  const { figures } = tryCheat("snap aimbot 100 %");
  assert.ok(
    figures.advantage.accuracy > 1.5 * figures.advantage.honestAccuracy,
    JSON.stringify(figures.advantage),
  );
  assert.equal(figures.detected, 4);
});

test("without its budget a flood would be as fast as it says", () => {
  const random = new LabRandom(1);
  const program = cheatNamed("flood ×10")?.start(random);
  assert.equal(program?.copies, 10);
  const warped = new PageClock(new LabRandom(2), 0, 1.1, false);
  const honest = new PageClock(new LabRandom(2), 0, 1, false);
  const stepsOf = (clock: PageClock): number => {
    let steps = 0;
    for (; clock.at < 120_000; clock.advance()) steps += clock.steps;
    return steps;
  };
  const ratio = stepsOf(warped) / stepsOf(honest);
  assert.ok(Math.abs(ratio - 1.1) < 0.02, `${ratio}`);
});

test("every cheat and every point of a curve has a name of its own", () => {
  const names = [...CORPUS, ...CURVES.flatMap(({ points }) => points.map(({ cheat }) => cheat))].map(
    ({ name }) => name,
  );
  for (const name of names) assert.equal(cheatNamed(name)?.name, name);
  assert.equal(new Set(CORPUS.map(({ name }) => name)).size, CORPUS.length);
});

test("win traders stand out within twenty games, honest seasons do not, and dodging costs matches", () => {
  const { trading, dodging, honestFlagged } = playPairs(1, 60);
  assert.equal(honestFlagged, 0);
  assert.ok(
    trading[0] && trading[0].detected === 1 && trading[0].pairGamesP99 <= 20,
    JSON.stringify(trading[0]),
  );
  assert.ok((dodging.at(-1)?.matchesPerHour ?? 9) < (dodging[0]?.matchesPerHour ?? 0) / 2);
});

test("no flag in 29,957 hours is less than one in 10,000 with 95 % confidence", () => {
  assert.ok((upperBound(0) / 29_958) * 10_000 <= 1);
  assert.ok(Math.abs(upperBound(1) - 4.744) < 0.05);
  assert.ok(Math.abs(upperBound(10) - 16.96) < 0.05);
});
