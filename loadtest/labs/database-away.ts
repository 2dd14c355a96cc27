/**
 * Takes the database away in the middle of play, first as one that no longer answers (SIGSTOP), then as one that is
 * gone (SIGKILL), and looks at two things: whether the rooms' ticks come later than before, and whether every result
 * of a match that ended meanwhile is there in the end.
 *
 * The server and its players run in this process, so players cost the same before, during and after; the database is a
 * process of its own. Options: `--seconds` away (default 60), `--rooms` (default 4), `--players` a room (default 2).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import { SkirmishRoom } from "../../rooms/skirmish/skirmish-room.ts";
import type { SkirmishInput } from "../../schemas/skirmish-input.ts";
import { startArena } from "../../src/index.ts";
import {
  type EmbeddedMongo,
  launchEmbeddedMongo,
} from "../../src/storage/embedded-mongo/launch-embedded-mongo.ts";
import type { Experiment } from "../run.ts";
import { freePort } from "../server-process.ts";
import { auditProgression } from "./result-mill/audit-progression.ts";

const BEFORE_SECONDS = 20;
const AFTER_SECONDS = 20;
const ARRIVE_SECONDS = 60;
const TICK_MS = 1000 / 30;

interface Lateness {
  ticks: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface DatabaseAwayReport {
  awaySeconds: number;
  /** How much later than a tick's length after the one before it a tick began. */
  tickLateness: { before: Lateness; during: Lateness; after: Lateness };
  /** Matches that ended while the database was away, and all of them. */
  matchesEndedAway: number;
  matches: number;
  /** Told to be safe and not stored in the end; players for whom a stored one does not count. */
  lost: number;
  missing: number;
  ledgerMismatch: number;
  /** From the database's return until the last result of the outage was stored. */
  secondsUntilAllArrived: number;
}

/** Ticks' lateness, in the phase that is on. */
class TickWatch {
  readonly samples = { before: [] as number[], during: [] as number[], after: [] as number[] };
  phase: keyof TickWatch["samples"] = "before";

  wrap(callback: (...args: never[]) => void): (...args: never[]) => void {
    let before = performance.now();
    return (...args) => {
      const now = performance.now();
      this.samples[this.phase].push(Math.max(0, now - before - TICK_MS));
      before = now;
      callback(...args);
    };
  }
}

function summary(samples: readonly number[]): Lateness {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100;
  return { ticks: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** A player who runs in circles and shoots, through match after match. */
async function play(url: string, table: number, onSafe: (matchId: string) => void): Promise<Room> {
  const response = await fetch(`${url}/auth/guest`, { method: "POST" });
  const client = new Client(url);
  client.auth.token = ((await response.json()) as { token: string }).token;
  const room = await client.joinOrCreate("skirmish", { table });
  room.onMessage("*", () => undefined);
  room.onMessage("saving", ({ matchId }: { matchId: string }) => onSafe(matchId));
  const input = room.input<SkirmishInput>({ mode: "reliable" });
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    input.data.moveX = Math.round(Math.cos(step / 20));
    input.data.moveY = Math.round(Math.sin(step / 20));
    input.data.buttons = step % 9 === 0 ? 1 : 0;
    input.send();
  }, TICK_MS);
  room.onLeave(() => clearInterval(timer));
  return room;
}

async function run(
  options: { seconds: number; rooms: number; players: number },
  progress: (line: string) => void,
): Promise<DatabaseAwayReport> {
  const folder = mkdtempSync(join(tmpdir(), "arena-away-"));
  const port = await freePort();
  const launch = (): Promise<EmbeddedMongo> => launchEmbeddedMongo({ dataDir: join(folder, "mongo"), port });
  const watch = new TickWatch();
  class WatchedSkirmish extends SkirmishRoom {
    override setFixedTimestep(...[callback, ...rest]: Parameters<SkirmishRoom["setFixedTimestep"]>): void {
      super.setFixedTimestep(watch.wrap(callback) as typeof callback, ...rest);
    }
  }
  let database = await launch();
  const settings = { matchSeconds: 5, countdownSeconds: 0, overSeconds: 1, fighters: 6 };
  const arena = await startArena(
    {
      name: "database-away",
      logLevel: "silent",
      transport: { host: "127.0.0.1", port: 0 },
      storage: { dataDir: join(folder, "server"), mongodbUri: database.uri },
      rooms: { skirmish: { room: WatchedSkirmish, options: { settings }, filterBy: ["table"] } },
      limits: { guestsPerMinute: 1000, matchmakesPerMinute: 1000 },
      progression: { queues: { ffa: {} }, boards: { ladder: { name: "Ladder", by: { rating: "ffa" } } } },
    },
    {},
  );
  const told = new Set<string>();
  const players: Room[] = [];
  try {
    for (let index = 0; index < options.rooms * options.players; index += 1)
      players.push(
        await play(`http://127.0.0.1:${arena.port}`, Math.floor(index / options.players), (id) =>
          told.add(id),
        ),
      );
    await wait("before the outage", BEFORE_SECONDS, told, progress);
    const toldBefore = new Set(told);
    watch.phase = "during";
    process.kill(database.pid, "SIGSTOP");
    await wait("the database does not answer", options.seconds / 2, told, progress);
    process.kill(database.pid, "SIGKILL");
    await wait("the database is gone", options.seconds / 2, told, progress);
    const away = [...told].filter((matchId) => !toldBefore.has(matchId));
    watch.phase = "after";
    const backAt = performance.now();
    database = await launch();
    const arrivedAt = await untilStored(database.uri, away, backAt);
    await wait("after the outage", AFTER_SECONDS, told, progress);
    await Promise.all(players.map((room) => room.leave()));
    await sleep(3000);
    const audit = await auditProgression(database.uri, told, []);
    const { before, during, after } = watch.samples;
    return {
      awaySeconds: options.seconds,
      tickLateness: { before: summary(before), during: summary(during), after: summary(after) },
      matchesEndedAway: away.length,
      matches: audit.matches,
      lost: audit.lost,
      missing: audit.missing,
      ledgerMismatch: audit.ledgerMismatch,
      secondsUntilAllArrived: Math.round((arrivedAt - backAt) / 100) / 10,
    };
  } finally {
    await arena.stop();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function wait(
  what: string,
  seconds: number,
  told: ReadonlySet<string>,
  progress: (line: string) => void,
): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    progress(`${what}: ${Math.ceil(left)} s more, ${told.size} matches ended so far`);
    await sleep(Math.min(5, left) * 1000);
  }
}

/** @returns when the last of the results was stored and applied. */
async function untilStored(uri: string, matchIds: readonly string[], since: number): Promise<number> {
  for (;;) {
    const { lost, missing, unsettled } = await auditProgression(uri, new Set(matchIds), []);
    if (lost === 0 && missing === 0 && unsettled === 0) return performance.now();
    if (performance.now() - since > ARRIVE_SECONDS * 1000) return Number.POSITIVE_INFINITY;
    await sleep(200);
  }
}

const experiment: Experiment = {
  about: "Takes the database away during play; ticks must come in time, and every result must arrive.",
  run: ({ seconds = "60", rooms = "4", players = "2" }, progress) =>
    run({ seconds: Number(seconds), rooms: Number(rooms), players: Number(players) }, progress),
};
export default experiment;
