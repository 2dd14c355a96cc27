/** What the lobby's pages make of what they know: addresses, times, refusals, the way through a queue, members, rooms. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  activityText,
  type MemberModel,
  memberStatus,
  partyHint,
  readMembers,
  sortFriends,
  splitTeams,
} from "../../client/lobby/company-model.ts";
import {
  clockTime,
  elapsedSeconds,
  exactTime,
  IDLE,
  noteText,
  type QueueModel,
  queueView,
  type ReadyCheckModel,
  readKeptQueue,
  readyView,
  refusalNote,
  restoreDelay,
  roughTime,
  teamSizes,
} from "../../client/lobby/queue-model.ts";
import { roomWords } from "../../client/lobby/room-words.ts";
import { wayBackIn, wayOfCustomGame, wayOfSeat } from "../../client/match/match-way.ts";
import { parseRoute, readJoinCode, routeHash } from "../../client/navigation/route.ts";
import { describeFailure, describeLeave } from "../../client/net/leave-reason.ts";
import { Refusal } from "../../client/net/request-json.ts";
import { splitCoded, toRefusal } from "../../client/net/room-refusal.ts";
import { initials, playerColour } from "../../client/ui/player-sign.ts";
import { Member } from "../../schemas/party-state.ts";

const NOW = 1_800_000_000_000;

const waiting: QueueModel = {
  ...IDLE,
  phase: "waiting",
  queue: "squads",
  name: "Squads",
  waitedSeconds: 10,
  heardAt: NOW,
};

describe("addresses", () => {
  test("lobby, party and game links are read and written alike", () => {
    for (const hash of ["#/lobby", "#/party/K7QD2M", "#/game/aB_9-x"])
      assert.equal(routeHash(parseRoute(hash)), hash);
    assert.deepEqual(parseRoute("#/party/K7QD2M"), { page: "party", code: "K7QD2M" });
    assert.deepEqual(parseRoute("#/game/K7QD2M"), { page: "custom", code: "K7QD2M" });
  });

  test("a link whose code cannot be one leads to the lobby", () => {
    for (const hash of ["#/party", "#/party/", "#/party/a b", "#/game/<b>", `#/game/${"x".repeat(80)}`])
      assert.deepEqual(parseRoute(hash), { page: "lobby" }, hash);
  });

  test("whoever joins may type the code or paste a link of either kind", () => {
    assert.deepEqual(readJoinCode("  K7QD2M "), { code: "K7QD2M", kind: undefined });
    assert.deepEqual(readJoinCode("https://play.example/#/party/K7QD2M"), { code: "K7QD2M", kind: "party" });
    assert.deepEqual(readJoinCode("http://localhost:2567/#/game/K7QD2M"), { code: "K7QD2M", kind: "custom" });
    assert.equal(readJoinCode("https://play.example/#/shop"), undefined);
    assert.deepEqual(readJoinCode("k7qd2m")?.code, "K7QD2M");
    assert.deepEqual(parseRoute("#/party/k7qd2m"), { page: "party", code: "K7QD2M" });
    assert.equal(readJoinCode("two words"), undefined);
    assert.equal(readJoinCode(""), undefined);
  });
});

describe("times", () => {
  test("a clock has hours only when there are some", () => {
    assert.deepEqual([0, 7.9, 754, 3723, -5].map(clockTime), ["0:00", "0:07", "12:34", "1:02:03", "0:00"]);
  });

  test("an estimate is told roughly, a certain wait exactly", () => {
    assert.deepEqual([3, 22, 53, 70, 200, 9000].map(roughTime), [
      "a few seconds",
      "about 20 s",
      "about 55 s",
      "about a minute",
      "about 3 min",
      "more than an hour",
    ]);
    assert.deepEqual([0.2, 45, 60, 125, 3600, 5400].map(exactTime), [
      "1 s",
      "45 s",
      "1 min",
      "2 min 5 s",
      "1 h",
      "1 h 30 min",
    ]);
  });

  test("the time in the queue goes on between two messages, and never back", () => {
    assert.equal(elapsedSeconds(waiting, NOW + 2500), 12);
    assert.equal(elapsedSeconds(waiting, NOW - 60_000), 10);
  });
});

describe("the place in a queue", () => {
  test("the ring fills with the expected time, and is full when it took longer", () => {
    const known = { ...waiting, estimateSeconds: 40 };
    assert.equal(queueView(known, NOW).share, 0.25);
    assert.equal(queueView(known, NOW).estimate, "about 30 s to go");
    assert.equal(queueView(known, NOW + 31_000).share, 1);
    assert.equal(queueView(known, NOW + 31_000).estimate, "longer than usual");
    assert.equal(queueView(waiting, NOW).share, undefined);
    assert.equal(queueView(waiting, NOW).estimate, "no estimate yet");
  });

  test("what holds the player back is said as the server says it; until it does, who of the party is there", () => {
    const says = "The others are rated far from you.";
    const held: QueueModel = {
      ...waiting,
      reason: { reason: "filter", filter: "rating", says },
      position: 2,
      players: 5,
    };
    assert.equal(queueView(held, NOW).reason, says);
    assert.equal(queueView(held, NOW).place, "place 2 · 5 players wait");
    assert.match(queueView({ ...waiting, party: { size: 3, here: 1 } }, NOW).reason, /1 of 3 of your party/);
    assert.match(queueView({ ...held, phase: "restoring", attempt: 3 }, NOW).reason, /lost.*\(3\)/);
  });

  test("a lost queue is tried again ever more slowly, and not for ever", () => {
    const delays: number[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const delay = restoreDelay(attempt);
      if (delay === undefined) break;
      delays.push(delay);
    }
    assert.ok(
      delays.length >= 5 && delays.every((delay, place) => place === 0 || delay >= (delays[place - 1] ?? 0)),
    );
    // The pass is good for a minute after its issue, and up to a quarter of one old already.
    const whole = delays.reduce((sum, delay) => sum + delay, 0);
    assert.ok(whole >= 20_000 && whole <= 60_000, String(whole));
  });

  test("a reloaded tab takes its place up only with a whole and recent pass", () => {
    const kept = { queue: "duel", name: "Duel", pass: "p", at: NOW - 20_000 };
    assert.deepEqual(readKeptQueue(kept, NOW), { queue: "duel", name: "Duel", pass: "p" });
    assert.deepEqual(readKeptQueue({ ...kept, region: "eu" }, NOW)?.region, "eu");
    assert.equal(readKeptQueue({ ...kept, at: NOW - 70_000 }, NOW), undefined);
    assert.equal(readKeptQueue({ ...kept, pass: 7 }, NOW), undefined);
    assert.equal(readKeptQueue("nonsense", NOW), undefined);
  });

  test("team sizes read as people say them", () => {
    assert.deepEqual([[3, 3], [1, 4], [1, 1], [1, 1, 1, 1], [8], []].map(teamSizes), [
      "3 v 3",
      "1 v 4",
      "1 v 1",
      "4 players",
      "8 players",
      "",
    ]);
  });
});

describe("the ready check", () => {
  const check: ReadyCheckModel = {
    checkId: "c",
    endsAt: NOW + 10_000,
    seconds: 20,
    players: 4,
    accepted: 1,
    backfill: false,
    answer: "",
  };

  test("counts down, and shows who has accepted", () => {
    const view = readyView(check, NOW + 500);
    assert.equal(view.seconds, 10);
    assert.equal(view.share, 0.475);
    assert.deepEqual(view.pips, [true, false, false, false]);
    assert.equal(readyView(check, NOW + 99_000).seconds, 0);
  });

  test("says what is waited for after the own answer, and what a place in a running match is", () => {
    assert.match(readyView({ ...check, answer: "accepted" }, NOW).sentence, /3 more players/);
    assert.match(readyView({ ...check, answer: "accepted", accepted: 3 }, NOW).sentence, /one more player/);
    assert.match(readyView({ ...check, backfill: true }, NOW).sentence, /running match/);
  });
});

describe("refusals", () => {
  test("a refused join is its sentence, with its code for the page", () => {
    const refusal = toRefusal(new Error("queue_full: Too many players wait: try again."));
    assert.deepEqual([refusal.code, refusal.message], ["queue_full", "Too many players wait: try again."]);
    assert.equal(
      describeFailure(new Error("password_wrong: The password is wrong.")),
      "The password is wrong.",
    );
  });

  test("the framework's own words are not shown", () => {
    assert.equal(toRefusal(new Error('room "K7QD2M" not found')).code, "party_unknown");
    assert.equal(toRefusal(new TypeError("Failed to fetch")).code, "unreachable");
    assert.equal(toRefusal(new Error("seat reservation expired.")).code, "seat_expired");
    assert.ok(toRefusal(undefined).message.length > 0);
    const known = new Refusal("other_kind", 0, "no");
    assert.equal(toRefusal(known), known);
  });

  test("a sentence with a colon is no code", () => {
    assert.equal(splitCoded("Something failed: badly"), undefined);
    assert.equal(splitCoded("http://example: no"), undefined);
  });

  test("a cooldown counts down, and says when it is over", () => {
    const note = refusalNote("Wait before you queue again. (95 s left)", NOW);
    assert.deepEqual(noteText(note, NOW + 5000), {
      text: "Wait before you queue again. 1 min 30 s left.",
      failed: true,
    });
    assert.deepEqual(noteText(note, NOW + 95_000), { text: "You can queue again.", failed: false });
    assert.deepEqual(noteText(refusalNote("No.", NOW), NOW), { text: "No.", failed: true });
  });

  test("every close of a queue, a party and a match has a sentence", () => {
    for (const code of [4409, 4410, 4411, 4412, 4413, 4414, 4415, 4503])
      assert.doesNotMatch(describeLeave(code) ?? "", /\d/, String(code));
  });
});

describe("company", () => {
  const member = (playerId: string, change: Partial<MemberModel> = {}): MemberModel => ({
    playerId,
    name: playerId,
    ready: false,
    connected: true,
    activity: "",
    team: 0,
    leader: false,
    own: false,
    ...change,
  });

  test("members are read in the order of joining, with who leads (and is ready by that) and who is oneself", () => {
    const members = new Map<string, Member>();
    for (const [playerId, name] of [
      ["b", "Second"],
      ["a", "First"],
    ] as const)
      members.set(playerId, Object.assign(new Member(), { playerId, name }));
    const read = readMembers({ leader: "a", members }, "b");
    assert.deepEqual(
      read.map(({ playerId, leader, own, ready }) => [playerId, leader, own, ready]),
      [
        ["b", false, true, false],
        ["a", true, false, true],
      ],
    );
  });

  test("who is away is that before anything else", () => {
    assert.equal(memberStatus(member("a", { connected: false, ready: true })), "away");
    assert.equal(memberStatus(member("a", { activity: "match", ready: true })), "in a match");
    assert.equal(memberStatus(member("a", { ready: true })), "ready");
  });

  test("the party's hint names what is missing, and whose turn it is", () => {
    const two = [member("a", { ready: true, leader: true }), member("b")];
    assert.match(partyHint("in", two, true), /One member is not ready/);
    const ready = two.map((one) => ({ ...one, ready: true }));
    assert.match(partyHint("in", ready, true), /enter a queue/);
    assert.match(partyHint("in", ready, false), /leader/);
    assert.match(partyHint("in", [two[0] as MemberModel], true), /invite/i);
    assert.match(partyHint("away", ready, true), /connection/);
  });

  test("teams are split by number; whoever stands on none watches", () => {
    const { teams, spectators } = splitTeams(
      [member("a", { team: 1 }), member("b", { team: -1 }), member("c", { team: 7 })],
      2,
    );
    assert.deepEqual(
      [
        teams[0]?.length,
        teams[1]?.map(({ playerId }) => playerId),
        spectators.map(({ playerId }) => playerId),
      ],
      [0, ["a"], ["b", "c"]],
    );
  });

  test("friends who can come at once stand first, those who are offline last", () => {
    const friends = (["", "match", "lobby", "queue"] as const).map((activity) => ({
      name: activity || "off",
      activity,
    }));
    assert.deepEqual(
      sortFriends(friends).map(({ name }) => name),
      ["lobby", "queue", "match", "off"],
    );
    assert.equal(activityText(""), "offline");
  });

  test("a player's sign is the same everywhere, whatever the name holds", () => {
    assert.equal(playerColour("p1"), playerColour("p1"));
    assert.deepEqual(["Copper Falcon 33", "éclair", "42", ""].map(initials), ["CF", "É", "?", "?"]);
  });

  test("a room's line says kind, mode, map and how it stands", () => {
    const room = { roomId: "r", name: "", players: 1, places: 2, locked: false };
    assert.equal(
      roomWords({ ...room, kind: "custom", mode: "ffa", map: "foundry", phase: "open" }),
      "Custom game · Free for all · Foundry · open",
    );
    assert.equal(
      roomWords({ ...room, kind: "match", mode: "teams", map: "", phase: "live" }),
      "Match · Teams · running",
    );
  });
});

describe("the way into a match", () => {
  const seat = {
    reservation: { name: "skirmish", sessionId: "s", roomId: "r" },
    team: 1,
    teams: [["A"], ["B"]],
  };

  test("a seat is taken once; who comes back in joins its room", () => {
    const way = wayOfSeat(seat);
    assert.deepEqual(way.entry, { kind: "seat", reservation: seat.reservation });
    assert.deepEqual(wayBackIn(way), { ...way, entry: { kind: "room", roomId: "r" } });
    assert.equal(wayBackIn(wayBackIn(way)).entry.kind, "room");
  });

  test("a match leads back to where it was made", () => {
    assert.deepEqual(wayOfSeat(seat).back, { page: "lobby" });
    assert.deepEqual(wayOfCustomGame(seat, "K7QD2M").back, { page: "custom", code: "K7QD2M" });
  });
});
