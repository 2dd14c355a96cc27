/** Operators' accounts in the configuration. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Room } from "@colyseus/core";
import { loadConfig } from "../../src/config/load-config.ts";
import type { ArenaConfigInput } from "../../src/index.ts";

class AnyRoom extends Room {}
const dataDir = mkdtempSync(join(tmpdir(), "operator-config-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));

const load = (operators: ArenaConfigInput["operators"], changes: Partial<ArenaConfigInput> = {}) =>
  loadConfig({ rooms: { any: AnyRoom }, storage: { dataDir }, operators, ...changes }, {});

function refusalOf(operators: unknown): string {
  try {
    load(operators as ArenaConfigInput["operators"]);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("accounts have names, roles and passwords of a length, and a refusal never shows a password", () => {
  const accounts = { rev: { password: "long enough for it", role: "reviewer" } } as const;
  assert.deepEqual(load({ accounts }).operators.accounts, accounts);
  assert.deepEqual(load({}).operators.accounts, {});
  const short = refusalOf({ accounts: { rev: { password: "hunter2", role: "reviewer" } } });
  assert.match(short, /operators\.accounts\.rev\.password: .*at least 12/);
  assert.doesNotMatch(short, /hunter2/);
  for (const [wrong, said] of [
    [{ operator: { password: "long enough for it", role: "operator" } }, /"operator" is whom/],
    [{ "a b": { password: "long enough for it", role: "operator" } }, /accounts/],
    [{ rev: { password: "long enough for it", role: "admin" } }, /role/],
    [{ rev: "long enough for it" }, /accounts\.rev/],
  ] as const) {
    const message = refusalOf({ accounts: wrong });
    assert.match(message, said);
    assert.doesNotMatch(message, /long enough for it/);
  }
});

test("production wants somebody who may open the operators' pages: the password, or an operator's account", () => {
  const production = {
    environment: "production",
    storage: { dataDir, mongodbUri: "mongodb://somewhere/arena" },
    auth: { secret: "0123456789abcdef0123456789abcdef" },
  } as const;
  const account = (role: "reviewer" | "operator") => ({
    accounts: { one: { password: "long enough for it", role } },
  });
  assert.throws(() => load({}, production), /operators\.password/);
  assert.throws(() => load(account("reviewer"), production), /operators\.password/);
  assert.equal(load(account("operator"), production).environment, "production");
});
