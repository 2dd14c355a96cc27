/** The pure parts of the lane: frames, datagrams, signals, and the client's intake. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "@colyseus/core";
import { Decoder, Encoder, schema, t } from "@colyseus/schema";
import { deliverPatch } from "../../sdk/deliver-patch.ts";
import { PatchIntake } from "../../sdk/patch-intake.ts";
import { DatagramWriter, kindOf, MOST_BYTES } from "../../src/transport/lane/datagram.ts";
import {
  ownCandidate,
  readSignal,
  rewriteCandidate,
  rewriteOffer,
} from "../../src/transport/lane/lane-signals.ts";
import { lanePatch, mergePatches, withoutTiming } from "../../src/transport/lane/patch-frames.ts";

const Thing = schema(
  {
    name: t.string().default(""),
    x: t.uint16().default(0).unreliable(),
    y: t.int8().default(0).unreliable(),
  },
  "Thing",
);
const World = schema(
  { tick: t.uint32().default(0).unreliable(), score: t.uint8().default(0), things: t.map(Thing) },
  "World",
);

const PATCH = Protocol.ROOM_STATE_PATCH;
const TIMED = 0x80;
const UNRELIABLE = 0x40;

/** A small generator, so that a failure can be had again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const timing = (time: number, input: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(time, 0);
  bytes.writeUInt32LE(input, 4);
  return bytes;
};

/** What the server has at each patch, as Colyseus' own serializer would frame it. */
function encodeBoth(encoder: Encoder, time: number): { reliable: Buffer; unreliable: Buffer } {
  const body = Buffer.from(encoder.encode({ offset: 0 }));
  encoder.discardChanges();
  const loose = Buffer.from(encoder.encodeUnreliable({ offset: 0 }));
  encoder.discardUnreliableChanges();
  return {
    reliable: Buffer.concat([Uint8Array.of(PATCH | TIMED), timing(time, 7), body]),
    unreliable: Buffer.concat([Uint8Array.of(PATCH | UNRELIABLE, 1, 0), loose]),
  };
}

test("a merged patch decodes to what the two halves decode to, one after the other", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = randomOf(seed);
    const world = new World();
    const encoder = new Encoder(world);
    const [merged, apart] = [new Decoder(new World()), new Decoder(new World())];
    const first = encoder.encodeAll();
    for (const decoder of [merged, apart]) decoder.decode(Buffer.from(first));
    encoder.discardChanges();
    for (let patch = 0; patch < 40; patch += 1) {
      for (let change = random(6); change > 0; change -= 1) {
        const key = `thing ${random(5)}`;
        const thing = world.things.get(key);
        const what = random(6);
        if (what === 0) world.tick += 1;
        else if (what === 1) world.score = random(256);
        else if (!thing) world.things.set(key, new Thing());
        else if (what === 2) world.things.delete(key);
        else if (what === 3) thing.name = `name ${random(9)}`;
        else if (what === 4) thing.x = random(65_536);
        else thing.y = random(256) - 128;
      }
      const { reliable, unreliable } = encodeBoth(encoder, patch);
      const frame = mergePatches(reliable, unreliable);
      assert.equal(frame[0], PATCH | TIMED);
      assert.deepEqual(frame.subarray(1, 9), timing(patch, 7));
      merged.decode(frame, { offset: 9 });
      apart.decode(reliable, { offset: 9 });
      apart.decode(unreliable, { offset: 3 });
      assert.deepEqual(merged.state.toJSON(), apart.state.toJSON(), `seed ${seed}, patch ${patch}`);
      assert.deepEqual(merged.state.toJSON(), world.toJSON(), `seed ${seed}, patch ${patch}`);
    }
  }
});

test("on a lane the time goes with the unreliable half, and nothing else is lost", () => {
  const world = new World();
  const encoder = new Encoder(world);
  encoder.encodeAll();
  encoder.discardChanges();
  world.score = 9;
  world.tick = 5;
  const { reliable, unreliable } = encodeBoth(encoder, 1234);
  const rest = withoutTiming(reliable);
  assert.ok(rest);
  assert.deepEqual(Buffer.concat([Uint8Array.of(PATCH), reliable.subarray(9)]), rest);
  const frame = lanePatch(reliable, unreliable, 70_000);
  assert.equal(frame[0], PATCH | TIMED | UNRELIABLE);
  assert.deepEqual(frame.subarray(1, 9), timing(1234, 7));
  assert.equal(frame.readUInt16LE(9), 70_000 % 65_536);
  assert.deepEqual(frame.subarray(11), unreliable.subarray(3));
  assert.equal(withoutTiming(Buffer.concat([Uint8Array.of(PATCH | TIMED), timing(1, 2)])), undefined);
  const untimed = lanePatch(Uint8Array.of(PATCH), unreliable, 1);
  assert.equal(untimed[0], PATCH | UNRELIABLE, "a room without inputs has no time to send");
});

/** Lane patches of a room, `bytes` long, numbered from `first`. */
function patches(count: number, bytes: number, first = 1): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const frame = Buffer.alloc(bytes, index);
    frame[0] = PATCH | UNRELIABLE | TIMED;
    frame.writeUInt16LE((first + index) & 0xffff, 9);
    return frame;
  });
}

test("a datagram that is lost alone loses nothing; repeats and what comes late are taken once or not at all", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = randomOf(seed);
    const sent = patches(200, 11 + random(300), 65_400 + seed);
    const writer = new DatagramWriter(seed);
    const intake = new PatchIntake();
    intake.begin(seed);
    const taken: Uint8Array[] = [];
    let lost = 0;
    const take = (datagram: Uint8Array): void => {
      const found = intake.take(datagram);
      taken.push(...(found?.patches ?? []));
      lost += found?.lost ?? 0;
    };
    let inARow = 0;
    let late: Uint8Array | undefined;
    for (const [index, patch] of sent.entries()) {
      const datagram = writer.write(patch);
      // The last one comes: nothing would repeat it.
      inARow = random(3) === 0 && inARow < 1 && index < sent.length - 1 ? inARow + 1 : 0;
      if (inARow > 0) continue;
      take(datagram);
      if (random(4) === 0) take(datagram);
      if (late) take(late);
      late = random(4) === 0 ? datagram : undefined;
    }
    assert.equal(lost, 0, `seed ${seed}`);
    assert.deepEqual(taken, sent, `seed ${seed}`);
  }
});

test("what is lost for longer is counted, and the next ones are taken across the sequence's end", () => {
  const writer = new DatagramWriter(1);
  const intake = new PatchIntake();
  intake.begin(1);
  const datagrams = patches(10, 400, 65_530).map((patch) => writer.write(patch));
  assert.equal(intake.take(datagrams[0] as Uint8Array)?.patches.length, 1);
  const found = intake.take(datagrams[9] as Uint8Array);
  assert.deepEqual([found?.patches.length, found?.recovered, found?.lost], [2, 1, 7]);
});

test("datagrams stay below what one packet carries, as long as one patch does", () => {
  for (const bytes of [11, 200, 380, 570, 1140]) {
    const writer = new DatagramWriter(1);
    const sizes = patches(5, bytes).map((patch) => writer.write(patch).length);
    assert.ok(Math.max(...sizes) <= MOST_BYTES, `${bytes}: ${sizes.join()}`);
  }
  const alone = new DatagramWriter(1);
  const [, second] = patches(2, 2000).map((patch) => alone.write(patch));
  assert.equal(second?.length, 2004, "a large one goes without repeats");
});

test("datagrams of another epoch, and of none, are dropped", () => {
  const intake = new PatchIntake();
  const [patch] = patches(1, 20) as [Uint8Array];
  const datagram = new DatagramWriter(5).write(patch);
  assert.equal(intake.take(datagram), undefined, "before the WebSocket told of it");
  intake.begin(4);
  assert.equal(intake.take(datagram), undefined);
  intake.begin(5);
  assert.equal(intake.take(datagram)?.patches.length, 1);
  intake.end();
  assert.equal(intake.take(new DatagramWriter(5).write(patch)), undefined);
  // A new epoch begins at any number.
  intake.begin(6);
  const [far] = patches(1, 20, 40_000) as [Uint8Array];
  assert.equal(intake.take(new DatagramWriter(6).write(far))?.patches.length, 1);
});

test("whatever bytes come, an intake and the server's reading of datagrams survive them", () => {
  const random = randomOf(7);
  const [patch] = patches(1, 60) as [Uint8Array];
  const valid = new DatagramWriter(1).write(patch);
  for (let round = 0; round < 20_000; round += 1) {
    const intake = new PatchIntake();
    intake.begin(1);
    const bytes =
      round % 2 === 0
        ? Uint8Array.from({ length: random(80) }, () => random(256))
        : Buffer.from(valid).fill(random(256), random(valid.length), random(valid.length));
    const cut = bytes.subarray(0, random(bytes.length + 1));
    for (const found of intake.take(cut)?.patches ?? []) assert.equal((found[0] ?? 0) & 0x5f, 0x4f);
    kindOf(cut);
  }
  assert.equal(kindOf(new Uint8Array()), undefined);
  assert.equal(kindOf(Uint8Array.of(2)), "ping");
  assert.equal(kindOf(Uint8Array.of(3)), "deaf ping");
  assert.equal(kindOf(Uint8Array.of(Protocol.ROOM_INPUT_UNRELIABLE | TIMED, 1)), "inputs");
  for (const code of [
    Protocol.ROOM_DATA,
    Protocol.JOIN_ROOM,
    Protocol.LEAVE_ROOM,
    Protocol.ROOM_REQUEST,
    2,
    3,
  ])
    assert.equal(kindOf(Uint8Array.of(code, 1, 2)), undefined, `code ${code}`);
});

test("a patch that tells of an unknown structure is given up from there on, in silence", (context) => {
  const printed = [context.mock.method(console, "error"), context.mock.method(console, "warn")];
  const world = new World();
  const encoder = new Encoder(world);
  for (const key of ["a", "b", "c"]) world.things.set(key, new Thing());
  const things = world.things;
  const decoder = new Decoder(new World());
  decoder.decode(Buffer.from(encoder.encodeAll()));
  encoder.discardChanges();
  const late = new Thing();
  things.set("late", late);
  encoder.encode();
  encoder.discardChanges();
  (things.get("a") as InstanceType<typeof Thing>).x = 11;
  // 255 is what a structure's head begins with.
  late.x = 65_535;
  late.y = -1;
  (things.get("b") as InstanceType<typeof Thing>).x = 22;
  const body = Buffer.from(encoder.encodeUnreliable({ offset: 0 }));
  let changes = 0;
  decoder.triggerChanges = (all) => (changes += all.length);
  const onmessage = ({ data }: { data: Uint8Array }): void => void decoder.decode(data, { offset: 0 });
  deliverPatch({ serializer: { decoder }, connection: { events: { onmessage } } } as never, body);
  const seen = decoder.state.things;
  assert.deepEqual([seen.get("a")?.x, seen.get("b")?.x], [11, 0]);
  assert.equal(changes, 1, "what came before is told");
  assert.deepEqual(
    printed.map(({ mock }) => mock.callCount()),
    [0, 0],
  );
  // And only for the time of a patch.
  assert.equal(decoder.root.refs.get(999), undefined);
});

const OFFER = [
  "v=0",
  "o=- 123 2 IN IP4 127.0.0.1",
  "s=- some session",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "a=ice-ufrag:aB3/",
  "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaa+/",
  `a=fingerprint:sha-256 ${Array<string>(32).fill("0f").join(":")}`,
  "a=mid:data",
  "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host",
  "a=x-anything:else",
];

test("of an offer only its identity reaches the library", () => {
  const written = rewriteOffer(OFFER.join("\r\n")) ?? "";
  for (const index of [4, 5, 6]) assert.ok(written.includes(OFFER[index] as string), OFFER[index]);
  assert.match(written, /a=group:BUNDLE data\r\n/);
  assert.doesNotMatch(written, /candidate|anything|some session/);
  assert.equal(rewriteOffer(OFFER.join("\n")), written);
  for (const missing of [3, 4, 5, 6, 7])
    assert.equal(rewriteOffer(OFFER.filter((_, index) => index !== missing).join("\r\n")), undefined);
  assert.equal(rewriteOffer([...OFFER, "m=audio 9 UDP/TLS/RTP/SAVPF 0"].join("\r\n")), undefined);
  assert.equal(readSignal({ kind: "offer", sdp: OFFER.join("\r\n") })?.kind, "offer");
  assert.equal(readSignal({ kind: "offer", sdp: OFFER.join("\r\n").padEnd(3001) }), undefined);
});

test("of candidates only addresses elsewhere are taken", () => {
  const of = (address: string, port = "5000", rest = "typ host"): string =>
    `candidate:842163049 1 udp 1677729535 ${address} ${port} ${rest}`;
  assert.equal(
    rewriteCandidate(`${of("192.0.2.7", "5000", "typ srflx")} raddr 0.0.0.0 rport 0 generation 0 ufrag x`),
    "candidate:842163049 1 UDP 1677729535 192.0.2.7 5000 typ srflx",
  );
  assert.ok(rewriteCandidate(of("2001:db8::1")));
  for (const address of [
    "51b1bd90.local",
    "example.org",
    "127.0.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "169.254.169.254",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "fe80::1",
    "ff02::1",
    "0177.0.0.1",
    "1",
  ])
    assert.equal(rewriteCandidate(of(address)), undefined, address);
  for (const port of ["0", "80", "1023", "65536", "99999", "x"])
    assert.equal(rewriteCandidate(of("192.0.2.7", port)), undefined, port);
  assert.equal(
    rewriteCandidate(of("192.0.2.7", "5000", "typ host tcptype active").replace("udp", "tcp")),
    undefined,
  );
  assert.equal(readSignal({ kind: "candidate", candidate: of("192.0.2.7"), mid: "x\r\ny" }), undefined);
});

test("a translated server tells of its public address, without what the library writes before it", () => {
  const own = "a=candidate:1 1 UDP 2114977791 10.0.0.5 4000 typ host";
  assert.equal(ownCandidate(own), own.slice(2));
  assert.equal(ownCandidate(own, "203.0.113.9"), "candidate:1 1 UDP 2114977791 203.0.113.9 4000 typ host");
  const six = "candidate:2 1 UDP 2116026111 fd00::2 4000 typ host";
  assert.equal(ownCandidate(six, "203.0.113.9"), six);
});
