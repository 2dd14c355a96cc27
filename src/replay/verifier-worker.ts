/**
 * The verifier's worker thread: takes recordings one after the other, runs each with its game's module, and answers what
 * came of it. It may be ended at any moment; it keeps nothing but the modules it has loaded.
 */
import { parentPort } from "node:worker_threads";
import { openReplay } from "./replay-file.ts";
import type { ReplayGame } from "./replay-game.ts";
import type { VerifyAnswer, VerifyOutcome, VerifyRequest } from "./verifier-messages.ts";
import { verifyReplay } from "./verify-replay.ts";

async function verify(request: VerifyRequest): Promise<VerifyOutcome> {
  const opened = await openReplay(request.bytes, request.mostBodyBytes);
  if (!opened.ok) return { kind: "unknown", reason: "unreadable", detail: opened.detail };
  const { header, body } = opened;
  if (header.matchId !== request.matchId)
    return { kind: "unknown", reason: "unreadable", detail: `It is of match ${header.matchId}.` };
  if (header.build !== request.build)
    return { kind: "unknown", reason: "other_build", detail: `It is of build ${header.build}.` };
  let game: ReplayGame | undefined;
  try {
    ({ replayGame: game } = (await import(request.game)) as { replayGame?: ReplayGame });
  } catch (error) {
    return { kind: "unknown", reason: "game_unavailable", detail: String(error) };
  }
  if (!game) return { kind: "unknown", reason: "game_unavailable", detail: "It exports no replayGame." };
  try {
    const report = verifyReplay(game.run(header.setup, body), { now: () => performance.now() });
    return { kind: report.mismatch ? "differs" : "same", report };
  } catch (error) {
    return { kind: "broken", error: String(error) };
  }
}

parentPort?.on("message", (request: VerifyRequest) => {
  void verify(request).then((outcome) =>
    parentPort?.postMessage({ id: request.id, outcome } satisfies VerifyAnswer, []),
  );
});
