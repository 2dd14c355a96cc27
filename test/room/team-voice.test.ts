/** Voice for teams, signalled over real connections: who hears of whom, and what is refused. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { matchMaker } from "@colyseus/core";
import { Client, type Room } from "@colyseus/sdk";
import { signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";
import { VoiceRoom } from "../helpers/voice-room.ts";

const SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
const CANDIDATE = {
  candidate: "candidate:1 1 udp 1 203.0.113.9 50000 typ host",
  sdpMid: "0",
  sdpMLineIndex: 0,
};
const OFFER = { type: "offer", sdp: SDP };
const ANSWER = { type: "answer", sdp: SDP };

interface Voice {
  room: Room;
  id: string;
  /** Every "webrtc:" message that came. */
  heard: [type: string, message: unknown][];
  of(type: string): unknown[];
}

describe("voice for teams", () => {
  let arena: TestArena;
  let roomId: string | undefined;
  let voices: Voice[] = [];

  before(async () => {
    // What is shown here is the plugin's own limit.
    arena = await startTestArena({ config: { rooms: { voice: VoiceRoom } }, limits: { messageBurst: 1000 } });
  });

  after(async () => {
    await arena.close();
  });

  const enter = async (team: number): Promise<Voice> => {
    const client = new Client(arena.url);
    client.auth.token = (await signInGuest(arena.url)).token;
    const room =
      roomId === undefined ? await client.create("voice", { team }) : await client.joinById(roomId, { team });
    roomId = room.roomId;
    const heard: Voice["heard"] = [];
    room.onMessage("*", (type, message) => {
      if (String(type).startsWith("webrtc:")) heard.push([String(type), message]);
    });
    const of = (type: string): unknown[] =>
      heard.filter(([each]) => each === `webrtc:${type}`).map(([, message]) => message);
    const voice = { room, id: room.sessionId, heard, of };
    voices.push(voice);
    return voice;
  };

  /** What was sent before is handled by then: messages keep their order. */
  const settle = async (...heard: Voice[]): Promise<void> => {
    for (let round = 0; round < 2; round += 1)
      await Promise.all(heard.map(({ room }) => new Promise<void>((resolve) => room.ping(() => resolve()))));
  };

  const withVoices = async (teams: number[], check: (...voices: Voice[]) => Promise<void>): Promise<void> => {
    roomId = undefined;
    voices = [];
    for (const team of teams) await enter(team);
    try {
      await check(...voices);
    } finally {
      for (const { room } of voices) if (room.connection.isOpen) await room.leave();
    }
  };

  test("teammates are connected; enemies and spectators hear of nothing", async () => {
    await withVoices([0, 0, 1, -1], async (...all) => {
      const [one, mate, enemy, spectator] = all as [Voice, Voice, Voice, Voice];
      for (const { room } of [one, enemy, spectator]) room.send("webrtc:join");
      await settle(...all);
      mate.room.send("webrtc:join");
      await until(() => mate.of("peers").length > 0, "the peers");
      assert.deepEqual(one.of("peers"), [[]]);
      assert.deepEqual(mate.of("peers"), [[one.id]]);
      assert.deepEqual(mate.of("settings"), [{ iceServers: [], relayOnly: false }]);
      await settle(...all);
      assert.deepEqual(one.of("peer-joined"), [mate.id]);
      assert.deepEqual(spectator.of("refused"), [
        { code: "voice_unavailable", message: "Voice is for the players of a team match." },
      ]);

      mate.room.send("webrtc:offer", { targetId: one.id, sdp: OFFER });
      mate.room.send("webrtc:ice-candidate", { targetId: one.id, candidate: CANDIDATE });
      await until(() => one.of("ice-candidate").length > 0, "the candidate");
      one.room.send("webrtc:answer", { targetId: mate.id, sdp: ANSWER });
      await until(() => mate.of("answer").length > 0, "the answer");
      assert.deepEqual(one.of("offer"), [{ peerId: mate.id, sdp: OFFER }]);
      assert.deepEqual(one.of("ice-candidate"), [
        { peerId: mate.id, candidate: { ...CANDIDATE, usernameFragment: null } },
      ]);
      assert.deepEqual(mate.of("answer"), [{ peerId: one.id, sdp: ANSWER }]);

      for (const target of [one, mate]) {
        for (const stranger of [enemy, spectator]) {
          stranger.room.send("webrtc:offer", { targetId: target.id, sdp: OFFER });
          stranger.room.send("webrtc:ice-candidate", { targetId: target.id, candidate: CANDIDATE });
          target.room.send("webrtc:offer", { targetId: stranger.id, sdp: OFFER });
          target.room.send("webrtc:answer", { targetId: stranger.id, sdp: ANSWER });
        }
      }
      await settle(...all);
      assert.deepEqual(
        enemy.heard.filter(([type]) => type !== "webrtc:refused"),
        [
          ["webrtc:settings", { iceServers: [], relayOnly: false }],
          ["webrtc:peers", []],
        ],
      );
      assert.deepEqual(
        spectator.heard.filter(([type]) => type !== "webrtc:refused"),
        [],
      );
      assert.equal(one.of("offer").length + mate.of("offer").length, 1);
      assert.ok(
        enemy.of("refused").every((refusal) => (refusal as { code: string }).code === "member_unknown"),
      );
      assert.equal(enemy.of("refused").length, 4);
    });
  });

  test("a speaker who leaves, changes sides or goes is gone for the teammates", async () => {
    await withVoices([0, 0, 0], async (...all) => {
      const [one, two, three] = all as [Voice, Voice, Voice];
      for (const { room } of all) room.send("webrtc:join");
      await settle(...all);
      two.room.send("webrtc:leave");
      await until(() => one.of("peer-left").length > 0, "the one who hung up");
      assert.deepEqual(one.of("peer-left"), [two.id]);
      assert.deepEqual(new Set(two.of("peer-left")), new Set([one.id, three.id]), "and hangs up on both");

      three.room.send("team", { team: 1 });
      await until(() => one.of("peer-left").length > 1, "the one who changed sides");
      assert.deepEqual(one.of("peer-left")[1], three.id);
      assert.equal(three.of("peer-left").at(-1), one.id);
      one.room.send("webrtc:offer", { targetId: three.id, sdp: OFFER });
      await settle(...all);
      assert.deepEqual(three.of("offer"), []);

      two.room.send("webrtc:join");
      await settle(...all);
      assert.deepEqual(two.of("peers").at(-1), [one.id]);
      await one.room.leave();
      await until(() => two.of("peer-left").at(-1) === one.id, "the one who left the room");
      const server = matchMaker.getLocalRoomById(roomId as string) as VoiceRoom;
      assert.deepEqual(server.plugins.voice.speakersOf(0), [two.id]);
    });
  });

  test("malformed payloads are refused and reach nobody", async () => {
    await withVoices([0, 0], async (...all) => {
      const [one, mate] = all as [Voice, Voice];
      for (const { room } of all) room.send("webrtc:join");
      await settle(...all);
      const targetId = mate.id;
      const malformed: [string, unknown][] = [
        ["offer", undefined],
        ["offer", "x"],
        ["offer", { targetId }],
        ["offer", { targetId, sdp: SDP }],
        ["offer", { targetId, sdp: ANSWER }],
        ["offer", { targetId: { $ne: null }, sdp: OFFER }],
        ["answer", { targetId, sdp: { type: "answer", sdp: "v=0\r\nm=video 9 x" } }],
        ["ice-candidate", { targetId, candidate: null }],
        ["ice-candidate", { targetId, candidate: { candidate: 7 } }],
      ];
      for (const [type, message] of malformed) one.room.send(`webrtc:${type}`, message as object);
      // Well-formed, and not for a teammate's browser.
      const candidate = { candidate: "candidate:1 1 udp 1 evil.example 5000 typ host" };
      one.room.send("webrtc:ice-candidate", { targetId, candidate });
      one.room.send("webrtc:offer", { targetId: one.id, sdp: OFFER });
      await settle(...all);
      const codes = one.of("refused").map((refusal) => (refusal as { code: string }).code);
      assert.deepEqual(codes, [...malformed.map(() => "command_invalid"), "member_unknown"]);
      assert.deepEqual(
        mate.heard.filter(([type]) => /offer|answer|candidate/.test(type)),
        [],
      );
      assert.ok(one.room.connection.isOpen);
    });
  });

  test("a fourth speaker does not fit, and a flood of signals is dropped", async () => {
    await withVoices([0, 0, 0, 0], async (...all) => {
      const [one, mate, , fourth] = all as [Voice, Voice, Voice, Voice];
      for (const { room } of all.slice(0, 3)) room.send("webrtc:join");
      await settle(...all);
      fourth.room.send("webrtc:join");
      await settle(...all);
      assert.deepEqual(fourth.of("refused"), [
        { code: "voice_full", message: "As many of this team speak already as can." },
      ]);
      for (let message = 0; message < 140; message += 1)
        one.room.send("webrtc:ice-candidate", { targetId: mate.id, candidate: CANDIDATE });
      await settle(...all);
      const came = mate.of("ice-candidate").length;
      assert.ok(came >= 100 && came < 135, `${came} of 140 came through`);
    });
  });
});
