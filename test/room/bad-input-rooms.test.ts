/** Values that mean something to JavaScript, MongoDB or a screen, as messages and inputs of the game's own rooms. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Protocol } from "@colyseus/core";
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { ChatLine, PartyState } from "../../schemas/party-state.ts";
import { dataFrame, pack, requestFrame } from "../helpers/probe-room.ts";
import { joinSkirmish, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";
import { Visit } from "../helpers/visit.ts";

/** Each as msgpack: JavaScript's own objects could not say some of them. */
const HOSTILE: Record<string, Buffer> = {
  "a list": Buffer.of(0x91, 1),
  "a prototype": pack.map(["__proto__", pack.map(["polluted", pack.one])]),
  "a constructor": pack.map(["constructor", pack.map(["prototype", pack.map(["polluted", pack.one])])]),
  "unknown fields": pack.map(["polluted", pack.one], ["toJSON", pack.one], ["then", pack.one]),
  "4,000 levels": pack.deep(3900),
  "a date": Buffer.of(0xd6, 0xff, 0, 0, 0, 0),
  NUL: pack.text("\u0000"),
};

/** What a field may hold that expects a text, a number or a boolean. */
const VALUES: Record<string, Buffer> = {
  "an operator": pack.map(["$ne", Buffer.of(0xc0)]),
  "a program": pack.map(["$where", pack.text("sleep(1000)")]),
  "a list of operators": Buffer.concat([Buffer.of(0x91), pack.map(["$gt", pack.text("")])]),
  "a prototype's name": pack.text("__proto__"),
  "a constructor's name": pack.text("constructor"),
  "a NUL": pack.text("a\u0000b"),
  "right to left": pack.text("\u202eevil"),
  "half a character": pack.text(Uint8Array.of(0xed, 0xa0, 0x80)),
  "a long text": pack.text("x".repeat(3500)),
  infinity: pack.float(Infinity),
  "minus infinity": pack.float(-Infinity),
  "not a number": pack.float(Number.NaN),
  "minus zero": pack.float(-0),
  "2^53": pack.float(2 ** 53),
  "a fraction": pack.float(0.5),
  "4,000 levels": pack.deep(3900),
};

/** Commands by room, and the fields that they read. */
const COMMANDS: Record<string, Record<string, readonly string[]>> = {
  lobby: { list_rooms: ["kind", "mode", "open", "stop"], quick_play: ["mode", "latencies", "input"] },
  party: {
    ready: ["ready"],
    chat: ["text"],
    invite: ["playerId"],
    kick: ["playerId"],
    promote: ["playerId"],
    enter_queue: ["queue"],
    leave_queue: [],
  },
  custom: { setup: ["name", "password", "mode", "map"], team: ["team"], start: [] },
  queue: { accept: ["checkId"], decline: ["checkId"] },
};
/** Fields that take texts as they are. */
const FREE_TEXTS = ["name", "password"];
/** Commands that a player may send at once: more would be refused whatever they hold. */
const AT_ONCE = 9;

let arena: TestArena;
before(async () => {
  arena = await startTestArena({
    // What is shown here is what the rooms make of it.
    limits: {
      messagesPerSecond: 10_000,
      messageBurst: 10_000,
      bytesPerSecond: 100_000_000,
      framesPerSecond: 10_000,
    },
    config: {
      rooms: {
        skirmish: {
          room: SkirmishRoom,
          options: { settings: { countdownSeconds: 0, reconnectionSeconds: 0 } },
        },
        lobby: LobbyRoom,
        party: PartyRoom,
        custom: {
          room: CustomRoom,
          options: { modes: { duel: { room: "skirmish", match: { mode: "ffa" }, teams: [1, 1] } } },
        },
        queue: { room: QueueRoom, filterBy: ["queue", "region"] },
      },
      matchmaking: {
        queues: { solo: { name: "Solo", room: "skirmish", teams: [2, 2], filters: [] } },
        quickPlay: { room: "skirmish" },
      },
    },
  });
});
after(async () => {
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  await arena.close();
});

const enterOne = async (kind: string): Promise<Visit<PartyState>> => {
  const guest = await signInGuest(arena.url);
  if (kind === "party" || kind === "custom")
    return Visit.enter(arena.url, guest, (client) => client.create(kind));
  return Visit.enter(arena.url, guest, (client) =>
    client.joinOrCreate(kind, kind === "queue" ? { queue: "solo" } : {}),
  );
};

function framesOf(type: string, fields: readonly string[]): Buffer[] {
  const bodies = Object.values(HOSTILE);
  for (const value of Object.values(VALUES)) {
    bodies.push(value);
    for (const field of fields)
      if (!FREE_TEXTS.includes(field) || value[0] === 0x81) bodies.push(pack.map([field, value]));
  }
  const frames = bodies.flatMap((body, index) =>
    index % 3 === 0 ? [dataFrame(type, body), requestFrame(1, type, body)] : [dataFrame(type, body)],
  );
  return frames.filter(({ length }) => length <= arena.config.limits.frameBytes);
}

for (const [kind, commands] of Object.entries(COMMANDS)) {
  test(`in ${kind} no command of a wrong shape changes anything or costs the connection`, async () => {
    for (const [type, fields] of Object.entries(commands)) {
      const frames = framesOf(type, fields);
      assert.ok(frames.length > 20);
      for (let from = 0; from < frames.length; from += AT_ONCE) {
        const visit = await enterOne(kind);
        const gathers = kind === "party" || kind === "custom";
        const stateNow = (): string => (gathers ? JSON.stringify(visit.room.state) : "");
        await until(() => !gathers || visit.room.state?.members?.size === 1, "the state");
        const before = stateNow();
        for (const frame of frames.slice(from, from + AT_ONCE)) visit.room.connection.send(frame);
        let answered = false;
        visit.room.ping(() => (answered = true));
        await until(() => answered || visit.closedWith !== undefined, "an answer");
        assert.equal(visit.closedWith, undefined, `${kind} ${type}`);
        assert.equal(stateNow(), before, `${kind} ${type}`);
        await visit.room.leave();
      }
    }
  });
}

test("what is written has neither NUL nor signs that turn its direction, nor half characters", async () => {
  const visit = await Visit.enter<PartyState>(arena.url, await signInGuest(arena.url), (client) =>
    client.create("party"),
  );
  const texts: [text: Buffer, shown: string][] = [
    [pack.text("a\u0000b"), "ab"],
    [pack.text("\u202eevil\u2066x\u2069"), "evilx"],
    [pack.text("one\ntwo\u2028three"), "one two three"],
  ];
  for (const [text, shown] of texts) {
    visit.room.connection.send(dataFrame("chat", pack.map(["text", text])));
    await visit.next<ChatLine>("chat", (line) => line.text === shown);
  }
  visit.room.connection.send(
    dataFrame("chat", pack.map(["text", pack.text(Uint8Array.of(0xed, 0xa0, 0x80))])),
  );
  await sleep(200);
  for (const { text } of visit.all<ChatLine>("chat")) assert.ok(text.isWellFormed(), text);
  await visit.room.leave();
});

test("inputs at the ends of their types, and stamps that are no instants, leave a fighter where fighters can be", async () => {
  const room = await joinSkirmish(arena.url, await signInGuest(arena.url));
  room.reconnection.enabled = false;
  const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
  const own = await until(() => room.state.fighters.get(room.sessionId), "the own fighter");
  const stamps = [
    [0xca, 0, 0, 0x80, 0x7f],
    [0xcb, 0, 0, 0, 0, 0, 0, 0xf0, 0xff],
    [0xca, 0, 0, 0xc0, 0x7f],
  ];
  for (const stamp of stamps) {
    const other = await joinSkirmish(arena.url, await signInGuest(arena.url));
    other.reconnection.enabled = false;
    const left = new Promise<number>((resolve) => other.onLeave((code) => resolve(code)));
    other.connection.send(Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE | 0x20, ...stamp, 0x80, 1]));
    assert.equal(await left, 4400, stamp.join());
  }
  // Finite, and of no time that was: 2^53, minus zero, before the room and long after.
  for (const instant of [2 ** 53, -0, -1, -(2 ** 31), 2 ** 31, 1e308]) {
    const stamp = Buffer.alloc(9, 0xcb);
    stamp.writeDoubleLE(instant, 1);
    room.connection.send(Uint8Array.from([Protocol.ROOM_INPUT_RELIABLE | 0x20, ...stamp, 0x80, 1, 0x83, 1]));
    await sleep(40);
  }
  await Promise.race([closed, sleep(300)]);
  const { x, y, angle } = own;
  assert.ok([x, y, angle].every(Number.isFinite), `${x}, ${y}, ${angle}`);
  if (room.connection.isOpen) await room.leave();
});
