/**
 * Many real clients through lobby, party, queue and ready check into matches, while some of them decline and some lose
 * their connection. Asks whether everybody got an answer, whether a party was ever split, and whether a seat or a room
 * stays behind. The server is a process of its own.
 *
 * Options: `--clients` (default 200), `--decline` and `--drop` in percent (default 10 each), `--seed` (default 1).
 * A client that declines, misses a check or loses its party because of another comes again until it has played, so
 * that each of them has to end in a match.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "../../rooms/skirmish/shared/random.ts";
import type { Experiment } from "../run.ts";
import { startServerProcess } from "../server-process.ts";
import { type Behaviour, FlowClient, type Played } from "./queue-flow/flow-client.ts";

const GIVE_UP_SECONDS = 240;
/** Rooms and reserved seats are gone by then, once nobody is connected. */
const SETTLE_SECONDS = 40;

export interface QueueFlowReport {
  clients: number;
  parties: number;
  declined: number;
  dropped: number;
  /** Clients that ended in a match. */
  played: number;
  /** Clients that never heard what becomes of them. */
  unanswered: number;
  /** Matches in which members of one party were apart: in different rooms or teams. */
  partiesSplit: number;
  matches: number;
  /** Players whom a room held beyond what its match was made for. */
  overfull: number;
  /** Rooms that were still there after everybody had left, and places taken in them. */
  roomsLeft: number;
  seatsLeaked: number;
  /** Ready checks, and those that failed because somebody did not accept. */
  checks: number;
  checksFailed: number;
  /** From the first entering of the queue to the match, seconds. */
  waitP50Seconds: number;
  waitP95Seconds: number;
  refusals: Record<string, number>;
}

const queueFlow: Experiment = {
  about: "200 clients with parties through lobby, queue, ready check and match; some decline, some drop",
  async run(options, progress) {
    const number = (name: string, fallback: number): number => Number(options[name] ?? fallback);
    const dataDir = mkdtempSync(join(tmpdir(), "queue-flow-"));
    const server = await startServerProcess({ dataDir, config: "loadtest/labs/queue-flow/config.ts" });
    try {
      const flow = {
        clients: number("clients", 200),
        decline: number("decline", 10) / 100,
        drop: number("drop", 10) / 100,
        seed: number("seed", 1),
      };
      return await runFlow(server.url, flow, progress);
    } finally {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

export default queueFlow;

interface FlowOptions {
  clients: number;
  decline: number;
  drop: number;
  seed: number;
}

async function runFlow(
  url: string,
  options: FlowOptions,
  progress: (line: string) => void,
): Promise<QueueFlowReport> {
  const random = createRandom(options.seed);
  const groups = drawGroups(options, random);
  const deadline = performance.now() + GIVE_UP_SECONDS * 1000;
  const timer = setInterval(() => {
    const clients = groups.flat();
    progress(`${clients.filter(({ played }) => played).length} of ${clients.length} have played`);
  }, 3000);
  for (const group of groups) for (const client of group) await client.signIn(url);
  await Promise.all(groups.map((group, index) => playGroup(group, deadline, index * 25)));
  clearInterval(timer);
  const clients = groups.flat();
  await Promise.all(clients.map((client) => client.goodbye()));
  const left = await roomsLeft(url);
  const played = clients.flatMap((client) => client.played ?? []);
  const waits = played.map(({ waitedSeconds }) => waitedSeconds).sort((a, b) => a - b);
  const refusals: Record<string, number> = {};
  for (const code of clients.flatMap((client) => client.refusals)) refusals[code] = (refusals[code] ?? 0) + 1;
  return {
    clients: clients.length,
    parties: groups.filter((group) => group.length > 1).length,
    declined: clients.filter(({ behaviour }) => behaviour === "declines").length,
    dropped: clients.filter(({ behaviour }) => behaviour === "drops").length,
    played: played.length,
    unanswered: clients.filter((client) => !client.played).length,
    partiesSplit: groups.filter(isSplit).length,
    matches: new Set(played.map(({ roomId }) => roomId)).size,
    overfull: overfull(played),
    ...left,
    checks: new Set(clients.flatMap((client) => [...client.checks])).size,
    checksFailed: new Set(clients.flatMap((client) => [...client.failedChecks])).size,
    waitP50Seconds: waits[Math.floor(waits.length * 0.5)] ?? 0,
    waitP95Seconds: waits[Math.floor(waits.length * 0.95)] ?? 0,
    refusals,
  };
}

/** Parties of one to three until all clients are in one. */
function drawGroups({ clients, decline, drop }: FlowOptions, random: Random): FlowClient[][] {
  const groups: FlowClient[][] = [];
  let left = clients;
  while (left > 0) {
    const draw = random.next();
    const size = Math.min(left, draw < 0.6 ? 1 : draw < 0.85 ? 2 : 3);
    const group = Array.from({ length: size }, () => {
      const fate = random.next();
      const behaviour: Behaviour = fate < decline ? "declines" : fate < decline + drop ? "drops" : "plays";
      return new FlowClient(behaviour, Math.floor(random.next() * 400));
    });
    groups.push(group);
    left -= size;
  }
  return groups;
}

/** Again and again until all of the group have played. */
async function playGroup(group: readonly FlowClient[], deadline: number, delayMs: number): Promise<void> {
  await sleep(delayMs);
  while (performance.now() < deadline && group.some((client) => !client.played)) {
    const [leader, ...others] = group.filter((client) => !client.played);
    if (!leader) return;
    if (others.length === 0) await leader.queueAlone(deadline);
    else await leader.queueWith(others, deadline);
  }
}

function isSplit(group: readonly FlowClient[]): boolean {
  const together = new Map<string, Set<string>>();
  for (const { played } of group) {
    if (!played?.ticketId) continue;
    const places = together.get(played.ticketId) ?? new Set();
    together.set(played.ticketId, places.add(`${played.roomId}/${played.team}`));
  }
  return [...together.values()].some((places) => places.size > 1);
}

function overfull(played: readonly Played[]): number {
  let extra = 0;
  for (const players of Map.groupBy(played, ({ roomId }) => roomId).values())
    for (const team of Map.groupBy(players, (player) => player.team).values())
      extra += Math.max(0, team.length - 3);
  return extra;
}

/** As the monitor shows them: whoever is connected counts, and so does a seat that waits for somebody. */
async function roomsLeft(url: string): Promise<{ roomsLeft: number; seatsLeaked: number }> {
  const deadline = performance.now() + SETTLE_SECONDS * 1000;
  for (;;) {
    const response = await fetch(`${url}/monitor/api`);
    const { rooms } = (await response.json()) as { rooms: { name: string; clients: number }[] };
    // A queue room stays for a while: it knows how long one waits.
    const left = rooms.filter(({ name, clients }) => name !== "queue" || clients > 0);
    if (left.length === 0 || performance.now() > deadline)
      return { roomsLeft: left.length, seatsLeaked: left.reduce((sum, { clients }) => sum + clients, 0) };
    await sleep(500);
  }
}
