/**
 * Honest hours that are collected in several runs: a file with the sums of all chunks so far, from the first on without a
 * gap, and of which thresholds. It is written whole, beside the old one, and then put in its place.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { addUp } from "./add-up.ts";
import type { HonestTotals } from "./honest-hours.ts";
import { CONFIG_PRINT } from "./lab-config.ts";

const EVERY_MS = 15_000;
const fileSchema = z.object({
  seed: z.number(),
  chunks: z.number(),
  thresholds: z.string(),
  totals: z.object({ networks: z.record(z.string(), z.unknown()), flags: z.array(z.unknown()) }),
});

export class HonestFile {
  readonly seed: number;
  chunks = 0;
  totals: HonestTotals = { networks: {}, flags: [] };
  readonly #path: string | undefined;
  #writtenAt = 0;

  /** @param path absent: nothing is kept. @throws Error for a file of other thresholds or another seed. */
  constructor(path: string | undefined, seed: number) {
    this.#path = path;
    this.seed = seed;
    if (path === undefined || !existsSync(path)) return;
    const kept = fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    if (kept.seed !== seed) throw new Error(`${path} was begun with --seed ${kept.seed}`);
    if (kept.thresholds !== CONFIG_PRINT)
      throw new Error(`${path} is of other thresholds: begin another file`);
    this.chunks = kept.chunks;
    this.totals = kept.totals as unknown as HonestTotals;
  }

  get playerHours(): number {
    return Object.values(this.totals.networks).reduce((sum, { playerHours }) => sum + playerHours, 0);
  }

  /** The next chunk in order. */
  add(chunk: HonestTotals, now: number): void {
    this.totals = addUp(this.totals, chunk);
    this.chunks += 1;
    if (now - this.#writtenAt < EVERY_MS) return;
    this.#writtenAt = now;
    this.write();
  }

  write(): void {
    if (this.#path === undefined) return;
    const { seed, chunks, totals } = this;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(
      `${this.#path}.new`,
      `${JSON.stringify({ seed, chunks, thresholds: CONFIG_PRINT, totals }, null, 1)}\n`,
    );
    renameSync(`${this.#path}.new`, this.#path);
  }
}
