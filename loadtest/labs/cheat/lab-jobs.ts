/** What workers are asked for. A job stands for itself: the same job gives the same result in any worker, in any order. */
import { playCheatBatch, type SessionBatch } from "./cheat-sessions.ts";
import { cheatNamed, serialOf } from "./corpus.ts";
import { type HonestTotals, playHonestChunk } from "./honest-hours.ts";
import { STANDARD_CONFIG } from "./lab-config.ts";
import { NETWORKS } from "./networks.ts";

export type LabJob =
  | { kind: "honest"; seed: number; index: number; seconds?: number }
  | { kind: "cheat"; seed: number; cheat: string; network: string; batch: number };

export type LabResult = HonestTotals | SessionBatch;

export function runJob(job: LabJob): LabResult {
  if (job.kind === "honest") return playHonestChunk(job.seed, job.index, STANDARD_CONFIG, job.seconds);
  const cheat = cheatNamed(job.cheat);
  const network = NETWORKS.find(({ name }) => name === job.network);
  if (!cheat || !network) throw new Error(`there is no cheat ${job.cheat}, or no network ${job.network}`);
  const { seed, batch } = job;
  return playCheatBatch({ seed, batch, serial: serialOf(cheat.name) }, cheat, network, STANDARD_CONFIG);
}
