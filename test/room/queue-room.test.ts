/** The queue as players meet it: real connections through waiting, ready check and seat into a match. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room as JoinedRoom } from "@colyseus/sdk";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { signPass } from "../../src/matchmaking/queue-pass.ts";
import { queueArenaConfig, QUEUE_SECRET as SECRET } from "../helpers/queue-arena.ts";
import { QueueGuest } from "../helpers/queue-guest.ts";
import { type Guest, signInGuest, startTestArena, type TestArena, until } from "../helpers/test-arena.ts";

const CLOSE = { replaced: 4409, declined: 4410, missed: 4411, partyLeft: 4412, incomplete: 4413, over: 4415 };

describe("the queue room", { timeout: 110_000 }, () => {
  let arena: TestArena;
  const open: Pick<JoinedRoom, "leave" | "connection">[] = [];

  before(async () => {
    arena = await startTestArena({ config: queueArenaConfig });
  });

  after(async () => {
    // Leaving a room that has closed already would never end.
    const connected = open.filter(({ connection }) => connection.isOpen);
    await Promise.allSettled(connected.map((room) => room.leave()));
    await arena.close();
  });

  const guest = (): Promise<Guest> => signInGuest(arena.url);
  const guests = (count: number): Promise<Guest[]> => Promise.all(Array.from({ length: count }, guest));

  async function join(player: Guest, options: Parameters<typeof QueueGuest.join>[2]): Promise<QueueGuest> {
    const joined = await QueueGuest.join(arena.url, player, options);
    open.push(joined.room);
    return joined;
  }

  /** As the party room signs them. */
  function passesFor(queue: string, members: readonly Guest[], ticketId = crypto.randomUUID()): string[] {
    const now = Date.now();
    return members.map(({ playerId }) =>
      signPass(SECRET, {
        ticketId,
        queue,
        members: members.map((member) => member.playerId),
        playerId,
        issuedAt: now,
        enqueuedAt: now,
        returned: 0,
      }),
    );
  }

  async function enter(seated: readonly QueueGuest[]): Promise<JoinedRoom<unknown, SkirmishState>[]> {
    const rooms = await Promise.all(seated.map((each) => each.takeSeat()));
    open.push(...rooms);
    return rooms;
  }

  test("two are matched, accept, get seats in one room, play it, and their result is rated", async () => {
    const [one, two] = await guests(2);
    const queued = await Promise.all([one, two].map((each) => join(each as Guest, { queue: "duel" })));
    await Promise.all(queued.map((each) => each.accept()));
    const seats = await Promise.all(queued.map((each) => each.next("seat")));
    assert.deepEqual(new Set(seats.map(({ team }) => team)), new Set([0, 1]));
    assert.equal(seats[0]?.teams.flat().length, 2);
    const rooms = await enter(queued);
    assert.equal(rooms[0]?.roomId, rooms[1]?.roomId);
    await until(() => rooms[0]?.state.phase === "live", "the match to begin");
    assert.equal(rooms[0]?.state.queue, "duel");
    assert.equal([...(rooms[0]?.state.fighters.values() ?? [])].filter(({ bot }) => bot).length, 0);
    const playing = rooms.map((room) => {
      const input = room.input({ mode: "reliable" });
      return setInterval(() => input.send(), 40);
    });
    const ends: number[] = [];
    for (const room of rooms) room.onLeave((code) => ends.push(code));
    await until(() => ends.length === 2, "the room to close after the match", 20_000);
    for (const timer of playing) clearInterval(timer);
    assert.deepEqual(ends, [CLOSE.over, CLOSE.over]);
    const profile = await ownProfile(one as Guest);
    assert.equal(profile.games, 1);
    assert.equal(profile.ratings.find(({ queue }) => queue === "duel")?.games, 1);
  });

  test("who declines goes and may not queue for a while, longer the second time; the other waits on, first in line", async () => {
    const [dodger, patient] = (await guests(2)) as [Guest, Guest];
    const one = await join(dodger, { queue: "duel" });
    const two = await join(patient, { queue: "duel" });
    await one.decline();
    assert.equal(await one.closed(), CLOSE.declined);
    assert.equal((await two.next("ready_failed")).code, "ready_check_failed");
    await assert.rejects(join(dodger, { queue: "duel" }), /queue_cooldown: .*\(\d+ s left\)/);
    const third = await join((await guests(1))[0] as Guest, { queue: "duel" });
    const second = await two.next("ready_check", ({ checkId }) => checkId !== two.told[0]?.type);
    assert.ok(second);
    await until(() => two.told.filter(({ type }) => type === "ready_check").length === 2, "a second check");
    const { checkId } = two.latest("ready_check") as { checkId: string };
    two.room.send("accept", { checkId });
    await third.accept();
    await Promise.all([two.next("seat"), third.next("seat")]);
    await enter([two, third]);

    await sleep(2100);
    const again = await join(dodger, { queue: "duel" });
    const other = await join((await guests(1))[0] as Guest, { queue: "duel" });
    await again.decline();
    await again.closed();
    const refusal = await join(dodger, { queue: "duel" }).then(
      () => "none",
      (error: unknown) => (error as Error).message,
    );
    const left = Number(/\((\d+) s left\)/.exec(refusal)?.[1]);
    assert.ok(left > 300, `the second penalty is the ladder's next: ${refusal}`);
    await other.room.leave();
  });

  test("who does not answer is gone when the time is up, and the other is asked again", async () => {
    const [absent, present] = (await guests(2)) as [Guest, Guest];
    const one = await join(absent, { queue: "duel" });
    const two = await join(present, { queue: "duel" });
    await two.accept();
    assert.equal(await one.closed(), CLOSE.missed);
    await two.next("ready_failed");
    assert.equal(two.closedWith, undefined);
    await two.room.leave();
  });

  test("a party waits until it is complete, plays on one team, and is never split", async () => {
    const friends = await guests(2);
    const strangers = await guests(2);
    const passes = passesFor("pairs", friends);
    const first = await join(friends[0] as Guest, { queue: "pairs", pass: passes[0] });
    const others = await Promise.all(strangers.map((each) => join(each, { queue: "pairs" })));
    assert.equal((await first.next("queued")).party.here, 1);
    const alone = await first.next("status");
    assert.equal(alone.heldBy.reason, "party_incomplete");
    const second = await join(friends[1] as Guest, { queue: "pairs", pass: passes[1] });
    const everybody = [first, second, ...others];
    await Promise.all(everybody.map((each) => each.accept()));
    const seats = await Promise.all(everybody.map((each) => each.next("seat")));
    assert.equal(seats[0]?.team, seats[1]?.team);
    assert.equal(seats[2]?.team, seats[3]?.team);
    assert.notEqual(seats[0]?.team, seats[2]?.team);
    const [room] = await enter(everybody);
    await until(() => room?.state.phase === "live", "the match to begin");
    assert.equal(room?.state.mode, "teams");
    assert.equal(room?.state.teams.length, 2);
  });

  test("a party goes when one of it leaves or does not come", async () => {
    const friends = await guests(2);
    const passes = passesFor("pairs", friends);
    const [first, second] = await Promise.all(
      friends.map((each, index) => join(each, { queue: "pairs", pass: passes[index] })),
    );
    await second?.room.leave();
    assert.equal(await first?.closed(), CLOSE.partyLeft);

    const late = await guests(2);
    const alone = await join(late[0] as Guest, {
      queue: "pairs",
      pass: passesFor("pairs", late)[0],
    });
    assert.equal(await alone.closed(), CLOSE.incomplete);
  });

  test("a pass brings the waiting time back; a forged one, another player's and an old one do not", async () => {
    const [player, other] = (await guests(2)) as [Guest, Guest];
    const first = await join(player, { queue: "patient", attributes: { language: "eo" } });
    const { pass, ticketId } = await first.next("queued");
    await sleep(2100);
    await first.room.leave();
    const again = await join(player, { queue: "patient", pass });
    const queued = await again.next("queued");
    assert.equal(queued.ticketId, ticketId);
    assert.ok(queued.waitedSeconds >= 2, `waited ${queued.waitedSeconds}`);

    const [body = "", signature = ""] = pass.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as { enqueuedAt: number };
    const older = Buffer.from(JSON.stringify({ ...claims, enqueuedAt: 0 })).toString("base64url");
    for (const forged of [`${older}.${signature}`, body, "", ".", `${pass}x`, "x".repeat(5000)])
      await assert.rejects(join(player, { queue: "patient", pass: forged }), /queue_pass_invalid/);
    await assert.rejects(join(other, { queue: "patient", pass }), /queue_pass_invalid/);
    await assert.rejects(join(player, { queue: "duel", pass }), /queue_pass_invalid/);
    const outdated = { ...claims, issuedAt: Date.now() - 61_000 } as never;
    await assert.rejects(
      join(player, { queue: "patient", pass: signPass(SECRET, outdated) }),
      /queue_pass_invalid/,
    );
    await again.room.leave();
  });

  test("the same player from a second page takes the place over; a second queue is refused", async () => {
    const player = await guest();
    const first = await join(player, { queue: "patient" });
    const { pass } = await first.next("queued");
    await assert.rejects(join(player, { queue: "duel" }), /already_queued/);
    const second = await join(player, { queue: "patient", pass });
    assert.equal(await first.closed(), CLOSE.replaced);
    await until(() => second.room.state.players === 1, "one place for one player");
    await second.room.leave();
    const elsewhere = await join(player, { queue: "duel" });
    await elsewhere.room.leave();
  });

  test("a filter of the game's own holds, and is named to whom it holds", async () => {
    const [one, two] = await guests(2);
    const first = await join(one as Guest, { queue: "patient", attributes: { language: "eo" } });
    const second = await join(two as Guest, { queue: "patient", attributes: { language: "la" } });
    const status = await first.next("status", ({ heldBy }) => heldBy.reason === "filter");
    assert.equal(status.heldBy.filter, "sameLanguage");
    assert.ok(status.position >= 1 && status.players === 2);
    assert.equal(first.latest("ready_check"), undefined);
    await Promise.all([first.room.leave(), second.room.leave()]);
  });

  test("blocked players are never matched with each other", async () => {
    const [one, two, three] = (await guests(3)) as [Guest, Guest, Guest];
    const blocked = await fetch(`${arena.url}/api/me/blocks/${two.playerId}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${one.token}` },
    });
    assert.equal(blocked.status, 200);
    const first = await join(one, { queue: "duel" });
    const second = await join(two, { queue: "duel" });
    const status = await first.next("status", ({ heldBy }) => heldBy.reason === "filter");
    assert.equal(status.heldBy.filter, "blocked");
    const third = await join(three, { queue: "duel" });
    await third.accept();
    assert.equal([first, second].filter((each) => each.latest("ready_check") !== undefined).length, 1);
    await Promise.all([first.room.leave(), second.room.leave(), third.room.leave()]);
  });

  test("each region has its own line, and the nearest is chosen for who names none", async () => {
    const [one, two, three] = (await guests(3)) as [Guest, Guest, Guest];
    const eu = await join(one, { queue: "regional", region: "eu", build: "1" });
    const us = await join(two, { queue: "regional", latencies: { eu: 120, us: 30 }, build: "1" });
    assert.equal((await eu.next("queued")).region, "eu");
    assert.equal((await us.next("queued")).region, "us");
    await assert.rejects(join(three, { queue: "regional", region: "mars" }), /region_unknown/);
    const ignored = await join(three, { queue: "patient", region: "eu" });
    assert.equal((await ignored.next("queued")).region, "");
    await Promise.all([eu.room.leave(), us.room.leave(), ignored.room.leave()]);
  });

  test("requests of wrong shapes are refused with a code, and make no room", async () => {
    const player = await guest();
    const wrong: [object, RegExp][] = [
      [{}, /queue_request_invalid/],
      [{ queue: 7 }, /queue_request_invalid/],
      [{ queue: "constructor" }, /queue_unknown/],
      [{ queue: "__proto__" }, /queue_unknown/],
      [{ queue: "nowhere" }, /queue_unknown/],
      [{ queue: "duel", latencies: { eu: "fast" } }, /queue_request_invalid/],
      [{ queue: "duel", latencies: { eu: Number.NaN } }, /queue_request_invalid/],
      [
        { queue: "duel", latencies: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`r${n}`, 1])) },
        /queue_request_invalid/,
      ],
      [{ queue: "duel", attributes: { nested: { deep: 1 } } }, /queue_request_invalid/],
      [{ queue: "duel", attributes: "all" }, /queue_request_invalid/],
      [{ queue: "duel", pass: { $ne: null } }, /queue_request_invalid/],
      [
        {
          queue: "pairs",
          pass: passesFor("pairs", [
            player,
            ...Array.from({ length: 30 }, (_, n) => ({ ...player, playerId: `p${n}` })),
          ])[0],
        },
        /party_too_large/,
      ],
    ];
    for (const [options, code] of wrong)
      await assert.rejects(join(player, options as never), code, JSON.stringify(options));
    const client = new Client(arena.url);
    await assert.rejects(client.joinOrCreate("queue", { queue: "duel" }), /auth_token_missing/);
  });

  test("a queue's room is no way into another queue, and nobody makes a second one", async () => {
    const first = await join(await guest(), { queue: "patient" });
    const client = new Client(arena.url);
    client.auth.token = (await guest()).token;
    await assert.rejects(client.joinById(first.room.roomId, { queue: "duel" }), /queue_request_invalid/);
    await assert.rejects(client.create("queue", { queue: "patient" }), /queue_moved/);
    await first.room.leave();
  });

  test("a player who comes twice at once holds one place, and the claim goes with it", async () => {
    const player = await guest();
    const both = await Promise.allSettled([0, 1, 2].map(() => join(player, { queue: "patient" })));
    const inside = both.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const left = () => inside.filter(({ closedWith }) => closedWith === undefined);
    await until(() => left().length === 1, "one to be left");
    const [holder] = left();
    await until(() => holder?.room.state.players === 1, "one place");
    await assert.rejects(join(player, { queue: "duel" }), /already_queued/);
    await holder?.room.leave();
    const elsewhere = await join(player, { queue: "duel" });
    await elsewhere.room.leave();
  });

  test("messages of wrong shapes change nothing and close nothing", async () => {
    const player = await join(await guest(), { queue: "patient" });
    for (const message of [
      null,
      7,
      "x",
      [],
      {},
      { checkId: 7 },
      { checkId: "nothing" },
      { checkId: "x".repeat(2000) },
    ]) {
      player.room.send("accept", message);
      player.room.send("decline", message);
    }
    await player.next("refused", ({ code }) => code === "queue_request_invalid");
    await player.next("status");
    assert.equal(player.closedWith, undefined);
    await player.room.leave();
  });

  test("a rule that throws for one player holds that one, and the queue goes on", async () => {
    const players = await guests(3);
    const [moodless, ...others] = await Promise.all(
      players.map((each, at) =>
        join(each, { queue: "careless", attributes: at === 0 ? {} : { mood: "fine" } }),
      ),
    );
    await Promise.all(others.map((each) => each.accept()));
    await Promise.all(others.map((each) => each.next("seat")));
    assert.equal(moodless?.latest("ready_check"), undefined);
    await enter(others);
    await moodless?.room.leave();
  });

  test("who accepts, sees the opponents and goes before the fight, or never comes, has dodged", async () => {
    const players = await guests(2);
    const queued = await Promise.all(players.map((each) => join(each, { queue: "duel" })));
    await Promise.all(queued.map((each) => each.accept()));
    const match = await queued[0]?.takeSeat();
    await match?.leave();
    const refusal = await refusalOf(players[0] as Guest);
    assert.match(refusal, /queue_cooldown/);
    await enter(queued.slice(1));
  });

  test("who left a match is not taken for a replacement in it", async () => {
    const players = await guests(2);
    const queued = await Promise.all(players.map((each) => join(each, { queue: "duel" })));
    await Promise.all(queued.map((each) => each.accept()));
    const rooms = await enter(queued);
    await until(() => rooms[0]?.state.phase === "live", "the match to begin");
    await rooms[1]?.leave();
    const back = await join(players[1] as Guest, { queue: "duel" });
    await sleep(2500);
    assert.equal(back.latest("ready_check"), undefined);
    await back.room.leave();
  });

  test("strangers cannot come into a match that was made for others, nor make one up", async () => {
    const players = await guests(2);
    const queued = await Promise.all(players.map((each) => join(each, { queue: "duel" })));
    await Promise.all(queued.map((each) => each.accept()));
    const [room] = await enter(queued);
    const stranger = new Client(arena.url);
    stranger.auth.token = (await guest()).token;
    await assert.rejects(stranger.joinById(room?.roomId as string), /match_reserved/);
    await assert.rejects(stranger.create("skirmish", { placement: "made.up" }), /match_reserved/);
    const again = new Client(arena.url);
    again.auth.token = players[0]?.token as string;
    const back = await again.joinById<SkirmishState>(room?.roomId as string);
    open.push(back);
    await until(() => back.state.fighters?.has(back.sessionId), "the player to be let in again");
  });

  test("when no room can be made everybody is back in the line, and is served once one can", async () => {
    const players = await guests(2);
    const queued = await Promise.all(players.map((each) => join(each, { queue: "broken" })));
    for (let round = 1; round <= 3; round += 1) {
      for (const each of queued) {
        const asked = (): number => each.told.filter(({ type }) => type === "ready_check").length;
        await until(() => asked() === round, `check ${round}`);
        each.room.send("accept", { checkId: each.latest("ready_check")?.checkId });
      }
      if (round === 3) break;
      for (const each of queued)
        await until(
          () => each.told.filter(({ type }) => type === "ready_failed").length === round,
          `failure ${round}`,
        );
      assert.equal(queued[0]?.latest("ready_failed")?.code, "match_not_created");
    }
    const seats = await Promise.all(queued.map((each) => each.next("seat")));
    assert.equal(seats[0]?.reservation.roomId, seats[1]?.reservation.roomId);
    await Promise.all(queued.map((each) => each.room.leave()));
  });

  test("a match that loses a player gets another from the queue, who is not rated for its loss", async () => {
    const players = await guests(2);
    const queued = await Promise.all(players.map((each) => join(each, { queue: "duel" })));
    await Promise.all(queued.map((each) => each.accept()));
    const rooms = await enter(queued);
    await until(() => rooms[0]?.state.phase === "live", "the match to begin");
    await rooms[1]?.leave();
    const late = await join(await guest(), { queue: "duel" });
    const check = await late.next("ready_check");
    assert.equal(check.backfill, true);
    await late.accept();
    const [room] = await enter([late]);
    assert.equal(room?.roomId, rooms[0]?.roomId);
    await until(() => room?.state.fighters.has(room.sessionId), "the newcomer to be seated");
    const fighters = [...(room?.state.fighters.values() ?? [])];
    assert.equal(fighters.length, 2, "the bot that stood in has gone");
  });

  /** What keeps a player out of the queues, once something does. */
  async function refusalOf(player: Guest): Promise<string> {
    for (let tries = 0; tries < 50; tries += 1) {
      await sleep(100);
      const refusal = await join(player, { queue: "patient" }).then(
        (joined) => joined.room.leave(),
        (error: unknown) => (error as Error).message,
      );
      if (typeof refusal === "string") return refusal;
    }
    return "nothing";
  }

  async function ownProfile({ token }: Guest) {
    let answer: { games: number; ratings: { queue: string; games: number }[] } | undefined;
    for (let tries = 0; tries < 50; tries += 1) {
      const response = await fetch(`${arena.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
      answer = (await response.json()) as typeof answer;
      if (answer?.games === 1) break;
      await sleep(100);
    }
    return answer as NonNullable<typeof answer>;
  }
});
