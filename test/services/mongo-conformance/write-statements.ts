/** Inserts, upserts, deletes, findAndModify and retryable writes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { sendCommand } from "../raw-wire-client.ts";
import { type Doc, type Harness, hasCode } from "./harness.ts";

const { Binary, Decimal128, Double, Int32, Long, ObjectId, UUID } = mongoose.mongo;

export function writeStatements(on: Harness): void {
  const { fresh, filled } = on;

  describe("insert", () => {
    it("generates an _id on the server and puts it first", async () => {
      const collection = fresh();
      await on.db.command({ insert: collection.collectionName, documents: [{ a: 1 }] });
      const found = await collection.findOne({});
      assert.deepEqual(Object.keys(found ?? {}), ["_id", "a"]);
      assert.ok(found?._id instanceof ObjectId);
    });

    it("stops at the first error when ordered, and goes on when not", async () => {
      const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
      for (const [ordered, n] of [
        [true, 1],
        [false, 2],
      ] as const) {
        const reply = await on.db.command({ insert: fresh().collectionName, documents, ordered });
        assert.equal(reply.n, n);
        assert.equal(reply.writeErrors.length, 1);
        const [error] = reply.writeErrors;
        assert.equal(error.index, 1);
        assert.equal(error.code, 11000);
        assert.match(error.errmsg, /^E11000 duplicate key error/);
      }
    });

    it("refuses an array as _id with 53", async () => {
      await assert.rejects(fresh().insertOne({ _id: [1] as never }), hasCode(2, 53));
    });

    it("refuses an empty batch", async () => {
      await assert.rejects(on.db.command({ insert: fresh().collectionName, documents: [] }), hasCode(16));
    });

    it("keeps the type of every value through insert, update and restart of the reader", async () => {
      const collection = fresh();
      const values = {
        int: new Int32(7),
        whole: new Double(7),
        long: Long.fromString("7"),
        big: Long.fromString("9007199254740993"),
        decimal: Decimal128.fromString("1.10"),
        date: new Date(1_700_000_000_123),
        id: new ObjectId(),
        uuid: new UUID(),
        bytes: new Binary(Buffer.from([0, 255, 128])),
        text: "ü\u{1F600}",
        nothing: null,
        yes: true,
        list: [new Int32(1), [new Double(2)], { deep: Long.fromNumber(3) }],
        pattern: /^a.b$/im,
      };
      await collection.insertOne({ _id: 1, ...values });
      await collection.updateOne({ _id: 1 }, { $set: { touched: true } });
      const found = await collection.findOne({ _id: 1 }, { promoteValues: false, projection: { _id: 0 } });
      const { touched, ...rest } = found as Doc;
      assert.equal(touched, true);
      for (const [key, value] of Object.entries(values)) {
        const back = rest[key];
        assert.equal(back?.constructor.name, value?.constructor.name, key);
        assert.deepEqual(JSON.stringify(back), JSON.stringify(value), key);
      }
      const list = rest.list as unknown[];
      assert.ok((list[1] as unknown[])[0] instanceof Double);
      assert.ok((list[2] as Doc).deep instanceof Long);
    });

    it("stores a document of nearly 16 MB and refuses a larger one", async () => {
      const collection = await filled({ _id: 1, text: "x".repeat(16_000_000) });
      assert.equal((await collection.findOne({ _id: 1 }))?.text?.toString().length, 16_000_000);
      await assert.rejects(
        collection.updateOne({ _id: 1 }, { $set: { more: "x".repeat(900_000) } }),
        (error) => {
          const code = (error as { code: number }).code;
          assert.ok([10334, 17419, 2, 17280].includes(code), `code ${code}`);
          return true;
        },
      );
    });
  });

  describe("upsert", () => {
    it("seeds the document from the equalities of the filter", async () => {
      const collection = fresh();
      const filter = { a: 1, "b.c": { $eq: 2 }, d: { $gt: 3 }, $and: [{ e: 5 }] };
      const result = await collection.updateOne(
        filter,
        { $set: { f: 6 }, $setOnInsert: { g: 7 } },
        { upsert: true },
      );
      assert.equal(result.upsertedCount, 1);
      const found = (await collection.findOne({})) as Doc;
      assert.deepEqual({ ...found, _id: 0 }, { _id: 0, a: 1, b: { c: 2 }, e: 5, f: 6, g: 7 });
      assert.deepEqual(result.upsertedId, found._id);
    });

    it("takes the _id of the filter, and reports it by index", async () => {
      const { collectionName } = fresh();
      const updates = [
        { q: { _id: "x" }, u: { $inc: { n: 1 } }, upsert: true },
        { q: { _id: "x" }, u: { $inc: { n: 1 } }, upsert: true },
        { q: { _id: "y" }, u: { v: 1 }, upsert: true },
      ];
      const reply = await on.db.command({ update: collectionName, updates });
      assert.equal(reply.n, 3);
      assert.equal(reply.nModified, 1);
      assert.deepEqual(reply.upserted, [
        { index: 0, _id: "x" },
        { index: 2, _id: "y" },
      ]);
      assert.deepEqual(await on.db.collection(collectionName).findOne({ _id: "y" as never }), {
        _id: "y",
        v: 1,
      });
    });

    it("does not seed a replacement", async () => {
      const collection = fresh();
      await collection.replaceOne({ a: 1 }, { b: 2 }, { upsert: true });
      assert.deepEqual(Object.keys((await collection.findOne({})) ?? {}), ["_id", "b"]);
    });

    it("fails with 11000 when the upserted document breaks a unique index", async () => {
      const collection = await filled({ _id: 1, u: 1 });
      await collection.createIndex({ u: 1 }, { unique: true });
      await assert.rejects(
        collection.updateOne({ _id: 2 }, { $set: { u: 1 } }, { upsert: true }),
        hasCode(11000),
      );
      assert.equal(await collection.countDocuments(), 1);
    });
  });

  describe("delete", () => {
    it("removes one or many and counts them", async () => {
      const collection = await filled({ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3, a: 1 });
      assert.equal((await collection.deleteOne({ a: 1 })).deletedCount, 1);
      assert.equal((await collection.deleteMany({ a: 1 })).deletedCount, 2);
      assert.equal((await collection.deleteMany({ a: 1 })).deletedCount, 0);
    });
  });

  describe("findAndModify", () => {
    it("returns the document before or after", async () => {
      const collection = await filled({ _id: 1, n: 1 });
      assert.deepEqual(await collection.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }), { _id: 1, n: 1 });
      const options = { returnDocument: "after", projection: { n: 1, _id: 0 } } as const;
      assert.deepEqual(await collection.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, options), {
        n: 3,
      });
      assert.deepEqual(
        await collection.findOneAndReplace({ _id: 1 }, { z: 1 }, { returnDocument: "after" }),
        { _id: 1, z: 1 },
      );
    });

    it("chooses by sort, removes, and answers null when nothing matches", async () => {
      const collection = await filled({ _id: 1, p: 5 }, { _id: 2, p: 9 });
      assert.deepEqual(await collection.findOneAndDelete({}, { sort: { p: -1 } }), { _id: 2, p: 9 });
      assert.equal(await collection.findOneAndDelete({ p: 9 }), null);
      assert.equal(await collection.countDocuments(), 1);
    });

    it("upserts, and says so", async () => {
      const collection = fresh();
      const reply = await collection.findOneAndUpdate(
        { _id: 7 },
        { $set: { a: 1 } },
        { upsert: true, returnDocument: "after", includeResultMetadata: true },
      );
      assert.deepEqual(reply.value, { _id: 7, a: 1 });
      assert.deepEqual(reply.lastErrorObject, { n: 1, updatedExisting: false, upserted: 7 });
    });

    it("refuses a remove with an update with 9", async () => {
      const { collectionName } = fresh();
      const command = { findAndModify: collectionName, query: {}, remove: true, update: { a: 1 } };
      await assert.rejects(on.db.command(command), hasCode(9));
    });

    it("fails with 11000 on a duplicate key, changing nothing", async () => {
      const collection = await filled({ _id: 1, u: 1 }, { _id: 2, u: 2 });
      await collection.createIndex({ u: 1 }, { unique: true });
      await assert.rejects(collection.findOneAndUpdate({ _id: 2 }, { $set: { u: 1 } }), hasCode(11000));
      assert.deepEqual(await collection.findOne({ _id: 2 }), { _id: 2, u: 2 });
    });
  });

  describe("retryable writes", () => {
    it("executes each kind of write once for one txnNumber and repeats its reply", async () => {
      const collection = await filled({ _id: 1, n: 0 }, { _id: 2 }, { _id: 3 });
      const name = collection.collectionName;
      const lsid = { id: new UUID() };
      const writes: Doc[] = [
        { update: name, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] },
        { insert: name, documents: [{ _id: 9 }] },
        { delete: name, deletes: [{ q: { _id: { $gt: 1 } }, limit: 1 }] },
        { findAndModify: name, query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true },
        { findAndModify: name, query: { _id: 5 }, update: { $inc: { n: 1 } }, upsert: true },
      ];
      for (const [index, write] of writes.entries()) {
        const command = { ...write, lsid, txnNumber: Long.fromNumber(index + 1) };
        const first = await rawCommand(command);
        const second = await rawCommand(command);
        assert.equal(first.ok, 1, JSON.stringify(first));
        assert.equal(first.writeErrors ?? second.writeErrors, undefined);
        for (const field of ["n", "nModified", "value"]) assert.deepEqual(second[field], first[field], field);
      }
      assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), [
        { _id: 1, n: 2 },
        { _id: 3 },
        { _id: 5, n: 1 },
        { _id: 9 },
      ]);
      const old = await rawCommand({ insert: name, documents: [{}], lsid, txnNumber: Long.ONE });
      assert.equal(old.code, 225);
    });

    it("keeps sessions apart", async () => {
      const collection = await filled({ _id: 1, n: 0 });
      for (let i = 0; i < 3; i++)
        await rawCommand({
          update: collection.collectionName,
          updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }],
          lsid: { id: new UUID() },
          txnNumber: Long.ONE,
        });
      assert.equal((await collection.findOne({ _id: 1 }))?.n, 3);
    });

    it("refuses multi in a retryable write and txnNumber on a read", async () => {
      const { collectionName } = await filled({ _id: 1 });
      const tags = { lsid: { id: new UUID() }, txnNumber: Long.ONE };
      const updates = [{ q: {}, u: { $set: { a: 1 } }, multi: true }];
      const multi = await rawCommand({ update: collectionName, updates, ...tags });
      assert.equal(multi.code ?? (multi.writeErrors as Doc[])[0]?.code, 72);
      const read = await rawCommand({ find: collectionName, ...tags });
      assert.ok([50768, 20].includes(read.code as number));
    });

    /** The driver sets lsid and txnNumber itself, so these go over a connection of their own. */
    function rawCommand(command: Doc): Promise<Doc> {
      return sendCommand(on.uri, { ...command, $db: on.dbName });
    }
  });
}
