/** Processes that watch each other, on one presence in this process. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalPresence } from "@colyseus/core";
import { pino } from "pino";
import { ProcessBoard } from "../../src/cluster/process-board.ts";
import { LoadMeter, type ProcessLoad } from "../../src/cluster/process-load.ts";

const DEAD_MS = 60;

interface World {
  presence: LocalPresence;
  /** Processes that answer when they are asked. */
  answering: Set<string>;
  removed: string[];
  enlisted: string[];
  add: (id: string, load?: Partial<ProcessLoad>) => Promise<{ board: ProcessBoard; load: ProcessLoad }>;
}

function world(): World {
  const presence = new LocalPresence();
  const answering = new Set<string>();
  const removed: string[] = [];
  const enlisted: string[] = [];
  return {
    presence,
    answering,
    removed,
    enlisted,
    async add(id, given = {}) {
      const load: ProcessLoad = { busy: 0.1, memory: 0.1, players: 0, rooms: 0, ...given };
      await presence.subscribe(`p:${id}`, () => undefined);
      answering.add(id);
      const board = new ProcessBoard({
        presence,
        directory: {
          ownId: () => id,
          isAlive: async (other) => {
            if (!answering.has(other)) removed.push(other);
            return answering.has(other);
          },
          enlist: async () => void enlisted.push(id),
        },
        measure: () => ({ ...load }),
        beatMs: 60_000,
        deadAfterMs: DEAD_MS,
        fullAt: { busy: 0.9, memory: 0.9 },
        log: pino({ level: "silent" }),
      });
      await board.beat();
      return { board, load };
    },
  };
}

test("a room goes to the least loaded process, near ones first, and not all of a second's rooms to one", async () => {
  const { add } = world();
  const one = await add("one", { busy: 0.5 });
  await add("two", { busy: 0.2 });
  await add("three", { busy: 0.17 });
  await one.board.beat();
  const places = Array.from({ length: 6 }, () => one.board.choose());
  assert.deepEqual(new Set(places), new Set(["two", "three"]));
  one.load.busy = 0.21;
  await one.board.beat();
  assert.equal(one.board.choose(), "one", "a little more is worth not going elsewhere");
  one.load.memory = 0.5;
  await one.board.beat();
  assert.notEqual(one.board.choose(), "one", "memory counts as well");
});

test("who is full or drains takes no rooms; when all are, there is no place", async () => {
  const { add } = world();
  const one = await add("one", { busy: 0.95 });
  const two = await add("two", { busy: 0.5 });
  await one.board.beat();
  assert.equal(one.board.choose(), "two");
  two.board.drain();
  await two.board.beat();
  await one.board.beat();
  assert.equal(one.board.choose(), undefined);
  one.load.busy = 0.3;
  await one.board.beat();
  assert.equal(one.board.choose(), "one");
});

test("who beats no more is asked, and removed without an answer; who answers stays", async () => {
  const { add, answering, removed, presence } = world();
  const { board } = await add("one");
  await add("dead");
  await add("busy");
  await board.beat();
  assert.equal(board.loads().size, 3);
  answering.delete("dead");
  await sleep(DEAD_MS + 20);
  await board.beat();
  await sleep(5);
  assert.deepEqual(removed, ["dead"]);
  await board.beat();
  assert.deepEqual([...board.loads().keys()], ["one", "busy"]);
  assert.deepEqual(Object.keys(await presence.hgetall("arena:processes")), ["one", "busy"]);
});

test("whose channel nobody listens to is asked at once, also by who has never seen it", async () => {
  const { add, answering, removed, presence } = world();
  const gone = JSON.stringify({
    beat: 7,
    load: { busy: 0, memory: 0, players: 0, rooms: 0 },
    takesRooms: true,
  });
  await presence.hset("arena:processes", "gone", gone);
  answering.delete("gone");
  const { board } = await add("one");
  await sleep(5);
  assert.deepEqual(removed, ["gone"]);
  assert.equal(board.choose(), "one");
});

test("who was removed and lives lists its rooms again", async () => {
  const { add, enlisted, presence } = world();
  const { board } = await add("one");
  await board.beat();
  assert.deepEqual(enlisted, []);
  await presence.hdel("arena:processes", "one");
  await board.beat();
  assert.deepEqual(enlisted, ["one"]);
  await board.beat();
  assert.deepEqual(enlisted, ["one"]);
});

test("while the presence is away nobody is declared dead, and rooms are made here", async () => {
  const { add, presence, removed, answering } = world();
  const { board } = await add("one", { busy: 0.6 });
  await add("two");
  await board.beat();
  const hgetall = presence.hgetall.bind(presence);
  presence.hgetall = () => Promise.reject(new Error("away"));
  await sleep(DEAD_MS + 20);
  await board.beat();
  assert.equal(board.choose(), "one");
  answering.delete("two");
  presence.hgetall = hgetall;
  await board.beat();
  await sleep(5);
  assert.deepEqual(removed, [], "its clock begins anew");
});

test("what others write into the hash is passed over", async () => {
  const { add, presence } = world();
  const { board } = await add("one");
  for (const text of ["", "{}", "null", "[1]", '{"beat":1,"load":{"busy":"x"}}', '{"beat":"1"}'])
    await presence.hset("arena:processes", `x${text}`, text);
  await board.beat();
  assert.equal(board.loads().size, 1);
});

test("busy is the share of time in which the loop ran, once it was looked at for long enough", async () => {
  const meter = new LoadMeter();
  const loads: ProcessLoad[] = [];
  for (let looks = 0; looks < 6; looks += 1) {
    loads.push(meter.look({ players: 1, rooms: 2 }));
    const end = performance.now() + 20;
    while (performance.now() < end);
    await sleep(20);
  }
  assert.ok(loads.slice(0, 5).every(({ busy }) => busy === 0));
  const { busy, memory } = loads.at(-1) as ProcessLoad;
  assert.ok(busy > 0.2 && busy < 0.9, `${busy}`);
  assert.ok(memory > 0 && memory < 1);
});
