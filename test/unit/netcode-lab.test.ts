import assert from "node:assert/strict";
import { test } from "node:test";
import { distributionOf, percentile } from "../../loadtest/distribution.ts";
import { isInSight } from "../../loadtest/labs/netcode/in-sight.ts";
import { judgeAge, judgePrediction, ratesOf } from "../../loadtest/labs/netcode/judge-screen.ts";
import { hitOnScreen, judgeCover, judgeShots, tallyShots } from "../../loadtest/labs/netcode/judge-shots.ts";
import { labCases } from "../../loadtest/labs/netcode/lab-cases.ts";
import { nearestCover } from "../../loadtest/labs/netcode/player-hands.ts";
import type {
  PlayerRecord,
  SeenShot,
  ServerRecord,
  ShotRecord,
  StoodFighter,
  TickRecord,
} from "../../loadtest/labs/netcode/records.ts";
import { lifeOf } from "../../loadtest/labs/netcode/records.ts";
import { readServerRecords, ServerStory } from "../../loadtest/labs/netcode/server-story.ts";
import { canSee } from "../../rooms/skirmish/shared/arena-map.ts";
import { FIELD } from "../helpers/match-worlds.ts";

const ALIVE = 1;
const DEAD = 2;

function stood(slot: number, x: number, y: number, change: Partial<StoodFighter> = {}): StoodFighter {
  return { slot, x, y, life: ALIVE, shielded: false, ...change };
}

/** Slot 0 stands at (5, 15) and shoots to the right. */
function seen(sequence: number, others: StoodFighter[], change: Partial<SeenShot> = {}): SeenShot {
  return { at: 0, sequence, x: 5, y: 15, aim: 0, drawnAt: 0, others, late: false, ...change };
}

function judged(
  sequence: number,
  target: number,
  others: StoodFighter[],
  change: Partial<ShotRecord> = {},
): ShotRecord {
  const looked = others.map((other) => ({ ...other, judgedX: other.x, judgedY: other.y }));
  const shot = { kind: "shot" as const, tick: sequence, slot: 0, sequence, x: 5, y: 15, angle: 0 };
  return { ...shot, target, others: looked, ...change };
}

function tick(number: number, change: Partial<TickRecord> = {}): TickRecord {
  const inputs = [{ slot: 0, consumed: [number], dropped: 0, acknowledged: number }];
  return {
    kind: "tick",
    tick: number,
    at: 1000 + number * 33,
    elapsed: number * 33,
    live: true,
    fighters: [stood(0, 5, 15), stood(1, 15, 15)],
    inputs,
    ...change,
  };
}

/** Each input is consumed in the tick of its number. */
function story(shots: ShotRecord[], changed: TickRecord[] = []): ServerStory {
  const ticks = Array.from({ length: 200 }, (_, index) => {
    return changed.find((one) => one.tick === index) ?? tick(index);
  });
  return new ServerStory([...ticks, ...shots]);
}

function player(change: Partial<PlayerRecord>): PlayerRecord {
  const link = { down: 0, up: 0, framesDown: 0, framesUp: 0 };
  return {
    sessionId: "session",
    slot: 0,
    seconds: 10,
    onLane: false,
    framesDrawn: 0,
    framesLate: 0,
    frames: [],
    shots: [],
    steps: [],
    corrections: [],
    gaugeCorrections: 0,
    hits: [],
    webSocket: link,
    lane: link,
    roundTripMs: 0,
    jitterMs: 0,
    ...change,
  };
}

function verdicts(shots: SeenShot[], told: ServerStory): string[] {
  return judgeShots(player({ shots }), told, FIELD).map(({ verdict }) => verdict);
}

test("percentiles are samples that so many are not above", () => {
  const sorted = Array.from({ length: 200 }, (_, index) => index + 1);
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => percentile(sorted, share)),
    [1, 100, 198, 200],
  );
  assert.ok(Number.isNaN(percentile([], 0.5)));
  assert.deepEqual(distributionOf([3, 1.26, 2], 1), { count: 3, p50: 2, p95: 3, p99: 3, max: 3 });
  assert.deepEqual(distributionOf([], 1), { count: 0, p50: 0, p95: 0, p99: 0, max: 0 });
});

test("a shot hits the first one on its real ray as drawn, nobody behind a wall, and nobody known dead", () => {
  const near = stood(1, 10, 15.3);
  const far = stood(2, 15, 14.8);
  assert.equal(hitOnScreen(FIELD, seen(1, [far, near]), 0)?.slot, 1);
  assert.equal(hitOnScreen(FIELD, seen(1, [far, { ...near, life: DEAD }]), 0)?.slot, 2);
  assert.equal(hitOnScreen(FIELD, seen(1, [far, { ...near, shielded: true }]), 0), undefined);
  assert.equal(hitOnScreen(FIELD, seen(1, [near]), 0.2), undefined, "the spread carried it past");
  const behindTheWall = seen(1, [stood(1, 23, 5)], { y: 5 });
  assert.equal(hitOnScreen(FIELD, behindTheWall, 0), undefined);
});

test("a hit on the screen is confirmed by the server's hit of the same fighter, and not by another's", () => {
  const drawn = stood(1, 15, 15);
  const told = story([
    judged(20, 1, [drawn]),
    judged(21, -1, [stood(1, 15, 16.5)]),
    judged(22, 2, [drawn, stood(2, 12, 15)]),
    judged(23, 1, [drawn]),
    judged(24, -1, [stood(1, 15, 12)]),
  ]);
  const shots = [20, 21, 22].map((sequence) => seen(sequence, [drawn]));
  shots.push(seen(23, [stood(1, 15, 19)]), seen(24, [stood(1, 15, 12)]));
  assert.deepEqual(verdicts(shots, told), [
    "confirmed",
    "missed-by-server",
    "unseen-hit",
    "unseen-hit",
    "missed",
  ]);
  const tally = tallyShots(judgeShots(player({ shots }), told, FIELD));
  assert.deepEqual(
    [tally.fired, tally.hitsOnScreen, tally.confirmed, tally.missedByServer, tally.otherHit],
    [5, 3, 1, 1, 1],
  );
  assert.equal(tally.confirmedShare, 1 / 3);
});

test("how far a target was looked for from where it was drawn is told", () => {
  const shot = judged(20, 1, [stood(1, 15, 15)], { seenTick: 14 });
  for (const other of shot.others) Object.assign(other, { judgedX: 15.3, judgedY: 15.4 });
  const [found] = judgeShots(player({ shots: [seen(20, [stood(1, 15, 15)])] }), story([shot]), FIELD);
  assert.equal(found?.lookedBack, 6);
  assert.ok(Math.abs((found?.wantedBack ?? 0) - (20 * 33 * 30) / 1000) < 1e-9, "drawn at the clock's 0");
  assert.ok(Math.abs((found?.apart ?? 0) - 0.5) < 1e-9);
});

test("who had died first on the server, or was protected there, counts for nobody", () => {
  const drawn = stood(1, 15, 15);
  const told = story(
    [judged(20, -1, [{ ...drawn, life: DEAD }]), judged(21, 1, [{ ...drawn, shielded: true }])],
    [tick(30, { fighters: [stood(0, 5, 15, { life: DEAD }), stood(1, 15, 15)] })],
  );
  const shots = [20, 21, 30, 40].map((sequence) => seen(sequence, [drawn]));
  assert.deepEqual(verdicts(shots, told), [
    "target-died-first",
    "target-shielded",
    "shooter-died-first",
    "not-fired",
  ]);
  const tally = tallyShots(judgeShots(player({ shots }), told, FIELD));
  assert.deepEqual([tally.hitsOnScreen, tally.diedFirst, tally.shielded, tally.notFired], [1, 2, 1, 1]);
});

test("an input that was thrown away is a lost shot; the last ones of a run and those of late frames are not judged", () => {
  const drawn = stood(1, 15, 15);
  const dropped = tick(50, { inputs: [{ slot: 0, consumed: [50], dropped: 1, acknowledged: 50 }] });
  const told = story([judged(20, 1, [drawn])], [tick(49, { inputs: [] }), dropped]);
  const shots = [seen(20, [drawn], { late: true }), seen(49, [drawn]), seen(190, [drawn])];
  assert.deepEqual(verdicts(shots, told), ["input-lost"]);
});

test("prediction errors leave out what a player could not know: deaths and respawns until they are heard of", () => {
  const died = Array.from({ length: 20 }, (_, index) =>
    tick(30 + index, { fighters: [stood(0, 5, 15, { life: DEAD })] }),
  );
  const steps = [
    { at: 0, sequence: 20, metres: 0.25, life: ALIVE },
    { at: 0, sequence: 30, metres: 3, life: ALIVE },
    { at: 0, sequence: 35, metres: 2, life: ALIVE },
    { at: 0, sequence: 40, metres: 0, life: DEAD },
  ];
  const corrections = [
    { sequence: 20, metres: 0.25 },
    { sequence: 35, metres: 2 },
    { sequence: 40, metres: 0.0001 },
  ];
  const found = judgePrediction(player({ steps, corrections }), story([], died));
  assert.deepEqual(found, { errors: [0.25, 0], corrections: [0.25], unknowable: 2 });
});

test("others are as old as the instant they are drawn at, or as the newest that is known when that is older", () => {
  const { clockOffset } = story([]);
  assert.equal(clockOffset, 1000);
  const frames = [
    { at: 2000, drawnAt: 920, newestAt: 960 },
    { at: 2016, drawnAt: 936, newestAt: 900 },
  ];
  assert.deepEqual(judgeAge(frames, clockOffset), { ages: [80, 116], starved: 1 });
});

test("a hit behind cover tells since when the victim was out of sight, and how far it had come", () => {
  const way = Array.from({ length: 20 }, (_, index) =>
    tick(index, { fighters: [stood(0, 15, 12), stood(1, 25, 14 - index * 0.5)] }),
  );
  const told = story([], way);
  const inSight = judged(2, 1, [stood(1, 25, 13)], { x: 15, y: 12 });
  assert.deepEqual(judgeCover(inSight, told, FIELD), { hidden: false, ticks: 0, metres: 0 });
  const hidden = judged(16, 1, [stood(1, 25, 6)], { x: 15, y: 12 });
  const found = judgeCover(hidden, told, FIELD);
  const lastSeen = Array.from({ length: 16 }, (_, index) => index).findLast((number) =>
    isInSight(FIELD, stood(0, 15, 12), told.at(number, 1) as StoodFighter),
  ) as number;
  assert.equal(found?.hidden, true);
  assert.equal(found?.ticks, 16 - lastSeen);
  assert.ok(found.ticks > 2 && Math.abs(found.metres - found.ticks * 0.5) < 1e-9);
  const shielded = judged(2, 1, [stood(1, 25, 13, { shielded: true })]);
  assert.equal(judgeCover(shielded, told, FIELD), undefined, "no harm was done");
});

test("whoever shows a shoulder is in sight, and nobody is through a wall", () => {
  const shooter = { x: 15, y: 11 };
  const peeking = { x: 25, y: 9.2 };
  assert.equal(canSee(FIELD, shooter, peeking), false, "the middle is behind the wall");
  assert.equal(isInSight(FIELD, shooter, peeking), true);
  assert.equal(isInSight(FIELD, shooter, { x: 25, y: 5 }), false);
});

test("rates are a second's and a player's", () => {
  const bytes = { down: 1000, up: 200, framesDown: 300, framesUp: 150 };
  const rates = ratesOf([
    { bytes, seconds: 10 },
    { bytes: { ...bytes, down: 3000 }, seconds: 10 },
  ]);
  assert.deepEqual(rates, { downBytes: 200, upBytes: 20, downFrames: 30, upFrames: 15 });
});

test("each death and each respawn begins another life", () => {
  const lives = [
    { deaths: 0, health: 100 },
    { deaths: 1, health: 0 },
    { deaths: 1, health: 100 },
    { deaths: 2, health: 0 },
  ].map(lifeOf);
  assert.deepEqual(lives, [1, 2, 3, 4]);
});

test("every network is played both ways, and the worst of them also without compensation", () => {
  const played = labCases().map(({ network, lane, lagCompensationMs }) => [network, lane, lagCompensationMs]);
  assert.equal(played.length, 8);
  for (const network of ["40/5/0", "120/20/1", "200/50/5"])
    for (const lane of [false, true])
      assert.ok(
        played.some((one) => one.join() === [network, lane, 250].join()),
        `${network} ${lane}`,
      );
  assert.deepEqual(
    played.filter(([, , compensation]) => compensation === 0).map(([network]) => network),
    ["200/50/5", "200/50/5"],
  );
  assert.deepEqual(
    labCases(["1/2/3"], [true]).map(({ lane }) => lane),
    [true, true],
  );
});

test("the server's lines are read back as they were written", () => {
  const records: ServerRecord[] = [{ kind: "seat", sessionId: "session", slot: 3 }, tick(1)];
  const text = `${records.map((record) => JSON.stringify(record)).join("\n")}\n`;
  assert.deepEqual(readServerRecords(text), records);
});

test("hands that are hit run where the enemy loses sight of them soonest", () => {
  // The wall's lower end is at (20–21, 10): a step to the left and up gets behind it.
  const way = nearestCover(FIELD, { x: 22, y: 10.6 }, { x: 14, y: 11.2 });
  assert.equal(way?.moveY, -1);
  assert.ok(way.steps <= 8, `${way.steps} steps`);
  assert.equal(nearestCover(FIELD, { x: 8, y: 15 }, { x: 5, y: 15 }), undefined, "the field is open there");
});
