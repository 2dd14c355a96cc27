import assert from "node:assert/strict";
import { test } from "node:test";
import { earnedExperience, levelOf } from "../../src/progression/player/level-curve.ts";
import { isOriginAllowed } from "../../src/transport/origins.ts";
import { createRateLimiter } from "../../src/transport/rate-limiter.ts";

const RULES = {
  matchExperience: 50,
  winExperience: 100,
  killExperience: 10,
  firstLevelExperience: 200,
  levelGrowth: 1.5,
  maxLevel: 4,
};

test("experience comes from finishing, winning and kills, and not to those who left", () => {
  assert.equal(earnedExperience(RULES, { kills: 3, won: true, left: false }), 180);
  assert.equal(earnedExperience(RULES, { kills: 3, won: false, left: false }), 80);
  assert.equal(earnedExperience(RULES, { kills: 3, won: true, left: true }), 0);
});

test("each level costs more than the one before, up to the highest", () => {
  assert.deepEqual(levelOf(RULES, 0), { level: 1, levelProgress: 0 });
  assert.deepEqual(levelOf(RULES, 199), { level: 1, levelProgress: 0.995 });
  assert.deepEqual(levelOf(RULES, 200), { level: 2, levelProgress: 0 });
  assert.deepEqual(levelOf(RULES, 350), { level: 2, levelProgress: 0.5 });
  assert.deepEqual(levelOf(RULES, 500), { level: 3, levelProgress: 0 });
  assert.deepEqual(levelOf(RULES, 1e9), { level: 4, levelProgress: 1 });
});

test("a page may call its own server and listed ones, and whoever is no page may too", () => {
  const rules = { allowedOrigins: ["https://game.example"], allowLocalhost: false };
  assert.ok(isOriginAllowed(rules, undefined, "api.example"));
  assert.ok(isOriginAllowed(rules, "https://game.example", "api.example"));
  assert.ok(isOriginAllowed(rules, "https://api.example", "api.example"));
  for (const origin of [
    "https://evil.example",
    "null",
    "",
    "http://localhost:5173",
    "https://game.example.evil.example",
  ]) {
    assert.equal(isOriginAllowed(rules, origin, "api.example"), false, origin);
  }
  assert.ok(isOriginAllowed({ ...rules, allowLocalhost: true }, "http://localhost:5173", "api.example"));
});

test("a limit holds for each key by itself and ends with its minute", () => {
  const limiter = createRateLimiter(2);
  assert.deepEqual(
    [1, 2, 3].map(() => limiter.admit("a", 0)),
    [true, true, false],
  );
  assert.ok(limiter.admit("b", 0));
  assert.equal(limiter.admit("a", 59_999), false);
  assert.ok(limiter.admit("a", 60_000));
});

test("the limiter's memory is bounded", () => {
  const limiter = createRateLimiter(1);
  for (let key = 0; key < 10_000; key += 1) limiter.admit(`k${key}`, 0);
  assert.ok(limiter.admit("one more", 0));
  assert.ok(limiter.admit("k0", 0), "all windows began anew");
});
