/**
 * Kills the server with SIGKILL while it writes match results, again and again, every second time together with its
 * database, and then counts: every result that a client was told of must be stored once, and every profile must hold
 * exactly the sum of the stored results.
 *
 * Options: `--rounds` kills (default 20), `--players` in the room (default 4).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@colyseus/sdk";
import mongoose from "mongoose";
import { launchEmbeddedMongo } from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import type { Experiment } from "../run.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";

const CONFIG = "loadtest/labs/crash-results/mill.config.ts";

export interface CrashResultsReport {
  kills: number;
  killedWithDatabase: number;
  /** Results that some client was told are stored. */
  acknowledged: number;
  stored: number;
  /** Acknowledged and not stored. */
  lost: number;
  /** Times a result counts more than once in some profile. */
  duplicated: number;
  /** Times a stored result does not count in a profile it should. */
  missing: number;
  /** Results whose effects were still open after the last start. */
  unsettled: number;
  seconds: number;
}

interface Player {
  playerId: string;
  token: string;
}

export async function runCrashResults(
  options: { rounds: number; players: number },
  progress: (line: string) => void,
): Promise<CrashResultsReport> {
  const startedAt = performance.now();
  const dataDir = mkdtempSync(join(tmpdir(), "arena-crash-"));
  const acknowledged = new Set<string>();
  let players: Player[] = [];
  let killedWithDatabase = 0;
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      const server = await startServerProcess({ dataDir, config: CONFIG });
      if (players.length === 0) players = await signIn(server, options.players);
      await joinAll(server, players, acknowledged);
      await sleep(150 + Math.random() * 500);
      const withDatabase = round % 2 === 1;
      if (withDatabase) killedWithDatabase += 1;
      await server.kill(withDatabase);
      progress(`kill ${round + 1}/${options.rounds}: ${acknowledged.size} results acknowledged so far`);
    }
    const last = await startServerProcess({ dataDir, config: CONFIG });
    await last.stop();
    const counts = await countStored(join(dataDir, "mongo"), acknowledged);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return { kills: options.rounds, killedWithDatabase, acknowledged: acknowledged.size, ...counts, seconds };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function signIn(server: ServerProcess, count: number): Promise<Player[]> {
  const answers = Array.from({ length: count }, async () => {
    const response = await fetch(`${server.url}/auth/guest`, { method: "POST" });
    return (await response.json()) as Player;
  });
  return Promise.all(answers);
}

async function joinAll(
  server: ServerProcess,
  players: readonly Player[],
  acknowledged: Set<string>,
): Promise<void> {
  for (const { token } of players) {
    const client = new Client(server.url);
    client.auth.token = token;
    const room = await client.joinOrCreate("mill");
    room.reconnection.enabled = false;
    room.onMessage("saved", ({ matchId }: { matchId: string }) => acknowledged.add(matchId));
  }
}

type Counts = Pick<CrashResultsReport, "stored" | "lost" | "duplicated" | "missing" | "unsettled">;

async function countStored(mongoDir: string, acknowledged: ReadonlySet<string>): Promise<Counts> {
  const database = await launchEmbeddedMongo({ dataDir: mongoDir });
  const client = await new mongoose.mongo.MongoClient(database.uri).connect();
  try {
    const matches = await client
      .db()
      .collection<{ _id: string; players: { playerId: string }[]; pending: string[] }>("matches")
      .find()
      .toArray();
    const profiles = await client
      .db()
      .collection<{ _id: string; games: number }>("profiles")
      .find()
      .toArray();
    const expected = new Map<string, number>();
    for (const { players } of matches) {
      for (const { playerId } of players) expected.set(playerId, (expected.get(playerId) ?? 0) + 1);
    }
    const storedIds = new Set(matches.map(({ _id }) => _id));
    const differences = profiles.map(({ _id, games }) => games - (expected.get(_id) ?? 0));
    return {
      stored: matches.length,
      lost: [...acknowledged].filter((matchId) => !storedIds.has(matchId)).length,
      duplicated: sum(differences.filter((difference) => difference > 0)),
      missing: sum(differences.filter((difference) => difference < 0).map(Math.abs)),
      unsettled: matches.filter(({ pending }) => pending.length > 0).length,
    };
  } finally {
    await client.close();
    await database.stop();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const experiment: Experiment = {
  about:
    "Kills the server while it writes match results; every acknowledged result must be there exactly once.",
  run: ({ rounds = "20", players = "4" }, progress) =>
    runCrashResults({ rounds: Number(rounds), players: Number(players) }, progress),
};
export default experiment;
