/** Who is online: two processes on one presence, processes that are gone, and a presence that is away. */
import assert from "node:assert/strict";
import { afterEach, describe, mock, test } from "node:test";
import { LocalPresence, type Presence } from "@colyseus/core";
import { OnlineBoard } from "../../src/cluster/online-board.ts";
import { PlayerChannel } from "../../src/cluster/player-channel.ts";
import type { Activity } from "../../src/cluster/social-services.ts";
import { createLogger } from "../../src/observability/logger.ts";

const HASH = "arena:online";

const quiet = createLogger({ name: "test", level: "silent", readable: false });
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  mock.restoreAll();
  mock.timers.reset();
});

function process(
  presence: Presence,
  id: string,
  log = quiet,
): { board: OnlineBoard; channel: PlayerChannel } {
  const channel = new PlayerChannel(presence, log);
  const board = new OnlineBoard(presence, channel, log, () => id);
  stops.push(() => board.stop());
  return { board, channel };
}

/** What is only read again after a while is: without waiting. */
let elapsed = 0;
function laterBy(milliseconds: number): void {
  elapsed += milliseconds;
  mock.restoreAll();
  const real = performance.now.bind(performance);
  const offset = elapsed;
  mock.method(performance, "now", () => real() + offset);
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

async function activityOf(board: OnlineBoard, playerId = "p"): Promise<Activity | undefined> {
  return (await board.activitiesOf([playerId])).get(playerId);
}

describe("the online board", () => {
  test("the weightiest activity counts, over sessions and over processes", async () => {
    const presence = new LocalPresence();
    const [one, two] = [process(presence, "one").board, process(presence, "two").board];
    assert.equal(await activityOf(one), "");
    one.joined("p", "s1", "lobby");
    one.joined("p", "s2", "party");
    two.joined("p", "s3", "match");
    assert.equal(await activityOf(one), "party");
    laterBy(3000);
    assert.equal(await activityOf(one), "match");
    assert.equal(await activityOf(two), "match");
    two.left("p", "s3");
    one.left("p", "s2");
    laterBy(3000);
    assert.equal(await activityOf(two), "lobby");
    one.left("p", "s1");
    one.left("p", "s1");
    await settled();
    assert.deepEqual(await presence.hgetall(HASH), {});
  });

  test("everybody asked is in the answer, and counts count each player once", async () => {
    const presence = new LocalPresence();
    const [one, two] = [process(presence, "one").board, process(presence, "two").board];
    one.joined("p", "s1", "lobby");
    two.joined("p", "s2", "match");
    two.joined("q", "s3", "queue");
    await settled();
    assert.deepEqual(await one.counts(), { online: 2, playing: 1 });
    assert.deepEqual(
      [...(await one.activitiesOf(["q", "nobody"]))],
      [
        ["q", "queue"],
        ["nobody", ""],
      ],
    );
  });

  test("watchers are told of changes in every process, once each, and of nothing after they end", async () => {
    const presence = new LocalPresence();
    const [one, two] = [process(presence, "one").board, process(presence, "two").board];
    const told: string[] = [];
    const ends = ["a", "b"].map((name) => one.watch("p", (activity) => told.push(`${name}:${activity}`)));
    two.joined("p", "s1", "lobby");
    await settled();
    one.joined("p", "s2", "lobby");
    two.joined("p", "s3", "queue");
    await settled();
    ends[0]?.();
    ends[0]?.();
    two.left("p", "s3");
    two.left("p", "s1");
    await settled();
    one.left("p", "s2");
    assert.deepEqual(told, ["a:lobby", "b:lobby", "a:queue", "b:queue", "b:lobby", "b:"]);
    ends[1]?.();
    one.joined("p", "s4", "match");
    await settled();
    assert.equal(told.length, 6);
  });

  test("players of a process that is gone are offline, their watchers are told, and their entries removed", async () => {
    const presence = new LocalPresence();
    const [one, two] = [process(presence, "one").board, process(presence, "two").board];
    two.joined("p", "s1", "match");
    await settled();
    assert.equal(await activityOf(one), "match");
    const told: Activity[] = [];
    one.watch("p", (activity) => told.push(activity));
    // As when it is killed: its subscriptions end with its connection.
    presence.unsubscribe("arena:online:two");
    laterBy(3000);
    assert.deepEqual(await one.counts(), { online: 0, playing: 0 });
    assert.deepEqual(told, [""]);
    assert.notDeepEqual(await presence.hgetall(HASH), {}, "its connection may come back");
    for (let reads = 0; reads < 2; reads += 1) {
      laterBy(3000);
      await one.counts();
    }
    await settled();
    assert.deepEqual(await presence.hgetall(HASH), {});
  });

  test("what a presence has lost is written again, and what is left over is removed", async () => {
    const presence = new LocalPresence();
    const { board } = process(presence, "one");
    board.joined("p", "s1", "lobby");
    await settled();
    presence.del(HASH);
    await presence.hset(HASH, "one/ghost", "match");
    laterBy(3000);
    assert.deepEqual(await board.counts(), { online: 1, playing: 0 });
    await settled();
    assert.deepEqual(await presence.hgetall(HASH), { "one/p": "lobby" });
  });

  test("while the presence is away others are offline, which is logged once, and nothing throws", async () => {
    const presence = new LocalPresence();
    process(presence, "two").board.joined("p", "s1", "match");
    await settled();
    const away = {
      hgetall: () => new Promise<never>(() => undefined),
      hset: () => Promise.reject(new Error("away")),
    };
    const broken = Object.assign(Object.create(presence) as LocalPresence, away);
    const log = createLogger({ name: "test", level: "silent", readable: false });
    const warned = mock.fn();
    Object.assign(log, { warn: warned });
    const { board } = process(broken, "one", log);
    mock.timers.enable({ apis: ["setTimeout"] });
    board.joined("q", "s2", "lobby");
    const activities = board.activitiesOf(["p", "q"]);
    mock.timers.tick(2000);
    assert.deepEqual(
      [...(await activities)],
      [
        ["p", ""],
        ["q", "lobby"],
      ],
    );
    board.left("q", "s2");
    await settled();
    assert.equal(warned.mock.callCount(), 1);
  });

  test("news that come while the hash is read are not lost to what was read before them", async () => {
    const presence = new LocalPresence();
    const two = process(presence, "two").board;
    two.joined("p", "s1", "lobby");
    await settled();
    let release = (): void => undefined;
    const slow = Object.assign(Object.create(presence) as LocalPresence, {
      async hgetall(key: string) {
        const found = await presence.hgetall(key);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return found;
      },
    });
    const one = process(slow, "one").board;
    one.watch("p", () => undefined);
    const activity = activityOf(one);
    await settled();
    two.joined("p", "s2", "match");
    await settled();
    release();
    assert.equal(await activity, "match");
  });
});

describe("a player's channel", () => {
  test("is subscribed once a process, and reaches every listener until it ends", async () => {
    const presence = new LocalPresence();
    const subscribe = mock.method(presence, "subscribe");
    const { channel } = process(presence, "one");
    const told: unknown[] = [];
    const ends = [1, 2].map((listener) =>
      channel.listen("p", (type, message) => told.push([listener, type, message])),
    );
    process(presence, "two").channel.tell("p", "invitation", { code: "X" });
    assert.deepEqual(told, [
      [1, "invitation", { code: "X" }],
      [2, "invitation", { code: "X" }],
    ]);
    assert.equal(subscribe.mock.callCount(), 1);
    ends[0]?.();
    channel.tell("p", "invitation", {});
    assert.equal(told.length, 3);
    ends[1]?.();
    channel.tell("p", "invitation", {});
    assert.equal(told.length, 3);
    assert.deepEqual(await presence.channels("arena:player"), []);
  });

  test("takes no harm from a listener that throws, from what others publish, or from a presence that is away", async () => {
    const presence = new LocalPresence();
    const { channel } = process(presence, "one");
    const told: unknown[] = [];
    channel.listen("p", () => {
      throw new Error("a listener's bug");
    });
    channel.listen("p", (type) => told.push(type));
    for (const text of ["{", "7", '"x"', "null"]) presence.publish("arena:player:p", text);
    channel.tell("p", "invitation", {});
    assert.deepEqual(told, ["invitation"]);
    const away = process(
      Object.assign(Object.create(presence) as LocalPresence, {
        publish: () => Promise.reject(new Error("away")),
        subscribe: () => Promise.reject(new Error("away")),
      }),
      "two",
    ).channel;
    away.listen("p", () => undefined)();
    away.tell("p", "invitation", {});
    await settled();
  });
});
