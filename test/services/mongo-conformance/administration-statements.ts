/** Handshake, collections and indexes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Doc, type Harness, hasCode } from "./harness.ts";

const { Double } = mongoose.mongo;

export function administrationStatements(on: Harness): void {
  const { fresh, filled, ids } = on;

  describe("handshake and administration", () => {
    it("says hello as a writable primary with sessions and the usual limits", async () => {
      const hello = await on.db.command({ hello: 1 });
      assert.equal(hello.isWritablePrimary, true);
      assert.equal(hello.maxBsonObjectSize, 16_777_216);
      assert.equal(hello.logicalSessionTimeoutMinutes, 30);
      assert.equal("topologyVersion" in hello && on.isEmbedded, false);
    });

    it("answers ping and buildInfo", async () => {
      assert.equal((await on.db.command({ ping: 1 })).ok, 1);
      assert.match((await on.db.admin().buildInfo()).version as string, /^\d+\.\d+\.\d+/);
    });

    it("refuses an unknown command with 59", async () => {
      await assert.rejects(on.db.command({ noSuchCommand: 1 }), hasCode(59));
    });

    it("creates, lists and drops collections", async () => {
      const { collectionName } = fresh();
      await on.db.createCollection(collectionName);
      const listed = await on.db.listCollections({ name: collectionName }).toArray();
      assert.equal(listed.length, 1);
      assert.equal(listed[0]?.type, "collection");
      await assert.rejects(on.db.createCollection(collectionName), hasCode(48));
      assert.equal(await on.db.dropCollection(collectionName), true);
      assert.deepEqual(await on.db.listCollections({ name: collectionName }).toArray(), []);
    });

    it("drops a database with all its collections and nothing else", async () => {
      const other = on.client.db(`${on.dbName}_other`);
      await other.collection("a").insertOne({});
      const kept = await filled({ _id: 1 });
      await other.dropDatabase();
      assert.deepEqual(await other.listCollections().toArray(), []);
      assert.equal(await kept.countDocuments(), 1);
    });

    it("refuses invalid collection names with 73", async () => {
      await assert.rejects(on.db.command({ insert: "a$b", documents: [{}] }), hasCode(73));
      await assert.rejects(on.db.command({ find: "" }), hasCode(73));
    });
  });

  describe("indexes", () => {
    it("lists what was created, and creating it again changes nothing", async () => {
      const collection = await filled({ _id: 1 });
      assert.equal(await collection.createIndex({ a: 1, b: -1 }), "a_1_b_-1");
      await collection.createIndex({ a: 1, b: -1 });
      const listed = await collection.indexes();
      assert.deepEqual(
        listed.map(({ name }) => name),
        ["_id_", "a_1_b_-1"],
      );
      assert.deepEqual(listed[1]?.key, { a: 1, b: -1 });
    });

    it("reports E11000 with keyPattern and keyValue", async () => {
      const collection = await filled({ _id: 1, a: 1, b: "x" });
      await collection.createIndex({ a: 1, b: 1 }, { unique: true });
      await collection.insertOne({ _id: 2, a: 1, b: "y" });
      await assert.rejects(collection.insertOne({ a: new Double(1), b: "x" }), (error) => {
        const { code, keyPattern, keyValue, message } = error as mongoose.mongo.MongoServerError;
        assert.equal(code, 11000);
        assert.deepEqual(keyPattern, { a: 1, b: 1 });
        assert.deepEqual(keyValue, { a: 1, b: "x" });
        assert.match(message, /index: a_1_b_1 dup key/);
        return true;
      });
      await assert.rejects(collection.updateOne({ _id: 2 }, { $set: { b: "x" } }), hasCode(11000));
    });

    it("treats a missing field of a unique index as null, save when sparse", async () => {
      const plain = await filled({ _id: 1 });
      await plain.createIndex({ u: 1 }, { unique: true });
      await assert.rejects(plain.insertOne({ _id: 2 }), hasCode(11000));
      const sparse = await filled({ _id: 1 });
      await sparse.createIndex({ u: 1 }, { unique: true, sparse: true });
      await sparse.insertOne({ _id: 2 });
      await sparse.insertOne({ _id: 3, u: 1 });
      await assert.rejects(sparse.insertOne({ _id: 4, u: 1 }), hasCode(11000));
      assert.deepEqual(await ids(sparse, { u: null }), [1, 2]);
    });

    it("applies a partial unique index to the documents it concerns", async () => {
      const collection = await filled({ _id: 1, u: 1, open: true });
      const partialFilterExpression = { open: true };
      await collection.createIndex({ u: 1 }, { unique: true, partialFilterExpression });
      await collection.insertOne({ _id: 2, u: 1, open: false });
      await assert.rejects(collection.insertOne({ _id: 3, u: 1, open: true }), hasCode(11000));
      await assert.rejects(collection.updateOne({ _id: 2 }, { $set: { open: true } }), hasCode(11000));
      await collection.updateOne({ _id: 1 }, { $set: { open: false } });
      await collection.updateOne({ _id: 2 }, { $set: { open: true } });
      assert.deepEqual(await ids(collection, { u: 1 }), [1, 2]);
    });

    it("makes each element of an array unique across documents, not within one", async () => {
      const collection = await filled({ _id: 1, u: [1, 2, 2] });
      await collection.createIndex({ u: 1 }, { unique: true });
      await assert.rejects(collection.insertOne({ _id: 2, u: [3, 2] }), hasCode(11000));
      await collection.updateOne({ _id: 1 }, { $pull: { u: 2 as never } });
      await collection.insertOne({ _id: 2, u: [3, 2] });
    });

    it("refuses to build a unique index over duplicates and leaves none behind", async () => {
      const collection = await filled({ _id: 1, u: 1 }, { _id: 2, u: 1 });
      await assert.rejects(collection.createIndex({ u: 1 }, { unique: true }), hasCode(11000));
      assert.equal((await collection.indexes()).length, 1);
    });

    it("refuses a name for another key with 86 and other options with 85", async () => {
      const collection = await filled({ _id: 1 });
      await collection.createIndex({ a: 1 }, { name: "n" });
      await assert.rejects(collection.createIndex({ b: 1 }, { name: "n" }), hasCode(86));
      await assert.rejects(collection.createIndex({ a: 1 }, { name: "other" }), hasCode(85));
      await assert.rejects(collection.createIndex({ a: 1 }, { name: "n", unique: true }), hasCode(86));
    });

    it("drops an index by name, and all but _id", async () => {
      const collection = await filled({ _id: 1 });
      await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }, { key: { c: 1 } }]);
      await collection.dropIndex("a_1");
      await collection.dropIndex("b_1");
      assert.deepEqual(
        (await collection.indexes()).map(({ name }) => name),
        ["_id_", "c_1"],
      );
      await collection.dropIndexes();
      assert.equal((await collection.indexes()).length, 1);
      await assert.rejects(collection.dropIndex("a_1"), hasCode(27));
      await assert.rejects(collection.dropIndex("_id_"), hasCode(72));
      await assert.rejects(fresh().indexes(), hasCode(26));
    });

    it("finds the same with an index as without", async () => {
      const collection = await filled(
        ...Array.from({ length: 60 }, (_, _id) => ({
          _id,
          a: _id % 3,
          b: [_id % 5, _id % 7],
          ...(_id % 4 && { c: _id % 4 }),
        })),
      );
      const filters: Doc[] = [
        { a: 1 },
        { a: 1, b: 3 },
        { a: { $in: [0, 2] }, b: { $in: [1, 6] } },
        { b: [1, 1] },
        { c: null },
        { c: { $in: [null, 1] } },
        { a: 1, c: { $gt: 1 } },
        { $and: [{ a: 1 }, { b: 2 }] },
        { a: { $in: [] } },
      ];
      const plain = await Promise.all(filters.map((filter) => ids(collection, filter)));
      await collection.createIndexes([
        { key: { a: 1, b: 1 } },
        { key: { b: 1 } },
        { key: { c: 1 }, sparse: true },
      ]);
      assert.deepEqual(await Promise.all(filters.map((filter) => ids(collection, filter))), plain);
    });
  });
}
