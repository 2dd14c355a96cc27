import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CloseCode, matchMaker, Protocol, type Client as ServerClient } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import {
  Cable,
  enterRoom,
  isPatch,
  LaneRoom,
  type LaneState,
  type LaneVisit,
  type Mover,
  QuietRoom,
  serverRoom,
  TIMED,
  ViewRoom,
  type ViewState,
  visitRoom,
} from "../helpers/lane-room.ts";
import { startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const rooms = { lane: LaneRoom, view: ViewRoom, quiet: QuietRoom };

async function start(
  context: { after(run: () => Promise<void>): void },
  lane: { enabled?: boolean } = {},
): Promise<TestArena> {
  const arena = await startTestArena({ config: { rooms, lane } });
  context.after(async () => {
    for (const visit of visits.splice(0)) await visit.leave();
    await arena.close();
  });
  return arena;
}

/** Whoever came is brought away, however a test ends. */
const visits: { leave(): Promise<void> }[] = [];

async function visit<State = LaneState>(
  url: string,
  name = "lane",
  cable?: Cable,
): Promise<LaneVisit<State>> {
  const visitor = await visitRoom<State>(url, name, cable);
  visits.push(visitor);
  return visitor;
}

/** Sends an input 30 times a second until it is told to stop. */
function walk(room: Room<unknown, LaneState>): { step(): number; stop(): void } {
  const input = room.input<{ step: number }>({ mode: "unreliable", historySize: 8 });
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    input.data.step = step;
    input.send();
  }, 1000 / 30);
  return { step: () => step, stop: () => clearInterval(timer) };
}

const isAboutLanes = (frame: Uint8Array): boolean => Buffer.from(frame).includes("__lane");

const moverOf = (seen: LaneVisit<LaneState>, whose = seen) =>
  seen.room.state.movers.get(whose.room.sessionId);

/** The longest time without news of a number that the server changes all the time. */
async function longestPause(news: () => number, forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  let last = { value: news(), at: performance.now() };
  let longest = 0;
  while (performance.now() < end) {
    await sleep(5);
    const value = news();
    longest = Math.max(longest, performance.now() - last.at);
    if (value !== last.value) last = { value, at: performance.now() };
  }
  return longest;
}

async function openLane(cable: Cable, url: string): Promise<LaneVisit<LaneState>> {
  const own = await visit(url, "lane", cable);
  await until(() => own.lane?.state === "open", "the lane to open");
  return own;
}

test("an unmodified client sees unreliable fields move, in one ordinary patch a tick, while another has a lane", async (context) => {
  const arena = await start(context);
  const plain = await visit(arena.url);
  const other = await openLane(new Cable(), arena.url);
  const walking = walk(plain.room);
  const [ticks, frames] = [plain.room.state.tick, plain.frames.length];
  await until(() => plain.room.state.tick - ticks >= 45, "45 ticks");
  await until(() => (moverOf(plain)?.x ?? 0) >= 40, "the own inputs to be seen");
  walking.stop();
  const patches = plain.frames.slice(frames).filter(isPatch);
  assert.ok(patches.every((frame) => ((frame[0] ?? 0) & TIMED) !== 0 && (frame[0] ?? 0) < 0xc0));
  const passed = plain.room.state.tick - ticks;
  assert.ok(patches.length <= passed + 3, `${patches.length} patches in ${passed} ticks`);
  await until(() => moverOf(other, plain)?.x === moverOf(plain)?.x, "the other to see the same");
});

test("a client with a lane gets what is unreliable by datagrams alone, time included, and sends inputs by them", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const own = await openLane(cable, arena.url);
  const { frames, room } = own;
  const [before, datagrams, ticks] = [frames.length, cable.received.length, room.state.tick];
  const input = room.input<{ step: number }>({ mode: "unreliable", historySize: 8 });
  const walking = walk(room);
  await until(() => (moverOf(own)?.x ?? 0) >= 40, "the own inputs to be seen");
  walking.stop();
  await until(() => input.lastProcessed === walking.step(), "the last acknowledgement");
  assert.equal(moverOf(own)?.x, walking.step(), "the field and its acknowledgement come together");
  assert.ok(room.state.tick - ticks > 30);
  assert.ok(cable.received.length - datagrams > 30, "the patches came as datagrams");
  assert.deepEqual(frames.slice(before).filter(isPatch), [], "nothing was left for the WebSocket");
  assert.ok(cable.sent.filter((head) => (head & 0x1f) === Protocol.ROOM_INPUT_UNRELIABLE).length >= 40);
  assert.ok(room.clock.smoothedRtt() > 0, "the round trip is measured");
  assert.ok((own.lane?.statistics.patches ?? 0) > 30);

  serverRoom(room).state.score = 7;
  await until(() => room.state.score === 7, "a reliable field");
  const reliable = frames.slice(before).filter(isPatch);
  assert.equal(reliable.length, 1, "it came by the WebSocket");
  assert.equal((reliable[0]?.[0] ?? 0) & TIMED, 0, "and left the time to the lane");
});

test("views keep their secrets on either way, and move", async (context) => {
  const arena = await start(context);
  const plain = await visit<ViewState>(arena.url, "view");
  const own = await visit<ViewState>(arena.url, "view", new Cable());
  await until(() => own.lane?.state === "open", "the lane to open");
  for (const { room } of [plain, own]) {
    const { tick } = room.state;
    const secret = (): number => room.state.secrets.get(room.sessionId)?.x ?? 0;
    await until(() => room.state.tick > tick + 20 && secret() > tick + 20, "tick and secret");
    assert.deepEqual([...room.state.secrets.keys()], [room.sessionId]);
  }
});

test("a patch in which a view changed and nothing else that is reliable is one patch, too", async (context) => {
  const arena = await start(context);
  const { room } = await visit<ViewState>(arena.url, "view");
  const other = await visit<ViewState>(arena.url, "view");
  const server = matchMaker.getLocalRoomById(room.roomId) as ViewRoom;
  const { view } = [...server.clients].find(({ sessionId }) => sessionId === room.sessionId) as ServerClient;
  const secret = server.state.secrets.get(other.room.sessionId) as Mover;
  const ticks: number[] = [];
  room.onStateChange(({ tick }) => ticks.push(tick));
  for (let times = 0; times < 5; times += 1) {
    view?.add(secret);
    await until(() => room.state.secrets.has(other.room.sessionId), "the other's secret");
    view?.remove(secret);
    await until(() => !room.state.secrets.has(other.room.sessionId), "it to be hidden again");
  }
  assert.deepEqual(ticks, [...new Set(ticks)], "no state is shown twice");
});

for (const [which, cut] of [
  ["both ways", { up: false, down: false }],
  ["from the server", { down: false }],
  ["to the server", { up: false }],
] as const) {
  test(`a channel that carries nothing ${which} falls back within 2 s, and comes back when it carries again`, async (context) => {
    const arena = await start(context);
    const cable = new Cable();
    const own = await openLane(cable, arena.url);
    const walking = walk(own.room);
    await until(() => (moverOf(own)?.x ?? 0) > 10, "the first inputs to be seen");
    Object.assign(cable, cut);
    const pauses = await Promise.all([
      longestPause(() => own.room.state.tick, 3000),
      longestPause(() => moverOf(own)?.x ?? 0, 3000),
    ]);
    assert.ok(Math.max(...pauses) < 2000, `nothing moved for ${pauses.join(" and ")} ms`);
    assert.equal(own.lane?.state, "down");
    cable.mend();
    await until(() => own.lane?.state === "open", "the lane to come back", 5000);
    const pause = await longestPause(() => own.room.state.tick, 1000);
    assert.ok(pause < 500, `${pause} ms without news`);
    walking.stop();
  });
}

test("a channel that closed is opened anew", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const own = await openLane(cable, arena.url);
  const first = cable.peer;
  first?.close();
  const pause = longestPause(() => own.room.state.tick, 3000);
  await until(() => own.lane?.state !== "open", "the client to notice");
  await until(() => own.lane?.state === "open", "another channel", 8000);
  assert.notEqual(cable.peer, first);
  assert.ok((await pause) < 2000);
});

test("a value whose datagram was lost arrives, though it never changes again", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const own = await openLane(cable, arena.url);
  const mover = serverRoom(own.room).state.movers.get(own.room.sessionId);
  assert.ok(mover);
  cable.down = false;
  mover.mark = 77;
  // Longer than the repeats reach, shorter than what counts as silence.
  await sleep(300);
  cable.down = true;
  await until(() => moverOf(own)?.mark === 77, "the mark", 3000);
  assert.equal(own.lane?.state, "open");
});

test("a connection that drops and comes back has its lane, and its state goes on", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const own = await openLane(cable, arena.url);
  const walking = walk(own.room);
  await until(() => (moverOf(own)?.x ?? 0) > 30, "the first inputs to be seen");
  for (let round = 1; round <= 2; round += 1) {
    let back = false;
    own.room.onReconnect.once(() => (back = true));
    own.room.connection.close(CloseCode.MAY_TRY_RECONNECT);
    await until(() => back, "the SDK to reconnect", 5000);
    await until(() => own.lane?.state === "open", "the lane to be open", 8000);
    const datagrams = cable.received.length;
    const pause = await longestPause(() => moverOf(own)?.x ?? 0, 1000);
    assert.ok(pause < 500, `after reconnection ${round}: ${pause} ms without news`);
    assert.ok(cable.received.length - datagrams > 20, "by datagrams");
  }
  walking.stop();
});

test("a session that is taken up by another page has a lane there", async (context) => {
  const arena = await start(context);
  const own = await openLane(new Cable(), arena.url);
  own.room.reconnection.enabled = false;
  const { reconnectionToken } = own.room;
  own.room.connection.close(CloseCode.MAY_TRY_RECONNECT);
  const cable = new Cable();
  const again = await enterRoom(await new Client(arena.url).reconnect(reconnectionToken), cable);
  visits.push(again);
  await until(() => again.lane?.state === "open", "the lane to open");
  const { tick } = again.room.state;
  await until(() => again.room.state.tick > tick + 20 && cable.received.length > 15, "patches by datagrams");
});

test("who joins a room that has sent 40,000 unreliable patches gets the next ones", async (context) => {
  const arena = await start(context);
  const plain = await visit(arena.url);
  const { _serializer: serializer } = serverRoom(plain.room) as unknown as {
    _serializer: { unreliableSeq: number };
  };
  assert.equal(typeof serializer.unreliableSeq, "number");
  serializer.unreliableSeq = 40_000;
  const own = await openLane(new Cable(), arena.url);
  const { tick } = own.room.state;
  await until(() => own.room.state.tick > tick + 20, "ticks", 3000);
});

test("what is no signal is refused without harm, and a flood of offers opens few peers", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const victim = await openLane(cable, arena.url);
  const own = await visit(arena.url);
  const send = (message: unknown): void => own.room.send("__lane" as never, message as never);
  await until(() => own.frames.some(isAboutLanes), "the room to offer a lane");
  const identity = "a=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n";
  const offer = `v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n${identity}a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}\r\n`;
  const hostile: unknown[] = [
    undefined,
    null,
    7,
    "offer",
    [],
    { kind: "offer" },
    { kind: "offer", sdp: 7 },
    { kind: "offer", sdp: "" },
    { kind: "offer", sdp: "v=0\r\n" },
    { kind: "offer", sdp: `${offer}${"a=x\r\n".repeat(500)}` },
    { kind: "offer", sdp: offer.replace("abcd", "ab\u0000d") },
    { kind: "offer", sdp: offer.replace("m=application", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nm=application") },
    { kind: "candidate", candidate: "candidate:1 1 UDP 1 server.local 9999 typ host", mid: "0" },
    { kind: "candidate", candidate: "x".repeat(3000), mid: "0" },
    { kind: "answer", sdp: offer },
    { kind: "up", epoch: 3 },
    { kind: "down" },
    { __proto__: null, kind: "__proto__" },
  ];
  for (const message of hostile) send(message);
  let answers = 0;
  own.room.onMessage("__lane", ({ kind }: { kind: string }) => (answers += kind === "answer" ? 1 : 0));
  for (let sent = 0; sent < 60; sent += 1) send({ kind: "offer", sdp: offer });
  for (let sent = 0; sent < 40; sent += 1)
    send({ kind: "candidate", candidate: `candidate:1 1 UDP 1 192.0.2.9 ${9000 + sent} typ host`, mid: "0" });
  const { tick } = own.room.state;
  await until(() => own.room.state.tick > tick + 30, "the state to go on");
  assert.ok(own.room.connection.isOpen, "whoever sends nonsense is ignored, not thrown out");
  assert.ok(answers > 0 && answers <= 12, `${answers} offers were answered`);
  assert.equal(victim.lane?.state, "open", "and nobody else notices");
});

test("datagrams that are none are dropped, and after 20 of them the peer is closed for good", async (context) => {
  const arena = await start(context);
  const [cable, other] = [new Cable(), new Cable()];
  const own = await openLane(cable, arena.url);
  const victim = await openLane(other, arena.url);
  const server = serverRoom(own.room);
  const nonsense = [
    Uint8Array.of(Protocol.ROOM_DATA, 0xa1, 0x61),
    Uint8Array.of(Protocol.LEAVE_ROOM),
    Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x80, 1, 0, 0, 0),
    Uint8Array.of(Protocol.JOIN_ROOM),
    new Uint8Array(3000).fill(Protocol.ROOM_INPUT_UNRELIABLE),
  ];
  for (let sent = 0; sent < 20; sent += 1) cable.sendRaw(nonsense[sent % nonsense.length] as Uint8Array);
  await sleep(300);
  assert.equal(own.lane?.state, "open", "20 may be an accident");
  assert.ok(own.room.connection.isOpen);
  cable.sendRaw(Uint8Array.of(99));
  await until(() => !server.plugins.lane.isOpenTo(own.room.sessionId), "the server to hang up");
  const walking = walk(own.room);
  await until(() => (moverOf(own)?.x ?? 0) > 20, "inputs and state by the WebSocket");
  await sleep(2500);
  walking.stop();
  assert.notEqual(own.lane?.state, "open", "there is no second one");
  assert.equal(victim.lane?.state, "open");
});

test("a flood of pings ends the lane and nothing else", async (context) => {
  const arena = await start(context);
  const cable = new Cable();
  const own = await openLane(cable, arena.url);
  for (let sent = 0; sent < 400; sent += 1) cable.sendRaw(Uint8Array.of(2));
  const server = serverRoom(own.room);
  await until(() => !server.plugins.lane.isOpenTo(own.room.sessionId), "the server to hang up");
  const { tick } = own.room.state;
  await until(() => own.room.state.tick > tick + 10, "the state to go on");
  assert.ok(own.room.connection.isOpen);
});

test("peers are closed when clients leave and when their room is disposed of", async (context) => {
  const arena = await start(context);
  const cables = [new Cable(), new Cable()];
  const visits = await Promise.all(cables.map((cable) => openLane(cable, arena.url)));
  const server = serverRoom((visits[0] as LaneVisit<LaneState>).room);
  assert.equal(server.plugins.lane.open, 2);
  await visits[0]?.room.leave();
  await until(() => cables[0]?.channel?.readyState === "closed", "the channel of the one who left");
  assert.equal(server.plugins.lane.open, 1);
  await server.disconnect();
  await until(() => cables[1]?.channel?.readyState === "closed", "the channel of the other");
  assert.equal(server.plugins.lane.open, 0);
});

test("without lanes, and in a room that has nothing for them, clients hear nothing of lanes and see all", async (context) => {
  const off = await start(context, { enabled: false });
  const own = await visit(off.url, "lane", new Cable());
  const { tick } = own.room.state;
  await until(() => own.room.state.tick > tick + 20, "ticks");
  assert.equal(own.lane?.state, "off");
  assert.ok(!own.frames.some(isAboutLanes));
  await own.leave();
  const quiet = await visit<{ tick: number }>(off.url, "quiet", new Cable());
  await until(() => quiet.room.state.tick > 10, "ticks");
  assert.equal(quiet.lane?.state, "off");
  assert.ok(!quiet.frames.some(isAboutLanes));
});

test("where the native library does not load, a server says so once, and is without lanes", async () => {
  const script = `
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === "node-datachannel") throw new Error("no binary for this machine");
        return next(specifier, context);
      },
    });
    const { Cable, LaneRoom, visitRoom } = await import("./test/helpers/lane-room.ts");
    const { startTestArena, until } = await import("./test/helpers/test-arena.ts");
    const arena = await startTestArena({ config: { logLevel: "warn", rooms: { lane: LaneRoom } } });
    const visit = await visitRoom(arena.url, "lane", new Cable());
    await until(() => visit.room.state.tick > 20, "ticks");
    console.log("lane", visit.lane.state);
    await visit.leave();
    await arena.close();`;
  const root = join(import.meta.dirname, "../..");
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    timeout: 20_000,
  });
  assert.match(stdout, /lane off/);
  assert.equal(stdout.match(/lanes are off/g)?.length, 1, stdout);
});

test("a process that had lanes open ends by itself", async () => {
  const script = `
    import { Cable, LaneRoom, visitRoom } from "./test/helpers/lane-room.ts";
    import { startTestArena, until } from "./test/helpers/test-arena.ts";
    const arena = await startTestArena({ config: { rooms: { lane: LaneRoom } } });
    const own = await visitRoom(arena.url, "lane", new Cable());
    await until(() => own.lane.state === "open", "the lane to open");
    await arena.close();
    own.room.reconnection.enabled = false;
    own.lane.close();
    console.log("stopped");`;
  const root = join(import.meta.dirname, "../..");
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    timeout: 20_000,
  });
  assert.match(stdout, /stopped/);
});
