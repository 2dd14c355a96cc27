/** Filters, sorts, projections and cursors. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Doc, type Harness, hasCode } from "./harness.ts";

const { Binary, Decimal128, Double, Long, ObjectId, UUID } = mongoose.mongo;

export function queryStatements(on: Harness): void {
  const { fresh, filled, ids } = on;

  describe("queries", () => {
    const documents = [
      { _id: 1, n: 5, s: "apple", tags: ["a", "b"], at: new Date(1000), o: { x: 1, y: [1, 2] } },
      { _id: 2, n: 7.5, s: "Banana", tags: [], at: new Date(2000), o: { x: 2 } },
      {
        _id: 3,
        n: null,
        s: "cherry",
        tags: ["b"],
        items: [
          { k: 1, q: 5 },
          { k: 2, q: 15 },
        ],
      },
      { _id: 4, n: Long.fromString("9007199254740993"), items: [{ k: 1, q: 15 }, { q: 1 }] },
      { _id: 5, n: "5", b: true, o: { y: [3], x: 1 } },
    ];
    const cases: [string, Doc, number[]][] = [
      ["equality across number types", { n: new Double(5) }, [1]],
      ["$gt stays within numbers", { n: { $gt: 5 } }, [2, 4]],
      ["$gte and $lt together", { n: { $gte: 5, $lt: 7.5 } }, [1]],
      ["$lte on strings", { s: { $lte: "apple" } }, [1, 2]],
      ["int64 beyond 2^53 exactly", { n: Long.fromString("9007199254740993") }, [4]],
      ["int64 beyond 2^53 is not its neighbour", { n: Long.fromString("9007199254740992") }, []],
      ["null means null or missing", { n: null }, [3]],
      ["null for a missing field", { b: null }, [1, 2, 3, 4]],
      ["$ne includes the missing", { b: { $ne: true } }, [1, 2, 3, 4]],
      ["$in", { _id: { $in: [5, 1, 9] } }, [1, 5]],
      ["$in with a pattern", { s: { $in: [/^b/i, "apple"] } }, [1, 2]],
      ["$nin", { _id: { $nin: [1, 2, 3] } }, [4, 5]],
      ["an element of an array", { tags: "b" }, [1, 3]],
      ["a whole array", { tags: ["a", "b"] }, [1]],
      ["a whole array in another order", { tags: ["b", "a"] }, []],
      ["$all", { tags: { $all: ["b", "a"] } }, [1]],
      ["$size", { tags: { $size: 0 } }, [2]],
      ["a path into documents", { "o.x": 1 }, [1, 5]],
      ["a path to an array element", { "o.y": 2 }, [1]],
      ["a path with an index", { "o.y.1": 2 }, [1]],
      ["a whole document in its order", { o: { x: 1, y: [1, 2] } }, [1]],
      ["a whole document in another order", { o: { x: 1, y: [3] } }, []],
      ["a path through an array of documents", { "items.q": 15 }, [3, 4]],
      ["conditions met by different elements", { "items.k": 1, "items.q": 15 }, [3, 4]],
      ["$elemMatch needs one element", { items: { $elemMatch: { k: 1, q: 15 } } }, [4]],
      ["$elemMatch on values", { "o.y": { $elemMatch: { $gt: 1, $lt: 3 } } }, [1]],
      ["$exists", { items: { $exists: true } }, [3, 4]],
      ["$exists false", { s: { $exists: false } }, [4, 5]],
      ["$exists below an array", { "items.k": { $exists: false } }, [1, 2, 5]],
      ["$regex with options", { s: { $regex: "^BAN", $options: "i" } }, [2]],
      ["a pattern", { s: /rr/ }, [3]],
      ["$not", { n: { $not: { $gt: 5 } } }, [1, 3, 5]],
      ["$and, $or", { $and: [{ $or: [{ _id: 1 }, { s: "cherry" }] }, { tags: "b" }] }, [1, 3]],
      ["$nor", { $nor: [{ _id: { $lt: 4 } }, { b: true }] }, [4]],
      ["dates", { at: { $gt: new Date(1000) } }, [2]],
    ];
    for (const [name, filter, expected] of cases)
      it(`finds by ${name}`, async () => {
        assert.deepEqual(await ids(await filled(...documents), filter), expected);
      });

    it("finds by ObjectId, UUID, binary and decimal values", async () => {
      const values = [
        new ObjectId(),
        new UUID(),
        new Binary(Buffer.from([0xff, 0xfe])),
        Decimal128.fromString("2.50"),
        new Date(5),
      ];
      const others = [
        new ObjectId(),
        new UUID(),
        new Binary(Buffer.from([0xfd, 0xfe])),
        Decimal128.fromString("2"),
      ];
      const collection = await filled(...[...values, ...others].map((v, _id) => ({ _id, v })));
      for (const [index, value] of values.entries())
        assert.deepEqual(await ids(collection, { v: value }), [index]);
      assert.deepEqual(await ids(collection, { v: { $gt: 2 } }), [3]);
    });

    it("sorts across types, with direction, skip and limit", async () => {
      const mixed = [true, "b", 3, null, { a: 1 }, "a", 2.5, new Date(0), new ObjectId()];
      const collection = await filled(...mixed.map((v, _id) => ({ _id, v })));
      const sorted = await collection.find().sort({ v: 1 }).toArray();
      assert.deepEqual(
        sorted.map(({ _id }) => _id),
        [3, 6, 2, 5, 1, 4, 8, 0, 7],
      );
      const page = await collection.find().sort({ v: -1 }).skip(1).limit(2).toArray();
      assert.deepEqual(
        page.map(({ _id }) => _id),
        [0, 8],
      );
    });

    it("sorts by several fields and by the least or greatest element of an array", async () => {
      const collection = await filled(
        { _id: 1, g: 1, v: [5, 1] },
        { _id: 2, g: 1, v: [2] },
        { _id: 3, g: 0, v: [9] },
      );
      const up = await collection.find().sort({ g: 1, v: 1 }).toArray();
      assert.deepEqual(
        up.map(({ _id }) => _id),
        [3, 1, 2],
      );
      const down = await collection.find().sort({ g: -1, v: -1 }).toArray();
      assert.deepEqual(
        down.map(({ _id }) => _id),
        [1, 2, 3],
      );
    });

    it("projects by inclusion and exclusion", async () => {
      const collection = await filled({
        _id: 1,
        a: 1,
        b: { c: 2, d: 3 },
        list: [{ k: 1 }, { k: 2 }, { k: 3 }],
      });
      const project = (projection: Doc) => collection.findOne({ _id: 1 }, { projection });
      assert.deepEqual(await project({ a: 1 }), { _id: 1, a: 1 });
      assert.deepEqual(await project({ a: 1, _id: 0 }), { a: 1 });
      assert.deepEqual(await project({ _id: 1 }), { _id: 1 });
      assert.deepEqual(await project({ "b.c": 1, "list.k": 1 }), {
        _id: 1,
        b: { c: 2 },
        list: [{ k: 1 }, { k: 2 }, { k: 3 }],
      });
      assert.deepEqual(await project({ "b.d": 0, list: 0 }), { _id: 1, a: 1, b: { c: 2 } });
      assert.deepEqual(await project({ _id: 0, b: 0, list: 0 }), { a: 1 });
    });

    it("refuses a projection that includes and excludes", async () => {
      const collection = await filled({ _id: 1 });
      await assert.rejects(collection.findOne({}, { projection: { a: 1, b: 0 } }), hasCode(2, 31254));
      await assert.rejects(collection.findOne({}, { projection: { a: 0, b: 1 } }), hasCode(2, 31253));
    });

    it("refuses malformed filters with 2, also on an empty collection", async () => {
      for (const filter of [{ a: { $nope: 1 } }, { $nope: 1 }, { a: { $in: 1 } }, { $or: [] }, { $and: {} }])
        await assert.rejects(
          fresh()
            .find(filter as Doc)
            .toArray(),
          hasCode(2),
        );
      await assert.rejects(
        fresh()
          .find({ a: { $regex: "(" } })
          .toArray(),
        hasCode(2, 51091),
      );
    });

    it("counts with query, skip and limit, and lists distinct values", async () => {
      const collection = await filled(...documents);
      assert.equal(await collection.countDocuments({ "o.x": 1 }), 2);
      assert.equal(await collection.estimatedDocumentCount(), 5);
      const reply = await on.db.command({
        count: collection.collectionName,
        query: { _id: { $gt: 1 } },
        skip: 1,
        limit: 2,
      });
      assert.equal(reply.n, 2);
      assert.deepEqual(new Set(await collection.distinct("tags")), new Set(["a", "b"]));
      assert.deepEqual(await collection.distinct("o.x", { _id: { $lt: 3 } }), [1, 2]);
    });
  });

  describe("cursors", () => {
    it("hands out a result in batches and closes the cursor at its end", async () => {
      const collection = await filled(...Array.from({ length: 250 }, (_, _id) => ({ _id })));
      const found = await collection.find().batchSize(100).toArray();
      assert.deepEqual(
        found.map(({ _id }) => _id),
        Array.from({ length: 250 }, (_, _id) => _id),
      );
    });

    it("answers getMore on a killed or finished cursor with 43", async () => {
      const collection = await filled({ _id: 1 }, { _id: 2 }, { _id: 3 });
      const find = { find: collection.collectionName, batchSize: 2 };
      const first = await on.db.command(find, { promoteLongs: false });
      const id = first.cursor.id as mongoose.mongo.Long;
      const killed = await on.db.command({ killCursors: collection.collectionName, cursors: [id] });
      assert.equal(killed.cursorsKilled.length, 1);
      await assert.rejects(
        on.db.command({ getMore: id, collection: collection.collectionName }),
        hasCode(43),
      );
      const again = await on.db.command({ killCursors: collection.collectionName, cursors: [id] });
      assert.equal(again.cursorsNotFound.length, 1);
    });

    it("gives no cursor for a single batch, and an empty first batch for batchSize 0", async () => {
      const collection = await filled({ _id: 1 }, { _id: 2 });
      const single = await on.db.command({
        find: collection.collectionName,
        batchSize: 1,
        singleBatch: true,
      });
      assert.equal(Number(single.cursor.id), 0);
      const empty = await on.db.command({ find: collection.collectionName, batchSize: 0 });
      assert.equal(empty.cursor.firstBatch.length, 0);
      assert.notEqual(Number(empty.cursor.id), 0);
    });

    it("splits a result beyond 16 MB", async () => {
      const text = "x".repeat(7_000_000);
      const collection = await filled({ _id: 1, text }, { _id: 2, text }, { _id: 3, text });
      const reply = await on.db.command({ find: collection.collectionName });
      assert.equal(reply.cursor.firstBatch.length, 2);
      assert.equal((await collection.find().toArray()).length, 3);
    });
  });
}
