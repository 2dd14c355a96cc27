/** One case: a server with its network, a process of players, and what comes of what both wrote down. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { distributionOf, round, shareOf } from "../../distribution.ts";
import { startServerProcess } from "../../server-process.ts";
import { judgeAge, judgePrediction, ratesOf } from "./judge-screen.ts";
import { type JudgedShot, judgeCover, judgeShots, type ShotVerdict, tallyShots } from "./judge-shots.ts";
import type { LabCase } from "./lab-cases.ts";
import type { CaseFigures, CaseSamples, RefusedShot } from "./lab-report.ts";
import type { PlayersOrder } from "./players.ts";
import type { PlayerRecord } from "./records.ts";
import { readServerRecords, ServerStory } from "./server-story.ts";

const MAP = loadMap(foundry);
const WARM_UP_SECONDS = 4;
/** Joining over a slow network takes its time. */
const GRACE_SECONDS = 60;
const MOST_REFUSED = 20;

export interface CaseOptions {
  players: number;
  seconds: number;
  seed: number;
}

export async function runCase(
  lab: LabCase,
  options: CaseOptions,
): Promise<{ figures: CaseFigures; samples: CaseSamples }> {
  const folder = mkdtempSync(join(tmpdir(), "netcode-"));
  const watchFile = join(folder, "server.ndjson");
  const server = await startServerProcess({
    dataDir: join(folder, "data"),
    config: "loadtest/labs/netcode/config.ts",
    env: {
      ARENA_NET: lab.network,
      LAB_WATCH_FILE: watchFile,
      LAB_PLAYERS: String(options.players),
      LAB_LAG_COMPENSATION_MS: String(lab.lagCompensationMs),
    },
  });
  try {
    const file = join(folder, "players.json");
    const { seed, players, seconds } = options;
    const order = { url: server.url, players, seed, lane: lab.lane, seconds, file };
    await runPlayers({ ...order, warmUpSeconds: WARM_UP_SECONDS });
    await server.stop();
    const story = new ServerStory(readServerRecords(readFileSync(watchFile, "utf8")));
    return assess(lab, story, JSON.parse(readFileSync(file, "utf8")) as PlayerRecord[]);
  } finally {
    if (server.child.exitCode === null) await server.kill(true);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runPlayers(order: PlayersOrder): Promise<void> {
  const script = join(import.meta.dirname, "players.ts");
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const limitMs = (order.warmUpSeconds + order.seconds + GRACE_SECONDS) * 1000;
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  if (code !== 0) throw new Error(`the players ended with ${code}:\n${errors}`);
}

function assess(
  lab: LabCase,
  story: ServerStory,
  players: readonly PlayerRecord[],
): { figures: CaseFigures; samples: CaseSamples } {
  const seconds = players.reduce((sum, player) => sum + player.seconds, 0);
  const minutes = seconds / 60;
  const predictions = players.map((player) => judgePrediction(player, story));
  const errors = predictions.flatMap((one) => one.errors);
  const corrections = predictions.flatMap((one) => one.corrections);
  const shots = players.flatMap((player) => judgeShots(player, story, MAP));
  const aged = players.map(({ frames }) => judgeAge(frames, story.clockOffset));
  const ages = aged.flatMap((one) => one.ages);
  const frames = ages.length;
  const from = Math.min(...players.flatMap((player) => player.frames[0]?.at ?? []));
  const to = Math.max(...players.flatMap((player) => player.frames.at(-1)?.at ?? []));
  const measured = new Set(story.ticks.filter(({ at }) => at >= from && at <= to).map(({ tick }) => tick));
  const covers = story.shots
    .filter(({ tick }) => measured.has(tick))
    .flatMap((shot) => judgeCover(shot, story, MAP) ?? []);
  const behind = covers.filter(({ hidden, ticks }) => hidden && ticks > 0);
  const taken = players.flatMap(({ hits }) => hits);
  const takenHidden = taken.filter(({ visible }) => !visible);
  const ticks = story.ticks.filter(({ tick }) => measured.has(tick));
  const drawn = players.reduce((sum, { framesDrawn }) => sum + framesDrawn, 0);
  const late = players.reduce((sum, { framesLate }) => sum + framesLate, 0);
  const apart = shots.flatMap((shot) => shot.apart ?? []);
  const links = (of: "webSocket" | "lane") =>
    ratesOf(players.map((player) => ({ bytes: player[of], seconds: player.seconds })));
  const mean = (of: (player: PlayerRecord) => number): number =>
    round(players.reduce((sum, player) => sum + of(player), 0) / players.length, 1);
  const tally = tallyShots(shots);
  return {
    figures: {
      network: lab.network,
      lane: lab.lane,
      lagCompensationMs: lab.lagCompensationMs,
      players: players.length,
      onLane: players.filter(({ onLane }) => onLane).length,
      prediction: {
        errorMetres: distributionOf(errors, 4),
        correctionMetres: distributionOf(corrections, 4),
        correctionsPerMinute: round(corrections.length / minutes, 2),
        gaugeCorrectionsPerMinute: round(
          players.reduce((sum, { gaugeCorrections }) => sum + gaugeCorrections, 0) / minutes,
          2,
        ),
        unknowableSteps: predictions.reduce((sum, { unknowable }) => sum + unknowable, 0),
      },
      shots: { ...tally, confirmedShare: round(tally.confirmedShare, 4) },
      refused: shots.filter(wasRefused).slice(0, MOST_REFUSED).map(describeRefusal),
      drawnToJudgedMetres: distributionOf(apart, 4),
      lookedBackMs: distributionOf(
        shots.flatMap(({ lookedBack }) => (lookedBack === undefined ? [] : [milliseconds(lookedBack)])),
        0,
      ),
      wantedBackMs: distributionOf(
        shots.flatMap(({ wantedBack }) => (wantedBack === undefined ? [] : [milliseconds(wantedBack)])),
        0,
      ),
      favour: {
        hits: covers.length,
        behindCover: behind.length,
        behindCoverShare: shareOf(behind.length, covers.length),
        behindCoverMs: distributionOf(
          behind.map(({ ticks: since }) => milliseconds(since)),
          0,
        ),
        behindCoverMetres: distributionOf(
          behind.map(({ metres }) => metres),
          2,
        ),
        onVictimsScreen: {
          hits: taken.length,
          behindCoverShare: shareOf(takenHidden.length, taken.length),
          behindCoverMs: distributionOf(
            takenHidden.flatMap(({ hiddenMs }) => hiddenMs ?? []),
            0,
          ),
          behindCoverMetres: distributionOf(
            takenHidden.flatMap(({ hiddenMetres }) => hiddenMetres ?? []),
            2,
          ),
        },
      },
      ageMs: distributionOf(ages, 1),
      starvedShare: shareOf(
        aged.reduce((sum, { starved }) => sum + starved, 0),
        frames,
      ),
      webSocket: links("webSocket"),
      unreliableLane: links("lane"),
      measuredRoundTripMs: mean(({ roundTripMs }) => roundTripMs),
      measuredJitterMs: mean(({ jitterMs }) => jitterMs),
      machine: {
        framesDrawn: drawn,
        framesLate: late,
        ticksLateMs: distributionOf(tickLateness(ticks.map(({ at }) => at)), 1),
      },
    },
    samples: { errors, ages, apart, behindMs: taken.map(({ hiddenMs = 0 }) => hiddenMs) },
  };
}

/** A hit on the screen that was none for the server, whoever is to blame. */
function wasRefused({ verdict, apart }: JudgedShot): boolean {
  const refusals: ShotVerdict[] = ["missed-by-server", "input-lost", "not-fired"];
  return refusals.includes(verdict) || (verdict === "unseen-hit" && apart !== undefined);
}

function describeRefusal(shot: JudgedShot): RefusedShot {
  const { verdict, apart = 0, shooterApart = 0, lookedBack = 0, wantedBack = 0 } = shot;
  return {
    verdict,
    apartMetres: round(apart, 3),
    shooterApartMetres: round(shooterApart, 3),
    lookedBackMs: milliseconds(lookedBack),
    wantedBackMs: milliseconds(wantedBack),
  };
}

function milliseconds(ticks: number): number {
  return Math.round((ticks * 1000) / TICK_RATE);
}

/** By how much each tick came later than a tick after the one before it. */
function tickLateness(times: readonly number[]): number[] {
  return times.slice(1).map((at, index) => Math.max(0, at - (times[index] as number) - 1000 / TICK_RATE));
}
