/** The promise of the index check: what is missing, differs or is undeclared is told; what is there is never touched. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import mongoose, { type Connection } from "mongoose";
import { checkIndexes } from "../../src/storage/index-check-store.ts";
import { rows, type ScratchServer, startScratchServer } from "./scratch-database.ts";

let server: ScratchServer;
before(async () => {
  server = await startScratchServer();
});
after(() => server.close());

describe("the index check", () => {
  async function openModels(): Promise<Connection> {
    const { connection } = await server.open();
    const options = { collection: "fighters", autoIndex: false, autoCreate: false };
    const fighters = new mongoose.Schema({ name: { type: String, unique: true }, rank: Number }, options);
    fighters.index({ rank: -1, name: 1 });
    connection.model("Fighter", fighters);
    const views = new mongoose.Schema({ team: { type: String, index: true }, name: String }, options);
    views.index({ rank: -1, name: 1 });
    connection.model("FighterView", views);
    return connection;
  }
  const declared = ['fighters: {"name":1} unique', 'fighters: {"rank":-1,"name":1}', 'fighters: {"team":1}'];

  it("names what is missing, creates it, and then misses nothing", async () => {
    const connection = await openModels();
    const check = (create: boolean) => checkIndexes(Object.values(connection.models), { create });
    const nothing = { missing: [], created: [], conflicts: [], undeclared: [] };

    const before = await check(false);
    assert.deepEqual({ ...before, missing: before.missing.sort() }, { ...nothing, missing: declared });
    assert.deepEqual((await check(false)).missing.length, 3, "asking creates nothing");
    const created = await check(true);
    assert.deepEqual({ ...created, created: created.created.sort() }, { ...nothing, created: declared });
    assert.deepEqual(await check(false), nothing);
    assert.deepEqual(await check(true), nothing);
    await rows(connection, "fighters").insertOne({ _id: "1", name: "one" });
    await assert.rejects(rows(connection, "fighters").insertOne({ _id: "2", name: "one" }), { code: 11_000 });
  });

  it("tells undeclared indexes and drops none", async () => {
    const connection = await openModels();
    await checkIndexes(Object.values(connection.models), { create: true });
    await rows(connection, "fighters").createIndex({ colour: 1 }, { sparse: true });
    const report = await checkIndexes(Object.values(connection.models), { create: true });
    assert.deepEqual(report.undeclared, ['fighters: {"colour":1} sparse']);
    assert.deepEqual([report.missing, report.created, report.conflicts], [[], [], []]);
    assert.equal((await rows(connection, "fighters").listIndexes().toArray()).length, 5);
  });

  it("flags an index whose uniqueness is not the declared one, and does not touch it", async () => {
    const connection = await openModels();
    await rows(connection, "fighters").createIndex({ name: 1 });
    await rows(connection, "fighters").createIndex({ team: 1 }, { unique: true });
    const report = await checkIndexes(Object.values(connection.models), { create: true });
    assert.deepEqual(report.conflicts.sort(), [
      'fighters: {"name":1} unique is declared, but the database has {"name":1}',
      'fighters: {"team":1} is declared, but the database has {"team":1} unique',
    ]);
    assert.deepEqual(report.created, ['fighters: {"rank":-1,"name":1}']);
    assert.deepEqual([report.missing, report.undeclared], [[], []]);
  });

  it("says why a unique index cannot be created", async () => {
    const connection = await openModels();
    await rows(connection, "fighters").insertMany([
      { _id: "1", name: "twin" },
      { _id: "2", name: "twin" },
    ]);
    const report = await checkIndexes(Object.values(connection.models), { create: true });
    assert.equal(report.created.length, 2);
    assert.deepEqual(report.missing, ['fighters: {"name":1} unique']);
    assert.match(report.conflicts.join(), /^fighters: \{"name":1\} unique cannot be created: .*E11000/);
  });
});
