/** The queue's bookkeeping: passes, placements, the line, ready checks, matches that ask for people, teams. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BackfillBoard } from "../../rooms/queue/backfill-board.ts";
import { QueueLine, ticketOf } from "../../rooms/queue/queue-line.ts";
import { readRequest } from "../../rooms/queue/queue-request.ts";
import { ReadyCheck } from "../../rooms/queue/ready-check.ts";
import { TeamSheet } from "../../rooms/skirmish/team-sheet.ts";
import type { BackfillCall } from "../../src/matchmaking/matchmaking-services.ts";
import { readPlacement, signPlacement } from "../../src/matchmaking/placement.ts";
import { PASS_LIFETIME_MS, type QueuePass, readPass, signPass } from "../../src/matchmaking/queue-pass.ts";
import type { TicketMember } from "../../src/matchmaking/ticket.ts";

const SECRET = "the secret of this test, long enough to be one";
const NOW = 1_800_000_000_000;

function passOf(over: Partial<QueuePass> = {}): QueuePass {
  return {
    ticketId: "ticket",
    queue: "duel",
    members: ["ada", "bob"],
    playerId: "ada",
    issuedAt: NOW,
    enqueuedAt: NOW - 5000,
    returned: 1,
    ...over,
  };
}

function memberOf(playerId: string): TicketMember {
  return {
    playerId,
    skill: { mu: 25, sigma: 8 },
    latencies: {},
    build: "",
    trustTier: 0,
    input: "keyboard",
    blocks: new Set(),
    recentOpponents: [],
    attributes: {},
  };
}

const place = (playerId: string) => ({
  member: memberOf(playerId),
  name: playerId,
  connection: playerId,
  away: false,
  gone: false,
});

test("a pass comes back as it was signed, for a minute, and under the same secret alone", () => {
  const text = signPass(SECRET, passOf());
  assert.deepEqual(readPass(SECRET, text, NOW), passOf());
  assert.deepEqual(readPass(SECRET, text, NOW + PASS_LIFETIME_MS), passOf());
  assert.equal(readPass(SECRET, text, NOW + PASS_LIFETIME_MS + 1), undefined);
  assert.equal(readPass(`${SECRET}!`, text, NOW), undefined);
});

test("a pass for somebody who is not on it, and texts that were signed for something else, are none", () => {
  assert.equal(readPass(SECRET, signPass(SECRET, passOf({ playerId: "eve" })), NOW), undefined);
  const placement = signPlacement(SECRET, {
    queue: "duel",
    region: "",
    rated: true,
    teams: [1, 1],
    match: {},
    seats: [{ playerId: "ada", name: "Ada", team: 0 }],
    issuedAt: NOW,
  });
  assert.ok(readPlacement(SECRET, placement, NOW));
  assert.equal(readPass(SECRET, placement, NOW), undefined);
  assert.equal(readPlacement(SECRET, signPass(SECRET, passOf()), NOW), undefined);
  assert.equal(readPlacement(SECRET, placement, NOW + 61_000), undefined);
});

test("whatever is no pass is answered with nothing and never throws", () => {
  const text = signPass(SECRET, passOf());
  const [body = "", signature = ""] = text.split(".");
  const damaged = [
    undefined,
    null,
    7,
    {},
    "",
    ".",
    "..",
    body,
    `${body}.`,
    `.${signature}`,
    `${text}.${text}`,
  ];
  for (const wrong of [...damaged, `${body}x.${signature}`, `${body}.${signature.slice(1)}`, "x".repeat(1e6)])
    assert.equal(readPass(SECRET, wrong, NOW), undefined);
});

test("an entry waits once everybody on its pass has come, with the leader first", () => {
  const line = new QueueLine<string>();
  const entry = line.take(passOf(), place("bob"), NOW);
  assert.equal(entry.state, "assembling");
  assert.deepEqual(line.tickets(), []);
  line.take(passOf(), place("ada"), NOW);
  assert.equal(entry.state, "waiting");
  assert.deepEqual(
    line.tickets().map(({ members }) => members.map(({ playerId }) => playerId)),
    [["ada", "bob"]],
  );
  assert.equal(ticketOf(entry).enqueuedAt, NOW - 5000);
  assert.equal(line.players, 2);
});

test("a ticket with somebody away is not offered, and one that was removed leaves nothing", () => {
  const line = new QueueLine<string>();
  const entry = line.take(passOf({ members: ["ada"] }), place("ada"), NOW);
  const own = entry.places.get("ada");
  assert.ok(own);
  own.away = true;
  assert.deepEqual(line.tickets(), []);
  own.away = false;
  assert.equal(line.tickets().length, 1);
  line.remove(entry);
  assert.deepEqual([line.tickets().length, line.players, line.entryOf("ada")], [0, 0, undefined]);
});

test("removing an older entry leaves the player's newer one", () => {
  const line = new QueueLine<string>();
  const older = line.take(passOf({ ticketId: "older", members: ["ada"] }), place("ada"), NOW);
  const newer = line.take(passOf({ ticketId: "newer", members: ["ada"] }), place("ada"), NOW);
  line.remove(older);
  assert.equal(line.entryOf("ada"), newer);
});

test("nobody gains waiting time by a pass from the future", () => {
  const line = new QueueLine<string>();
  const entry = line.take(passOf({ members: ["ada"], enqueuedAt: NOW + 9000 }), place("ada"), NOW);
  assert.equal(entry.enqueuedAt, NOW);
});

test("a ready check is complete when everybody has accepted, each once", () => {
  const check = new ReadyCheck("check", "match", ["ada", "bob"], NOW);
  assert.equal(check.accept("ada"), true);
  assert.equal(check.accept("ada"), false);
  assert.equal(check.accept("eve"), false);
  assert.deepEqual([check.accepted, check.players, check.complete], [1, 2, false]);
  assert.deepEqual([...check.missing], ["bob"]);
  check.accept("bob");
  assert.equal(check.complete, true);
});

const call = (over: Partial<BackfillCall> = {}): BackfillCall => ({
  queue: "squads",
  region: "",
  roomId: "room",
  former: ["gone"],
  score: [3, 1],
  secondsLeft: 100,
  lengthSeconds: 180,
  teams: [
    { open: 0, players: ["ada", "bob"] },
    { open: 2, players: [] },
  ],
  ...over,
});

const standings = async (playerIds: readonly string[]) =>
  new Map(playerIds.map((id) => [id, { ...memberOf(id), skill: { mu: 30, sigma: 2 } }]));

test("a match's call for people is good for five seconds, and asks for each player's standing once", async () => {
  const board = new BackfillBoard();
  const asked: string[] = [];
  const standingsOf = async (playerIds: readonly string[]) => {
    asked.push(...playerIds);
    return standings(playerIds);
  };
  await board.note(call(), NOW, standingsOf);
  await board.note(call(), NOW + 4000, standingsOf);
  assert.deepEqual(asked, ["ada", "bob"]);
  const [request] = board.open(NOW + 9000);
  assert.equal(request?.requestedAt, NOW);
  assert.deepEqual(
    request?.teams.map(({ open }) => open),
    [0, 2],
  );
  assert.equal(request?.teams[0]?.members[0]?.skill.mu, 30);
  assert.deepEqual(board.open(NOW + 9001), []);
});

test("places for which somebody is being asked are not offered twice", async () => {
  const board = new BackfillBoard();
  await board.note(call(), NOW, standings);
  const [request] = board.open(NOW);
  assert.ok(request);
  const ticket = { ticketId: "t", members: [memberOf("eve")] as const, enqueuedAt: NOW, returned: 0 };
  const held = { request, team: 1, ticket };
  board.hold(held, NOW + 3000);
  assert.equal(board.open(NOW)[0]?.teams[1]?.open, 1);
  assert.deepEqual(
    board.open(NOW)[0]?.teams[1]?.members.map(({ playerId }) => playerId),
    ["eve"],
  );
  board.release(held);
  assert.equal(board.open(NOW)[0]?.teams[1]?.open, 2);
  board.hold(held, NOW + 3000);
  assert.equal(board.open(NOW + 3001)[0]?.teams[1]?.open, 2, "a hold ends with its ready check");
});

test("who left a match is kept out of it, and out of no other", async () => {
  const board = new BackfillBoard();
  await board.note(call(), NOW, standings);
  const { pair } = board.keepFormerOut();
  const solo = (playerId: string) => ({
    ticketId: playerId,
    members: [memberOf(playerId)] as const,
    enqueuedAt: NOW,
    returned: 0,
  });
  const [there, gone, other] = [solo("ada"), solo("gone"), solo("eve")];
  assert.deepEqual(
    [pair?.(there, gone, 0), pair?.(gone, there, 0), pair?.(there, other, 0)],
    [false, false, true],
  );
  assert.equal(pair?.(solo("elsewhere"), gone, 0), true);
});

test("a board of a thousand matches lets the most silent one go", async () => {
  const board = new BackfillBoard();
  for (let index = 0; index < 1001; index += 1)
    await board.note(call({ roomId: `room-${index}` }), NOW, standings);
  const open = board.open(NOW);
  assert.equal(open.length, 100, "a pass looks at a hundred");
  assert.equal(open[0]?.roomId, "room-1");
});

test("a request keeps flat, bounded values, and drops what it does not know", () => {
  assert.deepEqual(readRequest({ queue: "duel", role: "admin" }), {
    queue: "duel",
    latencies: {},
    input: "keyboard",
    build: "",
    attributes: {},
  });
  for (const wrong of [
    undefined,
    null,
    7,
    [],
    { queue: "" },
    { queue: "x".repeat(65) },
    { queue: "d", input: {} },
  ])
    assert.equal(readRequest(wrong), undefined);
});

test("bots take the places that people do not, on the team where they are missing", () => {
  const sheet = new TeamSheet([2, 2]);
  const fighters = new Map([
    ["ada", { team: 0, bot: false }],
    ["bob", { team: 0, bot: false }],
    ["bot", { team: 1, bot: true }],
  ]);
  assert.deepEqual(sheet.open(fighters), [0, 2]);
  assert.equal(sheet.neediest(fighters), 1);
  assert.equal(sheet.shortTeam(fighters), 1);
  fighters.set("bot-2", { team: 1, bot: true });
  assert.deepEqual([sheet.shortTeam(fighters), sheet.crowdedTeam(fighters)], [undefined, undefined]);
  fighters.set("eve", { team: 1, bot: false });
  assert.equal(sheet.crowdedTeam(fighters), 1);
});
