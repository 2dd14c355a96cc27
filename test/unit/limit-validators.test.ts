/** Limits on time, stamps and domains: what honest links look like, what cheats do, and what points lead to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type OversteppedLimit, PlayerInspection } from "../../src/anticheat/player-inspection.ts";
import { defineLimit, type Validator } from "../../src/anticheat/validator.ts";
import { domain } from "../../src/anticheat/validators/domain.ts";
import { latencyProof } from "../../src/anticheat/validators/latency-proof.ts";
import { stampLevel, stampStep } from "../../src/anticheat/validators/rewind-stamps.ts";
import { timeBudget } from "../../src/anticheat/validators/time-budget.ts";
import { validatorConfig } from "../../src/config/validator-config.ts";

const DEFAULTS = validatorConfig.parse(undefined);
const STEP_MS = 1000 / 30;
const PROOF_EVERY_MS = 400;

function inspect(validators: Validator[]) {
  const events: (OversteppedLimit & { at: number })[] = [];
  let now = 0;
  const inspection = new PlayerInspection(validators, STEP_MS, 0, {
    overstepped: (event) => events.push({ ...event, at: now }),
    observed: () => assert.fail("a limit observes nothing"),
  });
  return {
    inspection,
    events,
    at(time: number): void {
      now = time;
    },
    reached: (measure: string) => events.find(({ reached }) => reached === measure)?.at,
  };
}

interface Link {
  /** How much faster than real time the client lives. */
  speed?: number;
  roundTripMs?: number;
  /** Stretches in which nothing gets through either way, and all of it afterwards. */
  stalls?: readonly [from: number, to: number][];
  seconds: number;
  echoes?: boolean;
  /** When the client does not send what it makes, and all of it afterwards; its network echoes meanwhile. */
  held?: readonly [from: number, to: number];
  stampOf?: (madeAt: number, index: number) => number;
}

/** Makes the events that a server sees of such a link, in their order. */
function play(validators: Validator[], link: Link) {
  const { speed = 1, roundTripMs = 50, stalls = [], seconds, echoes = true, held } = link;
  const watched = inspect(validators);
  const arrival = (time: number): number =>
    stalls.find(([from, to]) => time >= from && time < to)?.[1] ?? time;
  const release = (time: number): number => (held && time >= held[0] && time < held[1] ? held[1] : time);
  const happenings: { at: number; happens: () => void }[] = [];
  for (let sentAt = 0; sentAt < (echoes ? seconds : 0) * 1000; sentAt += PROOF_EVERY_MS) {
    const at = arrival(arrival(sentAt) + roundTripMs);
    happenings.push({ at, happens: () => watched.inspection.proved({ sentAt, at }) });
  }
  for (let index = 0; index * (STEP_MS / speed) < seconds * 1000; index += 1) {
    const madeAt = index * (STEP_MS / speed);
    const at = arrival(release(madeAt) + roundTripMs / 2);
    const stampAt = link.stampOf?.(madeAt, index) ?? 0;
    happenings.push({ at, happens: () => watched.inspection.received({ at, stampAt, fields: {} }) });
  }
  for (const { at, happens } of happenings.toSorted((a, b) => a.at - b.at)) {
    watched.at(at);
    happens();
  }
  return watched;
}

test("inputs at the pace of time cost nothing, whatever stalls do to them", () => {
  for (const speed of [1, 1.0002, 0.9998]) {
    const stalls: [number, number][] = [
      [5000, 6300],
      [9000, 9400],
      [20_000, 26_000],
      [26_500, 27_000],
    ];
    const { events } = play([timeBudget(DEFAULTS.timeBudget)], {
      seconds: 120,
      speed,
      stalls,
      roundTripMs: 250,
    });
    assert.deepEqual(events, []);
  }
});

test("time that runs a twentieth faster is noticed in 25 s and ends the connection in 60 s", () => {
  for (const roundTripMs of [40, 250, 600]) {
    const { reached } = play([timeBudget(DEFAULTS.timeBudget)], { seconds: 90, speed: 1.05, roundTripMs });
    assert.ok((reached("restrict") ?? 1e9) < 25_000, `noticed at ${reached("restrict")}`);
    assert.ok((reached("kick") ?? 1e9) < 60_000, `closed at ${reached("kick")}`);
  }
});

test("twice as many inputs as time has end the connection within three seconds", () => {
  const { reached } = play([timeBudget(DEFAULTS.timeBudget)], { seconds: 10, speed: 2 });
  assert.ok((reached("kick") ?? 1e9) < 3000, `closed at ${reached("kick")}`);
});

test("inputs that were held back while the network echoed are not saved time", () => {
  const { events } = play([timeBudget(DEFAULTS.timeBudget)], { seconds: 20, held: [8000, 11_000] });
  assert.ok(events.length > 50, `${events.length} of 90 were too many`);
  assert.ok(events.length < 90);
});

test("a link that stalls as it opens, for longer than anything is remembered, is no crime", () => {
  const stalls: [number, number][] = [[0, 23_000]];
  const { events } = play([timeBudget(DEFAULTS.timeBudget)], { seconds: 60, stalls, roundTripMs: 600 });
  assert.deepEqual(events, []);
});

test("without echoes a long stall is still no crime, and speed is", () => {
  const link = { seconds: 60, echoes: false, stalls: [[5000, 11_000]] as [number, number][] };
  assert.deepEqual(play([timeBudget(DEFAULTS.timeBudget)], link).events, []);
  const { reached } = play([timeBudget(DEFAULTS.timeBudget)], { ...link, stalls: [], speed: 1.1 });
  assert.ok((reached("restrict") ?? 1e9) < 20_000);
});

test("a picture older than the link explains costs lag compensation, and is a case in time", () => {
  const honest = { seconds: 60, roundTripMs: 200, stampOf: (madeAt: number) => 10_000 + madeAt - 100 - 66 };
  assert.deepEqual(play([stampLevel(DEFAULTS.stampLevel)], shifted(honest)).events, []);
  const old = { ...honest, stampOf: (madeAt: number) => 10_000 + madeAt - 100 - 66 - 400 };
  const { reached, inspection } = play([stampLevel(DEFAULTS.stampLevel)], shifted(old));
  assert.ok((reached("restrict") ?? 1e9) < 10_000, `restricted at ${reached("restrict")}`);
  assert.ok((reached("suspect") ?? 1e9) < 35_000, `suspected at ${reached("suspect")}`);
  assert.ok(inspection.isRestricted(60_000));
});

/** Stamps of 0 mean nothing, so the story begins later. */
function shifted(link: Link): Link {
  const { stampOf } = link;
  return {
    ...link,
    stampOf: (madeAt, index) =>
      (stampOf as (madeAt: number, index: number) => number)(madeAt, index) - 10_000,
  };
}

test("a single shot that is dated back is seen at once, clocks that are set right are not", () => {
  const stamps = (dated: number) => ({
    seconds: 30,
    stampOf: (madeAt: number, index: number) => 1000 + madeAt - (index % 30 === 29 ? dated : 0),
  });
  assert.deepEqual(play([stampStep(DEFAULTS.stampStep)], stamps(40)).events, []);
  const setRight = {
    seconds: 30,
    stampOf: (madeAt: number) => 1000 + madeAt - 120 * Math.floor(madeAt / 5000),
  };
  assert.deepEqual(play([stampStep(DEFAULTS.stampStep)], setRight).events, []);
  for (const dated of [100, 200, 300]) {
    const { events, reached } = play([stampStep(DEFAULTS.stampStep)], stamps(dated));
    assert.ok(events.length >= 29, `${events.length} of 30 shots`);
    assert.ok((reached("suspect") ?? 1e9) <= 5200, "within five shots");
  }
  const unproven = play([stampStep(DEFAULTS.stampStep)], { ...stamps(200), echoes: false });
  assert.deepEqual(unproven.events, [], "a link that says nothing of itself may be as restless as it likes");
});

test("who proves nothing, or lives too far away, has shots judged in the present", () => {
  const silent = play([latencyProof(DEFAULTS.latencyProof)], { seconds: 20, echoes: false });
  assert.ok(silent.inspection.isRestricted(20_000));
  const far = play([latencyProof(DEFAULTS.latencyProof)], { seconds: 20, roundTripMs: 1200 });
  assert.ok(far.inspection.isRestricted(20_000));
  const near = play([latencyProof(DEFAULTS.latencyProof)], { seconds: 20, roundTripMs: 700 });
  assert.ok(!near.inspection.isRestricted(20_000));
  assert.equal(silent.reached("suspect") ?? silent.reached("kick"), undefined, "a bad link is no crime");
});

test("numbers that no controls send end the connection at the third within a minute", () => {
  const ranges = { moveX: [-1, 1] } as const;
  for (const wrong of [2, -5, Number.NaN, Number.POSITIVE_INFINITY, undefined as unknown as number]) {
    const { inspection, events, reached } = inspect([domain(DEFAULTS.domain, { ranges })]);
    for (const moveX of [1, wrong, 0, wrong, -1])
      inspection.received({ at: 100, stampAt: 0, fields: { moveX } });
    assert.equal(events.length, 2);
    assert.equal(reached("kick"), undefined);
    inspection.received({ at: 50_000, stampAt: 0, fields: { moveX: wrong } });
    assert.equal(reached("kick"), 0);
  }
});

test("points fall off, what was reached is told once, and nobody is blamed while the server is late", () => {
  const settings = { enabled: true, suspectAt: 3, pointsLostPerSecond: 0.5 };
  const noisy = defineLimit({
    name: "noisy",
    settings,
    start: () => undefined,
    received: () => ({ points: 1, measured: {} }),
  });
  const { inspection, events } = inspect([noisy]);
  const at = (time: number): void => inspection.received({ at: time, stampAt: 0, fields: {} });
  for (const time of [0, 2000, 4000, 6000]) at(time);
  assert.deepEqual(
    events.map(({ points }) => points),
    [1, 1, 1, 1],
  );
  for (const time of [6010, 6020, 6030]) at(time);
  assert.equal(events.filter(({ reached }) => reached === "suspect").length, 1);
  at(6040);
  assert.equal(events.filter(({ reached }) => reached === "suspect").length, 1);
  inspection.freeze(6050, 1000);
  at(6500);
  assert.equal(events.length, 8);
  at(7051);
  assert.equal(events.length, 9);
});

test("a connection that comes back keeps its points and begins its link anew", () => {
  const { inspection, events } = inspect([timeBudget(DEFAULTS.timeBudget)]);
  for (let index = 0; index < 60; index += 1) inspection.received({ at: 1, stampAt: 0, fields: {} });
  const before = events.length;
  assert.ok(before > 30);
  inspection.reopen(60_000);
  inspection.received({ at: 60_001, stampAt: 0, fields: {} });
  assert.equal(events.length, before);
  assert.equal(inspection.history.newestProof, undefined);
});

test("a validator that is switched off sees nothing", () => {
  const settings = { ...DEFAULTS.timeBudget, enabled: false };
  assert.deepEqual(play([timeBudget(settings)], { seconds: 5, speed: 3 }).events, []);
});
