/** The anti-cheat of a real room, met by unmodified SDK clients over real sockets. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { definePlugins, matchMaker, Room as ServerRoom } from "@colyseus/core";
import { type SchemaType, schema, t } from "@colyseus/schema";
import { Client, type Room } from "@colyseus/sdk";
import type { Engagement } from "../../src/anticheat/engagement.ts";
import {
  AntiCheatPlugin,
  combatValidators,
  defineLimit,
  ERRORS,
  inputValidators,
  requirePlayer,
} from "../../src/index.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const WatchedInput = schema({ aim: t.float32().default(0), move: t.int8().default(0) }, "WatchedInput");
type WatchedInput = SchemaType<typeof WatchedInput>;
const WatchedState = schema({ tick: t.uint32().default(0) }, "WatchedState");
type WatchedState = SchemaType<typeof WatchedState>;

/** A game's own validator: half a turn from one input to the next, again and again. */
const spinning = defineLimit({
  name: "spinning",
  settings: { enabled: true, restrictAt: 10, pointsLostPerSecond: 0.1 },
  start: () => ({ aim: 0 }),
  received(state, { fields }) {
    const aim = fields["aim"] ?? 0;
    const turned = Math.abs(Math.sin((aim - state.aim) / 2));
    state.aim = aim;
    return turned > 0.99 ? { points: 1, measured: { turned } } : undefined;
  },
});

class WatchedRoom extends ServerRoom<{ state: WatchedState; input: WatchedInput }> {
  static override onAuth = requirePlayer;
  override state = new WatchedState();
  override inputs = this.defineInput(WatchedInput, {
    sanitize: (input) => {
      input.move = Math.sign(input.move);
    },
  });
  override plugins = definePlugins({
    anticheat: new AntiCheatPlugin({
      tickRate: 30,
      validators: (thresholds) => [
        ...inputValidators(thresholds, { ranges: { move: [-1, 1], aim: [-10, 10] } }),
        ...combatValidators(thresholds),
        spinning,
      ],
      place: () => ({ matchId: "match", tick: this.state.tick, slot: 0 }),
    }),
  });
  override messages = {
    engaged: (client: { sessionId: string }, engagement: Engagement): void =>
      this.plugins.anticheat.engaged(client.sessionId, engagement),
  };

  override onCreate(): void {
    this.allowRewindState({ maxRewindMs: 250 });
    this.setFixedTimestep(() => {
      this.state.tick += 1;
      for (const { sessionId } of this.clients) this.inputs.get(sessionId).take(2);
    }, 30);
  }
}

let arena: TestArena;
before(async () => {
  const { SkirmishRoom } = await import("../../rooms/skirmish/skirmish-room.ts");
  arena = await startTestArena({
    config: {
      rooms: {
        watched: WatchedRoom,
        skirmish: { room: SkirmishRoom, options: { settings: { countdownSeconds: 0, matchSeconds: 600 } } },
      },
      anticheat: { proofEveryMs: 100 },
    },
  });
});
after(() => arena.close());

interface Player {
  room: Room<unknown, WatchedState>;
  server: WatchedRoom;
  anticheat: WatchedRoom["plugins"]["anticheat"];
  input: { data: WatchedInput; send(): void };
  /** Sends so many inputs a second. */
  play: (
    perSecond: number,
    seconds: number,
    write?: (data: WatchedInput, index: number) => void,
  ) => Promise<void>;
  closed: Promise<number>;
}

async function join(): Promise<Player> {
  const client = new Client(arena.url);
  client.auth.token = (await signInGuest(arena.url)).token;
  const room = (await client.create<WatchedState>("watched")) as Room<unknown, WatchedState>;
  room.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  const server = matchMaker.getLocalRoomById(room.roomId) as unknown as WatchedRoom;
  const input = room.input<WatchedInput>({ mode: "reliable" });
  const play = async (
    perSecond: number,
    seconds: number,
    write?: (data: WatchedInput, index: number) => void,
  ) => {
    const startedAt = performance.now();
    let sent = 0;
    while (performance.now() - startedAt < seconds * 1000 && room.connection.isOpen) {
      for (; sent < ((performance.now() - startedAt) / 1000) * perSecond; sent += 1) {
        write?.(input.data, sent);
        input.send();
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { room, server, anticheat: server.plugins.anticheat, input, play, closed };
}

test("a plain client proves its round trip without knowing of it", async () => {
  const { room, anticheat } = await join();
  const roundTrip = await until(() => anticheat.roundTripMs(room.sessionId), "a proof to come");
  assert.ok(roundTrip > 0 && roundTrip < 200, `${roundTrip} ms`);
  await room.leave();
});

test("inputs at the room's pace leave their player alone", async () => {
  const { room, anticheat, play } = await join();
  await play(30, 3);
  assert.ok(room.connection.isOpen);
  assert.equal(anticheat.isRestricted(room.sessionId), false);
  assert.equal(anticheat.levelOf(room.sessionId), "trusted");
  await room.leave();
});

test("twice the inputs end the connection with its code", async () => {
  const { play, closed } = await join();
  await play(60, 8);
  assert.equal(await closed, ERRORS.input_illegal.close);
});

test("values that no controls send are seen before they are made harmless", async () => {
  const { play, closed } = await join();
  await play(30, 1, (data, index) => {
    data.move = index % 2 === 0 ? 100 : 1;
  });
  assert.equal(await closed, ERRORS.input_illegal.close);
});

test("what is not a number is no move either", async () => {
  const { play, closed } = await join();
  await play(30, 1, (data) => {
    data.aim = Number.NaN;
  });
  assert.equal(await closed, ERRORS.input_illegal.close);
});

test("a validator of the game's own takes advantages away, and its player stays", async () => {
  const { room, anticheat, play } = await join();
  await play(30, 1.5, (data, index) => {
    data.aim = index % 2 === 0 ? 0 : Math.PI;
  });
  assert.ok(anticheat.isRestricted(room.sessionId));
  assert.ok(room.connection.isOpen);
  await until(() => !anticheat.isRestricted(room.sessionId), "the restriction to end");
  await room.leave();
});

test("evidence of engagement after engagement raises the level, and never closes the connection", async () => {
  const { room, anticheat } = await join();
  const snap = { input: 0, hit: true, distance: 12, errors: [60, 60, 60, 0.5] };
  const engagement: Engagement = {
    fromTick: 1,
    toTick: 30,
    slot: 0,
    targetSlot: 1,
    reactionInputs: 1,
    shots: [snap],
    hiddenInputs: 0,
    decoyInputs: 0,
    stepMs: 1000 / 30,
  };
  const levels: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    room.send("engaged", engagement);
    await until(() => anticheat.levelOf(room.sessionId) !== undefined, "an answer");
    await new Promise((resolve) => setTimeout(resolve, 10));
    const level = anticheat.levelOf(room.sessionId);
    if (levels.at(-1) !== level) levels.push(level);
  }
  assert.deepEqual(levels, ["trusted", "watched", "apart", "mitigated", "review"]);
  assert.ok(anticheat.isRestricted(room.sessionId), "from mitigated on, in silence");
  assert.ok(room.connection.isOpen);
  await room.leave();
});

test("in Skirmish a flood ends the one who sent it, and the others' match goes on", async () => {
  const honest = await joinSkirmish(arena.url, await signInGuest(arena.url));
  const hostile = await joinSkirmish(arena.url, await signInGuest(arena.url));
  hostile.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => hostile.onLeave((code) => resolve(code)));
  const input = hostile.input<{ moveX: number }>({ mode: "reliable" });
  const flood = setInterval(() => {
    if (!hostile.connection.isOpen) return;
    for (let index = 0; index < 2; index += 1) input.send();
  }, 1000 / 60);
  try {
    assert.equal(await closed, ERRORS.input_illegal.close);
  } finally {
    clearInterval(flood);
  }
  const { tick } = honest.state;
  await until(() => honest.state.tick > tick + 10, "the honest client's match to go on");
  await honest.leave();
});
