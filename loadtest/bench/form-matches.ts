/**
 * One pass over a queue: how long it takes with 1,000, 10,000 and 100,000 tickets waiting, how that grows, how many it
 * matches and how even the matches are. One against one, and five against five with parties of one to four; in each
 * case also the two bad ones: nobody may meet anybody, and everybody may meet but no match passes. Beside it, in turn
 * and in the same process, Colyseus' own `QueueRoom` groups as many clients, each alone: its class without timers and
 * without a network. It looks at ranks only and leaves teams to the room; ours asks every ready-made filter and
 * preference.
 *
 * Tickets are seeded; each pass gets fresh objects, as a queue room makes them, so that nothing is remembered.
 * Options: `--tickets` (default 1000,10000,100000), `--passes` of each (7), `--cases` (all).
 */
import { type Client, QueueRoom } from "@colyseus/core";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import {
  avoidBlocked,
  avoidRecentOpponents,
  commonRegion,
  matchFilter,
  pairFilter,
  partySizes,
  ratingDistance,
  sameAttribute,
  sameBuild,
  sameInput,
  trustApart,
  until,
  winChance,
} from "../../src/matchmaking/filters.ts";
import { formMatches } from "../../src/matchmaking/form-matches.ts";
import {
  closeMatch,
  closeRatings,
  evenParties,
  freshOpponents,
  lowLatency,
} from "../../src/matchmaking/preferences.ts";
import type { Filter, FormingPass, QueueRules } from "../../src/matchmaking/queue-rules.ts";
import type { Ticket, TicketMember } from "../../src/matchmaking/ticket.ts";
import { median } from "../median.ts";
import type { Experiment } from "../run.ts";

const SEED = 20_261_123;
const NOW = 1_800_000_000_000;
const LONGEST_WAIT_MS = 60_000;
const REGIONS = ["asia", "europe", "north-america", "oceania", "south-america"];

interface Case {
  readonly about: string;
  readonly teams: readonly number[];
  /** Shares of parties of 1, 2, 3 … members; their sum 1. */
  readonly parties: readonly number[];
  readonly filters: readonly Filter[];
}

const SOLO = [1];
const PARTIES = [0.6, 0.25, 0.1, 0.05];

/** Everything that is ready-made. */
const FILTERS = [
  sameBuild(),
  trustApart(),
  sameAttribute("mode"),
  avoidBlocked(),
  until(45, sameInput()),
  until(20, avoidRecentOpponents()),
  ratingDistance([
    [0, 4],
    [30, 8],
    [90, 25],
  ]),
  commonRegion([
    [0, 90],
    [30, 150],
    [90, 300],
  ]),
  winChance([
    [0, 0.1],
    [30, 0.2],
    [90, 0.4],
  ]),
  partySizes([
    [0, 1],
    [30, 4],
  ]),
];
const NOBODY_MEETS = [...FILTERS, pairFilter("nobody", () => false)];
const NO_MATCH_PASSES = [...FILTERS, matchFilter("none", () => false)];

const CASES: Readonly<Record<string, Case>> = {
  "1v1": { about: "one against one", teams: [1, 1], parties: SOLO, filters: FILTERS },
  "5v5": { about: "five against five, parties", teams: [5, 5], parties: PARTIES, filters: FILTERS },
  "1v1-nobody": { about: "nobody may meet", teams: [1, 1], parties: SOLO, filters: NOBODY_MEETS },
  "5v5-nobody": { about: "nobody may meet", teams: [5, 5], parties: PARTIES, filters: NOBODY_MEETS },
  "1v1-none": { about: "no match passes", teams: [1, 1], parties: SOLO, filters: NO_MATCH_PASSES },
  "5v5-none": { about: "no match passes", teams: [5, 5], parties: PARTIES, filters: NO_MATCH_PASSES },
};

function rulesOf({ teams, filters, parties }: Case): QueueRules {
  return {
    teams,
    largestParty: parties.length,
    filters,
    preferences: [closeMatch(), closeRatings(), lowLatency(), evenParties(), freshOpponents()],
    mostWaitSeconds: 120,
    leastPlayers: teams.reduce((sum, size) => sum + size, 0),
  };
}

function makeTickets(count: number, parties: readonly number[]): Ticket[] {
  const random = createRandom(SEED);
  return Array.from({ length: count }, (_, index): Ticket => {
    const home = random.below(REGIONS.length);
    const mu = 25 + 6 * bell(random);
    const build = random.next() < 0.02 ? "1.4.1" : "1.4.0";
    const mode = random.next() < 0.3 ? "capture" : "skirmish";
    const size = sizeOf(random, parties);
    const member = (place: number): TicketMember => ({
      playerId: `player-${index}-${place}`,
      skill: { mu: mu + (place === 0 ? 0 : 3 * bell(random)), sigma: 1.5 + 5 * random.next() ** 2 },
      latencies: Object.fromEntries(
        REGIONS.map((name, region) => [name, 20 + random.below(50) + 70 * Math.abs(region - home)]),
      ),
      build,
      trustTier: random.next() < 0.03 ? 1 : 0,
      input: random.next() < 0.2 ? "touch" : "keyboard",
      blocks: new Set(random.next() < 0.02 ? [`player-${random.below(count)}-0`] : []),
      recentOpponents: Array.from({ length: 5 }, () => `player-${random.below(count)}-0`),
      attributes: { mode },
    });
    const others = Array.from({ length: size - 1 }, (_unused, place) => member(place + 1));
    return {
      ticketId: `ticket-${(Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16)}-${index}`,
      members: [member(0), ...others],
      enqueuedAt: NOW - random.below(LONGEST_WAIT_MS),
      returned: random.next() < 0.05 ? 1 : 0,
    };
  });
}

function sizeOf(random: Random, shares: readonly number[]): number {
  let left = random.next();
  const index = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return index === -1 ? 1 : index + 1;
}

/** Standard normal, after Box and Muller. */
function bell(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

class QueueRoomWithoutNetwork extends QueueRoom {
  matches = 0;

  constructor(maxPlayers: number) {
    super();
    this.maxPlayers = maxPlayers;
  }

  override processGroupsReady(): void {
    this.matches = this.groups.filter(({ ready }) => ready).length;
  }
}

interface Turn {
  readonly milliseconds: number;
  readonly pass: FormingPass;
}

function timePass(rules: QueueRules, tickets: readonly Ticket[], seed: number): Turn {
  const fresh = tickets.map((ticket) => ({ ...ticket }));
  const startedAt = performance.now();
  const pass = formMatches(rules, fresh, { now: NOW, seed });
  return { milliseconds: performance.now() - startedAt, pass };
}

/** As many clients as tickets, each alone. */
function timeQueueRoom(tickets: readonly Ticket[], players: number): { milliseconds: number; share: number } {
  const room = new QueueRoomWithoutNetwork(players);
  for (const { ticketId, members } of tickets) {
    const client = { sessionId: ticketId, send: () => undefined } as unknown as Client;
    room.clients.push(client);
    room.onJoin(client as never, { rank: members[0].skill.mu });
  }
  const startedAt = performance.now();
  room.reassignMatchGroups();
  const milliseconds = performance.now() - startedAt;
  return { milliseconds, share: (room.matches * players) / tickets.length };
}

interface Figures {
  readonly tickets: number;
  readonly passMilliseconds: number;
  readonly slowestMilliseconds: number;
  readonly matches: number;
  readonly shareMatched: number;
  /** Mean over the matches of the largest distance from an even chance; null without matches. */
  readonly fromEven: number | null;
  readonly queueRoomMilliseconds: number;
  readonly queueRoomShareMatched: number;
  readonly timesQueueRoom: number;
}

function measure(which: Case, count: number, passes: number): Figures {
  const rules = rulesOf(which);
  const players = rules.leastPlayers;
  const tickets = makeTickets(count, which.parties);
  const ours: Turn[] = [];
  const theirs: { milliseconds: number; share: number }[] = [];
  // The first warms the compiler up.
  for (let turn = -1; turn < passes; turn += 1) {
    const our = timePass(rules, tickets, turn);
    const their = timeQueueRoom(tickets, players);
    if (turn < 0) continue;
    ours.push(our);
    theirs.push(their);
  }
  const { matches, waiting } = (ours[0] as Turn).pass;
  if (matches.flatMap(({ teams }) => teams.flat()).length + waiting.length !== count)
    throw new Error("a ticket was lost or served twice");
  const passTimes = ours.map(({ milliseconds }) => milliseconds);
  const passMilliseconds = median(passTimes);
  const queueRoomMilliseconds = median(theirs.map(({ milliseconds }) => milliseconds));
  const fromEven = matches.map(({ winChances }) =>
    Math.max(...winChances.map((chance) => Math.abs(chance - 1 / winChances.length))),
  );
  return {
    tickets: count,
    passMilliseconds: rounded(passMilliseconds, 2),
    slowestMilliseconds: rounded(Math.max(...passTimes), 2),
    matches: matches.length,
    shareMatched: rounded(1 - waiting.length / count, 4),
    fromEven:
      matches.length === 0
        ? null
        : rounded(fromEven.reduce((sum, distance) => sum + distance, 0) / matches.length, 4),
    queueRoomMilliseconds: rounded(queueRoomMilliseconds, 2),
    queueRoomShareMatched: rounded(theirs[0]?.share ?? 0, 4),
    timesQueueRoom: rounded(passMilliseconds / queueRoomMilliseconds, 2),
  };
}

/** Slope of the straight line through the logarithms: 1 is linear, 2 quadratic. Null with one point. */
function growthExponent(points: readonly (readonly [count: number, milliseconds: number])[]): number | null {
  if (points.length < 2) return null;
  const logs = points.map(([count, milliseconds]) => [Math.log(count), Math.log(milliseconds)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return rounded(covariance / variance, 3);
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const experiment: Experiment = {
  about: "One pass of matchmaking over 1,000 to 100,000 tickets, beside the grouping of Colyseus' QueueRoom.",
  async run({ tickets = "1000,10000,100000", passes = "7", cases = Object.keys(CASES).join() }, progress) {
    const counts = tickets.split(",").map(Number);
    const results: Record<string, object> = {};
    for (const name of cases.split(",")) {
      const which = CASES[name];
      if (!which) throw new Error(`no case ${name}; known: ${Object.keys(CASES).join(", ")}`);
      progress(`${name}: ${which.about}`);
      const sizes = counts.map((count) => {
        const figures = measure(which, count, Number(passes));
        progress(
          `  ${count} tickets: ${figures.passMilliseconds} ms, ${(figures.shareMatched * 100).toFixed(1)} % matched, ` +
            `${figures.fromEven ?? "-"} from even; QueueRoom ${figures.queueRoomMilliseconds} ms, ` +
            `${figures.timesQueueRoom} times as long`,
        );
        return figures;
      });
      const exponentOf = (of: (figures: Figures) => number): number | null =>
        growthExponent(sizes.map((figures) => [figures.tickets, of(figures)]));
      const growth = exponentOf(({ passMilliseconds }) => passMilliseconds);
      progress(`  grows with the tickets to the power of ${growth}`);
      results[name] = {
        about: which.about,
        growthExponent: growth,
        queueRoomGrowthExponent: exponentOf(({ queueRoomMilliseconds }) => queueRoomMilliseconds),
        sizes,
      };
    }
    return { passes: Number(passes), cases: results };
  },
};
export default experiment;
