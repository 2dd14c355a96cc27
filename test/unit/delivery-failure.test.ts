import assert from "node:assert/strict";
import { test } from "node:test";
import mongoose from "mongoose";
import { ArenaError } from "../../src/errors.ts";
import { classifyFailure, retryDelayMs } from "../../src/match/delivery-failure.ts";

const { mongo } = mongoose;

const serverError = (code: number): Error => new mongo.MongoServerError({ message: "no", code });

test("the driver's errors of a database that is away are outages, under the names they have today", () => {
  const away: Error[] = [
    new mongo.MongoNetworkError("reset"),
    new mongo.MongoNetworkTimeoutError("slow"),
    new mongo.MongoServerSelectionError("none", {} as never),
    new mongo.MongoOperationTimeoutError("late"),
    new mongo.MongoNotConnectedError("closed"),
    new mongo.MongoTopologyClosedError("closed"),
    new mongo.MongoServerClosedError("closed"),
    new mongo.MongoClientClosedError(),
    new mongo.MongoStalePrimaryError("old"),
    new mongoose.Error.MongooseServerSelectionError("none"),
    new mongoose.Error("Operation `matches.insertOne()` buffering timed out after 10000ms"),
    new mongoose.Error("Connection was force closed"),
    new mongoose.Error("Cannot call `matches.find()` before initial connection is complete"),
  ];
  // The driver does not export these.
  for (const name of [
    "MongoPoolClosedError",
    "MongoPoolClearedError",
    "PoolClearedOnNetworkError",
    "MongoWaitQueueTimeoutError",
  ])
    away.push(Object.assign(new Error("pool"), { name }));
  for (const error of away) assert.equal(classifyFailure(error), "outage", error.name);
});

test("a server that shuts down, changes its role, is full or lets nobody in is an outage", () => {
  for (const code of [
    6, 7, 13, 18, 64, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436, 14_031,
  ])
    assert.equal(classifyFailure(serverError(code)), "outage", String(code));
  for (const code of [2, 9, 11_000, 121])
    assert.equal(classifyFailure(serverError(code)), "unknown", String(code));
});

test("an error that the driver would itself try again is an outage", () => {
  for (const label of ["RetryableWriteError", "TransientTransactionError"]) {
    const error = serverError(2) as InstanceType<typeof mongo.MongoServerError>;
    error.addErrorLabel(label);
    assert.equal(classifyFailure(error), "outage", label);
  }
});

test("coded errors that pass are outages, and so is what was caused by one", () => {
  for (const code of ["board_unavailable", "overloaded", "storage_unavailable"] as const)
    assert.equal(classifyFailure(new ArenaError(code)), "outage", code);
  assert.equal(classifyFailure(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })), "outage");
  const wrapped = new ArenaError("internal_error", "while storing", {
    cause: new mongo.MongoNetworkError("reset"),
  });
  assert.equal(classifyFailure(wrapped), "outage");
});

test("what is wrong with the result itself is hopeless, as Mongoose really says it", async () => {
  const schema = new mongoose.Schema({ team: { type: Number, required: true } }, { strict: "throw" });
  const Model = mongoose.model("ClassifiedResult", schema, undefined, { overwriteModels: true });
  for (const content of [{}, { team: "red" }, { team: 1, more: 1 }]) {
    const error = await new Promise((resolve) => {
      new Promise((validated) => validated(new Model(content).validate())).catch(resolve);
    });
    assert.equal(classifyFailure(error), "hopeless", (error as Error).name);
  }
  assert.equal(classifyFailure(new mongoose.Error.CastError("Number", "red", "team")), "hopeless");
  assert.equal(classifyFailure(new mongo.BSON.BSONError("cyclic")), "hopeless");
});

test("anything else is unknown, whatever was thrown", () => {
  const circular = new Error("circular");
  circular.cause = circular;
  const things = [
    new TypeError("a bug"),
    new mongoose.Error("something"),
    circular,
    undefined,
    null,
    "text",
    7,
    {},
  ];
  for (const thing of things) assert.equal(classifyFailure(thing), "unknown", typeof thing);
});

test("tries come later and later up to ten seconds, spread out", () => {
  assert.deepEqual(
    [1, 2, 3, 6, 7, 100, 5000].map((failures) => retryDelayMs(failures, 1)),
    [200, 400, 800, 6400, 10_000, 10_000, 10_000],
  );
  assert.equal(retryDelayMs(1, 0), 100);
  assert.equal(retryDelayMs(100, 0), 5000);
});
