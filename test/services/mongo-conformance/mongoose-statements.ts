/** What mongoose models do with a server. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import mongoose from "mongoose";
import { type Harness, hasCode } from "./harness.ts";

export function mongooseStatements(on: Harness): void {
  describe("mongoose", () => {
    it("saves, versions, populates and reports duplicate keys", async () => {
      const connection = await mongoose.createConnection(on.uri, { dbName: on.dbName }).asPromise();
      const Team = connection.model("Team", new mongoose.Schema({ name: { type: String, unique: true } }));
      const playerSchema = new mongoose.Schema(
        {
          name: { type: String, required: true, index: true },
          rating: { type: Number, default: 1500 },
          team: { type: mongoose.Schema.Types.ObjectId, ref: "Team" },
          inventory: [{ item: String, count: Number }],
          badges: { type: Map, of: Number },
        },
        { timestamps: true, optimisticConcurrency: true },
      );
      const Player = connection.model("Player", playerSchema);
      await Promise.all([Team.init(), Player.init()]);
      const team = await Team.create({ name: "red" });
      await assert.rejects(Team.create({ name: "red" }), hasCode(11000));
      const player = await Player.create({ name: "ada", team: team._id, badges: { first: 1 } });
      player.inventory.push({ item: "key", count: 2 });
      player.rating = 1510;
      await player.save();
      const stale = await Player.findById(player._id).orFail();
      player.inventory.pull({ _id: player.inventory[0]?._id });
      await player.save();
      stale.rating = 1;
      await assert.rejects(stale.save(), { name: "VersionError" });
      const found = await Player.findOne({ rating: { $gte: 1500 } })
        .populate("team")
        .lean()
        .orFail();
      assert.equal((found.team as unknown as { name: string }).name, "red");
      assert.deepEqual(found.inventory, []);
      const raised = await Player.findOneAndUpdate(
        { name: "bob" },
        { $inc: { rating: 5 } },
        { upsert: true, returnDocument: "after", setDefaultsOnInsert: false },
      );
      assert.equal(raised?.rating, 5);
      const bulk = await Player.bulkWrite([
        { updateOne: { filter: { name: "ada" }, update: { $set: { rating: 1 } } as never } },
        { insertOne: { document: { name: "eve" } as never } },
        { deleteOne: { filter: { name: "bob" } } },
      ]);
      assert.deepEqual([bulk.modifiedCount, bulk.insertedCount, bulk.deletedCount], [1, 1, 1]);
      assert.deepEqual(
        (await Player.find().sort("name").lean()).map(({ name }) => name),
        ["ada", "eve"],
      );
      let streamed = 0;
      for await (const _ of Player.find().cursor({ batchSize: 1 })) streamed += 1;
      assert.equal(streamed, 2);
      await connection.close();
    });
  });
}
