import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgressionChaos } from "../../loadtest/labs/progression-chaos.ts";

test("kill -9 of server and database loses nothing and doubles nothing", { timeout: 110_000 }, async () => {
  const options = { matches: 70, tables: 2, players: 3, seed: 7 };
  const report = await runProgressionChaos(options, () => undefined);
  const { kills, purchases } = report;
  assert.ok(kills.server + kills.database + kills.both >= 3 && purchases > 0, JSON.stringify(report));
  const { lost, duplicated, missing, ledgerMismatch, unsettled } = report;
  assert.deepEqual(
    { lost, duplicated, missing, ledgerMismatch, unsettled },
    { lost: 0, duplicated: 0, missing: 0, ledgerMismatch: 0, unsettled: 0 },
  );
});
