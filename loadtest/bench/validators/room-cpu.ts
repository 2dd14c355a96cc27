/**
 * The CPU time of a server with rooms of eight, all playing the same script over real sockets: Skirmish with everything,
 * and the bare room. Both kinds in turn, in one server process; the clients are in another.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Room } from "@colyseus/sdk";
import type { SkirmishInput } from "../../../schemas/skirmish-input.ts";
import { median } from "../../median.ts";
import { startServerProcess } from "../../server-process.ts";
import { writeScript } from "./script.ts";

const PLAYERS_A_ROOM = 8;
const WARM_UP_MS = 3000;
const STEP_MS = 1000 / 30;
/** Of Linux: what /proc counts CPU time in. */
const MS_PER_JIFFY = 10;

export interface RoomCpu {
  players: number;
  rounds: number;
  /** CPU milliseconds of the server in a second, for each hundred players. */
  full: number;
  bare: number;
  ratio: number;
}

interface RoomCpuOptions {
  rooms: number;
  rounds: number;
  seconds: number;
}

export async function measureRoomCpu(
  { rooms, rounds, seconds }: RoomCpuOptions,
  progress: (line: string) => void,
): Promise<RoomCpu> {
  const dataDir = mkdtempSync(join(tmpdir(), "arena-bench-"));
  const config = new URL("./config.ts", import.meta.url).pathname;
  const server = await startServerProcess({ dataDir, config });
  const sides = { full: [] as number[], bare: [] as number[] };
  try {
    const tokens = await Promise.all(
      Array.from({ length: rooms * PLAYERS_A_ROOM }, () => signIn(server.url)),
    );
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes: the machine may get warmer.
      const order = round % 2 === 0 ? (["full", "bare"] as const) : (["bare", "full"] as const);
      for (const side of order) {
        const name = side === "full" ? "skirmish" : "bare";
        sides[side].push(await measure(server.url, server.child.pid as number, name, tokens, rooms, seconds));
      }
      const ratio = (sides.full.at(-1) as number) / (sides.bare.at(-1) as number);
      progress(`round ${round + 1}/${rounds}: full ${ratio.toFixed(2)}× bare`);
    }
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const ratios = sides.full.map((full, index) => full / (sides.bare[index] as number));
  return {
    players: rooms * PLAYERS_A_ROOM,
    rounds,
    full: Math.round(median(sides.full)),
    bare: Math.round(median(sides.bare)),
    ratio: Number(median(ratios).toFixed(3)),
  };
}

/** @returns CPU milliseconds in a second, for each hundred players. */
async function measure(
  url: string,
  pid: number,
  name: string,
  tokens: readonly string[],
  rooms: number,
  seconds: number,
): Promise<number> {
  const players: Room[] = [];
  for (let room = 0; room < rooms; room += 1) {
    let roomId: string | undefined;
    for (let seat = 0; seat < PLAYERS_A_ROOM; seat += 1) {
      const client = new Client(url);
      client.auth.token = tokens[room * PLAYERS_A_ROOM + seat] as string;
      const joined: Room = roomId === undefined ? await client.create(name) : await client.joinById(roomId);
      roomId = joined.roomId;
      joined.onMessage("*", () => undefined);
      players.push(joined);
    }
  }
  const inputs = players.map((room) => room.input<SkirmishInput>({ mode: "reliable" }));
  const startedAt = performance.now();
  let step = 0;
  const pump = setInterval(() => {
    for (; step * STEP_MS < performance.now() - startedAt; step += 1) {
      inputs.forEach((input, player) => {
        writeScript(input.data, player, step);
        input.send();
      });
    }
  }, 10);
  await wait(WARM_UP_MS);
  const cpuBefore = cpuMs(pid);
  const from = performance.now();
  await wait(seconds * 1000);
  const used = (cpuMs(pid) - cpuBefore) / ((performance.now() - from) / 1000);
  clearInterval(pump);
  const gone = players.filter(({ connection }) => !connection.isOpen).length;
  if (gone > 0) throw new Error(`${gone} of ${players.length} players lost their connection`);
  await Promise.all(players.map((room) => room.leave()));
  await wait(500);
  return (used / players.length) * 100;
}

/** User and system time of a process; fields 14 and 15 of its stat, after the name. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_JIFFY;
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/auth/guest`, { method: "POST" });
  return ((await response.json()) as { token: string }).token;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
