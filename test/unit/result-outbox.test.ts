import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import type { MatchResult } from "../../src/match/match-result.ts";
import { openOutbox, type ResultOutbox } from "../../src/match/result-outbox.ts";
import { shareRuns } from "../../src/match/share-runs.ts";
import { resultOf } from "../helpers/match-results.ts";

const root = mkdtempSync(join(tmpdir(), "arena-outbox-"));
after(() => rmSync(root, { recursive: true, force: true }));

const newFolder = (): string => join(mkdtempSync(join(root, "case-")), "outbox");
const idsOf = (outbox: ResultOutbox): string[] => outbox.waiting().map(({ result }) => result.matchId);
const filesIn = (directory: string): string[] => readdirSync(directory).filter((name) => name !== "refused");

function recordingLog(): { log: pino.Logger; lines: { level: number; msg: string; file?: string }[] } {
  const lines: { level: number; msg: string; file?: string }[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  return { log: pino({ level: "debug" }, { write }), lines };
}

function open(directory: string, capacity = 100, log = pino({ level: "silent" })): Promise<ResultOutbox> {
  return openOutbox(directory, { capacity, log });
}

async function putSafely(outbox: ResultOutbox, result: MatchResult): Promise<string> {
  const outcome = await outbox.put(result);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.id;
}

test("what was put is found again, whole and in order of arrival, however often the outbox is opened", async () => {
  const directory = newFolder();
  const expected: string[] = [];
  for (let run = 0; run < 3; run += 1) {
    const outbox = await open(directory);
    assert.deepEqual(idsOf(outbox), expected);
    // All at once: the order is that of the calls, not of the disk's answers.
    const ids = Array.from({ length: 12 }, (_, index) => `run${run}-${index}`);
    await Promise.all(ids.map((id) => putSafely(outbox, resultOf(id, "a"))));
    expected.push(...ids);
    assert.deepEqual(idsOf(outbox), expected);
  }
  const whole = { ...resultOf("whole/../id", "a", "b"), replay: "replays/1" };
  whole.players = whole.players.map((player, index) => (index === 0 ? { ...player, late: true } : player));
  await putSafely(await open(directory), whole);
  assert.deepEqual((await open(directory)).waiting().at(-1)?.result, whole);
});

test("a result whose match id is no file name is kept all the same, inside the folder", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  const hostile = ["../../escape", "a\0b", "x".repeat(5000), "ü/ü", "."];
  for (const matchId of hostile) await putSafely(outbox, resultOf(matchId, "a"));
  assert.deepEqual(idsOf(await open(directory)), hostile);
  assert.equal(filesIn(directory).length, hostile.length);
});

test("names go on after the highest there is, whatever the clock says", async () => {
  const directory = newFolder();
  const first = await open(directory);
  const early = await putSafely(first, resultOf("early", "a"));
  const kept = await putSafely(first, resultOf("kept", "a"));
  await first.remove(early);
  const late = await putSafely(await open(directory), resultOf("late", "a"));
  assert.ok(late > kept, `${late} must sort after ${kept}`);
});

test("two that share a folder take different names, and one's removal does not trouble the other", async () => {
  const directory = newFolder();
  const [one, other] = [await open(directory), await open(directory)];
  const id = await putSafely(one, resultOf("m", "a"));
  assert.notEqual(await putSafely(other, resultOf("m", "a")), id);
  const { log, lines } = recordingLog();
  const third = await open(directory, 100, log);
  assert.equal(third.size, 2);
  await one.remove(id);
  await third.remove(id);
  await third.setAside(id);
  assert.equal(third.size, 1);
  assert.deepEqual(lines, []);
});

test("damaged and foreign files are set aside with an error each, and the others are delivered", async () => {
  const directory = newFolder();
  const before = await open(directory);
  const torn = await putSafely(before, resultOf("torn", "a"));
  const good = await putSafely(before, resultOf("good", "a"));
  const [empty, newer, stranger] = [2, 3, 4].map((index) => good.replace(/^\d+/, `00000000000010${index}`));
  const text = readFileSync(join(directory, torn), "utf8");
  const content: Record<string, string> = {
    [torn]: text.slice(0, text.length / 2),
    [empty as string]: "",
    [newer as string]: text.replace('"v":1', '"v":2'),
    [stranger as string]: text.replace('"seed":1', '"seed":1,"more":1'),
    "notes.txt": "not ours",
    "half.json.tmp": "not ours either",
  };
  for (const [name, body] of Object.entries(content)) writeFileSync(join(directory, name), body);
  // One of the same name was set aside before: it must not be overwritten.
  writeFileSync(join(directory, "refused", "notes.txt"), "older");

  const { log, lines } = recordingLog();
  const reopened = await open(directory, 100, log);
  assert.deepEqual(idsOf(reopened), ["good"]);
  assert.deepEqual(filesIn(directory), [good]);
  assert.equal(lines.filter(({ level }) => level === 50).length, 6);
  const refused = readdirSync(join(directory, "refused"));
  assert.equal(refused.length, 7);
  for (const [name, body] of Object.entries(content)) {
    const bodies = refused.filter((kept) => kept.startsWith(name));
    assert.ok(
      bodies.some((kept) => readFileSync(join(directory, "refused", kept), "utf8") === body),
      `${name} is kept as it was`,
    );
  }
});

test("what a crash left of an unfinished put is cleared away", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  const id = await putSafely(outbox, resultOf("m1", "a"));
  writeFileSync(join(directory, `${id.replace("m1", "m2")}.tmp`), "{");
  assert.deepEqual(idsOf(await open(directory)), ["m1"]);
  assert.deepEqual(filesIn(directory), [id]);
});

test("an unfinished put whose file a starting process clears away is written again", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  for (let index = 0; index < 20; index += 1) {
    let cleared = false;
    const clearing = setInterval(() => {
      const temporary = cleared ? undefined : filesIn(directory).find((name) => name.endsWith(".tmp"));
      if (temporary === undefined) return;
      cleared = true;
      rmSync(join(directory, temporary), { force: true });
    }, 0);
    await putSafely(outbox, resultOf(`m${index}`, "a"));
    clearInterval(clearing);
  }
  assert.equal((await open(directory)).size, 20);
});

test("a result set aside is kept in refused, and is delivered again once it was moved back", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  const id = await putSafely(outbox, resultOf("m", "a"));
  await outbox.setAside(id);
  assert.equal(outbox.size, 0);
  assert.deepEqual(idsOf(await open(directory)), []);
  writeFileSync(join(directory, id), readFileSync(join(directory, "refused", id)));
  assert.deepEqual(idsOf(await open(directory)), ["m"]);
});

test("it is bounded, also while results are being written, and what is removed makes room", async () => {
  const directory = newFolder();
  const outbox = await open(directory, 2);
  const outcomes = await Promise.all(["a", "b", "c"].map((id) => outbox.put(resultOf(id, "p"))));
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, true, false],
  );
  assert.deepEqual(outcomes[2], { ok: false, code: "match_queue_full" });
  const [first] = outbox.waiting();
  await outbox.remove(first?.id ?? "");
  await outbox.remove(first?.id ?? "");
  assert.equal((await outbox.put(resultOf("d", "p"))).ok, true);
  assert.equal((await open(directory, 1)).size, 2, "a smaller bound drops nothing that was kept");
});

test("a disk that refuses is answered as a value, leaves nothing behind, and takes the next when it is back", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "in the way");
  const outcome = await outbox.put(resultOf("m1", "a"));
  assert.equal(outcome.ok || outcome.code, "outbox_unwritable");
  assert.equal(outbox.size, 0);
  rmSync(directory);
  mkdirSync(directory);
  await putSafely(outbox, resultOf("m2", "a"));
  assert.deepEqual(idsOf(await open(directory)), ["m2"]);
});

test("a result that would not be read back as it is, is not called safe", async () => {
  const directory = newFolder();
  const outbox = await open(directory);
  const outcome = await outbox.put({ ...resultOf("m", "a"), seed: Number.NaN });
  assert.equal(outcome.ok || outcome.code, "outbox_unwritable");
  assert.deepEqual(filesIn(directory), []);
});

test("a folder that cannot be made fails the start", async () => {
  const path = join(root, "a-file");
  writeFileSync(path, "");
  await assert.rejects(open(path));
});

test("kill -9 in the middle of puts loses none that was acknowledged", { timeout: 60_000 }, async () => {
  const directory = newFolder();
  const acknowledged = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const printed = await runAndKill(directory, round);
    assert.ok(printed.length > 0, "the writer acknowledged nothing before it was killed");
    for (const id of printed) acknowledged.add(id);
    const { log, lines } = recordingLog();
    const found = new Set(idsOf(await open(directory, 1, log)));
    assert.deepEqual(
      [...acknowledged].filter((id) => !found.has(id)),
      [],
      `round ${round}`,
    );
    assert.deepEqual(lines, [], "and none is damaged");
    assert.equal(
      filesIn(directory).some((name) => name.endsWith(".tmp")),
      false,
    );
  }
});

/** @returns what the writer printed before it was killed, some time after its first line. */
async function runAndKill(directory: string, round: number): Promise<string[]> {
  const writer = join(import.meta.dirname, "../helpers/outbox-writer.ts");
  const child = spawn(process.execPath, [writer, directory, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const started = Promise.withResolvers<void>();
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    started.resolve();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await Promise.race([started.promise, ended]);
  await sleep(20 + Math.random() * 150);
  child.kill("SIGKILL");
  await ended;
  // A last line without its end was cut while it was printed.
  return output.split("\n").slice(0, -1);
}

test("callers share a run, but never one that began before their call", async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const flush = shareRuns(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const settled: string[] = [];
  const call = (name: string): Promise<void> =>
    flush().then(
      () => void settled.push(name),
      () => void settled.push(`${name} failed`),
    );
  const first = call("first");
  await sleep(0);
  const late = [call("late"), call("later")];
  await sleep(0);
  assert.equal(runs.length, 1, "one run at a time");
  runs[0]?.reject(new Error("no"));
  await first;
  await sleep(0);
  assert.deepEqual(settled, ["first failed"]);
  assert.equal(runs.length, 2);
  runs[1]?.resolve();
  await Promise.all(late);
  assert.deepEqual(settled, ["first failed", "late", "later"]);
});
