/** Every update operator, positional paths and replacement documents. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Doc, type Harness, hasCode } from "./harness.ts";

const { Double, Long } = mongoose.mongo;

export function updateStatements(on: Harness): void {
  const { filled, updated } = on;

  describe("update operators", () => {
    const cases: [string, Doc, Doc, Doc, (Doc | undefined)?, Doc?][] = [
      [
        "$set on nested and missing paths",
        { a: 1 },
        { $set: { a: 2, "b.c.d": 3 } },
        { a: 2, b: { c: { d: 3 } } },
      ],
      [
        "$set on an array index pads with null",
        { a: [1] },
        { $set: { "a.3": 4 } },
        { a: [1, null, null, 4] },
      ],
      [
        "$unset removes a field and empties an element",
        { a: 1, b: [1, 2] },
        { $unset: { a: "", "b.0": "" } },
        { b: [null, 2] },
      ],
      ["$unset on a missing path", { a: 1 }, { $unset: { "x.y": 1 } }, { a: 1 }],
      ["$inc creates and adds", { a: 1 }, { $inc: { a: -3, "b.c": 2 } }, { a: -2, b: { c: 2 } }],
      ["$mul multiplies, and creates zero", { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
      [
        "$min and $max",
        { a: 5, b: 5, c: 5 },
        { $min: { a: 3, b: 9 }, $max: { c: 9, d: 1 } },
        { a: 3, b: 5, c: 9, d: 1 },
      ],
      [
        "$rename moves a value",
        { a: 1, b: 2 },
        { $rename: { a: "c.d", missing: "e" } },
        { b: 2, c: { d: 1 } },
      ],
      ["$push appends and creates", { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
      [
        "$push with $each, $position, $sort and $slice",
        { a: [5, 1] },
        { $push: { a: { $each: [3, 4], $position: 0 } } },
        { a: [3, 4, 5, 1] },
      ],
      [
        "$push keeps the best three",
        { a: [5, 1] },
        { $push: { a: { $each: [3, 4], $sort: -1, $slice: 3 } } },
        { a: [5, 4, 3] },
      ],
      [
        "$push with a negative $slice on a missing array",
        {},
        { $push: { a: { $each: [1, 2, 3], $slice: -2 } } },
        { a: [2, 3] },
      ],
      [
        "$push sorts documents by a field",
        { a: [{ s: 2 }] },
        { $push: { a: { $each: [{ s: 1 }], $sort: { s: 1 } } } },
        { a: [{ s: 1 }, { s: 2 }] },
      ],
      [
        "$addToSet adds what is new",
        { a: [1, { x: 1 }] },
        { $addToSet: { a: { $each: [1, 2, 2, { x: 1 }] } } },
        { a: [1, { x: 1 }, 2] },
      ],
      ["$addToSet adds an array as one element", { a: [1] }, { $addToSet: { a: [1] } }, { a: [1, [1]] }],
      [
        "$pop from both ends",
        { a: [1, 2, 3], b: [1, 2, 3] },
        { $pop: { a: 1, b: -1 } },
        { a: [1, 2], b: [2, 3] },
      ],
      [
        "$pull by value, condition and document",
        { a: [1, 2, 1], b: [1, 5, 9], c: [{ k: 1, z: 1 }, { k: 2 }] },
        { $pull: { a: 1, b: { $gte: 5 }, c: { k: 1 } } },
        { a: [2], b: [1], c: [{ k: 2 }] },
      ],
      ["$pullAll", { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
      ["$setOnInsert changes nothing on an update", { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
      [
        "the positional $",
        {
          a: [
            { k: 1, v: 0 },
            { k: 2, v: 0 },
          ],
        },
        { $set: { "a.$.v": 9 } },
        {
          a: [
            { k: 1, v: 0 },
            { k: 2, v: 9 },
          ],
        },
        { "a.k": 2 },
      ],
      [
        "the positional $ on values",
        { a: [4, 8, 12] },
        { $inc: { "a.$": 1 } },
        { a: [4, 9, 12] },
        { a: { $gt: 5 } },
      ],
      [
        "$[] on all elements",
        { a: [{ v: 1 }, { v: 2 }] },
        { $inc: { "a.$[].v": 10 } },
        { a: [{ v: 11 }, { v: 12 }] },
      ],
      [
        "$[identifier] with arrayFilters",
        { a: [{ v: 1 }, { v: 5 }] },
        { $set: { "a.$[low].v": 0 } },
        { a: [{ v: 0 }, { v: 5 }] },
        undefined,
        { arrayFilters: [{ "low.v": { $lt: 3 } }] },
      ],
      [
        "several fields through one $[identifier], the first of which its filter is about",
        { a: [{ v: 1 }, { v: 5 }] },
        { $set: { "a.$[low].v": 9, "a.$[low].w": 1 }, $inc: { "a.$[low].n": 1 } },
        { a: [{ v: 9, w: 1, n: 1 }, { v: 5 }] },
        undefined,
        { arrayFilters: [{ "low.v": { $lt: 3 } }] },
      ],
      [
        "several fields through the positional $, the first of which the filter is about",
        { a: [{ k: 1 }, { k: 2 }] },
        { $set: { "a.$.k": 3, "a.$.v": 9 } },
        { a: [{ k: 1 }, { k: 3, v: 9 }] },
        { "a.k": 2 },
      ],
      [
        "nested array filters",
        { a: [{ b: [1, 2] }, { b: [3] }] },
        { $inc: { "a.$[].b.$[big]": 10 } },
        { a: [{ b: [1, 12] }, { b: [13] }] },
        undefined,
        { arrayFilters: [{ big: { $gte: 2 } }] },
      ],
    ];
    for (const [name, document, update, expected, filter, options] of cases)
      it(`applies ${name}`, async () => {
        assert.deepEqual(await updated(document, update, filter, options), expected);
      });

    const refusals: [string, Doc, Doc, number, Doc?][] = [
      ["an unknown operator", {}, { $nope: { a: 1 } }, 9],
      ["two operators on one path", { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
      ["operators on a path and its child", { a: {} }, { $set: { a: 1, "a.b": 1 } }, 40],
      ["$inc on a string", { a: "x" }, { $inc: { a: 1 } }, 14],
      ["$inc by a string", { a: 1 }, { $inc: { a: "x" } }, 14],
      ["$push on a number", { a: 1 }, { $push: { a: 1 } }, 2],
      ["$addToSet on a number", { a: 1 }, { $addToSet: { a: 1 } }, 2],
      ["a path through a scalar", { a: 1 }, { $set: { "a.b": 1 } }, 28],
      ["a field name in an array", { a: [1] }, { $set: { "a.b": 1 } }, 28],
      ["a change of _id", { a: 1 }, { $set: { _id: 2 } }, 66],
      ["an unknown array filter", { a: [1] }, { $set: { "a.$[x]": 1 } }, 2],
      ["an unused array filter", { a: [1] }, { $set: { a: 1 } }, 9, { arrayFilters: [{ x: 1 }] }],
      ["$[] on a missing array", { b: 1 }, { $set: { "a.$[]": 1 } }, 2],
      ["an int64 overflow", { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 2],
      ["an unknown $push clause", { a: [] }, { $push: { a: { $each: [], $what: 1 } } }, 2],
    ];
    for (const [name, document, update, code, options] of refusals)
      it(`refuses ${name} with ${code}`, async () => {
        const collection = await filled({ _id: 1, ...document });
        await assert.rejects(collection.updateOne({ _id: 1 }, update, options), hasCode(code));
        const found = await collection.findOne({ _id: 1 }, { promoteLongs: false });
        assert.deepEqual(JSON.stringify(found), JSON.stringify({ _id: 1, ...document }));
      });

    it("widens int32 to int64 on overflow and keeps double and int64", async () => {
      const collection = await filled({
        _id: 1,
        i: 2_147_483_647,
        l: Long.fromNumber(1),
        d: new Double(1),
      });
      await collection.updateOne({ _id: 1 }, { $inc: { i: 1, l: 1, d: 1 } });
      const found = (await collection.findOne({ _id: 1 }, { promoteValues: false })) as Doc;
      assert.ok(found.i instanceof Long && found.l instanceof Long && found.d instanceof Double);
      assert.equal(String(found.i), "2147483648");
    });

    it("sets the current date", async () => {
      const { at } = await updated({}, { $currentDate: { at: true } });
      assert.ok(at instanceof Date && Math.abs(at.getTime() - Date.now()) < 60_000);
    });

    it("counts matched and modified documents apart", async () => {
      const collection = await filled({ _id: 1, a: 1 }, { _id: 2, a: 2 });
      const result = await collection.updateMany({}, { $set: { a: 2 } });
      assert.deepEqual([result.matchedCount, result.modifiedCount], [2, 1]);
    });

    it("replaces a document, keeping its _id, and refuses operators in a replacement", async () => {
      const collection = await filled({ _id: 1, a: 1 });
      await collection.replaceOne({ a: 1 }, { b: 2 });
      assert.deepEqual(await collection.findOne({}), { _id: 1, b: 2 });
      await assert.rejects(collection.replaceOne({}, { _id: 2, b: 2 }), hasCode(66));
      const u = { b: 1, $set: { c: 1 } };
      const reply = await on.db.command({ update: collection.collectionName, updates: [{ q: {}, u }] });
      assert.ok([52, 9].includes(reply.writeErrors[0].code));
      const multi = await on.db.command({
        update: collection.collectionName,
        updates: [{ q: {}, u: { a: 1 }, multi: true }],
      });
      assert.equal(multi.writeErrors[0].code, 9);
    });

    it("changes nothing of the prototypes", async () => {
      const collection = await filled({ _id: 1 });
      const u = { $set: { "__proto__.polluted": 1, "constructor.prototype.polluted": 1 } };
      await on.db.command({ update: collection.collectionName, updates: [{ q: { _id: 1 }, u }] });
      assert.equal((await on.db.command({ ping: 1 })).polluted, undefined);
    });
  });
}
