/** Lobby, parties and custom games as players meet them: real connections on a real server. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import { CustomRoom } from "../../rooms/lobby/custom-room.ts";
import { LobbyRoom } from "../../rooms/lobby/lobby-room.ts";
import { PartyRoom } from "../../rooms/lobby/party-room.ts";
import { QueueRoom } from "../../rooms/queue/queue-room.ts";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { FriendLine, InvitationMessage, QueueLine, RoomLine } from "../../schemas/lobby-messages.ts";
import type { ChatLine, CustomGameState, PartyState } from "../../schemas/party-state.ts";
import type { SeatMessage } from "../../schemas/queue-messages.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { QueueGuest } from "../helpers/queue-guest.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const CLOSE = { replaced: 4409, kicked: 4414, over: 4415 };

interface Told {
  type: string;
  message: unknown;
}

/** A joined room that keeps what it was told. */
class Visit<State> {
  readonly guest: Guest;
  readonly client: Client;
  readonly room: Room<unknown, State>;
  readonly told: Told[] = [];
  closedWith: number | undefined;

  constructor(guest: Guest, client: Client, room: Room<unknown, State>) {
    this.guest = guest;
    this.client = client;
    this.room = room;
    room.reconnection.enabled = false;
    room.onMessage("*", (type, message) => this.told.push({ type: String(type), message }));
    room.onLeave((code) => {
      this.closedWith = code;
    });
    room.onError(() => undefined);
  }

  async next<T>(type: string, fits: (message: T) => boolean = () => true): Promise<T> {
    const find = () => this.told.find((told) => told.type === type && fits(told.message as T))?.message as T;
    return until(
      find,
      `${this.guest.name} to be told ${type}; heard ${this.told.map((each) => each.type).join()}`,
    );
  }

  async refused(code: string): Promise<void> {
    await this.next<{ code: string }>("refused", (message) => message.code === code);
  }
}

describe("lobby, party and custom game", { timeout: 110_000 }, () => {
  let arena: TestArena;
  const visits: Visit<never>[] = [];

  before(async () => {
    arena = await startTestArena({
      config: {
        rooms: {
          skirmish: {
            room: SkirmishRoom,
            options: {
              settings: {
                matchSeconds: 5,
                overSeconds: 1,
                teamScreenSeconds: 0,
                arrivalSeconds: 3,
                reconnectionSeconds: 0,
              },
            },
          },
          queue: { room: QueueRoom, filterBy: ["queue", "region"] },
          lobby: LobbyRoom,
          party: { room: PartyRoom, options: { words: ["rotten"] } },
          custom: {
            room: CustomRoom,
            options: {
              words: ["rotten"],
              modes: {
                teams: { room: "skirmish", match: { mode: "teams" }, teams: [1, 1] },
                ffa: { room: "skirmish", match: { mode: "ffa" }, teams: [8] },
              },
            },
          },
        },
        matchmaking: {
          passIntervalMs: 100,
          queues: {
            pairs: {
              name: "Pairs",
              room: "skirmish",
              match: { mode: "teams" },
              teams: [2, 2],
              filters: [],
              fillAfterSeconds: 0,
              leastPlayers: 2,
            },
            trios: { name: "Trios", room: "skirmish", teams: [3, 3], filters: [] },
            duel: { name: "Duel", room: "skirmish", teams: [1, 1], filters: [] },
          },
          quickPlay: { room: "skirmish" },
        },
      },
    });
  });

  after(async () => {
    const open = visits.filter(({ room }) => room.connection.isOpen);
    await Promise.allSettled(open.map(({ room }) => room.leave()));
    await arena.close();
  });

  const guests = (count: number): Promise<Guest[]> =>
    Promise.all(Array.from({ length: count }, () => signInGuest(arena.url)));

  async function enter<State>(
    guest: Guest,
    how: (client: Client) => Promise<Room<unknown, State>>,
  ): Promise<Visit<State>> {
    const client = new Client(arena.url);
    client.auth.token = guest.token;
    const visit = new Visit(guest, client, await how(client));
    visits.push(visit as unknown as Visit<never>);
    return visit;
  }

  const lobby = (guest: Guest) => enter(guest, (client) => client.joinOrCreate("lobby"));
  const createParty = (guest: Guest) =>
    enter<PartyState>(guest, (client) => client.create<PartyState>("party") as never);
  const joinParty = (guest: Guest, code: string) =>
    enter<PartyState>(guest, (client) => client.joinById<PartyState>(code) as never);
  const createCustom = (guest: Guest, options: object = {}) =>
    enter<CustomGameState>(guest, (client) => client.create<CustomGameState>("custom", options) as never);
  const joinCustom = (guest: Guest, code: string, options: object = {}) =>
    enter<CustomGameState>(guest, (client) => client.joinById<CustomGameState>(code, options) as never);

  async function api(guest: Guest, method: string, path: string): Promise<void> {
    const response = await fetch(`${arena.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${guest.token}` },
    });
    assert.equal(response.status, 200, `${method} ${path}: ${await response.text()}`);
  }

  const membersOf = ({ room }: Visit<PartyState> | Visit<CustomGameState>) => [
    ...(room.state.members?.values() ?? []),
  ];
  const known = (visit: Visit<PartyState> | Visit<CustomGameState>, count: number) =>
    until(() => membersOf(visit).length === count, `${count} members`);

  test("a party has a code to come in by, and its creator leads", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const first = await createParty(one);
    await known(first, 1);
    assert.match(first.room.roomId, /^[A-Z2-9]{6}$/);
    assert.equal(first.room.state.code, first.room.roomId);
    const second = await joinParty(two, first.room.roomId);
    await known(second, 2);
    assert.equal(second.room.state.leader, one.playerId);
    await assert.rejects(joinParty((await guests(1))[0] as Guest, "ZZZZZZ"), /not found/);
  });

  test("only the leader kicks and promotes; who was removed stays out; when the leader leaves the next one leads", async () => {
    const [one, two, three] = (await guests(3)) as [Guest, Guest, Guest];
    const first = await createParty(one);
    const code = first.room.roomId;
    const second = await joinParty(two, code);
    const third = await joinParty(three, code);
    await known(third, 3);
    second.room.send("kick", { playerId: three.playerId });
    await second.refused("not_leader");
    second.room.send("promote", { playerId: two.playerId });
    await until(
      () => second.told.filter(({ type }) => type === "refused").length === 2,
      "the second refusal",
    );
    first.room.send("kick", { playerId: "nobody" });
    await first.refused("member_unknown");
    first.room.send("kick", { playerId: three.playerId });
    assert.equal(await until(() => third.closedWith, "the third to be removed"), CLOSE.kicked);
    await assert.rejects(joinParty(three, code), /party_banned/);
    await first.room.leave();
    await until(() => second.room.state.leader === two.playerId, "the second to lead");
    const again = await joinParty(one, code);
    await known(again, 2);
    second.room.send("promote", { playerId: one.playerId });
    await until(() => again.room.state.leader === one.playerId, "the first to lead again");
  });

  test("a party is bounded, and who blocks a member stays out", async () => {
    const [one, two, three, four, blocked] = (await guests(5)) as [Guest, Guest, Guest, Guest, Guest];
    await api(two, "PUT", `/api/me/blocks/${blocked.playerId}`);
    const first = await createParty(one);
    await joinParty(two, first.room.roomId);
    await assert.rejects(joinParty(blocked, first.room.roomId), /party_blocked/);
    await joinParty(three, first.room.roomId);
    await assert.rejects(joinParty(four, first.room.roomId), /party_full/);
    const crowd = await guests(30);
    const results = await Promise.allSettled(crowd.map((each) => joinParty(each, first.room.roomId)));
    assert.ok(results.every(({ status }) => status === "rejected"));
    await known(first, 3);
  });

  test("the same player from a second page takes the place over, and a dropped one keeps it", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const first = await createParty(one);
    const older = await joinParty(two, first.room.roomId);
    await known(first, 2);
    const newer = await joinParty(two, first.room.roomId);
    assert.equal(await until(() => older.closedWith, "the older page to be closed"), CLOSE.replaced);
    await sleep(200);
    assert.equal(membersOf(first).length, 2);
    newer.room.connection.close(3000);
    await until(() => membersOf(first).some(({ connected }) => !connected), "the drop to be shown");
    assert.equal(membersOf(first).length, 2);
    const back = await joinParty(two, first.room.roomId);
    await until(() => membersOf(first).every(({ connected }) => connected), "the return to be shown");
    await back.room.leave();
    await known(first, 1);
  });

  test("chat reaches everybody and whoever comes later, masked and bounded", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const first = await createParty(one);
    first.room.send("chat", { text: "  you R0TT3N\u202e  \n egg " });
    const line = await first.next<ChatLine>("chat");
    assert.equal(line.text, "you ****** egg");
    assert.equal(line.playerId, one.playerId);
    const second = await joinParty(two, first.room.roomId);
    const history = await second.next<ChatLine[]>("chat_history");
    assert.deepEqual(history, [line]);
    for (let count = 0; count < 10; count += 1) first.room.send("chat", { text: `line ${count}` });
    await first.refused("chat_too_fast");
    first.room.send("chat", { text: "\u200b\u200b" });
    await sleep(2000);
    first.room.send("chat", { text: "x".repeat(301) });
    await first.refused("chat_refused");
  });

  test("commands of wrong shapes and floods are refused, and cost nobody the connection", async () => {
    const [one] = (await guests(1)) as [Guest];
    const party = await createParty(one);
    const wrong = [null, 7, "x", [], { ready: "yes" }, { ready: true, more: 1 }];
    for (const message of wrong) party.room.send("ready", message);
    party.room.send("invite", { playerId: { $ne: null } });
    party.room.send("enter_queue", { queue: "__proto__" });
    party.room.send("anything", {});
    await party.refused("command_invalid");
    await party.refused("queue_unknown");
    for (let count = 0; count < 100; count += 1) party.room.send("ready", { ready: true });
    await party.refused("command_too_fast");
    assert.equal(party.closedWith, undefined);
    assert.equal(party.room.connection.isOpen, true);
  });

  test("an invitation reaches a friend's lobby; who blocks, is offline or is a member cannot be invited", async () => {
    const [one, two, three] = (await guests(3)) as [Guest, Guest, Guest];
    const party = await createParty(one);
    party.room.send("invite", { playerId: two.playerId });
    await party.refused("invite_refused");
    const friend = await lobby(two);
    await sleep(50);
    party.room.send("invite", { playerId: two.playerId });
    const invitation = await friend.next<InvitationMessage>("invitation");
    assert.equal(invitation.code, party.room.roomId);
    assert.deepEqual(invitation.from, { playerId: one.playerId, name: one.name });
    await joinParty(two, invitation.code);
    const hermit = await lobby(three);
    await api(three, "PUT", `/api/me/blocks/${one.playerId}`);
    party.told.length = 0;
    party.room.send("invite", { playerId: three.playerId });
    await party.refused("invite_refused");
    assert.equal(
      hermit.told.some(({ type }) => type === "invitation"),
      false,
    );
  });

  test("friends see what each other do", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    await api(one, "PUT", `/api/me/friends/${two.playerId}`);
    await api(two, "PUT", `/api/me/friends/${one.playerId}`);
    const first = await lobby(one);
    const friends = await first.next<FriendLine[]>("friends");
    assert.deepEqual(friends, [{ playerId: two.playerId, name: two.name, activity: "" }]);
    const second = await lobby(two);
    await first.next<FriendLine>("friend", ({ activity }) => activity === "lobby");
    const queued = await QueueGuest.join(arena.url, two, { queue: "duel" });
    await first.next<FriendLine>("friend", ({ activity }) => activity === "queue");
    await queued.room.leave();
    first.told.length = 0;
    await second.room.leave();
    await first.next<FriendLine>("friend", ({ activity }) => activity === "");
  });

  test("the leader takes a ready party into a queue; all play on one team", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const first = await createParty(one);
    const second = await joinParty(two, first.room.roomId);
    await known(first, 2);
    second.room.send("enter_queue", { queue: "pairs" });
    await second.refused("not_leader");
    first.room.send("enter_queue", { queue: "pairs" });
    await first.refused("party_not_ready");
    second.room.send("ready", { ready: true });
    await until(() => membersOf(first).filter(({ ready }) => ready).length === 1, "the second to be ready");
    first.room.send("enter_queue", { queue: "duel" });
    await first.refused("party_too_large");
    first.room.send("enter_queue", { queue: "pairs" });
    const passes = await Promise.all([
      first.next<{ pass: string }>("queue_pass"),
      second.next<{ pass: string }>("queue_pass"),
    ]);
    const queued = await Promise.all(
      [one, two].map((guest, index) =>
        QueueGuest.join(arena.url, guest, { queue: "pairs", pass: passes[index]?.pass ?? "" }),
      ),
    );
    await Promise.all(queued.map((each) => each.accept()));
    const seats = await Promise.all(queued.map((each) => each.next("seat")));
    assert.equal(seats[0]?.team, seats[1]?.team);
    const rooms = await Promise.all(queued.map((each) => each.takeSeat()));
    await until(
      () => membersOf(first).every(({ activity }) => activity === "match"),
      "the party to be shown in a match",
    );
    first.room.send("enter_queue", { queue: "pairs" });
    await first.refused("already_queued");
    await Promise.all(rooms.map((room) => room.leave()));
  });

  test("a custom game: teams, spectators, password, a match that does not count, and another one after it", async () => {
    const [host, player, watcher, late] = (await guests(4)) as [Guest, Guest, Guest, Guest];
    const visitor = await lobby(late);
    visitor.room.send("list_rooms", { kind: "custom" });
    const first = await createCustom(host, { name: "rotten evening", password: "sesame", mode: "teams" });
    const code = first.room.roomId;
    const line = await until(
      () =>
        visitor.told
          .filter(({ type }) => type === "rooms")
          .flatMap(({ message }) => message as RoomLine[])
          .find(({ roomId, players }) => roomId === code && players === 1),
      "the game to be listed",
    );
    assert.deepEqual(
      { ...line, roomId: "" },
      {
        roomId: "",
        kind: "custom",
        name: "****** evening",
        mode: "teams",
        map: "",
        players: 1,
        places: 2,
        locked: true,
        phase: "open",
      },
    );
    for (const password of [undefined, "wrong", "SESAME"])
      await assert.rejects(joinCustom(player, code, { password }), /password_wrong/);
    const second = await joinCustom(player, code, { password: "sesame" });
    const third = await joinCustom(watcher, code, { password: "sesame" });
    await known(first, 3);
    assert.deepEqual(
      membersOf(first).map(({ team }) => team),
      [0, 1, -1],
    );
    third.room.send("team", { team: 0 });
    await third.refused("team_full");
    third.room.send("team", { team: 9 });
    second.room.send("start", {});
    await second.refused("not_leader");
    second.room.send("setup", { name: "mine" });
    second.room.send("ready", { ready: true });
    await until(() => membersOf(first)[1]?.ready, "the player to be ready");
    first.room.send("start", {});
    const seats = await Promise.all([first, second, third].map((each) => each.next<SeatMessage>("seat")));
    assert.deepEqual(
      seats.map(({ team }) => team),
      [0, 1, -1],
    );
    const rooms = await Promise.all(
      [first, second, third].map(async (each, index) => {
        const room = await each.client.consumeSeatReservation<SkirmishState>(
          seats[index]?.reservation as never,
        );
        room.onMessage("*", () => undefined);
        return room as Room<unknown, SkirmishState>;
      }),
    );
    await until(() => rooms[2]?.state.phase === "live", "the watcher to see the match");
    assert.equal(rooms[2]?.state.counts, false);
    assert.equal(rooms[2]?.state.fighters.size, 2);
    assert.equal(first.room.state.playing, true);
    const ends: number[] = [];
    for (const room of rooms) room.onLeave((code) => ends.push(code));
    await until(() => ends.length === 3, "the match to close", 15_000);
    assert.deepEqual(new Set(ends), new Set([CLOSE.over]));
    await until(() => !first.room.state.playing, "the game to be open again");
    const response = await fetch(`${arena.url}/api/me`, {
      headers: { authorization: `Bearer ${host.token}` },
    });
    assert.equal(((await response.json()) as { games: number }).games, 0);

    first.told.length = 0;
    first.room.send("setup", { password: null, mode: "ffa" });
    await until(() => first.room.state.mode === "ffa" && !first.room.state.locked, "the other mode");
    first.room.send("start", {});
    await first.next<SeatMessage>("seat");
  });

  test("guessing passwords is slow", async () => {
    const [host, thief] = (await guests(2)) as [Guest, Guest];
    const game = await createCustom(host, { password: "b" });
    for (let tries = 0; tries < 5; tries += 1)
      await assert.rejects(joinCustom(thief, game.room.roomId, { password: "a" }), /password_wrong/);
    await assert.rejects(joinCustom(thief, game.room.roomId, { password: "b" }), /password_wrong/);
  });

  test("the lobby tells the queues, and quick play finds the match that runs", async () => {
    const [one, two] = (await guests(2)) as [Guest, Guest];
    const first = await lobby(one);
    const queues = await first.next<QueueLine[]>("queues");
    assert.deepEqual(
      queues.map(({ id, teams }) => [id, teams]),
      [
        ["pairs", [2, 2]],
        ["trios", [3, 3]],
        ["duel", [1, 1]],
      ],
    );
    first.room.send("quick_play", {});
    const seat = await first.next<SeatMessage>("seat");
    const match = await first.client.consumeSeatReservation<SkirmishState>(seat.reservation);
    match.onMessage("*", () => undefined);
    await until(() => match.state.fighters?.size > 0, "the match to be there");
    const second = await lobby(two);
    second.room.send("list_rooms", { kind: "match", open: true });
    await until(
      () =>
        second.told.some(
          ({ type, message }) =>
            type === "rooms" && (message as RoomLine[]).some(({ roomId }) => roomId === match.roomId),
        ),
      "the match to be listed",
    );
    second.room.send("quick_play", {});
    assert.equal((await second.next<SeatMessage>("seat")).reservation.roomId, match.roomId);
    second.room.send("quick_play", { latencies: "near" });
    await second.refused("command_invalid");
    await match.leave();
  });
});
