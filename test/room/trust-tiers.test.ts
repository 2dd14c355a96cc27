/** Players whom evidence speaks against are matched among themselves, from the decision on. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { definePlugins, matchMaker, Room } from "@colyseus/core";
import type { TrustLevel } from "../../src/anticheat/trust/trust-services.ts";
import {
  type MatchStatus,
  type RoomServices,
  RosterPlugin,
  requirePlayer,
  servicesOf,
} from "../../src/index.ts";
import { type Guest, signInGuest, startTestArena, type TestArena } from "../helpers/test-arena.ts";
import { Visit } from "../helpers/visit.ts";

const OPEN: MatchStatus = {
  mode: "ffa",
  map: "m",
  phase: "live",
  players: 1,
  places: 8,
  live: true,
  closing: false,
  secondsLeft: 100,
  lengthSeconds: 100,
  score: [0],
  open: [7],
};

class FieldRoom extends Room {
  static override onAuth = requirePlayer;
  override maxClients = 8;
  override plugins = definePlugins({ roster: new RosterPlugin(() => OPEN) });
}

let arena: TestArena;
let services: RoomServices;

before(async () => {
  arena = await startTestArena({
    config: { rooms: { field: FieldRoom }, matchmaking: { quickPlay: { room: "field" } } },
  });
  services = servicesOf(FieldRoom);
});
after(() => arena?.close());

async function guestOf(level: TrustLevel): Promise<Guest> {
  const guest = await signInGuest(arena.url);
  const about = { kicked: false, reason: "aim snap", logEvidence: 9, room: "field", matchId: "" };
  const at = new Date().toISOString();
  await services.trust.standingOf(guest.playerId);
  services.trust.decide({ ...about, playerId: guest.playerId, level, at, evidence: [] });
  return guest;
}

test("the tier follows the level: apart and above are one, everybody else is the other", async () => {
  const guests = await Promise.all(
    (["trusted", "watched", "apart", "mitigated", "review"] as const).map(guestOf),
  );
  const stranger = randomUUID();
  const ids = [...guests.map(({ playerId }) => playerId), stranger];
  const standings = await services.matchmaking.standingsOf(ids, "");
  assert.deepEqual(
    ids.map((playerId) => standings.get(playerId)?.trustTier),
    [0, 0, 1, 1, 1, 0],
  );
});

test("quick play seats players of two tiers in two rooms, and of one tier in one", async () => {
  const seatOf = async (guest: Guest): Promise<string> => {
    const request = { playerId: guest.playerId, name: guest.name, mode: undefined, latencies: {}, input: "" };
    const seated = await services.matchmaking.quickPlay?.(request);
    assert.ok(seated?.ok);
    const reservation = seated.reservations.get(guest.playerId);
    await Visit.enter(arena.url, guest, (client) => client.consumeSeatReservation(reservation as never));
    // The room's listing tells who is there a little later.
    const deadline = performance.now() + 8000;
    for (let listed = false; !listed; ) {
      assert.ok(performance.now() < deadline, "the room lists the player");
      await new Promise((resolve) => setTimeout(resolve, 50));
      listed = (await listedIn(seated.roomId)).includes(guest.playerId);
    }
    return seated.roomId;
  };
  const honest = await seatOf(await guestOf("watched"));
  const doubted = await seatOf(await guestOf("apart"));
  assert.notEqual(doubted, honest);
  assert.equal(await seatOf(await guestOf("mitigated")), doubted);
  assert.equal(await seatOf(await guestOf("trusted")), honest);
});

async function listedIn(roomId: string): Promise<string[]> {
  const [room] = await matchMaker.query({ roomId });
  const { members = [] } = (room?.metadata ?? {}) as { members?: { playerId: string }[] };
  return members.map(({ playerId }) => playerId);
}
