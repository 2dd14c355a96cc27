import assert from "node:assert/strict";
import { test } from "node:test";
import { readCandidate, readDescription } from "../../src/transport/voice/voice-signals.ts";

const SDP = [
  "v=0",
  "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 54321 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 203.0.113.9",
  "a=rtcp:9 IN IP4 203.0.113.9",
  "a=candidate:1 1 udp 2122260223 203.0.113.9 54321 typ host",
  "a=end-of-candidates",
  "a=ice-ufrag:abcd",
  "a=mid:0",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");
const RULES = { relayOnly: false, loopback: false };

const describe = (sdp: unknown, type: "offer" | "answer" = "offer") =>
  readDescription({ targetId: "b", sdp }, type);
const offer = (sdp: unknown) => describe({ type: "offer", sdp });
/** What teammates get of it; "none" when nothing passes. */
const passed = (text: string, rules = RULES): string =>
  candidate(text, {}, rules)?.candidate?.candidate ?? "none";
const candidate = (text: unknown, more: object = {}, rules = RULES) =>
  readCandidate(
    { targetId: "b", candidate: { candidate: text, sdpMid: "0", sdpMLineIndex: 0, ...more } },
    rules,
  );

test("a description of one sound is handed on without the addresses in it", () => {
  const read = offer(SDP);
  assert.equal(read?.targetId, "b");
  assert.equal(read.sdp.type, "offer");
  assert.doesNotMatch(read.sdp.sdp, /203\.0\.113|candidate|54321/);
  assert.match(
    read.sdp.sdp,
    /^v=0\r\n[\s\S]*\r\nm=audio 9 UDP\/TLS\/RTP\/SAVPF 111\r\nc=IN IP4 0\.0\.0\.0\r\n/,
  );
  assert.match(read.sdp.sdp, /a=rtpmap:111 opus\/48000\/2\r\n$/);
  assert.deepEqual(describe({ type: "answer", sdp: SDP }, "answer")?.sdp.type, "answer");
});

test("what is no description of one sound is refused", () => {
  const video = SDP.replace("m=audio", "m=video");
  const both = `${SDP}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`;
  const data = SDP.replace(/m=audio.*/, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
  for (const sdp of [
    undefined,
    null,
    7,
    {},
    [SDP],
    "",
    "v=0",
    "x".repeat(4000),
    video,
    both,
    data,
    `\0${SDP}`,
  ])
    assert.equal(offer(sdp), undefined, JSON.stringify(sdp)?.slice(0, 60));
  assert.equal(offer(SDP.replace("s=-", "s=\u2028")), undefined, "not printable");
  assert.equal(offer(`${SDP}a=${"x".repeat(3500)}\r\n`), undefined, "too long");
  assert.equal(describe({ type: "answer", sdp: SDP }), undefined, "an answer for an offer");
  for (const message of [undefined, null, 7, "x", [], { sdp: { type: "offer", sdp: SDP } }])
    assert.equal(readDescription(message, "offer"), undefined);
  assert.equal(
    readDescription({ targetId: "b".repeat(65), sdp: { type: "offer", sdp: SDP } }, "offer"),
    undefined,
  );
});

test("of a candidate only what is known goes on", () => {
  const read = candidate(
    "candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 10.0.0.7 rport 46154 generation 0 ufrag abcd network-cost 999",
    { usernameFragment: "abcd", extra: "x".repeat(9000) },
  );
  assert.deepEqual(read, {
    targetId: "b",
    candidate: {
      candidate: "candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 0.0.0.0 rport 0",
      sdpMid: "0",
      sdpMLineIndex: 0,
      usernameFragment: "abcd",
    },
  });
  const name = "4f1b3c5a-0a2b-4c3d-9e8f-1a2b3c4d5e6f.local";
  assert.match(passed(`candidate:1 1 udp 1 ${name} 50000 typ host`), /\.local 50000 typ host$/);
  assert.match(passed("candidate:1 1 udp 1 2001:db8::1 50000 typ host"), /2001:db8::1/);
  assert.equal(passed(""), "", "the last");
});

test("candidates that would have a teammate's browser look up names, or call itself, reach nobody", () => {
  const of = (address: string, port = "50000", type = "host") =>
    passed(`candidate:1 1 udp 1 ${address} ${port} typ ${type}`);
  const own = ["127.0.0.1", "::1", "0.0.0.0", "224.0.0.251"];
  for (const address of ["evil.example", "localhost", "printer.local", ...own])
    assert.equal(of(address), "none", address);
  for (const port of ["0", "80", "1023", "65536", "-1", "x"])
    assert.equal(of("203.0.113.9", port), "none", port);
  assert.equal(of("203.0.113.9", "50000", "other"), "none");
  assert.equal(passed("candidate:1 1 tcp 1 203.0.113.9 50000 typ host"), "none");
  const loopback = passed("candidate:1 1 udp 1 127.0.0.1 50000 typ host", { ...RULES, loopback: true });
  assert.match(loopback, /127\.0\.0\.1/, "unless both are on one machine");
});

test("what is no candidate is refused", () => {
  for (const text of [undefined, null, 7, {}, "x".repeat(600)]) assert.equal(candidate(text), undefined);
  const text = "candidate:1 1 udp 1 203.0.113.9 50000 typ host";
  for (const more of [
    { sdpMid: 7 },
    { sdpMid: "x".repeat(20) },
    { sdpMLineIndex: 1 },
    { usernameFragment: {} },
  ])
    assert.equal(candidate(text, more), undefined);
  for (const message of [undefined, null, 7, "x", { targetId: "b" }, { candidate: { candidate: text } }])
    assert.equal(readCandidate(message, RULES), undefined);
});

test("through a relay alone nobody is told an address", () => {
  const rules = { relayOnly: true, loopback: false };
  for (const type of ["host", "srflx", "prflx"])
    assert.equal(passed(`candidate:1 1 udp 1 203.0.113.9 50000 typ ${type}`, rules), "none");
  assert.equal(
    passed("candidate:1 1 udp 1 198.51.100.1 50000 typ relay raddr 203.0.113.9 rport 4", rules),
    "candidate:1 1 udp 1 198.51.100.1 50000 typ relay raddr 0.0.0.0 rport 0",
  );
});
