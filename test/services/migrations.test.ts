/** The promise of the migration runner: in order, each once, one at a time, and never on a newer build's database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { playersMigration } from "../../src/progression/migrations/players-store.ts";
import type { Migration } from "../../src/storage/migrations/migration.ts";
import { checkVersions, migrate, pendingMigrations } from "../../src/storage/migrations/run-migrations.ts";
import { all, type Row, rows, type ScratchServer, startScratchServer } from "./scratch-database.ts";

const now = new Date("2026-06-01T00:00:00Z");

let server: ScratchServer;
before(async () => {
  server = await startScratchServer();
});
after(() => server.close());

/** A migration that notes each document's visits. */
function stamping(id: string, options: Partial<Migration> = {}): Migration {
  return {
    id,
    about: "stamps documents",
    collection: "things",
    async apply(documents, database) {
      const things = database.collection<Row>("things");
      for (const { _id } of documents as Row[])
        await things.updateOne({ _id }, { $push: { by: id as never } });
      return { stamped: documents.length };
    },
    ...options,
  };
}

const things = (count: number): Row[] =>
  Array.from({ length: count }, (_, n) => ({ _id: `thing-${String(n).padStart(4, "0")}`, by: [] }));

describe("the migration runner", () => {
  it("goes on after the last batch that was noted", async () => {
    const { connection } = await server.open();
    await rows(connection, "things").insertMany(things(25));
    const migration = stamping("0001-stamp");
    let batches = 0;
    const failing = stamping("0001-stamp", {
      apply: async (...given) => {
        batches += 1;
        if (batches === 3) throw new Error("away");
        return migration.apply(...given);
      },
    });
    await assert.rejects(migrate(connection, [failing], { batch: 10 }), /away/);
    assert.deepEqual(await pendingMigrations(connection, [migration], now), [migration]);

    const outcome = await migrate(connection, [migration], { batch: 10 });

    assert.deepEqual(outcome.ok && outcome.ran[0], {
      id: "0001-stamp",
      about: "stamps documents",
      done: 25,
      total: 25,
      skipped: 0,
      counts: { stamped: 25 },
    });
    for (const { by } of await all<{ by: string[] }>(connection, "things"))
      assert.deepEqual(by, ["0001-stamp"]);
  });

  it("runs in the order of ids, only what is selected", async () => {
    const { connection } = await server.open();
    await rows(connection, "things").insertMany(things(5));
    const second = stamping("0002-b", { select: { by: "0001-a", _id: { $ne: "thing-0003" } } });

    const outcome = await migrate(connection, [second, stamping("0001-a")], { batch: 2 });

    assert.deepEqual(outcome.ok && outcome.ran.map(({ id, done }) => [id, done]), [
      ["0001-a", 5],
      ["0002-b", 4],
    ]);
    const stamps = (await all<{ by: string[] }>(connection, "things")).map(({ by }) => by.length);
    assert.deepEqual(stamps, [2, 2, 2, 1, 2]);
  });

  it("refuses while another run works, and takes over when that one's lease is over", async () => {
    const { connection } = await server.open();
    await rows(connection, "things").insertMany(things(4));
    const migration = stamping("0001-stamp");
    const held = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const stuck = stamping("0001-stamp", {
      apply: async (...given) => {
        inside.resolve();
        await held.promise;
        return migration.apply(...given);
      },
    });
    let clock = 1_000_000;
    const options = { now: () => clock, leaseMs: 1000 };
    const first = migrate(connection, [stuck], options);
    await inside.promise;

    const refused = await migrate(connection, [migration], options);
    assert.ok(!refused.ok);
    assert.equal(refused.code, "migration_running");
    assert.match(refused.detail, new RegExp(`/${process.pid}/.* works on 0001-stamp \\(0 of 4\\)`));
    assert.deepEqual(
      (await all<{ by: string[] }>(connection, "things")).flatMap(({ by }) => by),
      [],
    );

    clock += 1000;
    const taken = await migrate(connection, [migration], options);
    assert.ok(taken.ok);
    held.resolve();
    // Who lost the lease notes nothing any more and finds the work done.
    assert.deepEqual(await first, taken);
    assert.equal((await all<{ done: number }>(connection, "migrations"))[0]?.done, 4);
  });

  it("has nothing to do in a fresh database", async () => {
    const { connection } = await server.open();
    const never = stamping("0002-never", {
      apply: () => assert.fail("there is nothing to apply it to"),
    });
    assert.deepEqual(await pendingMigrations(connection, [playersMigration, never], now), []);
    assert.deepEqual(await migrate(connection, [playersMigration, never]), { ok: true, ran: [] });
    assert.deepEqual(
      (await all<{ _id: string; state: string }>(connection, "migrations")).map(({ _id, state }) => [
        _id,
        state,
      ]),
      [
        ["0001-players", "done"],
        ["0002-never", "done"],
      ],
    );
    // What today's build writes into such a collection later is of today's layout.
    await rows(connection, "things").insertMany(things(1));
    assert.deepEqual(await pendingMigrations(connection, [playersMigration, never], now), []);
  });

  it("refuses a database that a newer build has been at", async () => {
    const { connection } = await server.open();
    await rows(connection, "things").insertMany(things(2));
    const [old, recent] = [stamping("0001-old"), stamping("0002-recent")];
    assert.ok((await migrate(connection, [old, recent])).ok);

    assert.deepEqual(await checkVersions(connection, [old, recent]), { ok: true });
    const refusal = {
      ok: false,
      code: "database_newer",
      detail: "It went through 0002-recent, which this build does not know.",
    };
    assert.deepEqual(await checkVersions(connection, [old]), refusal);
    assert.deepEqual(await migrate(connection, [old, stamping("0001-other")]), refusal);
    const stamps = (await all<{ by: string[] }>(connection, "things")).map(({ by }) => by.length);
    assert.deepEqual(stamps, [2, 2]);
  });

  it("refuses two migrations of one id", async () => {
    const { connection } = await server.open();
    await assert.rejects(migrate(connection, [stamping("0001-a"), stamping("0001-a")]), /the id 0001-a/);
  });
});
