import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openReplay } from "../../src/replay/replay-file.ts";
import { ReplayKeeper } from "../../src/replay/replay-keeper.ts";
import { openShelf, type ReplayShelf } from "../../src/replay/replay-shelf.ts";
import { tallyBody, tallyHeader } from "../helpers/tally-game.ts";
import { silentLog } from "../helpers/test-storage.ts";

const DAY_MS = 86_400_000;
const BOUNDS = { mostFiles: 3, mostBytes: 1000, keepDays: 2 };

async function withShelf(
  work: (shelf: ReplayShelf, folder: string) => Promise<void>,
  bounds = BOUNDS,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "arena-shelf-"));
  try {
    await work(await openShelf(join(folder, ".replays"), bounds, silentLog), join(folder, ".replays"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

test("the oldest go first, when there are too many files, bytes or days", () =>
  withShelf(async (shelf, folder) => {
    const now = Date.now();
    for (const [index, name] of ["a", "b", "c", "d"].entries()) await shelf.put(name, bytes(10), now + index);
    assert.deepEqual(readdirSync(folder).sort(), ["b.arpl", "c.arpl", "d.arpl"]);
    await shelf.put("e", bytes(985), now + 10);
    assert.deepEqual([readdirSync(folder).sort(), shelf.bytes], [["d.arpl", "e.arpl"], 995]);
    await shelf.put("f", bytes(1), now + 10 + 2 * DAY_MS);
    assert.deepEqual(readdirSync(folder).sort(), ["e.arpl", "f.arpl"], "d is two days older than that");
  }));

test("what an earlier run left is counted, other processes' files with the next sweep", () =>
  withShelf(async (shelf, folder) => {
    const old = new Date(Date.now() - 3 * DAY_MS);
    await shelf.put("old", bytes(10), Date.now());
    utimesSync(join(folder, "old.arpl"), old, old);
    await shelf.put("new", bytes(10), Date.now());
    const again = await openShelf(folder, BOUNDS, silentLog);
    assert.deepEqual([again.files, again.bytes, readdirSync(folder)], [1, 10, ["new.arpl"]]);
    for (const name of ["x", "y", "z"]) writeFileSync(join(folder, `${name}.arpl`), bytes(5));
    await again.sweep(Date.now());
    assert.deepEqual([again.files, again.bytes], [3, 15]);
  }));

test("leftovers of a write that died go after an hour, other files never", () =>
  withShelf(async (shelf, folder) => {
    for (const name of ["m.arpl.00aa.tmp", "n.arpl.00bb.tmp", "notes.txt"])
      writeFileSync(join(folder, name), "x");
    const old = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(folder, "m.arpl.00aa.tmp"), old, old);
    await shelf.sweep(Date.now());
    assert.deepEqual(readdirSync(folder).sort(), ["n.arpl.00bb.tmp", "notes.txt"]);
  }));

test("no name leaves the folder", () =>
  withShelf(async (shelf, folder) => {
    writeFileSync(join(folder, "..", "secret.arpl"), "x");
    for (const name of ["../secret", "..", "", ".hidden", "a/b", "a\\b", "a\0", "x".repeat(65), "con.arpl"]) {
      assert.equal(await shelf.put(name, bytes(1), Date.now()), false, name);
      assert.equal(await shelf.pathOf(name), undefined, name);
      assert.equal(await shelf.read(name), undefined, name);
      await shelf.remove(name);
    }
    assert.deepEqual(readdirSync(join(folder, "..")).sort(), [".replays", "secret.arpl"]);
  }));

test("a file that does not fit at all is refused and takes nothing else away", () =>
  withShelf(async (shelf) => {
    await shelf.put("a", bytes(10), Date.now());
    assert.equal(await shelf.put("b", bytes(1001), Date.now()), false);
    assert.deepEqual([shelf.files, (await shelf.read("a"))?.length], [1, 10]);
  }));

test("the same name again takes the other's place, and what was removed is not counted", () =>
  withShelf(async (shelf) => {
    await shelf.put("a", bytes(10), Date.now());
    await shelf.put("a", bytes(20), Date.now());
    assert.deepEqual([shelf.files, shelf.bytes, (await shelf.read("a"))?.length], [1, 20, 20]);
    await shelf.remove("a");
    await shelf.remove("a");
    assert.deepEqual([shelf.files, shelf.bytes, await shelf.read("a")], [0, 0, undefined]);
  }));

test("a recording that is kept can be read", () =>
  withShelf(async (shelf) => {
    const keeper = new ReplayKeeper({ shelf, mostAtOnce: 1, timeoutMs: 5000, log: silentLog });
    const body = tallyBody(40);
    const keeping = keeper.keep(tallyHeader("m1"), body);
    assert.equal(await keeper.keep(tallyHeader("m2"), body), undefined, "one at a time");
    assert.equal(await keeping, "m1");
    const opened = await openReplay((await shelf.read("m1")) ?? bytes(0), 1000);
    assert.deepEqual(opened, { ok: true, header: tallyHeader("m1"), body });
    assert.equal(await keeper.keep(tallyHeader("m3"), body), "m3", "there is room again");
  }));

test("a disk that refuses or does not answer costs the recording, not the match", async () => {
  const refusing = { put: async (): Promise<boolean> => Promise.reject(new Error("ENOSPC")) };
  const keeper = new ReplayKeeper({ shelf: refusing, mostAtOnce: 9, timeoutMs: 5000, log: silentLog });
  assert.equal(await keeper.keep(tallyHeader("m1"), tallyBody(4)), undefined);
  const written = Promise.withResolvers<boolean>();
  const slow = new ReplayKeeper({
    shelf: { put: () => written.promise },
    mostAtOnce: 9,
    timeoutMs: 50,
    log: silentLog,
  });
  assert.equal(await slow.keep(tallyHeader("m1"), tallyBody(4)), undefined);
  written.resolve(true);
  await slow.settle();
});
