import assert from "node:assert/strict";
import { test } from "node:test";
import { schema, t } from "@colyseus/schema";
import { Client } from "@colyseus/sdk";
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { PROTOCOL } from "../../schemas/protocol.ts";
import { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { SkirmishState } from "../../schemas/skirmish-state.ts";
import { protocolFingerprint } from "../../sdk/protocol-fingerprint.ts";
import { signInGuest, startTestArena } from "../helpers/test-arena.ts";

test("a client of another wire is refused with a sentence; one of the same, and one that says nothing, are let in", async (context) => {
  const arena = await startTestArena({ config: { protocol: PROTOCOL } });
  context.after(() => arena.close());
  const join = async (options: object): Promise<string> => {
    const client = new Client(arena.url);
    client.auth.token = (await signInGuest(arena.url)).token;
    try {
      const room = await client.joinOrCreate("skirmish", options);
      room.onMessage("*", () => undefined);
      await room.leave();
      return "in";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(await join({}), "in");
  assert.equal(await join({ protocol: PROTOCOL }), "in");
  for (const protocol of ["0000000000000000", "", 7, null, { $ne: null }, ["x"]]) {
    const answer = await join({ protocol });
    assert.match(answer, /^protocol_outdated: Your copy of the game is older/, JSON.stringify(protocol));
  }
});

test("a client of another wire is stopped at the door of every room that leads to a match", async (context) => {
  const rooms = { queue: QueueRoom, lobby: LobbyRoom, party: PartyRoom, custom: CustomRoom };
  const arena = await startTestArena({ config: { protocol: PROTOCOL, rooms } });
  context.after(() => arena.close());
  const client = new Client(arena.url);
  client.auth.token = (await signInGuest(arena.url)).token;
  for (const name of Object.keys(rooms))
    await assert.rejects(
      client.joinOrCreate(name, { protocol: "0123456789abcdef" }),
      /protocol_outdated: /,
      name,
    );
});

test("the fingerprint changes with everything that changes the wire, and with nothing else", () => {
  const base = () => ({ x: t.float32(), label: t.string(), near: t.array("uint8") });
  const of = (...types: object[]) => protocolFingerprint(types, 1);
  const Inner = schema({ a: t.uint8() }, "Inner");
  const WiderInner = schema({ a: t.uint16() }, "Inner");
  const one = of(schema(base(), "One"));
  assert.equal(of(schema(base(), "Renamed")), one, "a class's name is not on the wire");
  assert.match(one, /^[0-9a-f]{16}$/);
  const others = [
    of(schema({ ...base(), y: t.float32() }, "A")),
    of(schema({ label: t.string(), x: t.float32(), near: t.array("uint8") }, "B")),
    of(schema({ ...base(), x: t.float64() }, "C")),
    of(schema({ ...base(), x: t.quantized({ min: 0, max: 1 }) }, "D")),
    of(schema({ ...base(), x: t.quantized({ min: 0, max: 2 }) }, "E")),
    of(schema({ ...base(), x: t.float32().unreliable() }, "F")),
    of(schema({ ...base(), x: t.float32().view() }, "G")),
    of(schema({ ...base(), near: t.map("uint8") }, "H")),
    of(schema({ ...base(), inner: t.ref(Inner) }, "I")),
    of(schema({ ...base(), inner: t.ref(WiderInner) }, "J")),
    of(schema(base(), "K"), Inner),
    protocolFingerprint([schema(base(), "L")], 2),
  ];
  assert.equal(new Set([one, ...others]).size, others.length + 1);
  assert.equal(of(SkirmishState, SkirmishInput), of(SkirmishState, SkirmishInput));
});
