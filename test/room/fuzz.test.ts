/** A short run of `npm run fuzz`: wrong frames against a running room in a process of its own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { FrameSource } from "../../loadtest/fuzz/frames.ts";

test("the same seed makes the same frames, and another others", () => {
  const frames = (seed: number): string[] => {
    const source = new FrameSource(seed);
    // What every seed begins with, and what comes after it.
    const first = Array.from({ length: 300 }, () => source.next());
    return [...first, ...Array.from({ length: 500 }, (_, index) => source.at(10_000 + index))].map((frame) =>
      frame.toString("hex"),
    );
  };
  assert.deepEqual(frames(3), frames(3));
  assert.notDeepEqual(frames(3), frames(4));
  assert.ok(new Set(frames(3)).size > 700);
});

test("a hundred thousand wrong frames end neither the process nor the honest client's match", () => {
  const root = new URL("../..", import.meta.url).pathname;
  const run = spawnSync(
    process.execPath,
    ["loadtest/fuzz.ts", "--frames", "100000", "--surfaces", "200", "--sockets", "0", "--seed", "5"],
    {
      cwd: root,
      encoding: "utf8",
      timeout: 100_000,
    },
  );
  const report = JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "{}") as {
    alive?: boolean;
    inside?: { frames: number; wellFormed: number; heapGrowthMegabytes: number };
  };
  assert.equal(report.alive, true, run.stderr);
  assert.equal(report.inside?.frames, 100_000);
  assert.ok((report.inside?.wellFormed ?? 0) > 10_000, "many reach the decoders");
  assert.ok((report.inside?.heapGrowthMegabytes ?? 99) < 60);
});
