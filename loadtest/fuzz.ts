/**
 * Wrong frames against a running room: `npm run fuzz -- --frames 10000000 --seed 1 [--json]`. Does the process live, does
 * the event loop stand still for no longer than 50 ms, does the heap stay, and what do the others in the room notice? The
 * bulk is given to the room in its own process at full speed; then `--sockets` frames (default 100,000) come over real
 * sockets from connections that return when they are closed, in turn with as long a time without any, and an honest
 * client in the same room measures how late its patches are.
 *
 * `--only N` runs one frame of a seed; `--sockets 0` leaves the sockets out. Exits 1 when something was found.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Client, type Room } from "@colyseus/sdk";
import { FrameSource } from "./fuzz/frames.ts";
import type { FuzzNews } from "./fuzz/server.ts";

const HOSTILE = 8;
const MOST_GAP_MS = 50;
const MOST_LATENESS_RATIO = 1.2;
const NO_SOCKETS = { frames: 0, lateness: 0, p99With: 0, p99Without: 0 };
const PHASES = 6;
const PHASE_MS = 4000;

async function main(): Promise<number> {
  const option = (name: string, standard: number): number => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? standard : Number(process.argv[at + 1]);
  };
  const frames = option("frames", 10_000_000);
  const seed = option("seed", 1);
  const only = process.argv.includes("--only") ? option("only", 0) : undefined;
  const server = fork(new URL("./fuzz/server.ts", import.meta.url).pathname, { execArgv: ["--expose-gc"] });
  let exited = false;
  server.once("exit", () => (exited = true));
  try {
    const { port } = (await news(server, "ready")) as { port: number };
    const url = `http://127.0.0.1:${port}`;
    const honest = await join(url);
    let over = false;
    const hostiles = Array.from({ length: HOSTILE }, () => comeBack(url, honest.roomId, () => over));
    const done = news(server, "done");
    server.on("message", (message: FuzzNews) => {
      if (message.kind === "progress") console.error(`${message.frames} of ${frames} frames`);
    });
    server.send({ seed, frames, roomId: honest.roomId, ...(only === undefined ? {} : { only }) });
    const inside = (await done) as Extract<FuzzNews, { kind: "done" }>;
    over = true;
    await Promise.all(hostiles);
    console.error(
      `${inside.frames} frames, ${inside.wellFormed} of them well-formed; longest gap ${inside.longestGapMs} ms`,
    );
    const most = option("sockets", 100_000);
    const sockets = most > 0 ? await overSockets(url, honest, seed, most) : NO_SOCKETS;
    console.error(
      `over sockets ${sockets.frames} frames; patches late at p99 ${sockets.lateness} × as long as without`,
    );
    const alive = !exited && honest.connection.isOpen && (await fetch(`${url}/health/live`)).ok;
    const found = [
      ...(alive ? [] : ["the server or the honest client's connection ended"]),
      ...(inside.longestGapMs > MOST_GAP_MS
        ? [`the event loop stood still for ${inside.longestGapMs} ms`]
        : []),
      ...(sockets.lateness > MOST_LATENESS_RATIO
        ? [`others' patches are ${sockets.lateness} × as late`]
        : []),
    ];
    for (const line of found)
      console.error(
        `FOUND (seed ${seed}): ${line}; slowest frame ${inside.slowest.index} ${inside.slowest.hex}`,
      );
    console.log(JSON.stringify({ seed, inside, sockets, alive, found }));
    await honest.leave().catch(() => undefined);
    return found.length === 0 ? 0 : 1;
  } finally {
    if (server.connected) server.disconnect();
    if (!exited) await once(server, "exit");
  }
}

function news(server: ChildProcess, kind: FuzzNews["kind"]): Promise<FuzzNews> {
  return new Promise((resolve, reject) => {
    server.on("message", (message: FuzzNews) => message.kind === kind && resolve(message));
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

async function join(url: string, roomId?: string): Promise<Room> {
  const guest = (await (await fetch(`${url}/auth/guest`, { method: "POST" })).json()) as { token: string };
  const client = new Client(url);
  client.auth.token = guest.token;
  const room: Room = roomId === undefined ? await client.create("skirmish") : await client.joinById(roomId);
  room.reconnection.enabled = false;
  room.onMessage("*", () => undefined);
  room.onMessage("events", () => undefined);
  return room;
}

/** One hostile client, as often as it is closed. */
async function comeBack(
  url: string,
  roomId: string,
  over: () => boolean,
  play?: (room: Room) => void,
): Promise<void> {
  while (!over()) {
    try {
      const room = await join(url, roomId);
      const closed = new Promise<void>((resolve) => room.onLeave(() => resolve()));
      play?.(room);
      while (room.connection.isOpen && !over()) await Promise.race([closed, wait(50)]);
      if (room.connection.isOpen) void room.leave();
    } catch {
      // The room is full of those who are just going.
      await wait(20);
    }
  }
}

/** Abuse and none in turn. */
async function overSockets(
  url: string,
  honest: Room,
  seed: number,
  most: number,
): Promise<{ frames: number; lateness: number; p99With: number; p99Without: number }> {
  const source = new FrameSource(seed + 1);
  const late: Record<"abuse" | "none", number[]> = { abuse: [], none: [] };
  let phase: "abuse" | "none" | undefined;
  let patchAt = 0;
  honest.onStateChange(() => {
    const now = performance.now();
    if (patchAt > 0 && phase) late[phase].push(now - patchAt);
    patchAt = now;
  });
  let sent = 0;
  for (let index = 0; index < PHASES; index += 1) {
    let over = false;
    const abuse = index % 2 === 1;
    const attack = (room: Room): void => {
      for (let count = 0; count < 200 && sent < most && room.connection.isOpen; count += 1) {
        room.connection.send(source.next());
        sent += 1;
      }
    };
    const hostiles = abuse
      ? Array.from({ length: HOSTILE }, () => comeBack(url, honest.roomId, () => over, attack))
      : [];
    await wait(500);
    phase = abuse ? "abuse" : "none";
    await wait(PHASE_MS);
    phase = undefined;
    over = true;
    await Promise.all(hostiles);
  }
  const p99With = percentile(late.abuse, 0.99);
  const p99Without = percentile(late.none, 0.99);
  return {
    frames: sent,
    lateness: round(p99With / p99Without),
    p99With: round(p99With),
    p99Without: round(p99Without),
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value: number): number => Math.round(value * 100) / 100;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
