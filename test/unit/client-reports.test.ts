/** What one can say of another player, in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  closedText,
  givenText,
  isRecent,
  type OtherPlayer,
  REASONS,
  REPORT_TEXT_LIMIT,
  reportBodyOf,
} from "../../client/reports/report-words.ts";
import { COMMEND_REASONS, REPORT_REASONS, reportBody } from "../../src/anticheat/reports/report-answers.ts";

const other: OtherPlayer = { playerId: "p", name: "Somebody", team: 0 };

test("every reason that the server takes is offered once, in words, and none that it does not take", () => {
  const offered = (kind: "report" | "commend") => REASONS[kind].map(([reason]) => reason).toSorted();
  assert.deepEqual(offered("report"), [...REPORT_REASONS].toSorted());
  assert.deepEqual(offered("commend"), [...COMMEND_REASONS].toSorted());
  for (const [, text] of [...REASONS.report, ...REASONS.commend]) assert.match(text, /^[A-Z][a-z ]+$/);
});

test("whatever is typed makes a body that the server takes", () => {
  for (const text of ["", "  ", "words", "x".repeat(5000)])
    for (const [kind, reason] of [
      ["report", "aim"],
      ["commend", "leader"],
    ] as const) {
      const body = reportBodyOf(kind, "p", reason, text);
      assert.ok(reportBody.safeParse(body).success, `${kind} ${text.slice(0, 10)}`);
    }
  const long = reportBodyOf("report", "p", "aim", "x".repeat(5000));
  assert.equal(long.kind === "report" && long.text?.length, REPORT_TEXT_LIMIT);
});

test("what was said stands in the past tense", () => {
  assert.equal(givenText({ kind: "report", reason: "wallhack" }), "Reported: sees through walls");
  assert.equal(givenText({ kind: "commend", reason: "skilled" }), "Commended: skilled");
  assert.equal(givenText({ kind: "report", reason: "newer" }), "Reported: newer");
});

test("a match of bots, or of long ago, says so; one where something was said shows that", () => {
  assert.match(closedText({ open: true, players: [] }) ?? "", /No other players/);
  assert.match(closedText({ open: false, players: [other] }) ?? "", /too long ago/);
  assert.equal(closedText({ open: true, players: [other] }), undefined);
  const given = { kind: "report" as const, reason: "aim", at: "2026-01-01T00:00:00Z" };
  assert.equal(closedText({ open: false, players: [{ ...other, given }] }), undefined);
});

test("only matches of the last day are asked about", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  assert.equal(isRecent("2026-01-01T00:00:01Z", now), true);
  assert.equal(isRecent("2025-12-31T23:59:59Z", now), false);
});
