import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { MatchResult } from "../../src/match/match-result.ts";
import { ReplayVerifier, type VerifierOptions } from "../../src/replay/replay-verifier.ts";
import { ResultCheck } from "../../src/replay/result-check.ts";
import type { VerifyOutcome } from "../../src/replay/verifier-messages.ts";
import { resultOf } from "../helpers/match-results.ts";
import { EAT, EXIT, HANG, TALLY_GAME, THROW, tallyBody, tallyFile } from "../helpers/tally-game.ts";
import { silentLog } from "../helpers/test-storage.ts";

const OPTIONS: VerifierOptions = {
  timeoutMs: 20_000,
  mostWaiting: 8,
  mostBodyBytes: 100_000,
  heapMegabytes: 64,
};
const verifiers: ReplayVerifier[] = [];
after(() => Promise.all(verifiers.map((verifier) => verifier.close())));

function verifierWith(options: Partial<VerifierOptions> = {}): ReplayVerifier {
  const verifier = new ReplayVerifier({ ...OPTIONS, ...options });
  verifiers.push(verifier);
  return verifier;
}

function run(
  verifier: ReplayVerifier,
  body: Uint8Array,
  changes: { build?: string; matchId?: string; game?: string; bytes?: Uint8Array } = {},
): Promise<VerifyOutcome> {
  const bytes = tallyFile("m1", body);
  return verifier.verify({ game: TALLY_GAME.href, bytes, matchId: "m1", build: "test", ...changes });
}

/** The kind, and what is said about it. */
function said(outcome: VerifyOutcome): unknown[] {
  if (outcome.kind === "unknown") return ["unknown", outcome.reason];
  if (outcome.kind === "broken") return ["broken", outcome.error];
  return [outcome.kind, outcome.report.ticks, outcome.report.mismatch];
}

test("a recording is run, and the first tick that differs is named", async () => {
  const verifier = verifierWith();
  assert.deepEqual(said(await run(verifier, tallyBody(100))), ["same", 100, undefined]);
  const [kind, ticks, mismatch] = said(await run(verifier, tallyBody(100, 40)));
  assert.deepEqual([kind, (mismatch as { tick: number }).tick], ["differs", 40]);
  assert.equal(ticks, 41, "it goes no further");
});

test("what cannot be run is not known, and says why", async () => {
  const verifier = verifierWith();
  const body = tallyBody(8);
  assert.deepEqual(said(await run(verifier, body, { build: "b8" })), ["unknown", "other_build"]);
  assert.deepEqual(said(await run(verifier, body, { matchId: "m2" })), ["unknown", "unreadable"]);
  assert.deepEqual(said(await run(verifier, body, { bytes: new Uint8Array(99) })), ["unknown", "unreadable"]);
  const missing = new URL("./nowhere.ts", import.meta.url).href;
  assert.deepEqual(said(await run(verifier, body, { game: missing })), ["unknown", "game_unavailable"]);
  assert.deepEqual(said(await run(verifier, THROW)), ["broken", "Error: no such input"]);
  const small = verifierWith({ mostBodyBytes: 10 });
  assert.deepEqual(said(await run(small, body)), ["unknown", "unreadable"]);
});

test("a thread that dies takes one recording with it", async () => {
  const verifier = verifierWith();
  const outcomes = await Promise.all(
    [EXIT, tallyBody(8), EAT, tallyBody(8)].map((body) => run(verifier, body)),
  );
  assert.deepEqual(outcomes.map(said), [
    ["unknown", "worker_died"],
    ["same", 8, undefined],
    ["unknown", "worker_died"],
    ["same", 8, undefined],
  ]);
});

test("a recording that hangs is given up in time, and those behind it are run", async () => {
  const verifier = verifierWith({ timeoutMs: 6000 });
  assert.deepEqual(said(await run(verifier, tallyBody(8))), ["same", 8, undefined]);
  const startedAt = performance.now();
  const hanging = run(verifier, HANG);
  assert.deepEqual(said(await hanging), ["unknown", "timeout"]);
  assert.ok(performance.now() - startedAt < 6000);
  assert.deepEqual(said(await run(verifier, tallyBody(8))), ["same", 8, undefined]);
});

test("nobody waits longer than the limit behind those that hang", async () => {
  const verifier = verifierWith({ timeoutMs: 2000 });
  const startedAt = performance.now();
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => run(verifier, HANG)));
  assert.ok(performance.now() - startedAt < 4000, `${performance.now() - startedAt} ms`);
  assert.ok(outcomes.every(({ kind }) => kind === "unknown"));
});

test("one more than may wait is turned away at once", async () => {
  const verifier = verifierWith({ mostWaiting: 2, timeoutMs: 1000 });
  const running = [HANG, HANG, HANG].map((body) => run(verifier, body));
  assert.deepEqual(said(await run(verifier, tallyBody(8))), ["unknown", "busy"]);
  await Promise.all(running);
});

test("a verifier that is closed answers nothing, to those who wait neither", async () => {
  const verifier = verifierWith();
  const waiting = [run(verifier, HANG), run(verifier, tallyBody(8))];
  const refused = Promise.all(waiting.map((one) => assert.rejects(one, /closed/)));
  await verifier.close();
  await refused;
  await assert.rejects(run(verifier, tallyBody(8)), /closed/);
});

function checkWith(verify: () => Promise<VerifyOutcome>, file: Uint8Array | undefined = new Uint8Array()) {
  let runs = 0;
  const check = new ResultCheck({
    games: new Map([["r", TALLY_GAME.href]]),
    build: "test",
    read: async () => file,
    verify: () => {
      runs += 1;
      return verify();
    },
    log: silentLog,
  });
  return { check: (result: MatchResult) => check.check(result), runs: () => runs };
}

const report = { ticks: 1, seconds: 1, tookMs: 1, speed: 1, mismatch: undefined };

test("a result is right, wrong, or not known to be either", async () => {
  const result = { ...resultOf("m1", "a"), replay: "m1" };
  const outcomes = new Map<VerifyOutcome, string>([
    [{ kind: "same", report }, "yes"],
    [{ kind: "differs", report }, "no"],
    [{ kind: "broken", error: "x" }, "no"],
    [{ kind: "unknown", reason: "timeout" }, "unknown"],
  ]);
  for (const [outcome, verified] of outcomes)
    assert.equal(await checkWith(async () => outcome).check({ ...result }), verified);
});

test("a result is run once however often it is delivered, and not at all where that is of no use", async () => {
  const { check, runs } = checkWith(async () => ({ kind: "same", report }));
  const result: MatchResult = { ...resultOf("m1", "a"), replay: "m1" };
  await Promise.all([check(result), check(result)]);
  assert.equal(runs(), 1);
  assert.equal(await check({ ...result, verified: "no" }), "no", "what is stored stands");
  assert.equal(await check({ ...result, room: "another" }), undefined, "nothing there can be run again");
  assert.equal(await check(resultOf("m2", "a")), "unknown", "nothing was recorded");
  assert.equal(await check({ ...result, build: "b8" }), "unknown", "recorded before a deployment");
  assert.equal(runs(), 1);
});

test("a recording that is gone or cannot be read does not hold up its result", async () => {
  const result: MatchResult = { ...resultOf("m1", "a"), replay: "m1" };
  const gone = new ResultCheck({
    games: new Map([["r", TALLY_GAME.href]]),
    build: "test",
    read: async (replay) => (replay === "m1" ? undefined : Promise.reject(new Error("EIO"))),
    verify: () => assert.fail("there is nothing to run"),
    log: silentLog,
  });
  assert.equal(await gone.check(result), "unknown");
  assert.equal(await gone.check({ ...result, replay: "m2" }), "unknown");
});
