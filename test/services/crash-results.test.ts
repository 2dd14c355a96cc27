import assert from "node:assert/strict";
import { test } from "node:test";
import { runCrashResults } from "../../loadtest/labs/crash-results.ts";

test("kill -9 while results are written loses none and doubles none", { timeout: 90_000 }, async () => {
  const report = await runCrashResults({ rounds: 4, players: 4 }, () => undefined);
  assert.ok(report.acknowledged > 10, `only ${report.acknowledged} results were acknowledged`);
  const { lost, duplicated, missing, unsettled } = report;
  assert.deepEqual(
    { lost, duplicated, missing, unsettled },
    { lost: 0, duplicated: 0, missing: 0, unsettled: 0 },
  );
});
