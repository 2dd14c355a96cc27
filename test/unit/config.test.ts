import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Room } from "@colyseus/core";
import { type ArenaDefinition, loadConfig } from "../../src/config/load-config.ts";
import { ArenaError } from "../../src/errors.ts";

class EmptyRoom extends Room {}
const dataDir = mkdtempSync(join(tmpdir(), "arena-config-"));
const definition = { rooms: { empty: EmptyRoom }, storage: { dataDir } };
after(() => rmSync(dataDir, { recursive: true }));

function refusal(given: unknown, env: Record<string, string>): ArenaError {
  try {
    loadConfig(given as ArenaDefinition, env);
  } catch (error) {
    assert.ok(error instanceof ArenaError, String(error));
    return error;
  }
  assert.fail("it was accepted");
}

test("a definition of nothing but rooms starts with development defaults", () => {
  const config = loadConfig(definition, {});
  assert.equal(config.transport.port, 2567);
  assert.equal(config.environment, "development");
  assert.equal(config.storage.mongodbUri, undefined);
  assert.equal(config.rooms["empty"]?.room, EmptyRoom);
});

test("the environment wins over the definition", () => {
  const config = loadConfig(
    { ...definition, transport: { port: 1 } },
    { PORT: "4000", MONGODB_URI: "mongodb://db/x" },
  );
  assert.equal(config.transport.port, 4000);
  assert.equal(config.storage.mongodbUri, "mongodb://db/x");
});

test("an empty variable counts as unset", () => {
  assert.equal(loadConfig(definition, { PORT: "" }).transport.port, 2567);
});

test("a wrong value is refused with the key, the value and what was expected", () => {
  const error = refusal(definition, { PORT: "twelve" });
  assert.equal(error.code, "config_invalid");
  assert.match(error.message, /transport\.port \(from PORT\): got "twelve", expected/);
  assert.match(
    refusal(definition, { PORT: "70000" }).message,
    /transport\.port \(from PORT\): got 70000, expected .*65535/,
  );
});

test("a worse network is three numbers, and nothing that production takes", () => {
  assert.equal(loadConfig(definition, { ARENA_NET: "200/50/5" }).transport.conditions, "200/50/5");
  const wrong = refusal(definition, { ARENA_NET: "fast" });
  assert.equal(wrong.code, "config_invalid");
  assert.match(wrong.message, /transport\.conditions \(from ARENA_NET\): got "fast", expected "200\/50\/5"/);
  const production = {
    NODE_ENV: "production",
    MONGODB_URI: "mongodb://db/x",
    ARENA_JWT_SECRET: "0123456789abcdef0123456789abcdef",
    ARENA_OPERATOR_PASSWORD: "an operator's password",
  };
  assert.equal(loadConfig(definition, production).transport.conditions, undefined);
  const refused = refusal(definition, { ...production, ARENA_NET: "200/50/5" });
  assert.equal(refused.code, "production_refused");
  assert.match(refused.message, /transport\.conditions \(ARENA_NET\)/);
});

test("an unknown key is refused by its name", () => {
  const message = refusal({ ...definition, transport: { prot: 2567 } }, {}).message;
  assert.match(message, /transport\.prot: there is no such key/);
});

test("a secret's value is never printed", () => {
  for (const name of ["ARENA_JWT_SECRET", "ARENA_OPERATOR_PASSWORD"]) {
    const { message } = refusal(definition, { [name]: "hunter2" });
    assert.match(message, new RegExp(`from ${name}\\): got \\(hidden\\), expected at least`));
    assert.doesNotMatch(message, /hunter2/);
  }
});

test("rooms that are none are refused, and so is a server without any", () => {
  for (const bad of ["Room", undefined, { rom: EmptyRoom }]) {
    assert.match(
      refusal({ rooms: { bad } }, {}).message,
      /rooms\.bad: got .*, expected a room class or \{ room/,
    );
  }
  assert.match(refusal({ rooms: {} }, {}).message, /rooms: got \{\}, expected at least one room/);
});

test("a section that is no object is refused as it was written, whatever the environment adds", () => {
  const { message } = refusal({ ...definition, transport: 7 }, { PORT: "4000" });
  assert.match(message, /transport: got 7, expected object/);
});

test("a secret in the place of its section is not printed either", () => {
  const { message } = refusal(
    { ...definition, storage: "mongodb://user:hunter2@db/x" },
    { ARENA_DATA_DIR: "x" },
  );
  assert.match(message, /storage: got \(hidden\), expected object/);
});

test("a secret of blanks is none", () => {
  assert.match(refusal(definition, { ARENA_JWT_SECRET: " ".repeat(40) }).message, /expected at least 32/);
});

test("production refuses embedded stores, default secrets and open pages, naming each key", () => {
  const error = refusal(definition, { NODE_ENV: "production" });
  assert.equal(error.code, "production_refused");
  for (const key of ["MONGODB_URI", "ARENA_JWT_SECRET", "ARENA_OPERATOR_PASSWORD"])
    assert.match(error.message, new RegExp(key));
});

test("production starts when everything is given", () => {
  const env = {
    NODE_ENV: "production",
    MONGODB_URI: "mongodb://db.example/arena",
    ARENA_JWT_SECRET: "0123456789abcdef0123456789abcdef",
    ARENA_OPERATOR_PASSWORD: "correct horse battery",
  };
  assert.equal(loadConfig(definition, env).environment, "production");
});

test("the configuration is frozen through and through", () => {
  const config = loadConfig(definition, {});
  assert.throws(() => Object.assign(config.transport, { port: 1 }), TypeError);
});

test("a development secret is made once and kept", () => {
  const first = loadConfig(definition, {}).auth.secret;
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(loadConfig(definition, {}).auth.secret, first);
});

test("a game reads its own settings from the environment, and a wrong one stops the start", () => {
  const game: ArenaDefinition = (env) => ({
    ...definition,
    rooms: { empty: { room: EmptyRoom, options: { laps: env.number("LAPS", 3, { min: 1, max: 9 }) } } },
  });
  assert.deepEqual(loadConfig(game, {}).rooms["empty"]?.options, { laps: 3 });
  assert.deepEqual(loadConfig(game, { LAPS: "5" }).rooms["empty"]?.options, { laps: 5 });
  assert.match(refusal(game, { LAPS: "many" }).message, /LAPS: got "many", expected a number from 1 to 9/);
  assert.match(refusal(game, { LAPS: "10" }).message, /LAPS: got "10"/);
});

test("progression that cannot work is refused by its key", () => {
  const item = { name: "Hat", description: "A hat." };
  const board = { name: "Ladder", by: { rating: "duel" } };
  const good = {
    currencies: ["coins"],
    queues: { duel: {} },
    catalogue: { hat: item },
    boards: { ladder: board, casual: { ...board, seasonal: false } },
  };
  const seasons = { firstStartsAt: "2026-01-01T00:00:00Z", lengthDays: 28 };
  const reward = (boardId: string, topRank: number) => ({
    board: boardId,
    topRank,
    reward: { currencies: { coins: 1 } },
  });
  const cases: [changes: object, key: RegExp][] = [
    [{ matchReward: { gold: 1 } }, /progression\.matchReward: .*"gold", which is not declared/],
    [{ currencies: ["constructor"] }, /progression\.currencies\.0: .*expected another name/],
    [{ currencies: ["coins", "coins"] }, /progression\.currencies: .*names one twice/],
    [
      { catalogue: { hat: { ...item, price: { currency: "gems", amount: 1 } } } },
      /catalogue\.hat\.price: .*"gems"/,
    ],
    [{ boards: { ladder: { name: "L", by: { rating: "none" } } } }, /boards\.ladder\.by: .*"none"/],
    [
      {
        achievements: {
          win: { name: "W", description: "W", statistic: "wins", atLeast: 1, reward: { items: { hat: 2 } } },
        },
      },
      /achievements\.win\.reward\.items\.hat: .*more than one player may own/,
    ],
    [{ seasons: { ...seasons, closingGraceMs: 28 * 86_400_000, lengthDays: 1 } }, /seasons\.closingGraceMs/],
    [
      { seasons: { ...seasons, rewards: [reward("casual", 1)] } },
      /seasons\.rewards\.0\.board: .*not seasonal/,
    ],
    [
      { seasons: { ...seasons, rewards: [reward("ladder", 10), reward("ladder", 1)] } },
      /seasons\.rewards\.1\.topRank: .*covered by a reward before it/,
    ],
  ];
  for (const [changes, key] of cases) {
    const error = refusal({ ...definition, progression: { ...good, ...changes } }, {});
    assert.equal(error.code, "config_invalid");
    assert.match(error.message, key);
  }
  loadConfig(
    { ...definition, progression: { ...good, seasons: { ...seasons, rewards: [reward("ladder", 1)] } } },
    {},
  );
});
