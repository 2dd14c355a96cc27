import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, crc32 as zlibCrc32 } from "node:zlib";
import {
  crc32,
  decodeReplay,
  encodeReplay,
  MOST_HEADER_BYTES,
  openReplay,
} from "../../src/replay/replay-file.ts";
import { tallyBody, tallyFile, tallyHeader } from "../helpers/tally-game.ts";

const body = tallyBody(200);
const header = tallyHeader("m1");
const file = tallyFile("m1", body);

async function codeOf(bytes: Uint8Array, mostBodyBytes = 1_000_000): Promise<string> {
  const opened = await openReplay(bytes, mostBodyBytes);
  return opened.ok ? "ok" : opened.code;
}

test("what was written is read, from any place in a larger buffer", async () => {
  const larger = new Uint8Array(file.length + 20);
  larger.set(file, 7);
  const opened = await openReplay(larger.subarray(7, 7 + file.length), body.length);
  assert.deepEqual(opened, { ok: true, header, body });
  const decoded = decodeReplay(file);
  assert.deepEqual(decoded.ok && [decoded.header, decoded.bodyBytes], [header, body.length]);
});

test("a body without a byte is one", async () => {
  const opened = await openReplay(tallyFile("m1", new Uint8Array()), 0);
  assert.deepEqual(opened.ok && opened.body, new Uint8Array());
});

test("the checksum is gzip's", () => {
  for (const bytes of [new Uint8Array(), body, file]) assert.equal(crc32(bytes), zlibCrc32(bytes));
  assert.equal(crc32(body.subarray(9), crc32(body.subarray(0, 9))), zlibCrc32(body));
});

test("a file that ends too early is refused, wherever it ends, and so is one that goes on", async () => {
  for (let length = 0; length < file.length; length += 1)
    assert.equal(await codeOf(file.subarray(0, length)), "replay_malformed", `at ${length}`);
  assert.equal(await codeOf(Uint8Array.of(...file, 0)), "replay_malformed");
});

test("a flipped bit is refused, or changes nothing of what is read", async () => {
  let refused = 0;
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const flipped = file.slice();
    (flipped[bit >> 3] as number) ^= 1 << (bit & 7);
    const opened = await openReplay(flipped, 1_000_000);
    if (!opened.ok) refused += 1;
    else assert.deepEqual([opened.header, opened.body], [header, body], `bit ${bit}`);
  }
  // gzip's own header has a time and a name of the system, which nobody reads.
  assert.ok(refused > file.length * 8 - 80, `${refused} of ${file.length * 8} were refused`);
});

test("another version is told from damage", async () => {
  const newer = file.slice();
  newer[4] = 2;
  assert.equal(await codeOf(newer), "replay_version_unknown");
  assert.equal(await codeOf(new TextEncoder().encode("ARPX and some more of it")), "replay_malformed");
});

test("a body that is longer than is taken is refused before it is unpacked, one that lies while it is", async () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  const honest = encodeReplay(header, bomb, 50_000_000) as Uint8Array;
  assert.equal(await codeOf(honest), "replay_too_large");
  const lying = encodeReplay(header, bomb, 1000) as Uint8Array;
  assert.equal(await codeOf(lying), "replay_malformed");
  const boasting = encodeReplay(header, gzipSync(new Uint8Array(10)), 4_000_000_000) as Uint8Array;
  assert.equal(await codeOf(boasting, 2 ** 32), "replay_malformed");
});

test("two gzip members, or none, are no body", async () => {
  const twice = Buffer.concat([gzipSync(body.subarray(0, 10)), gzipSync(body.subarray(10, 15))]);
  assert.equal(await codeOf(encodeReplay(header, twice, 10) as Uint8Array), "replay_malformed");
  assert.equal(await codeOf(encodeReplay(header, new Uint8Array(40), 40) as Uint8Array), "replay_malformed");
});

test("a header that is too long or no JSON is not written, and one of another shape not read", async () => {
  assert.equal(
    encodeReplay({ ...header, about: "x".repeat(MOST_HEADER_BYTES) }, gzipSync(body), 1),
    undefined,
  );
  assert.equal(encodeReplay({ ...header, about: 1n }, gzipSync(body), 1), undefined);
  for (const wrong of [{ tickRate: 0 }, { tickRate: "30" }, { matchId: 7 }, { setup: "fine", game: null }]) {
    const bytes = tallyFile("m1", body, wrong as object);
    assert.equal(await codeOf(bytes), "replay_malformed", JSON.stringify(wrong));
  }
});
