/** Aggregation pipelines. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Doc, type Harness, hasCode } from "./harness.ts";

const { Binary, Long, ObjectId } = mongoose.mongo;

export function aggregationStatements(on: Harness): void {
  const { filled } = on;

  describe("aggregation", () => {
    const documents = [
      { _id: 1, team: "a", points: 5, tags: ["x", "y"] },
      { _id: 2, team: "b", points: 7, tags: ["x"] },
      { _id: 3, team: "a", points: 10, tags: [] },
    ];
    const cases: [string, Doc[], Doc[]][] = [
      [
        "$match and $sort",
        [{ $match: { team: "a" } }, { $sort: { points: -1 } }, { $limit: 1 }],
        [documents[2] as Doc],
      ],
      [
        "$group with accumulators",
        [
          {
            $group: {
              _id: "$team",
              sum: { $sum: "$points" },
              n: { $sum: 1 },
              best: { $max: "$points" },
              all: { $push: "$_id" },
            },
          },
          { $sort: { _id: 1 } },
        ],
        [
          { _id: "a", sum: 15, n: 2, best: 10, all: [1, 3] },
          { _id: "b", sum: 7, n: 1, best: 7, all: [2] },
        ],
      ],
      [
        "$unwind and $group",
        [{ $unwind: "$tags" }, { $group: { _id: "$tags", count: { $sum: 1 } } }, { $sort: { count: -1 } }],
        [
          { _id: "x", count: 2 },
          { _id: "y", count: 1 },
        ],
      ],
      [
        "$project with expressions",
        [{ $match: { _id: 1 } }, { $project: { _id: 0, double: { $multiply: ["$points", 2] } } }],
        [{ double: 10 }],
      ],
      [
        "$set and $unset",
        [
          { $match: { _id: 2 } },
          { $set: { twice: { $add: ["$points", "$points"] } } },
          { $unset: ["tags", "team"] },
        ],
        [{ _id: 2, points: 7, twice: 14 }],
      ],
      ["$count", [{ $match: { points: { $gt: 5 } } }, { $count: "n" }], [{ n: 2 }]],
      ["$count of nothing", [{ $match: { points: 0 } }, { $count: "n" }], []],
      [
        "$skip and $limit",
        [{ $sort: { _id: 1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { _id: 1 } }],
        [{ _id: 2 }],
      ],
      [
        "a $count after a computed stage, of nothing",
        [{ $group: { _id: "$team" } }, { $match: { _id: "c" } }, { $count: "n" }],
        [],
      ],
    ];
    for (const [name, pipeline, expected] of cases)
      it(`computes ${name}`, async () => {
        const collection = await filled(...documents);
        assert.deepEqual(await collection.aggregate(pipeline).toArray(), expected);
        assert.deepEqual(
          await collection.find().sort({ _id: 1 }).toArray(),
          documents,
          "the stored documents",
        );
      });

    it("joins with $lookup", async () => {
      const players = await filled({ _id: 1, name: "n1" }, { _id: 2, name: "n2" });
      const scores = await filled({ _id: 10, player: 2, p: 3 });
      const joined = await scores
        .aggregate([
          {
            $lookup: { from: players.collectionName, localField: "player", foreignField: "_id", as: "who" },
          },
          { $unwind: "$who" },
          { $project: { p: 1, name: "$who.name" } },
        ])
        .toArray();
      assert.deepEqual(joined, [{ _id: 10, p: 3, name: "n2" }]);
      assert.deepEqual(await players.findOne({ _id: 2 }), { _id: 2, name: "n2" });
    });

    it("groups by binary values that are no text", async () => {
      const values = [0xfd, 0xfe, 0xfe].map((byte) => new Binary(Buffer.from([0xff, byte])));
      const collection = await filled(...values.map((v, _id) => ({ _id, v })));
      const groups = await collection.aggregate([{ $group: { _id: "$v", n: { $sum: 1 } } }]).toArray();
      assert.deepEqual(new Set(groups.map(({ n }) => Number(n))), new Set([1, 2]));
    });

    it("groups by ObjectId and date, many groups apart", async () => {
      const keys = Array.from({ length: 500 }, () => new ObjectId());
      const collection = await filled(
        ...keys.flatMap((k, i) => [
          { k, d: new Date(i) },
          { k, d: new Date(i) },
        ]),
      );
      for (const field of ["$k", "$d"]) {
        const groups = await collection.aggregate([{ $group: { _id: field, n: { $sum: 1 } } }]).toArray();
        assert.equal(groups.length, 500);
        assert.ok(groups.every(({ n }) => n === 2));
      }
    });

    it("keeps number types where documents pass unchanged", async () => {
      const collection = await filled({ _id: 1, l: Long.fromString("9007199254740993") });
      const [found] = await collection
        .aggregate([{ $match: {} }, { $sort: { l: 1 } }], { promoteValues: false })
        .toArray();
      assert.equal(String(found?.l), "9007199254740993");
    });

    it("hands out aggregation results in batches", async () => {
      const collection = await filled(...Array.from({ length: 30 }, (_, _id) => ({ _id })));
      const cursor = collection.aggregate([{ $set: { a: 1 } }], { batchSize: 7 });
      assert.equal((await cursor.toArray()).length, 30);
    });

    it("refuses an unknown stage with 40324 and an unknown expression with 168", async () => {
      const collection = await filled({ _id: 1 });
      await assert.rejects(collection.aggregate([{ $nope: 1 }]).toArray(), hasCode(40324));
      await assert.rejects(
        collection.aggregate([{ $project: { a: { $nope: 1 } } }]).toArray(),
        hasCode(168, 31325),
      );
      await assert.rejects(collection.aggregate([{ $match: {}, $limit: 1 }]).toArray(), hasCode(40323));
    });
  });
}
