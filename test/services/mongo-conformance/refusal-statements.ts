/** What MongoDB has and the embedded server refuses, with MongoDB's own codes; runs against the embedded server alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Collection, type Doc, type Harness, hasCode } from "./harness.ts";

const { Decimal128 } = mongoose.mongo;

export function refusalStatements(on: Harness): void {
  const { fresh, filled } = on;

  describe("refusals of the embedded server", on.onlyEmbedded, () => {
    it("refuses transactions with 263", async () => {
      const collection = await filled({ _id: 1 });
      const session = on.client.startSession();
      session.startTransaction();
      await assert.rejects(collection.insertOne({ _id: 2 }, { session }), hasCode(263));
      await session.abortTransaction();
      await session.endSession();
      assert.equal(await collection.countDocuments(), 1);
    });

    const options: [string, (collection: Collection) => Promise<unknown>, number][] = [
      ["a collation", (c) => c.find({}, { collation: { locale: "de" } }).toArray(), 40415],
      [
        "a collation of an update",
        (c) => c.updateOne({}, { $set: { a: 1 } }, { collation: { locale: "de" } }),
        40415,
      ],
      ["$type", (c) => c.find({ a: { $type: "int" } }).toArray(), 2],
      ["$mod", (c) => c.find({ a: { $mod: [2, 1] } }).toArray(), 2],
      ["$expr", (c) => c.find({ $expr: { $eq: ["$a", 2] } }).toArray(), 2],
      ["$comment in a filter", (c) => c.find({ $comment: "why" }).toArray(), 2],
      ["$where", (c) => c.find({ $where: "true" }).toArray(), 2],
      ["$text", (c) => c.find({ $text: { $search: "a" } }).toArray(), 2],
      ["$near", (c) => c.find({ a: { $near: [0, 0] } }).toArray(), 2],
      ["a positional projection", (c) => c.find({ a: 1 }, { projection: { "a.$": 1 } }).toArray(), 238],
      ["$slice of a projection", (c) => c.find({}, { projection: { a: { $slice: 1 } } }).toArray(), 238],
      ["a computed projection", (c) => c.find({}, { projection: { b: "$a" } }).toArray(), 238],
      ["a tailable cursor", (c) => c.find({}, { tailable: true }).toArray(), 40415],
      ["an unknown field of a command", (c) => on.db.command({ find: c.collectionName, nope: 1 }), 40415],
      ["a hint", (c) => c.find({ a: 1 }, { hint: "_id_" }).toArray(), 40415],
      ["$out", (c) => c.aggregate([{ $out: "x" }]).toArray(), 40324],
      ["$merge", (c) => c.aggregate([{ $merge: "x" }]).toArray(), 40324],
      ["$facet", (c) => c.aggregate([{ $facet: { n: [] } }]).toArray(), 40324],
      ["$set of a path in a pipeline", (c) => c.aggregate([{ $set: { "o.z": 1 } }]).toArray(), 238],
      [
        "$lookup with a pipeline",
        (c) => c.aggregate([{ $lookup: { from: c.collectionName, pipeline: [], as: "x" } }]).toArray(),
        238,
      ],
      ["a pipeline update", (c) => c.updateOne({}, [{ $set: { a: 1 } }]), 238],
      ["$bit", (c) => c.updateOne({}, { $bit: { a: { and: 1 as never } } }), 9],
      ["a TTL index", (c) => c.createIndex({ a: 1 }, { expireAfterSeconds: 5 }), 40415],
      ["to drop an index by its key", (c) => c.dropIndex({ a: 1 } as never), 27],
      ["a change stream", (c) => c.aggregate([{ $changeStream: {} }]).toArray(), 40324],
      ["a text index", (c) => c.createIndex({ a: "text" }), 67],
      ["an index with a collation", (c) => c.createIndex({ a: 1 }, { collation: { locale: "de" } }), 40415],
      ["a capped collection", () => on.db.createCollection("capped", { capped: true, size: 1000 }), 40415],
      ["a write concern of two", (c) => c.insertOne({}, { writeConcern: { w: 2 } }), 100],
      ["a timestamp", (c) => c.insertOne({ t: new mongoose.mongo.Timestamp({ t: 1, i: 1 }) }), 238],
      ["$inc of a Decimal128", (c) => c.updateOne({}, { $inc: { a: Decimal128.fromString("1") } }), 238],
      ["explain", (c) => c.find().explain(), 59],
      ["listDatabases", () => on.db.admin().listDatabases(), 59],
    ];
    for (const [name, run, code] of options)
      it(`refuses ${name} with ${code}`, async () => {
        await assert.rejects(run(await filled({ _id: 1, a: 1 })), hasCode(code));
      });

    it("refuses to sum what a number cannot hold, rather than leave it out", async () => {
      const collection = await filled({ _id: 1, d: Decimal128.fromString("1") });
      await assert.rejects(
        collection.aggregate([{ $group: { _id: null, s: { $sum: "$d" } } }]).toArray(),
        hasCode(238),
      );
    });

    it("refuses documents nested too deep", async () => {
      let deep: Doc = {};
      for (let i = 0; i < 150; i++) deep = { deep };
      await assert.rejects(fresh().insertOne({ deep }), hasCode(15));
    });
  });
}
