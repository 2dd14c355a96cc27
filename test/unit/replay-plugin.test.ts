import assert from "node:assert/strict";
import { test } from "node:test";
import type { Room } from "@colyseus/core";
import { RecordingBuffer } from "../../src/replay/recording-buffer.ts";
import { MOST_HEADER_BYTES, type ReplayHeader } from "../../src/replay/replay-file.ts";
import { ReplayPlugin, type ReplayServices } from "../../src/replay/replay-plugin.ts";

interface Hooks {
  onCreate(options: object): void;
  onDispose(): void;
}

function setUp(mostMatchBytes = 1000, replays?: ReplayServices["replays"]) {
  const kept: { header: ReplayHeader; body: Uint8Array }[] = [];
  const plugin = new ReplayPlugin();
  Object.assign(plugin, { room: { roomName: "tally" } as unknown as Room });
  const hooks = plugin as unknown as Hooks;
  const keep = async (header: ReplayHeader, body: Uint8Array): Promise<string> => {
    kept.push({ header, body });
    return header.matchId;
  };
  hooks.onCreate({ arena: { build: "b7", replays: replays ?? { mostMatchBytes, keep } } });
  const begin = (matchId: string, more: object = {}): void =>
    plugin.begin({ matchId, mode: "ffa", map: "foundry", tickRate: 30, setup: { seed: 7 }, ...more });
  return { plugin, hooks, kept, begin };
}

test("a recording holds what the room said and appended, as it was when it said so", async () => {
  const { plugin, kept, begin } = setUp();
  const setup = { seed: 7, list: [1] };
  begin("m1", { setup, schema: "s3", about: "at first" });
  setup.list.push(2);
  const tick = Uint8Array.of(1, 2);
  plugin.append(tick);
  tick.fill(9);
  plugin.append(Uint8Array.of(3));
  assert.deepEqual(await plugin.finish({ players: ["ada"] }), { replay: "m1" });
  const { header, body } = kept[0] ?? assert.fail("nothing was kept");
  const { startedAt, ...rest } = header;
  assert.ok(Math.abs(Date.now() - Date.parse(startedAt)) < 10_000);
  assert.deepEqual(rest, {
    game: "tally",
    build: "b7",
    schema: "s3",
    matchId: "m1",
    mode: "ffa",
    map: "foundry",
    tickRate: 30,
    setup: { seed: 7, list: [1] },
    about: { players: ["ada"] },
  });
  assert.deepEqual(body, Uint8Array.of(1, 2, 3));
});

test("the next match may begin while the last one's file is being written", async () => {
  const written = Promise.withResolvers<string>();
  const bodies: Uint8Array[] = [];
  const { plugin, begin } = setUp(0, {
    mostMatchBytes: 100,
    keep: (_header, body) => {
      bodies.push(body);
      return written.promise;
    },
  });
  begin("m1");
  plugin.append(Uint8Array.of(1));
  const first = plugin.finish();
  begin("m2");
  plugin.append(Uint8Array.of(2));
  written.resolve("m1");
  assert.deepEqual(await first, { replay: "m1" });
  await plugin.finish();
  assert.deepEqual(bodies, [Uint8Array.of(1), Uint8Array.of(2)]);
});

test("a recording that comes to its bound stops, and the next match is recorded again", async () => {
  const { plugin, kept, begin } = setUp(4);
  begin("m1");
  plugin.append(Uint8Array.of(1, 2, 3));
  assert.equal(plugin.recording, true);
  plugin.append(Uint8Array.of(4, 5));
  assert.equal(plugin.recording, false);
  plugin.append(Uint8Array.of(6));
  assert.equal(await plugin.finish(), undefined);
  begin("m2");
  plugin.append(Uint8Array.of(1, 2, 3, 4));
  assert.deepEqual(await plugin.finish(), { replay: "m2" });
  assert.equal(kept.length, 1);
});

test("nothing is recorded of what was not begun, was dropped, or is no JSON", async () => {
  const { plugin, hooks, kept, begin } = setUp();
  plugin.append(Uint8Array.of(1));
  assert.equal(await plugin.finish(), undefined);
  begin("m1");
  plugin.discard();
  assert.equal(await plugin.finish(), undefined);
  begin("m2");
  hooks.onDispose();
  assert.equal(await plugin.finish(), undefined);
  begin("m3", { setup: { seed: 7n } });
  assert.equal(plugin.recording, false);
  begin("m4", { setup: "x".repeat(MOST_HEADER_BYTES) });
  assert.equal(plugin.recording, false);
  assert.equal(await plugin.finish(), undefined);
  assert.equal(kept.length, 0);
});

test("a bound of nothing records nothing", async () => {
  const { plugin, begin } = setUp(0);
  begin("m1");
  assert.equal(plugin.recording, false);
});

test("the buffer grows with what it is given and no further than its bound", () => {
  const buffer = new RecordingBuffer(50_000);
  const all: number[] = [];
  for (let length = 1; buffer.append(new Uint8Array(length).fill(length)); length += 1)
    for (let copies = 0; copies < length; copies += 1) all.push(length & 0xff);
  assert.ok(buffer.length > 49_600 && buffer.length <= 50_000, `${buffer.length}`);
  assert.deepEqual(buffer.take(), Uint8Array.from(all));
});
