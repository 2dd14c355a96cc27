/** Replacements for running matches, and the running room that suits best. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type BackfillOptions,
  type BackfillRequest,
  pickForBackfill,
} from "../../src/matchmaking/backfill.ts";
import { chooseRoom, type RunningRoom } from "../../src/matchmaking/choose-room.ts";
import { avoidBlocked, pairFilter, ratingDistance, trustApart } from "../../src/matchmaking/filters.ts";
import { closeRatings, lowLatency } from "../../src/matchmaking/preferences.ts";
import type { Filter, QueueRules } from "../../src/matchmaking/queue-rules.ts";
import type { Ticket, TicketMember } from "../../src/matchmaking/ticket.ts";

const NOW = 1_800_000_000_000;

function member(playerId: string, mu = 25, rest: Partial<TicketMember> = {}): TicketMember {
  return {
    playerId,
    skill: { mu, sigma: 4 },
    latencies: {},
    build: "1",
    trustTier: 0,
    input: "keyboard",
    blocks: new Set(),
    recentOpponents: [],
    attributes: {},
    ...rest,
  };
}

function party(
  ticketId: string,
  mus: readonly number[],
  waited = 0,
  rest: Partial<TicketMember> = {},
): Ticket {
  const [first, ...others] = mus.map((mu, at) => member(`${ticketId}.${at}`, mu, rest));
  assert.ok(first);
  return { ticketId, members: [first, ...others], enqueuedAt: NOW - waited * 1000, returned: 0 };
}

const team = (open: number, mus: readonly number[], rest: Partial<TicketMember> = {}) => ({
  open,
  members: mus.map((mu, at) => member(`there${mu}.${at}`, mu, rest)),
});

function request(requestId: string, teams: BackfillRequest["teams"], rest: Partial<BackfillRequest> = {}) {
  const score = teams.map(() => 10);
  return {
    requestId,
    roomId: requestId,
    requestedAt: NOW,
    score,
    secondsLeft: 100,
    lengthSeconds: 180,
    teams,
    ...rest,
  };
}

const rulesOf = (filters: readonly Filter[] = []): QueueRules => ({
  teams: [3, 3],
  largestParty: 3,
  filters,
  preferences: [],
  mostWaitSeconds: 120,
  leastPlayers: 6,
});

function placesOf(
  requests: readonly BackfillRequest[],
  tickets: readonly Ticket[],
  { filters = [], ...options }: { filters?: readonly Filter[] } & Partial<BackfillOptions> = {},
): string[] {
  const { placed, waiting } = pickForBackfill(rulesOf(filters), requests, tickets, { now: NOW, ...options });
  assert.equal(placed.length + waiting.length, tickets.length);
  return placed.map(
    ({ request: { requestId }, team: at, ticket }) => `${ticket.ticketId} ${requestId} ${at}`,
  );
}

test("the gap is filled by who brings the chances nearest to even", () => {
  const open = request("r", [team(1, [30, 30]), team(0, [25, 25, 25])]);
  const tickets = [party("strong", [40], 9), party("weak", [15], 5), party("usual", [25], 7)];
  assert.deepEqual(placesOf([open], tickets), ["weak r 0"]);
});

test("of those who are about equally good who has waited longest goes", () => {
  const open = request("r", [team(1, [25, 25]), team(0, [25, 25, 25])]);
  const tickets = [party("new", [25]), party("long", [25.5], 20), party("mid", [25], 10)];
  assert.deepEqual(placesOf([open], tickets), ["long r 0"]);
});

test("who has waited too long goes first", () => {
  const open = request("r", [team(1, [25, 25]), team(0, [25, 25, 25])]);
  const tickets = [party("new", [25]), party("late", [35], 120)];
  assert.deepEqual(placesOf([open], tickets), ["late r 0"]);
});

test("the smaller team is filled first, then the chances decide the team", () => {
  const numbers = request("r", [team(2, [30]), team(1, [40, 40])]);
  assert.deepEqual(placesOf([numbers], [party("weak", [20])]), ["weak r 0"], "though team 1 is too strong");
  const chances = request("r", [team(1, [25, 30]), team(1, [25, 20])]);
  assert.deepEqual(placesOf([chances], [party("strong", [35])]), ["strong r 1"]);
  assert.deepEqual(placesOf([chances], [party("weak", [15])]), ["weak r 0"]);
});

test("a party goes in whole, on one team", () => {
  const split = request("r", [team(1, [25, 25]), team(1, [25, 25])]);
  assert.deepEqual(placesOf([split], [party("duo", [25, 25])]), []);
  const whole = request("r", [team(2, [25]), team(1, [25, 25])]);
  assert.deepEqual(placesOf([whole], [party("duo", [25, 25])]), ["duo r 0"]);
});

test("nobody meets whom a filter keeps away, also not through who has just been placed", () => {
  const open = request("r", [team(1, [25, 25]), team(1, [25, 25])]);
  const hostile = party("a", [25], 5, { blocks: new Set(["there25.1"]) });
  assert.deepEqual(placesOf([open], [hostile], { filters: [avoidBlocked()] }), []);
  const enemies = [
    party("a", [25], 5, { blocks: new Set(["b.0"]) }),
    party("b", [25], 4),
    party("c", [25], 3),
  ];
  assert.deepEqual(placesOf([open], enemies, { filters: [avoidBlocked()] }), ["a r 0", "c r 1"]);
  assert.deepEqual(
    placesOf([open], [party("a", [25], 0, { trustTier: 1 })], { filters: [trustApart()] }),
    [],
  );
});

test("soft filters end for who has waited too long, hard ones do not", () => {
  const open = request("r", [team(1, [25]), team(0, [25, 25])]);
  const far = (waited: number) => [party("far", [40], waited)];
  const filters = [ratingDistance(5)];
  assert.deepEqual(placesOf([open], far(119), { filters }), []);
  assert.deepEqual(placesOf([open], far(120), { filters }), ["far r 0"]);
  const never = [{ ...pairFilter("never", () => false), hard: true }];
  assert.deepEqual(placesOf([open], far(120), { filters: never }), []);
});

test("nobody is put into a match that is nearly over, or on a team that is as good as lost", () => {
  const teams = [team(1, [25, 25]), team(1, [25, 25])];
  const own = [party("a", [25])];
  assert.deepEqual(placesOf([request("r", teams, { secondsLeft: 59 })], own), []);
  assert.deepEqual(placesOf([request("r", teams, { secondsLeft: 60 })], own), ["a r 0"]);
  assert.deepEqual(placesOf([request("r", teams, { secondsLeft: 59 })], own, { leastTimeLeft: 0.2 }), [
    "a r 0",
  ]);
  assert.deepEqual(placesOf([request("r", teams, { score: [4, 20] })], own), ["a r 1"]);
  assert.deepEqual(placesOf([request("r", teams, { score: [5, 20] })], own), ["a r 0"]);
  assert.deepEqual(placesOf([request("r", teams, { score: [0, 7] })], own), ["a r 0"], "too early to tell");
  assert.deepEqual(placesOf([request("r", teams, { score: [0, 7] })], own, { tellingScore: 5 }), ["a r 1"]);
  const lost = [team(1, [25, 25]), team(0, [25, 25, 25])];
  assert.deepEqual(placesOf([request("r", lost, { score: [0, 20] })], own), []);
});

test("the match that has asked longest is served first, and nobody is placed twice", () => {
  const open = (id: string, requestedAt: number) =>
    request(id, [team(1, [25, 25]), team(0, [25, 25, 25])], { requestedAt });
  const requests = [open("young", NOW), open("old", NOW - 5000), open("older", NOW - 9000)];
  assert.deepEqual(placesOf(requests, [party("a", [25], 2), party("b", [25], 1)]), ["a older 0", "b old 0"]);
});

test("whatever asks and waits: places are not overfilled, parties whole, each once, in any order", () => {
  const person = fc.integer({ min: 15, max: 35 });
  const tickets = fc.array(fc.tuple(fc.array(person, { minLength: 1, maxLength: 3 }), fc.nat(200)), {
    maxLength: 8,
  });
  const requests = fc.array(
    fc.array(fc.tuple(fc.nat(3), fc.array(person, { maxLength: 3 })), { minLength: 1, maxLength: 3 }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(tickets, requests, (waits, matches) => {
      const line = waits.map(([mus, waited], at) => party(`t${at}`, mus, waited));
      const open = matches.map((teams, at) =>
        request(
          `r${at}`,
          teams.map(([places, mus], index) => ({
            open: places,
            members: mus.map((mu, place) => member(`r${at}.${index}.${place}`, mu)),
          })),
        ),
      );
      const rules = rulesOf([ratingDistance(8)]);
      const pick = (asks: readonly BackfillRequest[], who: readonly Ticket[]) =>
        pickForBackfill(rules, asks, who, { now: NOW });
      const { placed, waiting } = pick(open, line);
      assert.deepEqual(
        [...placed.map(({ ticket }) => ticket.ticketId), ...waiting.map(({ ticketId }) => ticketId)].sort(),
        line.map(({ ticketId }) => ticketId).sort(),
      );
      for (const ask of open)
        for (const [at, { open: places }] of ask.teams.entries()) {
          const joined = placed.filter(({ request: own, team: index }) => own === ask && index === at);
          assert.ok(joined.reduce((sum, { ticket }) => sum + ticket.members.length, 0) <= places);
        }
      assert.deepEqual(pick(open.toReversed(), line.toReversed()).placed, placed);
    }),
  );
});

const room = (roomId: string, openPlaces: number, members: readonly TicketMember[]): RunningRoom => ({
  roomId,
  openPlaces,
  members,
});
const choose = (
  rooms: readonly RunningRoom[],
  ticket = party("own", [30]),
  filters: readonly Filter[] = [avoidBlocked()],
) => chooseRoom(filters, [closeRatings(), lowLatency()], ticket, rooms, NOW)?.roomId;

test("the room whose players suit best is chosen, in whatever order the rooms stand", () => {
  const rooms = [room("far", 3, [member("a", 10)]), room("near", 1, [member("b", 29), member("c", 31)])];
  assert.equal(choose(rooms), "near");
  assert.equal(choose(rooms.toReversed()), "near");
});

test("a room without a place for all of the party, or with somebody who is kept away, is not chosen", () => {
  const duo = party("duo", [30, 30]);
  assert.equal(choose([room("one", 1, [member("a", 30)]), room("two", 2, [member("b", 10)])], duo), "two");
  const hostile = room("hostile", 5, [member("a", 30), member("b", 30, { blocks: new Set(["own.0"]) })]);
  assert.equal(choose([hostile, room("far", 5, [member("c", 5)])]), "far");
  assert.equal(choose([hostile]), undefined);
  assert.equal(choose([]), undefined);
});

test("among equals the fuller room, then the first by id; an empty room is the last choice", () => {
  const full = room("z", 2, [member("a", 28), member("b", 28)]);
  const half = room("b", 3, [member("c", 28)]);
  assert.equal(choose([room("a", 4, []), half, full]), "z");
  assert.equal(choose([half, room("c", 3, [member("d", 28)])]), "b");
  assert.equal(choose([room("empty", 4, [])]), "empty");
});
