/** Lobby, parties and custom games against those who hurry, flood, guess, come back, or do not get along. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { FriendLine, InvitationMessage, RoomLine } from "../../schemas/lobby-messages.ts";
import type { ChatLine, CustomGameState, Member, PartyState } from "../../schemas/party-state.ts";
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import type { RoomServices } from "../../src/index.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";
import { Visit } from "../helpers/visit.ts";

const CLOSE = { replaced: 4409, kicked: 4414 };

const muted = new Set<string>();

/** Asks a database that takes its time; and mutes have no address of their own. */
class SlowPartyRoom extends PartyRoom {
  override async onCreate({ arena }: { arena: RoomServices }): Promise<void> {
    const social: RoomServices["social"] = {
      ...arena.social,
      async blocksAmong(playerIds) {
        await sleep(100);
        return arena.social.blocksAmong(playerIds);
      },
      isMuted: (playerId) => Promise.resolve(muted.has(playerId)),
    };
    await super.onCreate({ arena: { ...arena, social } });
  }
}

describe("lobby, party and custom game against abuse", { timeout: 110_000 }, () => {
  let arena: TestArena;

  before(async () => {
    arena = await startTestArena({
      // What is shown here are the rooms' own limits.
      limits: { messageBurst: 1000 },
      config: {
        rooms: {
          skirmish: { room: SkirmishRoom, options: { settings: { matchSeconds: 60, arrivalSeconds: 3 } } },
          lobby: LobbyRoom,
          party: SlowPartyRoom,
          custom: {
            room: CustomRoom,
            options: {
              modes: {
                duel: { room: "skirmish", match: { mode: "ffa" }, teams: [1, 1] },
                mapped: { room: "skirmish", teams: [2], maps: ["foundry", "yard"] },
              },
            },
          },
        },
        matchmaking: {
          queues: { trios: { name: "Trios", room: "skirmish", teams: [4, 4], filters: [] } },
          quickPlay: { room: "skirmish" },
        },
      },
    });
  });

  after(() => arena.close());

  const guests = (count: number): Promise<Guest[]> =>
    Promise.all(Array.from({ length: count }, () => signInGuest(arena.url)));
  const lobby = (guest: Guest): Promise<Visit> =>
    Visit.enter(arena.url, guest, (client) => client.joinOrCreate("lobby"));
  const create = <State = PartyState>(
    guest: Guest,
    kind = "party",
    options: object = {},
  ): Promise<Visit<State>> => Visit.enter(arena.url, guest, (client) => client.create(kind, options));
  const join = <State = PartyState>(
    guest: Guest,
    code: string,
    options: object = {},
  ): Promise<Visit<State>> => Visit.enter(arena.url, guest, (client) => client.joinById(code, options));

  async function api(guest: Guest, method: string, path: string): Promise<void> {
    const headers = { authorization: `Bearer ${guest.token}` };
    const response = await fetch(`${arena.url}${path}`, { method, headers });
    assert.equal(response.status, 200, `${method} ${path}: ${await response.text()}`);
  }

  const membersOf = ({ room }: Visit<PartyState> | Visit<CustomGameState>): Member[] => [
    ...(room.state.members?.values() ?? []),
  ];
  const memberOf = (visit: Visit<PartyState> | Visit<CustomGameState>, guest: Guest): Member | undefined =>
    membersOf(visit).find(({ playerId }) => playerId === guest.playerId);
  const known = (visit: Visit<PartyState> | Visit<CustomGameState>, count: number): Promise<true> =>
    until(() => membersOf(visit).length === count, `${count} members`);

  test("of two who block each other and come at the same moment one gets in", async () => {
    const [leader, one, two] = (await guests(3)) as [Guest, Guest, Guest];
    await api(one, "PUT", `/api/me/blocks/${two.playerId}`);
    const party = await create(leader);
    const came = await Promise.allSettled([one, two].map((guest) => join(guest, party.room.roomId)));
    assert.deepEqual(came.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const refusal = came.find((result) => result.status === "rejected");
    assert.match(String(refusal?.reason), /party_blocked/);
    await known(party, 2);
  });

  test("a hundred who come at the same moment find as many places as there are", async () => {
    const [leader, ...crowd] = (await guests(100)) as [Guest, ...Guest[]];
    const party = await create(leader);
    const came = await Promise.allSettled(crowd.map((guest) => join(guest, party.room.roomId)));
    const { most } = party.room.state;
    assert.equal(most, 4);
    await known(party, most);
    assert.equal(came.filter(({ status }) => status === "fulfilled").length, most - 1);
  });

  test("a dropped connection comes back to its place, and commands go on", async () => {
    const [leader, other] = (await guests(2)) as [Guest, Guest];
    const party = await create(leader);
    const second = await join(other, party.room.roomId);
    await known(second, 2);
    const token = await party.drop();
    await until(() => memberOf(second, leader)?.connected === false, "the drop to be shown");
    assert.equal(second.room.state.leader, leader.playerId);
    const back = await party.back(token);
    await until(() => memberOf(second, leader)?.connected, "the return to be shown");
    back.room.send("promote", { playerId: other.playerId });
    await until(() => second.room.state.leader === other.playerId, "the other to lead");
  });

  test("whoever is removed while away, or takes the place over elsewhere, does not come back by the old connection", async () => {
    const [leader, away, gone, twice] = (await guests(4)) as [Guest, Guest, Guest, Guest];
    const party = await create(leader);
    const second = await join(away, party.room.roomId);
    const third = await join(twice, party.room.roomId);
    await (await join(gone, party.room.roomId)).drop();
    const tokens = [await second.drop(), await third.drop()] as const;
    await until(() => membersOf(party).filter(({ connected }) => !connected).length === 3, "all to be away");
    for (const { playerId } of [away, gone]) party.room.send("kick", { playerId });
    await known(party, 2);
    await assert.rejects(second.back(tokens[0]));
    const newer = await join(twice, party.room.roomId);
    await assert.rejects(third.back(tokens[1]));
    newer.room.send("chat", { text: "here again" });
    await party.next<ChatLine>("chat", ({ playerId }) => playerId === twice.playerId);
    assert.equal(membersOf(party).length, 2);
    // Nor is a place kept for them: the party ends with those who are there.
    for (const { room } of [newer, party]) await room.leave();
    await until(() => matchMaker.getLocalRoomById(party.room.roomId) === undefined, "the party to be gone");
  });

  test("when the last one goes the code goes, and codes are no way into other rooms", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const party = await create(one);
    const code = party.room.roomId;
    await party.room.leave();
    await until(() => matchMaker.getLocalRoomById(code) === undefined, "the party to be gone");
    for (const forged of [
      code,
      code.toLowerCase(),
      "AAAAAA",
      "../party",
      "__proto__",
      "%00",
      "x".repeat(200),
    ])
      await assert.rejects(join(two, forged), `joined ${forged}`);
    const game = await create<CustomGameState>(one, "custom", { password: "sesame" });
    for (const kind of ["party", "custom"])
      await assert.rejects(
        Visit.enter(arena.url, two, (client) => client.join(kind)),
        "private rooms are joined by their code alone",
      );
    await assert.rejects(join(two, game.room.roomId), /password_wrong/);
    await assert.rejects(
      Visit.enter(arena.url, { ...two, token: "forged" }, (client) => client.joinById(game.room.roomId)),
      /auth_token_invalid/,
    );
  });

  test("who is muted cannot write; lines keep their order", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const party = await create(one);
    const second = await join(two, party.room.roomId);
    muted.add(two.playerId);
    second.room.send("chat", { text: "hello" });
    await second.refused("chat_muted");
    for (const text of ["1", "2", "3"]) party.room.send("chat", { text });
    await second.next<ChatLine>("chat", ({ text }) => text === "3");
    assert.deepEqual(
      second.all<ChatLine>("chat").map(({ text }) => text),
      ["1", "2", "3"],
    );
    assert.deepEqual(await (await join(one, party.room.roomId)).next("chat_history"), party.all("chat"));
  });

  test("a flood is answered a few times, costs no connection, and others are served", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    for (const visit of [await create(one), await lobby(one), await create(one, "custom")]) {
      for (let count = 0; count < 40; count += 1) {
        visit.room.send("chat", { text: "x".repeat(3000) });
        visit.room.send("nonsense", [count]);
        visit.room.sendBytes("ready", new Uint8Array([1, 2, 3]));
      }
      await visit.refused("command_too_fast");
      await sleep(500);
      const answers = visit.all("refused").length;
      assert.ok(answers <= 30, `${answers} answers`);
      assert.equal(visit.closedWith, undefined);
    }
    const other = await create(two);
    other.room.send("ready", { ready: true });
    await until(() => memberOf(other, two)?.ready, "the other to be served");
  });

  test("nothing that is listed holds a password or a player's id", async () => {
    const [host, other] = (await guests(2)) as [Guest, Guest];
    const visitor = await lobby(other);
    visitor.room.send("list_rooms", {});
    const password = "open-sesame";
    const game = await create<CustomGameState>(host, "custom", { name: "Evening", password });
    const party = await create(other);
    const listed = await until(
      () =>
        visitor.all<RoomLine[]>("rooms").findLast((lines) => lines.some(({ name }) => name === "Evening")),
      "the game to be listed",
    );
    const all = JSON.stringify([listed, await matchMaker.query({})]);
    assert.ok(all.includes(game.room.roomId));
    for (const secret of [password, host.playerId, other.playerId]) assert.equal(all.includes(secret), false);
    assert.equal(JSON.stringify(listed).includes(party.room.roomId), false, "parties are listed nowhere");
    assert.equal(JSON.stringify(game.room.state).includes(password), false);
  });

  test("an invited player needs no password, a removed one is neither invited nor let in", async () => {
    const [host, friend] = (await guests(2)) as [Guest, Guest];
    const game = await create<CustomGameState>(host, "custom", { password: "sesame" });
    const waiting = await lobby(friend);
    game.room.send("invite", { playerId: friend.playerId });
    const invitation = await waiting.next<InvitationMessage>("invitation");
    assert.equal(invitation.kind, "custom");
    const invited = await join<CustomGameState>(friend, invitation.code);
    await known(game, 2);
    game.room.send("kick", { playerId: friend.playerId });
    assert.equal(await invited.closed(), CLOSE.kicked);
    await assert.rejects(join(friend, invitation.code, { password: "sesame" }), /party_banned/);
    await sleep(5000);
    game.room.send("invite", { playerId: friend.playerId });
    await game.refused("invite_refused");
  });

  test("invitations are few, and those that ran out are not shown", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const [party, visitor] = [await create(one), await lobby(two)];
    for (let count = 0; count < 5; count += 1) party.room.send("invite", { playerId: two.playerId });
    await party.refused("command_too_fast");
    const invitation = await visitor.next<InvitationMessage>("invitation");
    const send = (expiresAt: number): void => {
      const text = JSON.stringify(["invitation", { ...invitation, expiresAt }]);
      matchMaker.presence.publish(`arena:player:${two.playerId}`, text);
    };
    const over = Date.now() - 1;
    send(over);
    for (let count = 0; count < 50; count += 1) send(Date.now() + 1000 + count);
    await sleep(300);
    const shown = visitor.all<InvitationMessage>("invitation");
    assert.ok(shown.length >= 5 && shown.length <= 12, `${shown.length} shown`);
    assert.equal(
      shown.some(({ expiresAt }) => expiresAt === over),
      false,
    );
  });

  test("a short loss is no going offline: friends see nothing of it, and the lobby goes on", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    await api(one, "PUT", `/api/me/friends/${two.playerId}`);
    await api(two, "PUT", `/api/me/friends/${one.playerId}`);
    const first = await lobby(one);
    await first.next("friends");
    const second = await lobby(two);
    await first.next<FriendLine>("friend", ({ activity }) => activity === "lobby");
    const back = await second.back(await second.drop());
    const friends = await back.next<FriendLine[]>("friends");
    assert.deepEqual(friends, [{ playerId: one.playerId, name: one.name, activity: "lobby" }]);
    assert.equal(
      first.all<FriendLine>("friend").some(({ activity }) => activity === ""),
      false,
    );
    await back.room.leave();
    await first.next<FriendLine>("friend", ({ activity }) => activity === "");
  });

  test("quick play takes a few seats, not as many as one asks for", async () => {
    const [one] = (await guests(1)) as [Guest];
    const visitor = await lobby(one);
    for (let count = 0; count < 8; count += 1) visitor.room.send("quick_play", {});
    await visitor.refused("command_too_fast");
    await visitor.next<SeatMessage>("seat");
    await sleep(1000);
    assert.ok(visitor.all("seat").length <= 3);
  });

  test("a host may start again while a match runs; whoever plays is left alone unless ready", async () => {
    const [host, other] = (await guests(2)) as [Guest, Guest];
    const game = await create<CustomGameState>(host, "custom", { mode: "duel" });
    const second = await join<CustomGameState>(other, game.room.roomId);
    second.room.send("ready", { ready: true });
    await until(() => memberOf(game, other)?.ready, "the other to be ready");
    game.room.send("start", {});
    await Promise.all([game.next<SeatMessage>("seat"), second.next<SeatMessage>("seat")]);
    await until(() => game.room.state.playing && !memberOf(game, other)?.ready, "the match to run");
    game.room.send("start", {});
    await until(() => game.all("seat").length === 2, "the second match");
    const [before, now] = game.all<SeatMessage>("seat");
    assert.notEqual(before?.reservation.roomId, now?.reservation.roomId);
    assert.equal(second.all("seat").length, 1);
    assert.deepEqual(now?.teams, [[host.name], []]);
  });

  test("the host chooses among the mode's maps; a smaller mode moves who has no place", async () => {
    const [host, other] = (await guests(2)) as [Guest, Guest];
    const game = await create<CustomGameState>(host, "custom", { mode: "mapped" });
    const second = await join<CustomGameState>(other, game.room.roomId);
    await known(second, 2);
    assert.equal(game.room.state.map, "foundry");
    game.room.send("setup", { map: "yard" });
    await until(() => game.room.state.map === "yard", "the other map");
    for (const wrong of [{ map: "nowhere" }, { mode: "__proto__" }, { mode: "duel", map: "yard" }]) {
      const before = game.all("refused").length;
      game.room.send("setup", wrong);
      await until(() => game.all("refused").length > before, "the refusal");
    }
    game.room.send("setup", { mode: "duel" });
    await until(() => second.room.state.mode === "duel", "the other mode");
    assert.deepEqual(
      membersOf(second).map(({ team }) => team),
      [0, 1],
    );
    assert.equal(second.room.state.map, "");
    for (const options of [{ mode: "none" }, { name: "x".repeat(65) }, { password: 5 }])
      await assert.rejects(create(host, "custom", options), /command_invalid/);
  });
});
