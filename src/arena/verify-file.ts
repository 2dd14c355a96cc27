/** `arena replay verify`: runs one recording again, here and now. */
import { readFile } from "node:fs/promises";
import type { ArenaConfig } from "../config/config-schema.ts";
import { type ArenaDefinition, loadConfig } from "../config/load-config.ts";
import { ArenaError, ERRORS } from "../errors.ts";
import { openReplay, type ReplayHeader } from "../replay/replay-file.ts";
import type { ReplayGame } from "../replay/replay-game.ts";
import { type ReplayReport, verifyReplay } from "../replay/verify-replay.ts";

/** A file that somebody names on purpose may be longer than what a server records. */
const MOST_BODY_BYTES = 256_000_000;
const PROGRESS_MS = 1000;

/**
 * Prints what came of it, and the way there on stderr.
 * @returns whether the run differs from the recording.
 * @throws ArenaError with one of the recordings' codes; `replay_malformed` also for a body that the game refuses.
 */
export async function runVerify(
  definition: ArenaDefinition,
  file: string,
  { json }: { json: boolean },
): Promise<boolean> {
  const config = loadConfig(definition);
  const opened = await openReplay(await readFile(file), MOST_BODY_BYTES);
  if (!opened.ok) throw new ArenaError(opened.code, opened.detail);
  const { header, body } = opened;
  const game = await gameOf(config, header);
  const otherBuild = header.build !== config.build;
  if (otherBuild)
    console.error(
      `replay_other_build: ${ERRORS.replay_other_build.message} It is of ${JSON.stringify(header.build)}, this is ${JSON.stringify(config.build)}.`,
    );
  const report = runGame(game, header, body);
  if (json) console.log(JSON.stringify({ ...summary(header, report), otherBuild }));
  else console.log(sentence(header, report));
  return report.mismatch !== undefined;
}

async function gameOf(config: ArenaConfig, { game }: ReplayHeader): Promise<ReplayGame> {
  const url = Object.hasOwn(config.rooms, game) ? config.rooms[game]?.replay : undefined;
  if (!url) throw new ArenaError("replay_game_unknown", `rooms.${game}.replay names no module.`);
  const { replayGame } = (await import(url.href)) as { replayGame?: ReplayGame };
  if (!replayGame) throw new ArenaError("replay_game_unknown", `${url.href} exports no replayGame.`);
  return replayGame;
}

function runGame(game: ReplayGame, { setup, tickRate }: ReplayHeader, body: Uint8Array): ReplayReport {
  const now = (): number => performance.now();
  let told = now();
  const progress = (ticks: number): void => {
    if (now() - told < PROGRESS_MS) return;
    told = now();
    console.error(`${ticks} ticks, ${Math.round(ticks / tickRate)} s`);
  };
  try {
    return verifyReplay(game.run(setup, body), { now, progress });
  } catch (error) {
    throw new ArenaError("replay_malformed", String(error), { cause: error });
  }
}

function summary({ game, build, matchId, map, mode, startedAt }: ReplayHeader, report: ReplayReport) {
  const { ticks, seconds, tookMs, speed, mismatch } = report;
  return {
    same: mismatch === undefined,
    game,
    build,
    matchId,
    map,
    mode,
    startedAt,
    ticks,
    seconds: rounded(seconds),
    tookMs: rounded(tookMs),
    speed: Math.round(speed),
    ...(mismatch ? { mismatch } : {}),
  };
}

function sentence({ matchId }: ReplayHeader, { ticks, seconds, speed, mismatch }: ReplayReport): string {
  const ran = `${ticks} ticks (${rounded(seconds)} s) at ${Math.round(speed)} times real time`;
  if (!mismatch) return `match ${matchId}: the same, ${ran}`;
  const { tick, recorded, simulated } = mismatch;
  return `match ${matchId}: differs at tick ${tick}: recorded ${recorded}, simulated ${simulated}; ${ran}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
