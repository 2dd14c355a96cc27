/**
 * Wrong frames against running rooms: `npm run fuzz -- [--frames 10000000] [--seed 1] [--json]`. Does the process live, does
 * a frame hold the event loop up for more than 50 ms, does the heap stay, and what do the others in the room notice?
 *
 * 1. Inside: `--frames` frames (10 million) are handed to a match, a lobby, a party and a queue in their own process.
 * 2. Surfaces: recordings, lanes' datagrams and signals, and HTTP bodies; `--surfaces` rounds (2,000).
 * 3. Sockets: `--sockets` frames (100,000) or more at a server with the limits that it ships with, from hostile clients
 *    that come back when they are closed. None of them, one and twenty take turns, and the server notes how late the
 *    match's patches are.
 *
 * The same seed sends the same frames. `--only N` runs the frame with that index alone, and prints it. What was found stands
 * on standard error with seed, index and bytes; the last line of standard output is one JSON object. Exits 1 for a finding.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Room } from "@colyseus/sdk";
import { SkirmishRoom } from "../rooms/skirmish/skirmish-room.ts";
import { inputWireOf } from "../src/transport/colyseus-internals.ts";
import { isWellFormedFrame } from "../src/transport/frame-guard.ts";
import { FrameSource } from "./fuzz/frames.ts";
import { type Honest, hostileCrowd, joinHonest, newPlayer } from "./fuzz/hostile-crowd.ts";
import type { Done, FuzzNews, FuzzOrder, Kind, PaceOrder } from "./fuzz/server.ts";
import { fuzzSurfaces } from "./fuzz/surfaces.ts";

const MOST_BUSY_MS = 50;
const MOST_HEAP_GROWTH_MEGABYTES = 64;
const MOST_LATENESS_RATIO = 1.2;
/** Below this a ratio says nothing: timers are no finer. */
const LATENESS_GRAIN_MS = 1;
/** Nothing was heard of the server for so long: it hangs. */
const SILENCE_MS = 20_000;
const PHASE_MS = 5000;
const LEAST_ROUNDS = 6;
const MOST_ROUNDS = 24;
const INSIDE: Record<Kind, number> = { skirmish: 8, lobby: 6, party: 5, queue: 5 };
/** A round over sockets, by who is hostile. The aim is about one. */
const PHASES = [
  ["none", undefined],
  ["one", { skirmish: 1, lobby: 0, party: 0, queue: 0 }],
  ["twenty", { skirmish: 11, lobby: 3, party: 3, queue: 3 }],
] as const;
type Phase = (typeof PHASES)[number][0];

interface Server {
  url: string;
  child: ChildProcess;
  /** Resolves with the exit code. */
  ended: Promise<unknown>;
  found: string[];
}

async function main(): Promise<number> {
  const option = (name: string, standard: number): number => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? standard : Number(process.argv[at + 1]);
  };
  const seed = option("seed", 1);
  const frames = option("frames", 10_000_000);
  const only = process.argv.includes("--only") ? option("only", 0) : undefined;
  // The SDK tells of every message that came before somebody listened.
  console.warn = () => undefined;
  const found: string[] = [];
  const inside = await withServer(["open"], found, (server) => runInside(server, seed, frames, only));
  const rounds = only === undefined ? option("surfaces", 2000) : 0;
  const surfaces =
    rounds > 0
      ? await withServer(["open"], found, async ({ url }) =>
          fuzzSurfaces(url, (await newPlayer(url)).auth.token ?? "", seed, rounds),
        )
      : undefined;
  found.push(...(surfaces?.found.slice(0, 20) ?? []));
  const most = only === undefined ? option("sockets", 100_000) : 0;
  const sockets =
    most > 0 ? await withServer([], found, (server) => runSockets(server, seed, most)) : undefined;
  if (inside) {
    const { index, hex } = inside.slowest;
    if (inside.longestBusyMs > MOST_BUSY_MS)
      found.push(`the loop was busy for ${inside.longestBusyMs} ms; the slowest frame, ${index}: ${hex}`);
    if (inside.heapGrowthMegabytes > MOST_HEAP_GROWTH_MEGABYTES)
      found.push(`the heap grew by ${inside.heapGrowthMegabytes} MB`);
  }
  if (sockets && sockets.loop.longestBusyMs > MOST_BUSY_MS)
    found.push(`over sockets the loop was busy for ${sockets.loop.longestBusyMs} ms`);
  if (sockets && sockets.latenessMs.one > sockets.latenessMs.none * MOST_LATENESS_RATIO + LATENESS_GRAIN_MS)
    found.push(
      `others' patches are late by ${sockets.latenessMs.one} ms instead of ${sockets.latenessMs.none} ms`,
    );
  for (const line of found) console.error(`FOUND (seed ${seed}): ${line}`);
  console.log(JSON.stringify({ seed, alive: inside !== undefined, inside, surfaces, sockets, found }));
  return found.length === 0 ? 0 : 1;
}

/** @returns undefined when the server did not live to the end; `found` says so. */
async function withServer<T>(
  args: string[],
  found: string[],
  run: (server: Server) => Promise<T>,
): Promise<T | undefined> {
  const child = fork(new URL("./fuzz/server.ts", import.meta.url).pathname, args, {
    execArgv: ["--expose-gc"],
  });
  const ended = once(child, "exit");
  const doing = { index: -1, heardAt: performance.now(), over: false };
  const died: Promise<never> = ended.then(([code]) => {
    throw new Error(`the server ended with ${code}; its slice began with frame ${doing.index}`);
  });
  child.on("message", (message: FuzzNews) => {
    doing.heardAt = performance.now();
    if (message.kind === "progress") doing.index = message.index;
    if (message.kind === "broken" && found.length < 20)
      found.push(`at frame ${doing.index}: ${message.error}`);
  });
  const watchdog = setInterval(() => {
    if (doing.index < 0 || doing.over || performance.now() - doing.heardAt < SILENCE_MS) return;
    found.push(`the server hangs; its slice began with frame ${doing.index}`);
    child.kill("SIGKILL");
  }, 1000);
  try {
    const { port } = (await Promise.race([news(child, "ready"), died])) as { port: number };
    const server: Server = { url: `http://127.0.0.1:${port}`, child, ended, found };
    const ran = run(server).finally(() => {
      doing.over = true;
    });
    return await Promise.race([ran, died]);
  } catch (error) {
    found.push((error as Error).message);
    return undefined;
  } finally {
    clearInterval(watchdog);
    died.catch(() => undefined);
    if (child.connected) child.disconnect();
    if (child.exitCode === null && child.signalCode === null) await ended;
  }
}

function news<K extends FuzzNews["kind"]>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FuzzNews, { kind: K }>> {
  return new Promise((resolve) => {
    child.on("message", (message: FuzzNews) => {
      if (message.kind === kind) resolve(message as Extract<FuzzNews, { kind: K }>);
    });
  });
}

async function runInside(
  { url, child, found }: Server,
  seed: number,
  frames: number,
  only: number | undefined,
): Promise<Done & { closes: Record<number, number> }> {
  const honest = await joinHonest(url);
  const crowd = await hostileCrowd(url, honest, INSIDE);
  let toldAt = performance.now();
  child.on("message", (message: FuzzNews) => {
    if (message.kind !== "progress" || performance.now() - toldAt < 5000) return;
    toldAt = performance.now();
    console.error(`${message.index} of ${frames} frames`);
  });
  if (only !== undefined) console.error(new FrameSource(seed).at(only).toString("hex"));
  const rooms = Object.fromEntries(
    Object.entries(honest).map(([kind, { roomId, sessionId }]) => [kind, { roomId, honest: sessionId }]),
  ) as FuzzOrder["rooms"];
  const done = news(child, "done");
  child.send({ seed, frames, rooms, ...(only === undefined ? {} : { only }) } satisfies FuzzOrder);
  const report = await done;
  await crowd.end();
  console.error(
    `${report.frames} frames, ${report.wellFormed} well-formed; longest gap ${report.longestGapMs} ms, of it busy at most ${report.longestBusyMs} ms`,
  );
  await checkHonest(honest, url, found);
  return { ...report, closes: crowd.closes };
}

async function checkHonest(honest: Honest, url: string, found: string[]): Promise<void> {
  for (const [kind, room] of Object.entries(honest)) {
    if (!room.connection.isOpen) found.push(`the honest client's connection to the ${kind} ended`);
    void room.leave().catch(() => undefined);
  }
  if (!(await fetch(`${url}/health/live`)).ok) found.push("the server says that it is not alive");
}

interface SocketReport {
  frames: number;
  closes: Record<number, number>;
  /** 99th percentile of how much later than usual a patch of the match is. */
  latenessMs: Record<Phase, number>;
  patches: Record<Phase, number>;
  loop: { longestGapMs: number; longestBusyMs: number };
}

async function runSockets({ url, child, found }: Server, seed: number, most: number): Promise<SocketReport> {
  const honest = await joinHonest(url);
  const source = new FrameSource(seed + 1);
  const wire = inputWireOf(new SkirmishRoom());
  const closes: Record<number, number> = {};
  const sent = { frames: 0 };
  // The same in every round: how often a player may come back is limited.
  const players = await Promise.all(Array.from({ length: 20 }, () => newPlayer(url)));
  // In turn: what the guard lets through, at a pace that is allowed for a while, and anything, at once.
  const play = async (room: Room, times: number): Promise<void> => {
    const patient = times % 2 === 0;
    while (room.connection.isOpen) {
      for (let count = patient ? 4 : 1000; count > 0 && room.connection.isOpen; ) {
        const frame = source.next();
        if (patient && !isWellFormedFrame(frame, wire)) continue;
        room.connection.send(frame);
        sent.frames += 1;
        count -= 1;
      }
      await sleep(patient ? 33 : 5);
    }
  };
  const order = (message: PaceOrder): void => void child.send(message);
  for (let round = 0; round < MOST_ROUNDS && (sent.frames < most || round < LEAST_ROUNDS); round += 1) {
    for (const [phase, seats] of PHASES) {
      const crowd = seats && (await hostileCrowd(url, honest, seats, play, players));
      order({ phase });
      await sleep(PHASE_MS);
      order({ phase: null });
      await crowd?.end();
      for (const [code, count] of Object.entries(crowd?.closes ?? {}))
        closes[Number(code)] = (closes[Number(code)] ?? 0) + count;
    }
    console.error(`over sockets ${sent.frames} of ${most} frames`);
  }
  const answer = news(child, "paces");
  order({ paces: true });
  const { intervals, loop } = await answer;
  await checkHonest(honest, url, found);
  const usual = percentile(intervals["none"] ?? [], 0.5);
  const byPhase = (figure: (intervals: number[]) => number): Record<Phase, number> => ({
    none: figure(intervals["none"] ?? []),
    one: figure(intervals["one"] ?? []),
    twenty: figure(intervals["twenty"] ?? []),
  });
  const latenessMs = byPhase((all) => {
    const late = all.map((interval) => Math.max(0, interval - usual));
    return Math.round(percentile(late, 0.99) * 100) / 100;
  });
  const patches = byPhase((all) => all.length);
  console.error(`over sockets patches late at p99, in ms: ${JSON.stringify(latenessMs)}`);
  return { frames: sent.frames, closes, latenessMs, patches, loop };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
