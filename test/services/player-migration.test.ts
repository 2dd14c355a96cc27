/**
 * The promise of the migration of players: whatever kills it, and however many run at once, in the end every player is
 * there once, with everything earned and every match known.
 */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Connection } from "mongoose";
import { playersMigration } from "../../src/progression/migrations/players-store.ts";
import {
  freshPlayer,
  type LedgerEntry,
  type PlayerDocument,
} from "../../src/progression/player/player-document.ts";
import { PlayerStore } from "../../src/progression/player/player-store.ts";
import type { Migration } from "../../src/storage/migrations/migration.ts";
import {
  type MigrationProgress,
  migrate,
  pendingMigrations,
} from "../../src/storage/migrations/run-migrations.ts";
import { all, type Row, rows, type ScratchServer, startScratchServer } from "./scratch-database.ts";

type Outcome = Awaited<ReturnType<typeof migrate>>;

const born = new Date("2026-01-02T03:04:05Z");
const now = new Date("2026-06-01T00:00:00Z");

let server: ScratchServer;
before(async () => {
  server = await startScratchServer();
});
after(() => server.close());

/** Profiles with 0 to 6 matches each, one in a hundred with all 256. */
function profilesOf(count: number): Row[] {
  return Array.from({ length: count }, (_, n) => {
    const matches = n % 100 === 7 ? 256 : n % 7;
    return {
      _id: `player-${String((n * 7919) % 100_003).padStart(6, "0")}`,
      name: `Name ${n}`,
      createdAt: born,
      experience: n * 13,
      games: n,
      wins: n % 5,
      kills: n * 2,
      deaths: n % 3,
      appliedMatches: Array.from({ length: matches }, (_, at) => `m-${n}-${at}`),
    };
  });
}

/** Every player once, as the profile had it, and a ledger that adds up. */
async function assertMigrated(connection: Connection, profiles: readonly Row[]): Promise<void> {
  const players = new Map((await all<PlayerDocument>(connection, "players")).map((row) => [row._id, row]));
  const entries = Map.groupBy(
    await all<LedgerEntry & { _id: string; playerId: string }>(connection, "ledger"),
    ({ playerId }) => playerId,
  );
  assert.equal(players.size, profiles.length);
  assert.equal(entries.size, profiles.length);
  for (const profile of profiles) {
    const player = players.get(profile._id);
    const own = entries.get(profile._id) ?? [];
    const keys = ["opening", ...(profile["appliedMatches"] as string[]).map((id) => `match/${id}`)];
    const bySeq = own.toSorted((left, right) => left.seq - right.seq);
    assert.deepEqual(
      bySeq.map(({ _id, key, seq }) => ({ _id, key, seq })),
      keys.map((key, at) => ({ _id: `${profile._id}/${key}`, key, seq: at + 1 })),
    );
    assert.equal(
      own.reduce((sum, { experience }) => sum + experience, 0),
      profile["experience"],
    );
    const { games, wins, kills, deaths } = profile;
    assert.deepEqual(player, {
      ...freshPlayer({ playerId: profile._id, name: profile["name"] as string }, born),
      experience: profile["experience"],
      stats: { games, wins, kills, deaths, quits: 0 },
      seq: keys.length,
    });
  }
}

function startRunner(uri: string, batch: number, leaseMs: number, waitMs: number): ChildProcess {
  const script = join(import.meta.dirname, "migration-runner.ts");
  return fork(script, [batch, leaseMs, waitMs].map(String), { env: { ...process.env, MONGODB_URI: uri } });
}

/** The runner's outcome; with `killAfter` it is killed at that step, and there is none. */
async function runToEnd(child: ChildProcess, killAfter?: number): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  let steps = 0;
  child.on("message", (message: { step?: MigrationProgress; outcome?: Outcome }) => {
    outcome ??= message.outcome;
    if (message.step && message.step.waitingFor === undefined) steps += 1;
    if (steps === killAfter) child.kill("SIGKILL");
  });
  await once(child, "exit");
  return outcome;
}

/** The database, which fails at every insert once the budget is used up. */
function failAfter(database: Parameters<Migration["apply"]>[1], budget: { writes: number }): typeof database {
  const collection = (name: string): object => {
    const real = database.collection(name);
    const insertMany = (...given: Parameters<typeof real.insertMany>): unknown => {
      budget.writes -= 1;
      if (budget.writes < 0) throw new Error("the power is out");
      return real.insertMany(...given);
    };
    return { find: real.find.bind(real), insertMany };
  };
  return { collection } as unknown as typeof database;
}

describe("from profiles to players", () => {
  it("moves 1,000 profiles, tells its progress, and a second run changes nothing", async () => {
    const { connection } = await server.open();
    const profiles = profilesOf(1000);
    await rows(connection, "profiles").insertMany(profiles);
    const steps: MigrationProgress[] = [];
    const progress = (step: MigrationProgress): void => void steps.push(step);

    const outcome = await migrate(connection, [playersMigration], { progress, now: () => now.getTime() });

    const { id, about } = playersMigration;
    const counts = { migrated: 1000, leftAlone: 0, mended: 0 };
    assert.deepEqual(outcome, {
      ok: true,
      ran: [{ id, about, done: 1000, total: 1000, skipped: 0, counts }],
    });
    assert.deepEqual(
      steps,
      Array.from({ length: 11 }, (_, at) => ({ id, done: at * 100, total: 1000 })),
    );
    await assertMigrated(connection, profiles);
    assert.deepEqual(
      await all(connection, "profiles"),
      profiles.toSorted((a, b) => (a._id < b._id ? -1 : 1)),
    );

    const states = await all(connection, "migrations");
    assert.deepEqual(await pendingMigrations(connection, [playersMigration], now), []);
    assert.deepEqual(await migrate(connection, [playersMigration]), { ok: true, ran: [] });
    assert.deepEqual(await all(connection, "migrations"), states);
    // Even when it is forgotten that it was done.
    const before = [await all(connection, "players"), await all(connection, "ledger")];
    await rows(connection, "migrations").deleteMany({});
    const again = await migrate(connection, [playersMigration]);
    assert.deepEqual(again.ok && again.ran[0]?.counts, counts);
    assert.deepEqual([await all(connection, "players"), await all(connection, "ledger")], before);
  });

  it("reaches the same end through repeated kill -9", { timeout: 90_000 }, async () => {
    const { connection, uri } = await server.open();
    const profiles = profilesOf(600);
    await rows(connection, "profiles").insertMany(profiles);
    let reached = 0;
    for (const killAfter of [2, 5, 3, 7, 4]) {
      const outcome = await runToEnd(startRunner(uri, 7, 150, 10_000), killAfter);
      assert.equal(outcome, undefined);
      const [state] = await all<{ state: string; done: number }>(connection, "migrations");
      assert.equal(state?.state, "running");
      assert.ok(state.done > reached || killAfter < 3, `went back to ${state.done} from ${reached}`);
      reached = state.done;
    }
    assert.ok(reached > 0 && reached < 600, `${reached} were through`);

    const outcome = await runToEnd(startRunner(uri, 50, 150, 10_000));

    assert.ok(outcome?.ok);
    assert.deepEqual(outcome.ran[0]?.counts, { migrated: 600, leftAlone: 0, mended: 0 });
    assert.equal(outcome.ran[0]?.done, 600);
    await assertMigrated(connection, profiles);
  });

  it("finishes what a crash between any two writes left", async () => {
    const profiles = profilesOf(6);
    // Each batch of two writes twice: the entries, then the players.
    for (const writes of [0, 1, 2, 3, 4, 5]) {
      const { connection } = await server.open();
      await rows(connection, "profiles").insertMany(profiles);
      const budget = { writes };
      const breaking: Migration = {
        ...playersMigration,
        apply: (documents, database, at) =>
          playersMigration.apply(documents, failAfter(database, budget), at),
      };
      await assert.rejects(migrate(connection, [breaking], { batch: 2 }), /the power is out/);
      for (const player of await all<PlayerDocument>(connection, "players"))
        assert.equal(
          await rows(connection, "ledger").countDocuments({ playerId: player._id }),
          player.seq,
          "a player was there before its ledger",
        );
      assert.ok((await migrate(connection, [playersMigration], { batch: 2 })).ok);
      await assertMigrated(connection, profiles);
    }
  });

  it("completes a ledger of which a part is there", async () => {
    const { connection } = await server.open();
    const profiles = profilesOf(10);
    await rows(connection, "profiles").insertMany(profiles);
    assert.ok((await migrate(connection, [playersMigration])).ok);
    await rows(connection, "players").deleteMany({});
    await rows(connection, "ledger").deleteMany({ seq: { $in: [2, 4] } });
    await rows(connection, "migrations").deleteMany({});
    assert.ok((await migrate(connection, [playersMigration])).ok);
    await assertMigrated(connection, profiles);
  });

  it("lets two runs at once end with one result", { timeout: 60_000 }, async () => {
    const { connection, uri } = await server.open();
    const profiles = profilesOf(400);
    await rows(connection, "profiles").insertMany(profiles);

    const outcomes = await Promise.all([
      runToEnd(startRunner(uri, 10, 30_000, 30_000)),
      runToEnd(startRunner(uri, 10, 30_000, 30_000)),
    ]);

    assert.deepEqual(
      outcomes.map((outcome) => outcome?.ok),
      [true, true],
    );
    const [state] = await all<{ done: number; counts: object }>(connection, "migrations");
    assert.equal(state?.done, 400);
    assert.deepEqual(state.counts, { migrated: 400, leftAlone: 0, mended: 0 });
    await assertMigrated(connection, profiles);
  });

  it("stays right when the lease is taken away in every batch", { timeout: 60_000 }, async () => {
    const { connection } = await server.open();
    const profiles = profilesOf(200);
    await rows(connection, "profiles").insertMany(profiles);
    // A lease that is over at once: every run takes it from the others.
    const options = { batch: 5, leaseMs: 0, waitMs: 30_000 };

    const outcomes = await Promise.all([1, 2, 3].map(() => migrate(connection, [playersMigration], options)));

    assert.ok(outcomes.every(({ ok }) => ok));
    const [state] = await all<{ done: number; counts: object }>(connection, "migrations");
    assert.equal(state?.done, 200);
    assert.deepEqual(state.counts, { migrated: 200, leftAlone: 0, mended: 0 });
    await assertMigrated(connection, profiles);
  });

  it("keeps a match that the profile had taken from being taken again", async () => {
    const { connection } = await server.open();
    const profiles = profilesOf(7);
    await rows(connection, "profiles").insertMany(profiles);
    assert.ok((await migrate(connection, [playersMigration])).ok);
    const store = new PlayerStore(connection);
    const deliver = (matchId: string) =>
      store.run({
        playerId: (profiles[6] as Row)._id,
        once: { key: `match/${matchId}`, kind: "match" },
        at: now,
        decide: ({ experience }) => ({
          ok: true,
          set: { experience: experience + 50 },
          entry: { experience: 50 },
        }),
      });
    const old = await deliver("m-6-3");
    assert.deepEqual(old.ok && [old.repeated, old.player.experience], [true, 6 * 13]);
    const fresh = await deliver("new");
    assert.deepEqual(fresh.ok && [fresh.repeated, fresh.player.experience, fresh.entry?.seq], [
      false,
      128,
      8,
    ]);
  });

  it("leaves a player alone who is there already, and says so", async () => {
    const { connection } = await server.open();
    const profiles = profilesOf(3);
    const [known] = profiles as [Row];
    await rows(connection, "profiles").insertMany(profiles);
    const player = {
      ...freshPlayer({ playerId: known._id, name: "Came early" }, now),
      experience: 5,
      seq: 1,
    };
    await rows(connection, "players").insertOne(player);

    const outcome = await migrate(connection, [playersMigration]);

    assert.deepEqual(outcome.ok && outcome.ran[0]?.counts, { migrated: 2, leftAlone: 1, mended: 0 });
    assert.deepEqual(await rows(connection, "players").findOne({ _id: known._id }), player);
    assert.equal(await rows(connection, "ledger").countDocuments({ playerId: known._id }), 0);
  });

  it("mends what is missing or of a wrong type, and counts it", async () => {
    const { connection } = await server.open();
    const sound = { name: "N", createdAt: born, experience: 9, games: 1, wins: 1, kills: 1, deaths: 1 };
    const odd = [
      { _id: "a/b $where.\u0000\u{1f600}'\"", ...sound, appliedMatches: ["x"] },
      { _id: "", ...sound, appliedMatches: [] },
      { _id: "bare" },
      {
        _id: "wrong",
        name: 7,
        createdAt: "yesterday",
        experience: null,
        games: "12",
        wins: -1,
        kills: Number.NaN,
        deaths: 2.5,
        appliedMatches: ["m", "m", null, 3, "n"],
      },
      { _id: "text", ...sound, experience: "900", appliedMatches: "m" },
    ];
    await rows(connection, "profiles").insertMany(odd);
    await rows(connection, "profiles").insertOne({ ...sound, _id: 12 as unknown as string });

    const outcome = await migrate(connection, [playersMigration], { batch: 2, now: () => now.getTime() });

    assert.ok(outcome.ok);
    assert.deepEqual(outcome.ran[0]?.counts, { migrated: 5, leftAlone: 0, mended: 3 });
    assert.equal(outcome.ran[0]?.skipped, 1, "a number is no player's id");
    const players = new Map((await all<PlayerDocument>(connection, "players")).map((row) => [row._id, row]));
    assert.deepEqual([...players.keys()].sort(), odd.map(({ _id }) => _id).sort());
    assert.equal(players.get(odd[0]?._id ?? "")?.experience, 9);
    const none = { games: 0, wins: 0, kills: 0, deaths: 0, quits: 0 };
    const fresh = (playerId: string) => freshPlayer({ playerId, name: "Player" }, now);
    assert.deepEqual(players.get("bare"), { ...fresh("bare"), seq: 1 });
    assert.deepEqual(players.get("wrong"), { ...fresh("wrong"), stats: { ...none, deaths: 2 }, seq: 3 });
    assert.equal(players.get("text")?.experience, 0);
    const keys = (await all<Row>(connection, "ledger")).map(({ _id }) => _id);
    assert.deepEqual(
      keys.filter((key) => key.startsWith("wrong")),
      ["wrong/match/m", "wrong/match/n", "wrong/opening"],
    );
  });
});
